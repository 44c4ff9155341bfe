"""For any set, the arguments and raw inputs that are read from it compile to exactly that set again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child
from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.adopting.adopt import Adopted, adopt
from scaleset_migration.adopting.comparing import resolved
from scaleset_migration.adopting.things import Found, Machine, Thing
from scaleset_migration.reverse import arguments
from scaleset_migration.settle import FromConfig, settle

ROOT = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers"
NETWORK = f"{ROOT}/Microsoft.Network"
SET = f"{ROOT}/Microsoft.Compute/virtualMachineScaleSets/web"
_MAY_BE_ABSENT: dict[str, Any] = {}

names = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
flags = st.booleans()
texts = st.text(st.characters(codec="ascii", exclude_characters="\x00", categories=["L", "N", "P", "S"]), max_size=12)
tags = st.dictionaries(names, texts, max_size=3)
subnets = names.map(lambda name: {"id": f"{NETWORK}/virtualNetworks/net/subnets/{name}"})
pools = st.lists(names, max_size=2, unique=True).map(
    lambda found: [{"id": f"{NETWORK}/loadBalancers/lb/backendAddressPools/{each}"} for each in found]
)
storage = st.sampled_from(["Premium_LRS", "StandardSSD_LRS", "Standard_LRS"])
json_values = st.recursive(flags | st.integers(-9, 9) | texts, lambda inner: st.lists(inner, max_size=2), max_leaves=4)


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of these members; what is empty is left out, as an import leaves it out."""
    return st.fixed_dictionaries({}, optional=members).map(_filled)


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if each not in ({}, [])}


@st.composite
def interfaces(draw: st.DrawFn, *, flexible: bool) -> list[dict[str, Any]]:
    """The interface configurations of a profile: one or two, the first of them primary."""
    found = []
    for index, name in enumerate(draw(st.lists(st.just("nic") | names, min_size=1, max_size=2, unique=True))):
        address = some(
            idleTimeoutInMinutes=st.integers(4, 30),
            dnsSettings=st.fixed_dictionaries({"domainNameLabel": names}),
            deleteOption=st.sampled_from(["Delete", "Detach"]) if flexible else st.nothing(),
        ).map(lambda value: {"name": "public", **value})
        extra = some(
            loadBalancerBackendAddressPools=pools if index == 0 else st.just([]),
            publicIPAddressConfiguration=address,
            privateIPAddressVersion=st.just("IPv4"),
        )
        configuration = {
            "name": draw(st.just("ipconfig") | names),
            "primary": True,
            "subnet": draw(subnets),
            **draw(extra),
        }
        more = some(
            enableAcceleratedNetworking=flags,
            enableIPForwarding=flags,
            disableTcpStateTracking=flags,
            networkSecurityGroup=names.map(lambda group: {"id": f"{NETWORK}/networkSecurityGroups/{group}"}),
            dnsSettings=st.just({"dnsServers": ["10.0.0.4"]}),
        )
        found.append({"name": name, "primary": index == 0, "ipConfigurations": [configuration], **draw(more)})
    return found


@st.composite
def disks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Data disks."""
    luns = draw(st.lists(st.integers(0, 7), max_size=3, unique=True))
    return [
        {
            "lun": lun,
            "createOption": "Empty",
            "diskSizeGB": draw(st.integers(1, 512)),
            **draw(some(caching=st.sampled_from(["None", "ReadOnly"]), managedDisk=some(storageAccountType=storage))),
        }
        for lun in luns
    ]


@st.composite
def extensions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Extensions, each after any of those before it."""
    found: list[dict[str, Any]] = []
    for index, name in enumerate(draw(st.lists(names, max_size=3, unique=True))):
        before = [each["name"] for each in found]
        waits = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        more = some(
            autoUpgradeMinorVersion=flags,
            enableAutomaticUpgrade=flags,
            suppressFailures=flags,
            forceUpdateTag=names,
            settings=st.dictionaries(names, json_values, min_size=1, max_size=2),
            provisionAfterExtensions=st.just(waits),
        )
        head = {"name": name, "publisher": "Some.Publisher", "type": f"Kind{index}", "typeHandlerVersion": "1.0"}
        found.append({**head, **draw(more)})
    return found


