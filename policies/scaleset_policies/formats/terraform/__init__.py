"""Terraform plans and states: azurerm and azapi resources in ARM's shape."""

from scaleset_policies.formats.terraform.plan import read_plan

__all__ = ["read_plan"]
