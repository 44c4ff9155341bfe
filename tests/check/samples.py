"""One scale set in every format that can be checked, and estates of any size."""

import copy
import json
from typing import Any

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
LB_ID = f"{SUBSCRIPTION}/providers/Microsoft.Network/loadBalancers/web-lb"
SET_ID = f"{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
SUBNET_ID = f"{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/web"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
SECRET = "hunter2-Canary!"
SECRET_VALUE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def scale_set(mode: str = "Flexible", *, nat_pool: bool = True) -> dict[str, Any]:
    """The ARM body of a scale set, ``properties`` wrappers and all."""
    ip: dict[str, Any] = {
        "primary": True,
        "subnet": {"id": SUBNET_ID},
        "loadBalancerBackendAddressPools": [{"id": f"{LB_ID}/backendAddressPools/pool"}],
    }
    if nat_pool:
        ip["loadBalancerInboundNatPools"] = [{"id": f"{LB_ID}/inboundNatPools/ssh"}]
    network: dict[str, Any] = {
        "networkInterfaceConfigurations": [
            {
                "name": "nic",
                "properties": {"primary": True, "ipConfigurations": [{"name": "ip", "properties": ip}]},
            }
        ],
    }
    if mode == "Flexible":
        network = {"networkApiVersion": "2020-11-01", **network}
    return {
        "name": "web",
        "location": "westeurope",
        "zones": ["1", "2", "3"],
        "sku": {"name": "Standard_D2s_v5", "capacity": 3},
        "properties": {
            "orchestrationMode": mode,
            "platformFaultDomainCount": 1,
            "singlePlacementGroup": False,
            "upgradePolicy": {"mode": "Manual"},
            "virtualMachineProfile": {
                "osProfile": {
                    "computerNamePrefix": "web",
                    "adminUsername": "ops",
                    "linuxConfiguration": {
                        "disablePasswordAuthentication": True,
                        "ssh": {"publicKeys": [{"path": "/home/ops/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA"}]},
                    },
                },
                "storageProfile": {
                    "imageReference": {
                        "publisher": "Canonical",
                        "offer": "ubuntu-24_04-lts",
                        "sku": "server",
                        "version": "latest",
                    },
                    "osDisk": {"createOption": "FromImage", "caching": "ReadWrite"},
                },
                "networkProfile": network,
            },
        },
    }


def load_balancer(*, nat_pool: bool = True, sku: str = "Standard") -> dict[str, Any]:
    """The ARM body of the load balancer that serves it."""
    properties: dict[str, Any] = {
        "frontendIPConfigurations": [{"name": "public", "properties": {"publicIPAddress": {"id": "ip"}}}],
        "backendAddressPools": [{"name": "pool"}],
        "outboundRules": [
            {
                "name": "out",
                "properties": {
                    "protocol": "All",
                    "frontendIPConfigurations": [{"id": f"{LB_ID}/frontendIPConfigurations/public"}],
                    "backendAddressPool": {"id": f"{LB_ID}/backendAddressPools/pool"},
                },
            }
        ],
    }
    if nat_pool:
        properties["inboundNatPools"] = [
            {
                "name": "ssh",
                "properties": {
                    "protocol": "Tcp",
                    "frontendPortRangeStart": 50000,
                    "frontendPortRangeEnd": 50100,
                    "backendPort": 22,
                },
            }
        ]
    return {"name": "web-lb", "location": "westeurope", "sku": {"name": sku}, "properties": properties}


def flat(body: Any) -> Any:
    """A body as azure-native has it: without ``properties`` wrappers."""
    if isinstance(body, list):
        return [flat(item) for item in body]
    if not isinstance(body, dict):
        return body
    result = {name: flat(value) for name, value in body.items() if name != "properties"}
    return {**result, **flat(body["properties"])} if "properties" in body else result


def template(*resources: dict[str, Any], **members: Any) -> str:
    """An ARM template as text."""
    body = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}
    return json.dumps(body, indent=2)


def arm(mode: str = "Flexible", *, nat_pool: bool = True) -> str:
    """The set and its load balancer as an ARM template."""
    balancer = {
        "type": "Microsoft.Network/loadBalancers",
        "apiVersion": "2023-09-01",
        **load_balancer(nat_pool=nat_pool),
    }
    members = {
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "apiVersion": "2024-07-01",
        **scale_set(mode, nat_pool=nat_pool),
    }
    text = template(balancer, members)
    here = "[resourceId('Microsoft.Network/loadBalancers', 'web-lb')]"
    for kind, name in (("backendAddressPools", "pool"), ("inboundNatPools", "ssh")):
        expression = f"[resourceId('Microsoft.Network/loadBalancers/{kind}', 'web-lb', '{name}')]"
        text = text.replace(f"{LB_ID}/{kind}/{name}", expression)
    return text.replace(LB_ID, here)


def urn(token: str, name: str) -> str:
    """A resource's URN in a separate stack."""
    return f"urn:pulumi:dev::shop::{token}::{name}"


