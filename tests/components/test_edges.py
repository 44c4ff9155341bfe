"""Arguments on both sides of an edge, each with all of its problems: the fields, and a word of each message."""

from __future__ import annotations

from typing import Any

import pytest
from support import azure_world as azure
from support.scale_set_args import PASSWORD, base, merged

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError

Problems = dict[str, str]

_GUID = "11111111-0000-0000-0000-000000000001"
_OTHER = "11111111-0000-0000-0000-000000000002"
_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_DISKS = f"{azure.COMPUTE}/disks"
_ATTACH = {"lun": 0, "create_option": "Attach", "managed_disk_id": f"{_DISKS}/one"}
_ONE = {"name": "one", "publisher": "p", "type": "t", "type_handler_version": "1.0"}
_TWO = {**_ONE, "name": "two", "type": "u"}
_SENT = {"workspace_id": azure.WORKSPACE}
_STORED = {"storage_account_id": azure.STORAGE}


def problems(args: dict[str, Any]) -> Problems:
    """The problems of arguments by field."""
    try:
        compile_args("web", args)
    except ScaleSetArgsError as error:
        return {problem.field: problem.message for problem in error.problems}
    return {}


def _named(count: int = 2, **more: Any) -> dict[str, Any]:
    args = base("Flexible", "named")
    args["instances"] = {f"web-{index}": {} for index in range(count)}
    return merged(args, more)


def _profile(mode: str = "Flexible", **more: Any) -> dict[str, Any]:
    return merged(base(mode), more)


def _windows(**more: Any) -> dict[str, Any]:
    return merged(base("Flexible", "profile", windows=True), more)


def _grants(*grants: dict[str, Any]) -> dict[str, Any]:
    return _profile(role_assignments={f"g{index}": each for index, each in enumerate(grants)})


def _grant(role: str = _READER, principal: str = _GUID, **more: Any) -> dict[str, Any]:
    return {"role_definition_id": role, "principal_id": principal, **more}


def _settings(**settings: dict[str, Any]) -> dict[str, Any]:
    return _profile(diagnostic_settings=settings)


def _autoscale(**profile: Any) -> dict[str, Any]:
    first = {"name": "default", "minimum": 1, "maximum": 3}
    return _profile(
        capacity=None, autoscale={"profiles": [first, {"name": "x", "minimum": 1, "maximum": 3, **profile}]}
    )


def _range(first: int, last: int) -> dict[str, Any]:
    return {"frontend_port_start": first, "frontend_port_end": last}


def _user(name: str) -> dict[str, Any]:
    return _profile(admin_username=name)


def _password(text: str) -> dict[str, Any]:
    return _windows(admin_password=text)


