"""What everything else of the project reads: the mode table, the checks that its rules are made of, and the facts.

* :mod:`scaleset_core.modes`: THE TABLE, what differs between Uniform and Flexible orchestration;
* :mod:`scaleset_core.facts`: checks over a tree of properties, names and ports that never change, secrets;
* :mod:`scaleset_core.command`: the ``scaleset`` command, into which the installed distributions put their subcommands.

Nothing here imports Pulumi, pydantic or an Azure client: component, policies and operations are built on it.
"""
