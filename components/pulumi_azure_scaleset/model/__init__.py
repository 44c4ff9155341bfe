"""The arguments: frozen pydantic models with every type, limit, default and docstring.

Pydantic cannot be the argument class of a Pulumi component, so the TypedDicts of ``args`` are made from these models
(``python -m component_package``), and the schema of the other languages from both. Import the submodules.
"""
