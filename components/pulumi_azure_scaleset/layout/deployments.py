"""One property of a resource that the component does not own, set by a template deployment.

azure-native has no resource for it. Its ``VirtualMachineScaleSetVM`` is a whole instance. Azure, not the program,
creates that ("cannot create already existing resource"), and deleting the resource would delete the instance. A virtual
machine that joins a set belongs to its own declaration. A deployment sets exactly the property, shows up in a preview,
and deleting its record deletes nothing else.
"""

from typing import Any

from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.model.machine import Protection
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child, Ref, lazy

_API_VERSION = "2024-11-01"
_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_NAME_LENGTH = 64


def attachment_child(model: ScaleSetModel, identity: Any, index: int, component: str) -> Child:
    """Attaches an existing virtual machine to the set. Removing it leaves the machine in the set."""
    tail = _name_of(identity) if isinstance(identity, str) else str(index)
    return Child(
        key=f"attach:{tail}",
        kind="attachment",
        type=tokens.DEPLOYMENT,
        name=f"{component}-attach-{tail}",
        inputs={
            "resourceGroupName": model.resource_group_name,
            "deploymentName": lazy(_attachment_name, model.scale_set_name, identity),
            "properties": _properties(model, lazy(_attachment_template, identity)),
        },
    )


def instance_protection_child(model: ScaleSetModel, instance: str, logical: str, protection: Protection) -> Child:
    """Sets the ``protectionPolicy`` of one instance; false removes the protection."""
    policy = {
        "protectFromScaleIn": protection.scale_in or protection.scale_set_actions,
        "protectFromScaleSetActions": protection.scale_set_actions,
    }
    name = f"{model.scale_set_name}/{instance}"
    return Child(
        key=f"policy:{instance}",
        kind="instanceProtection",
        type=tokens.DEPLOYMENT,
        name=logical,
        inputs={
            "resourceGroupName": model.resource_group_name,
            "deploymentName": f"{model.scale_set_name}-protect-{instance}"[:_NAME_LENGTH],
            "properties": _properties(
                model, _template("virtualMachineScaleSets/virtualMachines", name, {"protectionPolicy": policy})
            ),
        },
    )


def _properties(model: ScaleSetModel, template: Any) -> dict[str, Any]:
    location = Ref(SCALE_SET, "location") if model.location is None else model.location
    parameters = {"scaleSet": {"value": Ref(SCALE_SET)}, "location": {"value": location}}
    return {"mode": "Incremental", "parameters": parameters, "template": template}


def _attachment_name(scale_set: str, identity: str) -> str:
    return f"{scale_set}-attach-{_name_of(identity)}"[:_NAME_LENGTH]


def _attachment_template(identity: str) -> dict[str, Any]:
    joined = {"virtualMachineScaleSet": {"id": "[parameters('scaleSet')]"}}
    return _template("virtualMachines", _name_of(identity), joined)


def _template(kind: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"scaleSet": {"type": "string"}, "location": {"type": "string"}},
        "resources": [
            {
                "type": f"Microsoft.Compute/{kind}",
                "apiVersion": _API_VERSION,
                "name": name,
                "location": "[parameters('location')]",
                "properties": properties,
            }
        ],
    }


def _name_of(identity: str) -> str:
    return identity.rsplit("/", 1)[-1]
