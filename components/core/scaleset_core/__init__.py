"""The base of all other distributions: the mode table, the checks that its rules use, and shared facts.

* :mod:`scaleset_core.modes`: THE TABLE, the differences between Uniform and Flexible orchestration;
* :mod:`scaleset_core.facts`: checks over a tree of properties, stable names and ports, secrets;
* :mod:`scaleset_core.command`: the ``scaleset`` command, to which the installed distributions add their subcommands.

Nothing here imports Pulumi, pydantic or an Azure client; the component, the policies and the operations use it.
"""
