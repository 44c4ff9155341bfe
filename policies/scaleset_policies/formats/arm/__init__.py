"""Azure Resource Manager templates: the expression language, copy loops, conditions, nested and linked templates."""

from scaleset_policies.formats.arm.template import read_template

__all__ = ["read_template"]