_SCHEDULE = "autoscale.profiles[1].schedule"
_POOL = "standby_pool"
ACCESS: dict[str, tuple[dict[str, Any], Problems]] = {
    "two roles for one principal": (_grants(_grant(), _grant("8e3af657-a8ff-443c-a75c-2fe8c4bcb635")), {}),
    "one role for two principals": (_grants(_grant(), _grant(principal=_OTHER)), {}),
    "one grant twice": (_grants(_grant(), _grant(principal=_GUID.upper())), {"role_assignments['g1']": "'g0'"}),
    "one name for two grants": (
        _grants(_grant(name=_GUID), _grant(principal=_OTHER, name=_GUID)),
        {"role_assignments['g1'].name": f"{_GUID} is the name of 'g0' too"},
    ),
    "a role that is no GUID": (_grants(_grant("reader")), {"role_assignments['g0'].role_definition_id": "'reader'"}),
    "a role's id without a GUID": (
        _grants(_grant("/providers/Microsoft.Authorization/roleDefinitions/reader")),
        {"role_assignments['g0'].role_definition_id": "reader"},
    ),
    "a principal that is no GUID": (_grants(_grant(principal="me")), {"role_assignments['g0'].principal_id": "'me'"}),
    "five settings": (
        _settings(**{f"s{index}": {**_SENT, "metric_categories": [f"c{index}"]} for index in range(5)}),
        {},
    ),
    "six settings": (
        _settings(**{f"s{index}": {**_SENT, "metric_categories": [f"c{index}"]} for index in range(6)}),
        {"diagnostic_settings": "got 6, and Azure takes 5"},
    ),
    "a setting's name is another's key": (
        _settings(one=_SENT, two={**_STORED, "name": "ONE"}),
        {"diagnostic_settings['two'].name": "'one'"},
    ),
    "a setting's key is another's name": (
        _settings(two={**_STORED, "name": "ONE"}, one=_SENT),
        {"diagnostic_settings['one']": "'two'"},
    ),
    "two settings to one place": (
        _settings(one=_SENT, two={**_SENT, "workspace_id": azure.WORKSPACE.upper()}),
        {"diagnostic_settings['two'].workspace_id": "'one' sends AllMetrics there already"},
    ),
}
MACHINES: dict[str, tuple[dict[str, Any], Problems]] = {
    "one machine takes a disk": (_named(1, data_disks=[_ATTACH]), {}),
    "two machines share a disk": (
        _named(2, data_disks=[_ATTACH]),
        {"data_disks[0].create_option": "Attach names one existing disk"},
    ),
    "two machines, one with disks of its own": (
        _named(1, data_disks=[_ATTACH], instances={"db": {"data_disks": []}, "web-0": {}}),
        {},
    ),
    "a disk of a profile": (_profile(data_disks=[_ATTACH]), {"data_disks[0].create_option": "several instances"}),
    "a fault domain of a set with one": (
        _named(1, instances={"web-0": {"fault_domain": 0}}),
        {"instances['web-0'].fault_domain": "got 0"},
    ),
    "the last fault domain": (
        _named(1, platform_fault_domain_count=2, instances={"web-0": {"fault_domain": 1}}),
        {},
    ),
    "one fault domain too far": (
        _named(1, platform_fault_domain_count=2, instances={"web-0": {"fault_domain": 2}}),
        {"instances['web-0'].fault_domain": "got 2"},
    ),
    "a placement of a disk that is not ephemeral": (
        _profile(os_disk={"ephemeral_placement": "CacheDisk"}),
        {"os_disk": "ephemeral"},
    ),
    "keys on Windows": (_windows(ssh_public_keys=[azure.SSH_KEY]), {"ssh_public_keys": "they are for Linux"}),
    "Windows without a password": (_windows(admin_password=None), {"admin_password": "required on Windows"}),
    "Linux without a key": (_profile(ssh_public_keys=None), {"ssh_public_keys": "at least one public key"}),
    "Linux with an empty list of keys": (_profile(ssh_public_keys=[]), {"ssh_public_keys": "at least one public key"}),
    "Linux with a password": (_profile(ssh_public_keys=None, admin_password=PASSWORD), {}),
    "a known name": (_user("Admin"), {"admin_username": "does not allow the name 'Admin'"}),
    "a name with a point at its end": (_user("me."), {"admin_username": "does not allow"}),
    "64 letters on Linux": (_user("u" * 64), {}),
    "65 letters on Linux": (_user("u" * 65), {"admin_username": "it has 65 characters; expected 1 to 64 on Linux"}),
    "20 letters on Windows": (_windows(admin_username="u" * 20), {}),
    "21 letters on Windows": (_windows(admin_username="u" * 21), {"admin_username": "expected 1 to 20 on Windows"}),
    "a known password": (_password("P@ssW0rd"), {"admin_password": "everybody knows"}),
    "8 characters of three kinds": (_password("Abcdef-h"), {}),
    "7 characters of three kinds": (_password("Abcde-g"), {"admin_password": "it needs 8 to 123 characters"}),
    "123 characters": (_password("Ab-" + "c" * 120), {}),
    "124 characters": (_password("Ab-" + "c" * 121), {"admin_password": "it needs 8 to 123 characters"}),
    "two kinds of characters": (_password("Abcdefgh"), {"admin_password": "three kinds"}),
    "6 characters on Linux": (_profile(admin_password="Abc-ef"), {}),
    "73 characters on Linux": (_profile(admin_password="Ab-" + "c" * 70), {"admin_password": "6 to 72 characters"}),
    "one handler twice": (
        _profile(extensions=[_ONE, {**_ONE, "name": "two", "publisher": "P"}]),
        {"extensions[1]": "'two' has publisher and type of 'one'"},
    ),
    "the health extension by its name": (
        _profile(
            health={"protocol": "tcp", "port": 22},
            extensions=[
                {
                    **_ONE,
                    "name": "health",
                    "publisher": "Microsoft.ManagedServices",
                    "type": "ApplicationHealthLinux",
                    "settings": {"protocol": "tcp", "port": 22},
                }
            ],
        ),
        {},
    ),
    "another extension by its name": (
        _profile(health={"protocol": "tcp", "port": 22}, extensions=[{**_ONE, "name": "health"}]),
        {"extensions[0].name": "is the name of the extension that health creates"},
    ),
    "an extension waits for a later one": (
        _profile(extensions=[{**_ONE, "provision_after_extensions": ["two"]}, _TWO]),
        {"extensions[0].provision_after_extensions": "'two' is listed later"},
    ),
    "an extension waits for itself": (
        _profile(extensions=[{**_ONE, "provision_after_extensions": ["one"]}]),
        {"extensions[0].provision_after_extensions": "or is the extension itself"},
    ),
    "an extension waits for nobody": (
        _profile(extensions=[{**_ONE, "provision_after_extensions": ["three"]}]),
        {"extensions[0].provision_after_extensions": "there is no extension 'three'; got no others"},
    ),
    "an extension waits for the one before": (
        _profile(extensions=[_ONE, {**_TWO, "provision_after_extensions": ["one"]}]),
        {},
    ),
    "a Windows name of 15 characters": (
        merged(base("Flexible", "named", windows=True), {"instances": {"a" * 15: {}}}),
        {},
    ),
    "a Windows name of 16 characters": (
        merged(base("Flexible", "named", windows=True), {"instances": {"a" * 16: {}}}),
        {f"instances['{'a' * 16}'].computer_name": "has 16 characters and Windows takes 15"},
    ),
    "a Windows name of digits": (
        merged(base("Flexible", "named", windows=True), {"instances": {"db": {"computer_name": "12"}}}),
        {"instances['db'].computer_name": "not accept a name that has only digits"},
    ),
}
NUMBERS: dict[str, tuple[dict[str, Any], Problems]] = {
    "a schedule with a start alone": (
        _autoscale(schedule={"start": "2027-01-01T00:00:00", "time_zone": "UTC"}),
        {_SCHEDULE: "start and end go together"},
    ),
    "a schedule with an end alone": (
        _autoscale(schedule={"end": "2027-01-01T00:00:00", "time_zone": "UTC"}),
        {_SCHEDULE: "start and end go together"},
    ),
    "a schedule of both kinds": (
        _autoscale(schedule={"days": ["Monday"], "start": "2027-01-01T00:00:00", "end": "2027-01-02T00:00:00"}),
        {_SCHEDULE: "a schedule has days (weekly) or start and end (once)"},
    ),
    "a pool with equal numbers": (_profile(standby_pool={"max_ready_capacity": 2, "min_ready_capacity": 2}), {}),
    "a pool with more at least than at most": (
        _profile(standby_pool={"max_ready_capacity": 1, "min_ready_capacity": 2}),
        {_POOL: "min_ready_capacity is above max_ready_capacity"},
    ),
    "a pool and a set of 1,000": (_profile(capacity=400, standby_pool={"max_ready_capacity": 600}), {}),
    "a pool of 1,000 beside 1,000": (_profile(capacity=1000, standby_pool={"max_ready_capacity": 1000}), {}),
    "a pool of 1,001": (
        _profile(standby_pool={"max_ready_capacity": 1001}),
        {"standby_pool.max_ready_capacity": "1000"},
    ),
    "1,000 instances together": (_named(1, capacity=999, outbound={"method": "External"}), {}),
    "1,001 instances together": (
        _named(1, capacity=1000, outbound={"method": "External"}),
        {"instances": "1001 instances together"},
    ),
    "a schedule of neither kind": (_autoscale(schedule={"time_zone": "UTC"}), {_SCHEDULE: "a schedule has days"}),
    "a minute of a fixed schedule": (
        _autoscale(schedule={"start": "2027-01-01T00:00:00", "end": "2027-01-02T00:00:00", "minute": 1}),
        {_SCHEDULE: "minute only together with days"},
    ),
    "1,001 instances and no named one": (_profile(capacity=1001), {"capacity": "expected 0 to 1000"}),
    "a count and a capacity that differ": (
        _profile("Uniform", instance_count=2),
        {"instance_count": "it means the same as capacity"},
    ),
    "a count and a capacity that agree": (_profile("Uniform", instance_count=1), {}),
    "instances as a number and a count": (
        merged(_named(1), {"instances": 2, "instance_count": 2}),
        {"instances": "give instances as a number or instance_count"},
    ),
    "too many instances as a number": (merged(_named(1), {"instances": 1001}), {"instances": "0 to 1000"}),
    "too many instances by their count": (
        merged(_named(1), {"instances": None, "instance_count": 1001}),
        {"instance_count": "0 to 1000"},
    ),
    "a zone twice": (_profile(zones=["1", "1"]), {"zones": "each zone is named once"}),
    "a map for an object": (_profile(os_disk=3), {"os_disk": "expected a map with arguments: size_gb"}),
    "null for an object in a list": (_profile(data_disks=[None]), {"data_disks[0]": "({} for one without arguments)"}),
    "null for a text in a list": (_profile(zones=[None]), {"zones[0]": "set a value, or leave it out"}),
}
NETWORK: dict[str, tuple[dict[str, Any], Problems]] = {
    "a rule for each instance, and there are none": (
        _profile(inbound_nat={"ssh": {"backend_port": 22, "kind": "Rule"}}),
        {"inbound_nat['ssh'].kind": "no named instances that it could reach"},
    ),
    "fewer ports than named instances with rules of their own": (
        _named(
            3,
            inbound_nat={"ssh": {"backend_port": 22, **_range(50_000, 50_001)}},
            instances={
                "web-0": {"nat_ports": {"ssh": 50_000}},
                "web-1": {"nat_ports": {"ssh": 50_001}},
                "web-2": {"nat_ports": {"ssh": 50_002}},
            },
        ),
        {"instances['web-2'].nat_ports.ssh": "got 50002; expected 50000 to 50001"},
    ),
    "a pool with a port for each instance": (
        _profile("Uniform", capacity=3, inbound_nat={"ssh": {"backend_port": 22, "kind": "Pool", **_range(1, 3)}}),
        {},
    ),
    "a pool with a port less": (
        _profile("Uniform", capacity=3, inbound_nat={"ssh": {"backend_port": 22, "kind": "Pool", **_range(1, 2)}}),
        {"inbound_nat['ssh'].frontend_port_end": "3 instances need one each"},
    ),
    "a pool that nobody uses": (
        _profile(
            "Uniform",
            capacity=3,
            inbound_nat={"ssh": {"backend_port": 22, "kind": "Pool", "detach": True, **_range(1, 2)}},
        ),
        {},
    ),
    "one interface twice": (
        _profile(network_interfaces=[{"name": "a"}, {"name": "a"}]),
        {"network_interfaces[1].name": "'a' is given twice"},
    ),
    "the primary interface's own name": (
        _profile(network_interfaces=[{"name": "nic"}]),
        {"network_interfaces": "'nic' is the primary interface's own name"},
    ),
    "two primary interfaces": (
        _profile(network_interfaces=[{"name": "a", "primary": True}, {"name": "b", "primary": True}]),
        {"network_interfaces": "primary"},
    ),
    "a wrong zone leaves the instance": (
        _named(1, inbound_nat={"ssh": {"backend_port": 22, "kind": "Rule"}}, instances={"web-0": {"zone": "9"}}),
        {"instances['web-0'].zone": "got '9'"},
    ),
    "a wrong instance leaves the others": (
        _named(1, inbound_nat={"ssh": {"backend_port": 22, "kind": "Rule"}}, instances={"web-0": 3}),
        {"instances['web-0']": "expected a map with arguments"},
    ),
    "that name for the primary interface": (_profile(network_interfaces=[{"name": "nic", "primary": True}]), {}),
    "a rule in the ports of a way in": (
        _profile(
            load_balancer={"rules": {"http": {"frontend_port": 51_005}}},
            inbound_nat={"ssh": {"backend_port": 22, **_range(51_000, 51_005)}},
        ),
        {"load_balancer.rules['http'].frontend_port": "51005 lies in the ports of inbound_nat 'ssh'"},
    ),
    "a rule beside the ports of a way in": (
        _profile(
            load_balancer={"rules": {"http": {"frontend_port": 51_006}}},
            inbound_nat={"ssh": {"backend_port": 22, **_range(51_000, 51_005)}},
        ),
        {},
    ),
}
CASES = {**ACCESS, **MACHINES, **NUMBERS, **NETWORK}


@pytest.mark.parametrize("case", CASES)
def test_these_problems_and_no_others(case: str) -> None:
    """Each case has exactly the problems that are listed, none if nothing is wrong with it."""
    args, expected = CASES[case]
    found = problems(args)
    assert found.keys() == expected.keys()
    assert {field: text for field, text in expected.items() if text not in found[field]} == {}