def systems(**first: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """OS profiles of Linux machines with keys, and with passwords that nobody sees."""
    key = {"path": "/home/me/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}
    other = {"path": "/home/me/.ssh/other", "keyData": "ssh-ed25519 BBBB y"}
    keys = st.sampled_from([[key], [key, other]]).map(lambda found: {"publicKeys": found})
    patching = some(patchMode=st.just("ImageDefault"))
    linux = some(provisionVMAgent=st.just(True), enableVMAgentPlatformUpdates=flags, patchSettings=patching)
    by_key = st.fixed_dictionaries({"ssh": keys, "disablePasswordAuthentication": st.just(True)})
    by_password = st.just({"disablePasswordAuthentication": False})
    configuration = st.tuples(linux, by_key | by_password).map(lambda pair: {**pair[0], **pair[1]})
    own = {"adminUsername": st.just("me"), "linuxConfiguration": configuration}
    return st.fixed_dictionaries({**first, **own}, optional={"allowExtensionOperations": st.just(True)})


def os_disks() -> st.SearchStrategy[dict[str, Any]]:
    """OS disks."""
    more = some(
        caching=st.sampled_from(["None", "ReadOnly", "ReadWrite"]),
        diskSizeGB=st.integers(30, 512),
        managedDisk=some(storageAccountType=storage),
        osType=st.just("Linux"),
    )
    return more.map(lambda found: {"createOption": "FromImage", **found})


image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
diagnostics = some(bootDiagnostics=some(enabled=flags))


@st.composite
def bodies(draw: st.DrawFn, mode: str) -> dict[str, Any]:
    """The inputs that an import gives a set with a profile."""
    flexible = mode == "Flexible"
    storages = some(dataDisks=disks()).map(lambda found: {"imageReference": dict(image), **found})
    network = {"networkInterfaceConfigurations": draw(interfaces(flexible=flexible))}
    if flexible:
        network["networkApiVersion"] = draw(st.sampled_from(["2020-11-01", "2022-11-01"]))
    profile = {
        "osProfile": draw(systems(computerNamePrefix=names)),
        "storageProfile": {**draw(storages), "osDisk": draw(os_disks())},
        "networkProfile": network,
        **draw(
            some(
                extensionProfile=some(extensions=extensions(), extensionsTimeBudget=st.just("PT1H")),
                diagnosticsProfile=diagnostics,
                scheduledEventsProfile=some(
                    terminateNotificationProfile=st.fixed_dictionaries(
                        {"enable": flags, "notBeforeTimeout": st.sampled_from(["PT5M", "PT9M"])}
                    )
                ),
                securityProfile=some(encryptionAtHost=flags),
                licenseType=st.just("RHEL_BYOS"),
            )
        ),
    }
    mine = (
        some(platformFaultDomainCount=st.just(1), singlePlacementGroup=st.just(False))
        if flexible
        else some(
            overprovision=flags,
            doNotRunExtensionsOnOverprovisionedVMs=flags,
            singlePlacementGroup=flags,
            platformFaultDomainCount=st.sampled_from([1, 5]),
        )
    )
    return {
        "resourceGroupName": "rg",
        "vmScaleSetName": "web",
        "location": "westeurope",
        "orchestrationMode": mode,
        "sku": {"name": "Standard_D2s_v5", "capacity": draw(st.integers(0, 9)), **draw(some(tier=st.just("Standard")))},
        "virtualMachineProfile": profile,
        **draw(mine),
        **draw(
            some(
                tags=tags,
                upgradePolicy=some(mode=st.sampled_from(["Manual", "Automatic"])),
                scaleInPolicy=some(rules=st.sampled_from([["OldestVM"], ["Default"]]), forceDeletion=flags),
                additionalCapabilities=some(ultraSSDEnabled=flags),
                constrainedMaximumCapacity=flags,
                identity=names.map(
                    lambda name: {
                        "type": "UserAssigned",
                        "userAssignedIdentities": [f"{ROOT}/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"],
                    }
                ),
            )
        ),
    }


def exactly(child: Child, thing: Thing, adopted: Adopted) -> None:
    """A child's inputs are those of the import, apart from secrets that it leaves alone."""
    pairs = {each.key: one for each, one in adopted.children}
    assert plain(resolved(child.inputs, pairs)) == plain(dict(thing.inputs)), child.key


def plain(value: Any) -> Any:
    """A tree without what is absent: nulls, secrets, empty objects."""
    if isinstance(value, dict):
        inner = {name: plain(each) for name, each in value.items() if each is not None and each is not UNKNOWN}
        return {name: each for name, each in inner.items() if each != _MAY_BE_ABSENT}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(st.sampled_from(["Uniform", "Flexible"]).flatmap(bodies))
def test_a_set_compiles_to_itself(body: dict[str, Any]) -> None:
    """In both modes: no part of the set is lost, and nothing is added, whatever names and options it has."""
    adopted = adopt(Found(Thing(SET, tokens.SCALE_SET, body)))
    ((child, thing),) = adopted.children
    exactly(child, thing, adopted)


@SLOW
@given(st.sampled_from(["Uniform", "Flexible"]).flatmap(bodies))
def test_settled_arguments_compile_to_the_body(body: dict[str, Any]) -> None:
    """The reverse alone, with the residue: the arguments become exactly the body."""
    known = {"resource_group_name": "rg", **arguments(body, "web"), "admin_password": FromConfig("adminPassword")}
    if body["orchestrationMode"] == "Flexible":
        known["outbound"] = {"method": "External"}
    settled = settle("web", known, body)
    assert settled.problems == ()
    assert settled.plan is not None
    assert plain(resolved(settled.plan.scale_set.inputs, {})) == plain(body)


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    """A member of a set, with names of any kind."""
    name = draw(names)
    nic_id = f"{NETWORK}/networkInterfaces/{draw(names)}"
    vm_id = f"{ROOT}/Microsoft.Compute/virtualMachines/{name}"
    disk = {"name": draw(names), "managedDisk": {"id": f"{ROOT}/Microsoft.Compute/disks/{draw(names)}"}}
    reference = {"id": nic_id, **draw(some(primary=st.just(True), deleteOption=st.sampled_from(["Delete", "Detach"])))}
    vm = {
        "resourceGroupName": "rg",
        "vmName": name,
        "location": "westeurope",
        "virtualMachineScaleSet": {"id": SET},
        "hardwareProfile": {"vmSize": draw(st.sampled_from(["Standard_D2s_v5", "Standard_D4s_v5"]))},
        "osProfile": draw(systems(computerName=names)),
        "storageProfile": {
            "imageReference": dict(image),
            "osDisk": {**draw(os_disks()), **disk},
            **draw(some(dataDisks=disks())),
        },
        "networkProfile": {"networkInterfaces": [reference]},
        **draw(some(tags=tags, diagnosticsProfile=diagnostics)),
    }
    configuration = {
        "id": f"{nic_id}/ipConfigurations/one",
        "name": draw(names),
        "primary": True,
        "subnet": draw(subnets),
        "privateIPAllocationMethod": draw(st.sampled_from(["Dynamic", "Static"])),
        "privateIPAddress": "10.0.0.7",
        **draw(some(loadBalancerBackendAddressPools=pools)),
    }
    nic = {
        "resourceGroupName": "rg",
        "networkInterfaceName": nic_id.rsplit("/", 1)[-1],
        "location": "westeurope",
        "ipConfigurations": [configuration],
        **draw(some(tags=tags, enableAcceleratedNetworking=flags)),
    }
    found = []
    for each in draw(extensions()):
        own = {key: value for key, value in each.items() if key not in {"name", "provisionAfterExtensions"}}
        head = {"resourceGroupName": "rg", "vmName": name, "vmExtensionName": each["name"], "location": "westeurope"}
        found.append(Thing(f"{vm_id}/extensions/{each['name']}", tokens.VM_EXTENSION, {**head, **own}))
    return Machine(
        Thing(vm_id, tokens.VIRTUAL_MACHINE, vm), (Thing(nic_id, tokens.NETWORK_INTERFACE, nic),), tuple(found)
    )


@pytest.mark.slow
@SLOW
@given(machines(), st.booleans().flatmap(lambda profile: bodies("Flexible") if profile else st.none()))
def test_a_machine_compiles_to_itself(machine: Machine, body: dict[str, Any] | None) -> None:
    """A named member of a set with a profile or without one: its resources are as they are, or it stays outside."""
    bare = {
        "resourceGroupName": "rg",
        "vmScaleSetName": "web",
        "location": "westeurope",
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1,
    }
    adopted = adopt(Found(Thing(SET, tokens.SCALE_SET, body or bare), (machine,)))
    kinds = {child.kind for child, _ in adopted.children}
    if body is None:
        assert "virtualMachine" in kinds, adopted.outside
    for child, thing in adopted.children:
        if not any(path.startswith(f"{child.kind}.") and "dminPassword" not in path for path in adopted.ignored):
            exactly(child, thing, adopted)