def states(mode: str = "Flexible", *, nat_pool: bool = True, deployed: bool = True) -> list[dict[str, Any]]:
    """The set and its load balancer as Pulumi's states."""
    lb_urn = urn("azure-native:network:LoadBalancer", "lb")
    set_urn = urn("azure-native:compute:VirtualMachineScaleSet", "web")
    balancer: dict[str, Any] = {"urn": lb_urn, "custom": True, "type": "azure-native:network:LoadBalancer"}
    members: dict[str, Any] = {"urn": set_urn, "custom": True, "type": "azure-native:compute:VirtualMachineScaleSet"}
    balancer["inputs"] = _named("loadBalancerName", flat(load_balancer(nat_pool=nat_pool)))
    members["inputs"] = _named("vmScaleSetName", flat(scale_set(mode, nat_pool=nat_pool)))
    members["dependencies"] = [lb_urn]
    members["propertyDependencies"] = {"virtualMachineProfile": [lb_urn]}
    balancer["propertyDependencies"] = {}
    if deployed:
        balancer["id"], members["id"] = LB_ID, SET_ID
    return [balancer, members]


def _named(argument: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body with its name as azure-native's argument has it."""
    return {argument: body["name"], **{name: value for name, value in body.items() if name != "name"}}


def stack(mode: str = "Flexible", *, nat_pool: bool = True) -> str:
    """``pulumi stack export``."""
    return json.dumps({"version": 3, "deployment": {"resources": states(mode, nat_pool=nat_pool)}}, indent=4)


def preview(mode: str = "Flexible", *, nat_pool: bool = True) -> str:
    """``pulumi preview --json`` of resources that do not exist yet: ids are not known."""
    steps = []
    for state in states(mode, nat_pool=nat_pool, deployed=False):
        text = json.dumps(state)
        for kind, name in (("backendAddressPools", "pool"), ("inboundNatPools", "ssh")):
            text = text.replace(f"{LB_ID}/{kind}/{name}", UNKNOWN_TEXT)
        steps.append({"op": "create", "urn": state["urn"], "newState": json.loads(text)})
    return json.dumps({"steps": steps, "changeSummary": {"create": 2}}, indent=4)


def events(mode: str = "Flexible", *, nat_pool: bool = True) -> str:
    """NDJSON engine events with the resources in them."""
    lines: list[dict[str, Any]] = [{"sequence": 0, "timestamp": 1, "preludeEvent": {"config": {}}}]
    for number, state in enumerate(states(mode, nat_pool=nat_pool), start=1):
        event = {"metadata": {"op": "same", "urn": state["urn"], "type": state["type"], "new": state}}
        lines.append({"sequence": number, "timestamp": 1, "resourcePreEvent": event})
    lines.append({"sequence": 9, "timestamp": 1, "summaryEvent": {"maybeCorrupt": False}})
    return "\n".join(json.dumps(line) for line in lines) + "\n"


def terraform(mode: str = "Flexible", *, nat_pool: bool = True) -> str:
    """A Terraform plan that creates both.

    A Flexible set is an ``azapi_resource``: azurerm's own resource has no NAT pools to be wrong about.
    """
    changes = [
        _change("azurerm_lb.lb", {"name": "web-lb", "location": "westeurope", "sku": "Standard"}, {"id": True}),
        _change("azurerm_lb_backend_address_pool.pool", {"name": "pool"}, {"id": True, "loadbalancer_id": True}),
        _change(
            "azurerm_lb_outbound_rule.out",
            {"name": "out", "protocol": "All"},
            {"id": True, "loadbalancer_id": True, "backend_address_pool_id": True},
        ),
    ]
    resources: list[dict[str, Any]] = [
        _configured("azurerm_lb.lb", {}),
        _configured("azurerm_lb_backend_address_pool.pool", {"loadbalancer_id": _refs("azurerm_lb.lb")}),
        _configured(
            "azurerm_lb_outbound_rule.out",
            {
                "loadbalancer_id": _refs("azurerm_lb.lb"),
                "backend_address_pool_id": _refs("azurerm_lb_backend_address_pool.pool"),
            },
        ),
    ]
    if nat_pool:
        changes.append(
            _change(
                "azurerm_lb_nat_pool.ssh",
                {
                    "name": "ssh",
                    "protocol": "Tcp",
                    "frontend_port_start": 50000,
                    "frontend_port_end": 50100,
                    "backend_port": 22,
                },
                {"id": True, "loadbalancer_id": True},
            )
        )
        resources.append(_configured("azurerm_lb_nat_pool.ssh", {"loadbalancer_id": _refs("azurerm_lb.lb")}))
    change, configured = _azapi_set(nat_pool=nat_pool) if mode == "Flexible" else _linux_set(nat_pool=nat_pool)
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {}},
        "resource_changes": [*changes, change],
        "configuration": {"root_module": {"resources": [*resources, configured]}},
    }
    return json.dumps(plan, indent=2)


