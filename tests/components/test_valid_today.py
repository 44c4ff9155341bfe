"""Sets that are valid today and were refused once: the component takes them, and so does Azure, as it is simulated.

Each names what proves it. ``tests/check/test_today.py`` has the same situations as templates.
"""

from __future__ import annotations

import pytest
from support.azure_world import World
from support.rule_cases.parts import FABRIC, HEALTH, Args, raw
from support.scale_set_args import base, merged
from support.verdicts import verdict

_NEWEST = "2026-04-01"
_OS_UPGRADES: Args = {"mode": "Automatic", "automatic_os_upgrade": {}}


def _mix(*sizes: str, ranks: tuple[int, ...] = (), storage: str | None = None) -> Args:
    named: list[Args] = [{"name": size} for size in sizes]
    for size, rank in zip(named, ranks, strict=False):
        size["rank"] = rank
    mix: Args = {"vm_sizes": named} | ({"allocation_strategy": "Prioritized"} if ranks else {})
    return {"vm_size": None, "instance_mix": mix} | ({"os_disk": {"storage_account_type": storage}} if storage else {})


VALID: dict[str, tuple[str, Args]] = {
    "equal ranks (the instance-mix page, twice; azurerm's acceptance tests use 1, 3, 3)": (
        "Flexible",
        _mix("Standard_D8s_v5", "Standard_D8as_v5", ranks=(0, 0)),
    ),
    "DS2_v2 beside D2s_v3: both have premium storage (the series' pages)": (
        "Flexible",
        _mix("Standard_DS2_v2", "Standard_D2s_v3"),
    ),
    "sizes with and without premium storage on Standard_LRS (azurerm's acceptance tests)": (
        "Flexible",
        _mix("Standard_A2_v2", "Standard_D2s_v3", "Standard_F2s_v2", storage="Standard_LRS"),
    ),
    "a standby pool of 1,000 beside an instance (standby overview: size = maximum less instances)": (
        "Flexible",
        {"standby_pool": {"max_ready_capacity": 1000}},
    ),
    "a standby pool of 600 beside 600 instances (the same formula)": (
        "Flexible",
        {"capacity": 600, "standby_pool": {"max_ready_capacity": 600}},
    ),
    "OS upgrades of Service Fabric Silver without a probe (automatic-upgrade page; azurerm pull request 11723)": (
        "Uniform",
        {"upgrade_policy": _OS_UPGRADES, "extensions": [FABRIC]},
    ),
    "SpotPlus with policy, price and mix (azure-cli issue 33881; REST example WithSpotPlusPriorityFlex)": (
        "Flexible",
        {
            "api_version": _NEWEST,
            "spot": {"priority": "SpotPlus", "eviction_policy": "Deallocate", "max_price": -1},
            "priority_mix": {"base_regular_priority_count": 1},
        },
    ),
    "Spot and a mix without singlePlacementGroup (REST example WithPriorityMixPolicy)": (
        "Flexible",
        {"spot": {}, "priority_mix": {"base_regular_priority_count": 1}, **raw(singlePlacementGroup=None)},
    ),
    "balance over zones that Azure chooses (automatic-zone-placement page, 2026-08)": (
        "Flexible",
        {"api_version": "2026-03-01", "zone_placement": {"max_zone_count": 3}, "zone_balance": True},
    ),
    "external health for rolling upgrades and repairs (azure-mgmt-compute 39: ExternalHealthPolicy)": (
        "Flexible",
        {
            "api_version": _NEWEST,
            "upgrade_policy": {"mode": "Rolling"},
            "automatic_repairs": {},
            **raw(externalHealthPolicy={"enabled": True}),
        },
    ),
    "no rollback on Flexible, said (Azure Verified Modules: upgradePolicyMode Rolling)": (
        "Flexible",
        {
            **HEALTH,
            "upgrade_policy": {"mode": "Rolling", "rolling": {"rollback_failed_instances_on_policy_breach": False}},
        },
    ),
    "OS upgrades on Flexible (azure-cli pull request 29415; MaxSurge page)": (
        "Flexible",
        {**HEALTH, "upgrade_policy": {**_OS_UPGRADES, "mode": "Rolling"}},
    ),
    "no overprovisioning on Flexible, said (no source refuses it; the modules leave it out)": (
        "Flexible",
        {"overprovision": False, "do_not_run_extensions_on_overprovisioned_vms": False},
    ),
}


@pytest.fixture(scope="module")
def world() -> World:
    """One simulated subscription; each deployment is rolled back."""
    return World()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.newest] if "2026" in str(change) else [])
        for name, (_, change) in VALID.items()
    ],
)
def test_it_is_accepted_here_and_there(world: World, name: str) -> None:
    """No rule refuses it, and Azure deploys the plan."""
    mode, change = VALID[name]
    ours = verdict(merged(base(mode), change))
    assert ours.accepted, ours.message
    assert ours.plan is not None
    assert world.deploy(ours.plan) is None


def test_windows_updates_that_nobody_mentions(world: World) -> None:
    """OS upgrades of a Windows set need no word about automatic updates: Azure switches them off itself."""
    raw_updates = {"osProfile": {"windowsConfiguration": {"enableAutomaticUpdates": None}}}
    change = {**HEALTH, "upgrade_policy": _OS_UPGRADES, **raw(virtualMachineProfile=raw_updates)}
    ours = verdict(merged(base("Uniform", windows=True), change))
    assert ours.accepted, ours.message
    assert ours.plan is not None
    assert "enableAutomaticUpdates" not in str(ours.plan.child("scaleSet").inputs)
    assert world.deploy(ours.plan) is None


def test_what_is_said_arrives() -> None:
    """A switch that is off on Flexible is sent as it was written, not dropped in silence."""
    name = next(each for each in VALID if each.startswith("no overprovisioning"))
    plan = verdict(merged(base("Flexible"), VALID[name][1])).plan
    assert plan is not None
    inputs = plan.child("scaleSet").inputs
    assert inputs["overprovision"] is False
    assert inputs["doNotRunExtensionsOnOverprovisionedVMs"] is False


@pytest.mark.parametrize("said", [None, "Windows"])
def test_the_image_says_the_operating_system(world: World, said: str | None) -> None:
    """Where os_type is left out, a Windows image makes Windows machines."""
    args = base("Flexible", windows=True)
    args.pop("os_type")
    ours = verdict(args | ({} if said is None else {"os_type": said}))
    assert ours.accepted, ours.message
    assert ours.plan is not None
    assert "windowsConfiguration" in ours.plan.child("scaleSet").inputs["virtualMachineProfile"]["osProfile"]
    assert world.deploy(ours.plan) is None
