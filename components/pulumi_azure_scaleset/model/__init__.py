"""The arguments, validated: frozen pydantic models with every rule on single values and every default.

The multi-language schema comes from ``args``; pydantic cannot be the argument class of a Pulumi component, so the
models stand next to it and a test holds the two lists of fields together. Import the submodules.
"""