def _azapi_set(*, nat_pool: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    body = scale_set(nat_pool=nat_pool)
    after = {
        "type": "Microsoft.Compute/virtualMachineScaleSets@2024-07-01",
        "name": body.pop("name"),
        "location": body.pop("location"),
    }
    unknown: Any = copy.deepcopy(body)
    after["body"] = _without_ids(body)
    used = ["azurerm_lb_backend_address_pool.pool", *(["azurerm_lb_nat_pool.ssh"] if nat_pool else [])]
    change = _change("azapi_resource.web", after, {"id": True, "body": _only_ids(unknown)})
    return change, _configured("azapi_resource.web", {"body": _refs(*used)})


def _linux_set(*, nat_pool: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    ip: dict[str, Any] = {"name": "ip", "primary": True, "subnet_id": SUBNET_ID}
    ip_unknown: dict[str, Any] = {"load_balancer_backend_address_pool_ids": True}
    ip_refs: dict[str, Any] = {"load_balancer_backend_address_pool_ids": _refs("azurerm_lb_backend_address_pool.pool")}
    if nat_pool:
        ip["load_balancer_inbound_nat_rules_ids"] = [None]
        ip_unknown["load_balancer_inbound_nat_rules_ids"] = [True]
        ip_refs["load_balancer_inbound_nat_rules_ids"] = _refs("azurerm_lb_nat_pool.ssh")
    after = {
        "name": "web",
        "location": "westeurope",
        "zones": ["1", "2", "3"],
        "sku": "Standard_D2s_v5",
        "instances": 3,
        "platform_fault_domain_count": 1,
        "single_placement_group": False,
        "upgrade_mode": "Manual",
        "computer_name_prefix": "web",
        "admin_username": "ops",
        "admin_ssh_key": [{"username": "ops", "public_key": "ssh-rsa AAAA"}],
        "disable_password_authentication": True,
        "source_image_reference": [
            {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
        ],
        "os_disk": [{"caching": "ReadWrite"}],
        "network_interface": [{"name": "nic", "primary": True, "ip_configuration": [ip]}],
    }
    unknown = {"id": True, "network_interface": [{"ip_configuration": [ip_unknown]}]}
    expressions = {"network_interface": [{"ip_configuration": [ip_refs]}]}
    address = "azurerm_linux_virtual_machine_scale_set.web"
    return _change(address, after, unknown), _configured(address, expressions)


def _change(address: str, after: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    detail = {"actions": ["create"], "after": after, "after_unknown": unknown, "after_sensitive": {}}
    return {
        "address": address,
        "mode": "managed",
        "type": address.split(".")[-2],
        "name": address.rsplit(".", maxsplit=1)[-1],
    } | {"change": detail}


def _configured(address: str, expressions: dict[str, Any]) -> dict[str, Any]:
    return {"address": address, "mode": "managed", "type": address.split(".")[-2], "expressions": expressions}


def _refs(*addresses: str) -> dict[str, Any]:
    return {"references": [each for address in addresses for each in (f"{address}.id", address)]}


def _without_ids(body: Any) -> Any:
    if isinstance(body, list):
        return [_without_ids(item) for item in body]
    if isinstance(body, dict):
        return {
            name: _without_ids(value)
            for name, value in body.items()
            if not (name == "id" and str(value).startswith(LB_ID))
        }
    return body


def _only_ids(body: Any) -> Any:
    if isinstance(body, list):
        return [_only_ids(item) for item in body]
    if isinstance(body, dict):
        return {
            name: True if name == "id" and str(value).startswith(LB_ID) else _only_ids(value)
            for name, value in body.items()
        }
    return {}


def large_stack(instances: int) -> str:
    """A stack of one Flexible set with ``instances`` instances of four resources each."""
    resources = states(nat_pool=False)
    for index in range(instances):
        name = f"web-{index}"
        nic_id = f"{SUBSCRIPTION}/providers/Microsoft.Network/networkInterfaces/{name}"
        vm_id = f"{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines/{name}"
        kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
            (
                "network:NetworkInterface",
                nic_id,
                {"ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": SUBNET_ID}}]},
            ),
            (
                "compute:VirtualMachine",
                vm_id,
                {
                    "virtualMachineScaleSet": {"id": SET_ID},
                    "networkProfile": {"networkInterfaces": [{"id": nic_id}]},
                    "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
                    "osProfile": {"customData": SECRET_VALUE},
                },
            ),
            ("network:InboundNatRule", f"{LB_ID}/inboundNatRules/{name}", {"frontendPort": 50000 + index}),
            (
                "authorization:ManagementLockByScope",
                f"{vm_id}/providers/Microsoft.Authorization/locks/keep",
                {"scope": vm_id, "level": "CanNotDelete"},
            ),
        )
        for kind, identifier, inputs in kinds:
            token = f"azure-native:{kind}"
            state = {"urn": urn(token, name), "type": token, "custom": True, "id": identifier}
            resources.append(
                {**state, "inputs": inputs, "outputs": inputs, "dependencies": [], "propertyDependencies": {}}
            )
    return json.dumps({"version": 3, "deployment": {"resources": resources}}, indent=4)
