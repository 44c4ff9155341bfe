"""Raw inputs: what in them is a secret, how lists are merged, and which keys azure-native would drop."""

from __future__ import annotations

from typing import Any

import pytest
from support.scalesets import flexible, uniform

from pulumi_azure_scaleset.compile import Compiled, compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan.overrides import merge, with_secrets
from pulumi_azure_scaleset.plan.resources import Secret


def shown(value: Any) -> Any:
    """A tree with secrets as ``("secret", value)``."""
    if isinstance(value, Secret):
        return ("secret", value.value)
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"osProfile": {"adminPassword": "x"}}, {"osProfile": {"adminPassword": ("secret", "x")}}),
        ({"protectedSettings": {"a": ["b"]}}, {"protectedSettings": ("secret", {"a": ["b"]})}),
        ({"list": [{"userData": "x", "name": "n"}]}, {"list": [{"userData": ("secret", "x"), "name": "n"}]}),
        ({"settings": {"commandToExecute": "join"}}, {"settings": {"commandToExecute": ("secret", "join")}}),
        ({"linuxConfiguration": {"disablePasswordAuthentication": True}}, None),
        ({"osProfile": {"secrets": [{"sourceVault": {"id": "/x"}}], "adminPassword": None}}, None),
        ({"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}, None),
    ],
)
def test_what_is_secret_by_its_name(raw: dict[str, Any], expected: dict[str, Any] | None) -> None:
    """Texts below a secret's name and all of protectedSettings are secrets, at any depth; switches, nulls not."""
    assert shown(with_secrets(raw)) == (raw if expected is None else expected)


def test_an_instances_own_inputs_reach_all_its_interfaces() -> None:
    """Raw inputs of an instance are merged into its machine and each of its interfaces, and into no neighbour's."""
    raw = {"virtualMachine": {"tags": {"own": "vm"}}, "networkInterface": {"tags": {"own": "nic"}}}
    args = flexible(instances={"web-0": {"overrides": raw}, "web-1": {}}, networkInterfaces=[{"name": "back"}])
    children = compile_args("web", {"resource_group_name": "rg", **args}).plan.children
    assert {child.key: child.inputs["tags"]["own"] for child in children if child.inputs.get("tags")} == {
        "vm:web-0": "vm",
        "nic:web-0": "nic",
        "nic:web-0/back": "nic",
    }


def compiled(args: dict[str, Any]) -> Compiled:
    """What arguments become."""
    return compile_args("web", {"resource_group_name": "rg", **args})


def refused(args: dict[str, Any]) -> dict[str, str]:
    """The problems of arguments, by their fields."""
    with pytest.raises(ScaleSetArgsError) as caught:
        compiled(args)
    return {problem.field: problem.message for problem in caught.value.problems}


def profile_of(args: dict[str, Any]) -> Any:
    """The profile of a Uniform set with these raw inputs, and the warnings."""
    done = compiled(uniform(overrides={"scaleSet": {"virtualMachineProfile": args}}))
    return done.plan.scale_set.inputs["virtualMachineProfile"], done.warnings


