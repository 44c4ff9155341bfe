"""`scaleset recover`: what an interrupted update left outside the stack's state, or in it although it is gone in Azure.

arm_ids: a resource's id in Azure, from its inputs. engine: the `pulumi` commands. wanted: what a preview and
interrupted operations want. import_file: the file for `pulumi import`. inputs, state: the state after the import.
locks: management locks of others. recover: all of it. outcome, report: its result, and that in sentences.
"""
