"""`scaleset recover`: what an interrupted update left outside the stack's state, or in it although Azure has it no more.

arm_ids: a resource's id in Azure, from its inputs. engine: the `pulumi` commands. wanted: what a preview and the pending
operations want. import_file: the file for `pulumi import`. inputs, state: the state after the import. recover: all of it.
"""