def test_interfaces_and_their_configurations_are_merged_by_name() -> None:
    """A raw property of an interface and of its IP configuration leaves the rest of both as it was."""
    before, _ = profile_of({})
    configuration = {"name": "ipconfig", "publicIPAddressConfiguration": {"name": "own"}}
    raw = {"name": "NIC", "enableFpga": True, "ipConfigurations": [configuration]}
    after, warnings = profile_of({"networkProfile": {"networkInterfaceConfigurations": [raw]}})
    (old,) = before["networkProfile"]["networkInterfaceConfigurations"]
    (new,) = after["networkProfile"]["networkInterfaceConfigurations"]
    assert new["enableFpga"] is True
    (old_address,), (new_address,) = old["ipConfigurations"], new["ipConfigurations"]
    assert new_address == {**old_address, "publicIPAddressConfiguration": {"name": "own"}}
    assert {**new, "ipConfigurations": 0} == {**old, "name": "NIC", "enableFpga": True, "ipConfigurations": 0}
    assert warnings == compiled(uniform()).warnings


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([{"lun": 0, "a": 1}, {"lun": 1}], [{"lun": 1, "a": 2}], [{"lun": 0, "a": 1}, {"lun": 1, "a": 2}]),
        ([{"name": "a", "b": 1}], [{"name": "A", "b": None}, {"name": "c"}], [{"name": "A"}, {"name": "c"}]),
        ([{"id": "/x", "p": 1}], [{"id": "/X", "q": 2}], [{"id": "/X", "p": 1, "q": 2}]),
        ([{"name": "a"}], [{"lun": 1}], [{"lun": 1}]),
        (["1", "2"], ["3"], ["3"]),
        ([{"name": "a"}, {"name": "b"}], {"$replace": [{"name": "b"}]}, [{"name": "b"}]),
        (None, {"$replace": ["1"]}, ["1"]),
        (None, {"inner": {"$replace": ["1"]}}, {"inner": ["1"]}),
    ],
)
def test_how_lists_are_merged(old: Any, new: Any, expected: Any) -> None:
    """By lun, name or id without case, new elements at the end; others are replaced, and all are where it says so."""
    assert merge({} if old is None else {"list": old}, {"list": new}) == {"list": expected}


def test_a_list_that_is_replaced_is_told() -> None:
    """Elements without an identity replace the list, with a warning; without one if that was explicit."""
    flat = {"scaleSet": {"zones": ["2"]}}
    (warning,) = compiled(flexible(instances={"web-0": {}}, zones=["1"], overrides=flat)).warnings
    assert warning.startswith("overrides.scaleSet.zones: it replaces the whole list")
    meant = {"scaleSet": {"zones": {"$replace": ["2"]}}}
    done = compiled(flexible(instances={"web-0": {}}, zones=["1"], overrides=meant))
    assert (done.plan.scale_set.inputs["zones"], done.warnings) == (["2"], ())


def test_keys_that_azure_native_would_drop_are_refused() -> None:
    """A slip is named with what was meant, at any depth and in lists; others with the argument that makes them work."""
    profile = {
        "osProfil": {},
        "networkProfile": {"networkInterfaceConfigurations": [{"name": "nic", "enable_fpga": 1}]},
    }
    machine = {"hardwareProfile": {"vmSizes": "Standard_D4s_v5"}}
    raw = {"scaleSet": {"externalHealthPolicy": {"enabled": True}, "virtualMachineProfile": profile}}
    instance = {"overrides": {"virtualMachine": machine}}
    found = refused(flexible(capacity=1, instances={"web-0": instance}, overrides=raw))
    at = "overrides.scaleSet.virtualMachineProfile"
    assert found.keys() == {
        "overrides.scaleSet.externalHealthPolicy",
        f"{at}.osProfil",
        f"{at}.networkProfile.networkInterfaceConfigurations[0].enable_fpga",
        "instances['web-0'].overrides.virtualMachine.hardwareProfile.vmSizes",
    }
    assert "did you mean 'osProfile'?" in found[f"{at}.osProfil"]
    assert "'enableFpga'" in found[f"{at}.networkProfile.networkInterfaceConfigurations[0].enable_fpga"]
    assert "api_version" in found["overrides.scaleSet.externalHealthPolicy"]
    assert "did you mean" not in found["overrides.scaleSet.externalHealthPolicy"]


def test_free_objects_have_keys_of_their_own() -> None:
    """Tags, an extension's settings and a template are the user's: their keys are not checked."""
    raw = {"scaleSet": {"tags": {"vmsize": "x"}}, "virtualMachineExtension": {"settings": {"anything": {"at": "all"}}}}
    assert compiled(flexible(overrides=raw)).warnings == compiled(flexible()).warnings


def test_a_literal_id_in_place_of_a_reference_keeps_the_order() -> None:
    """Raw inputs that name the interface by its id: the machine still comes after it, and goes before it."""
    interface = {"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/own"}
    own = {"overrides": {"virtualMachine": {"networkProfile": {"networkInterfaces": {"$replace": [interface]}}}}}
    plan = compiled(flexible(instances={"web-0": own, "web-1": {}})).plan
    assert "nic:web-0" in plan.child("vm:web-0").after
    assert plan.child("vm:web-1").after == ()
