"""``scaleset preview``: the picture of plans, templates and states, and what differs between two of them."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from check import running, samples
from check.terraform_plans import change, plan
from support.browser import CONTRASTS, DESKTOP, PHONE, needs_chromium, opened
from typer.testing import Result

AZURE = "azure-native"
NETWORK = samples.LB_ID.rpartition("/loadBalancers")[0]
ALLOW = "Allow Inbound Tcp {} from 203.0.113.7, priority 100"
READERS: dict[str, Callable[..., str]] = {
    "stack": samples.stack,
    "preview": samples.preview,
    "arm": samples.arm,
    "terraform": samples.terraform,
}


def run(*arguments: str, stdin: str | None = None) -> Result:
    """Run ``scaleset preview``."""
    return running.run("preview", *arguments, stdin=stdin)


def record(*arguments: str) -> dict[str, Any]:
    """The record of the only set."""
    answer = run(*arguments, "-o", "json")
    assert answer.exit_code == 0, answer.stderr
    (found,) = json.loads(answer.stdout)
    assert isinstance(found, dict)
    return found


def state(token: str, name: str, identity: str, inputs: dict[str, Any], outputs: Any = None) -> dict[str, Any]:
    """A resource of a stack."""
    kind = f"{AZURE}:{token}"
    return {
        "urn": samples.urn(kind, name), "custom": True, "type": kind, "id": identity, "inputs": inputs,
        "outputs": outputs or {},
    }  # fmt: skip


def whole(
    tmp_path: Path, file: str, *, size: str = "S", port: int = 22, lock: bool = True, second: bool = False
) -> str:
    """A stack with a Flexible set, separate machines, and everything of a network; returns the file."""
    group = f"{NETWORK}/networkSecurityGroups/guard"
    subnet = f"{NETWORK}/virtualNetworks/net/subnets/vms"
    machine = f"{samples.SET_ID.rpartition('/virtualMachineScaleSets')[0]}/virtualMachines"
    rule = {"name": "ssh", "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 100}
    rule |= {"sourceAddressPrefix": "203.0.113.7", "destinationPortRange": str(port)}
    pool = {"id": f"{samples.LB_ID}/backendAddressPools/pool"}
    balancer = {
        "loadBalancerName": "web-lb", "sku": {"name": "Standard"}, "backendAddressPools": [{"name": "pool"}],
        "frontendIPConfigurations": [{"name": "in", "publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/in"}}],
        "loadBalancingRules": [
            {"name": "http", "protocol": "Tcp", "frontendPort": 80, "backendPort": 8080, "backendAddressPool": pool}
        ],
    }  # fmt: skip
    found = [
        state("network:PublicIPAddress", "in", f"{NETWORK}/publicIPAddresses/in", {}, {"ipAddress": "198.51.100.9"}),
        state("network:PublicIPAddress", "out", f"{NETWORK}/publicIPAddresses/out", {}, {"ipAddress": "198.51.100.10"}),
        state("network:NetworkSecurityGroup", "guard", group, {"securityRules": [rule]}),
        state(
            "network:NatGateway", "gateway", f"{NETWORK}/natGateways/gateway",
            {"sku": {"name": "Standard"}, "publicIpAddresses": [{"id": f"{NETWORK}/publicIPAddresses/out"}]},
        ),
        state(
            "network:VirtualNetwork", "net", f"{NETWORK}/virtualNetworks/net",
            {"subnets": [{"name": "vms", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": group},
                          "natGateway": {"id": f"{NETWORK}/natGateways/gateway"}}]},
        ),
        state("network:LoadBalancer", "lb", samples.LB_ID, balancer),
        state(
            "compute:VirtualMachineScaleSet", "web", samples.SET_ID,
            {"vmScaleSetName": "web", "location": "westeurope", "orchestrationMode": "Flexible"},
        ),
    ]  # fmt: skip
    for number, name in enumerate(("a", "b") if second else ("a",)):
        nic = f"{NETWORK}/networkInterfaces/{name}-nic"
        ip = {"name": "ip", "subnet": {"id": subnet}, "loadBalancerBackendAddressPools": [pool]}
        answered = {"ipConfigurations": [{**ip, "privateIPAddress": f"10.0.0.{number + 4}"}]}
        found.append(state("network:NetworkInterface", f"{name}-nic", nic, {"ipConfigurations": [ip]}, answered))
        body = {
            "vmName": name, "zones": ["1"], "location": "westeurope", "hardwareProfile": {"vmSize": size},
            "virtualMachineScaleSet": {"id": samples.SET_ID}, "networkProfile": {"networkInterfaces": [{"id": nic}]},
            "osProfile": {"customData": samples.SECRET, "adminPassword": samples.SECRET},
        }  # fmt: skip
        found.append(state("compute:VirtualMachine", name, f"{machine}/{name}", body))
    if lock:
        scope = f"{machine}/a"
        identity = f"{scope}/providers/Microsoft.Authorization/locks/keep"
        found.append(
            state("authorization:ManagementLockByScope", "keep", identity, {"scope": scope, "level": "CanNotDelete"})
        )
    path = tmp_path / file
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": found}}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
@pytest.mark.parametrize("kind", list(READERS))
def test_every_format_is_drawn(tmp_path: Path, kind: str, mode: str) -> None:
    """A plan, a state, a template and a Terraform plan of one set give the same instances, rules and lines."""
    file = tmp_path / f"{kind}.json"
    file.write_text(READERS[kind](mode, nat_pool=mode == "Uniform"), encoding="utf-8")
    found = record(str(file))
    assert (found["orchestrationMode"], found["facts"]["Instances"]) == (mode, "3")
    names = {(each["kind"], each["name"]) for each in found["nodes"]}
    assert {("instances", f"web #{number}") for number in (1, 2, 3)} <= names
    assert {("load balancers", "web-lb"), ("rules", "out")} <= names
    assert (("rules", "ssh") in names) is (mode == "Uniform")
    (face,) = [each for each in found["nodes"] if each["kind"] == "network interfaces"]
    assert face["facts"]["Addresses"].startswith("not known before deployment")
    into = {left for left, right in found["edges"] if right == face["key"]}
    assert into == {
        "rules:web-lb/outboundrules/out",
        *(["rules:web-lb/inboundnatpools/ssh"] if mode == "Uniform" else []),
    }
    assert found["notRead"] == ["subnet web: it is not part of the input"]


def test_everything_around_machines_of_the_program(tmp_path: Path) -> None:
    """Addresses come from the state, and subnet, security group, gateway, rules and locks are tied to the machine."""
    found = record(whole(tmp_path, "a.json"))
    facts = {each["key"]: each["facts"] for each in found["nodes"]}
    assert facts["instances:a"]["Addresses"] == "10.0.0.4"
    assert facts["instances:a"]["Protection"] == "keep (CanNotDelete)"
    assert facts["addresses:web-lb/in"]["Address"] == "198.51.100.9"
    assert facts["addresses:out"]["Address"] == "198.51.100.10"
    assert facts["subnets:vms"] == {
        "Range": "10.0.0.0/24", "Security group": "guard", "NAT gateway": "gateway", "Private": "no",
    }  # fmt: skip
    assert facts["security groups:guard"] == {"ssh": "Allow Inbound Tcp 22 from 203.0.113.7, priority 100"}
    assert sorted(map(tuple, found["edges"])) == sorted(
        [
            ("addresses:web-lb/in", "load balancers:web-lb"),
            ("addresses:out", "nat gateways:gateway"),
            ("load balancers:web-lb", "rules:web-lb/loadbalancingrules/http"),
            ("rules:web-lb/loadbalancingrules/http", "network interfaces:a-nic"),
            ("security groups:guard", "subnets:vms"),
            ("nat gateways:gateway", "subnets:vms"),
            ("subnets:vms", "network interfaces:a-nic"),
            ("network interfaces:a-nic", "instances:a"),
            ("instances:a", "locks:a/keep"),
        ]
    )
    assert found["notRead"] == []


def test_what_differs_between_two_states(tmp_path: Path) -> None:
    """An added machine, another size and port, a lock that is gone: each under its word, the rest unchanged."""
    old = whole(tmp_path, "old.json")
    new = whole(tmp_path, "new.json", size="M", port=2222, lock=False, second=True)
    found = record(new, "--against", old)
    changes = {each["key"]: (each["change"], each["was"]) for each in found["nodes"] if "change" in each}
    assert changes == {
        "instances:a": (
            "changed", ["Size: was S, now M", "Protection: was keep (CanNotDelete), now none"],
        ),
        "instances:b": ("added", []),
        "network interfaces:b-nic": ("added", []),
        "security groups:guard": (
            "changed",
            [f"ssh: was {ALLOW.format(22)}, now {ALLOW.format(2222)}"],
        ),
        "locks:a/keep": ("removed", []),
    }  # fmt: skip
    assert found["changes"] == {"added": 2, "removed": 1, "changed": 2, "replaced": 0}
    text = run(new, "--against", old).stdout
    assert "2 added, 1 removed, 2 changed." in text
    assert record(old, "--against", old)["changes"] == dict.fromkeys(("added", "removed", "changed", "replaced"), 0)


def test_what_a_plan_replaces(tmp_path: Path) -> None:
    """Pulumi's own word counts: a set that the plan replaces has replaced instances; so has one of another mode."""
    old = tmp_path / "old.json"
    old.write_text(samples.stack("Uniform"), encoding="utf-8")
    plan = json.loads(samples.preview("Uniform"))
    plan["steps"][1]["op"] = "replace"
    new = tmp_path / "new.json"
    new.write_text(json.dumps(plan), encoding="utf-8")
    assert record(str(new), "--against", str(old))["changes"]["replaced"] == 3
    new.write_text(samples.preview("Flexible"), encoding="utf-8")
    assert record(str(new), "--against", str(old))["changes"]["replaced"] == 3
    changes = json.loads(samples.terraform("Uniform"))
    changes["resource_changes"][-1]["change"]["actions"] = ["delete", "create"]
    new.write_text(json.dumps(changes), encoding="utf-8")
    assert record(str(new), "--against", str(old))["changes"]["replaced"] == 3


def test_secrets_are_in_no_picture(tmp_path: Path) -> None:
    """Custom data and passwords of a state are neither on the terminal nor in the record nor on the page."""
    file, html = whole(tmp_path, "a.json"), tmp_path / "a.html"
    assert samples.SECRET in Path(file).read_text(encoding="utf-8")
    assert run(file, "--html", str(html)).exit_code == 0
    for text in (run(file).output, run(file, "-o", "json").output, html.read_text(encoding="utf-8")):
        assert samples.SECRET not in text


def test_sensitive_values_of_a_plan_are_in_no_picture(tmp_path: Path) -> None:
    """Rules decide by them; a picture has them as not known."""
    address = "azurerm_orchestrated_virtual_machine_scale_set.web"
    after = {"name": "web", "sku_name": "Standard_D64s_v5", "instances": 7, "zones": ["3"], "priority": "Spot"}
    file = tmp_path / "plan.json"
    file.write_text(plan(change(address, after, sensitive=dict.fromkeys(after, True) | {"name": False})), "utf-8")
    text = run(str(file)).output + run(str(file), "-o", "json").output
    assert "web" in text
    assert "D64s" not in text
    assert "Spot" not in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give either a FILE (or `-`) or --stack STACK"),
        (("a.json", "--stack", "dev"), "give either a FILE (or `-`) or --stack STACK"),
        (("-", "--against", "-"), "--against -: standard input is the first file already"),
        (("none.json",), "none.json: there is no such file or directory"),
        (("package.json",), "package.json:1:1: expected the output of"),
        ((".",), "it is a directory: name one file"),
        (("a.json", "--name", "db"), "has no scale set 'db'"),
        (("a.json", "--against", "package.json"), "package.json:1:1: expected the output of"),
        (("a.json", "--html", "none/a.html"), "--html none/a.html: it cannot be written"),
    ],
)
def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str) -> None:
    """A mistake is one line that names what was given, and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(samples.stack(), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"name": "x"}', encoding="utf-8")
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert says in answer.stderr
    assert answer.stdout == ""


def test_a_failed_plan_is_drawn_and_told(tmp_path: Path) -> None:
    """What a plan with an error has is drawn; the picture and the exit code say that it is not all."""
    plan = json.loads(samples.preview())
    plan["diagnostics"] = [{"severity": "error", "message": "no"}]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    answer = run(str(file))
    assert answer.exit_code == 2
    assert "web #1" in answer.stdout
    assert "Not read: " in answer.stdout
    assert "the preview failed, so its steps are not all" in answer.stderr


def test_a_stack_is_previewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--stack`` runs ``pulumi preview --json`` in the project's folder, and tells why that failed."""
    plan = tmp_path / "plan.json"
    plan.write_text(samples.preview(), encoding="utf-8")
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\n[ "$6" = dev ] && cat {plan} || echo "no stack" >&2\n')
    pulumi.chmod(pulumi.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    answer = run("--stack", "dev", "--cwd", "infra")
    assert (answer.exit_code, answer.stdout.count("web #")) == (0, 3)
    said = (tmp_path / "said").read_text(encoding="utf-8").strip()
    assert said == "preview --json --show-sames --non-interactive --stack dev --cwd infra"
    failed = run("--stack", "prod")
    assert failed.exit_code == 2
    assert "--stack prod: `pulumi preview` failed: no stack; --cwd is the project's directory" in failed.stderr
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    assert "which is not on PATH" in run("--stack", "dev").stderr


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_difference(tmp_path: Path, scheme: Any) -> None:
    """Changes are words in a table, filters find them, it fits desktop and phone, and text has enough contrast."""
    old = whole(tmp_path, "old.json")
    new = whole(tmp_path, "new.json", size="M", lock=False, second=True)
    html = tmp_path / "diff.html"
    assert run(new, "--against", old, "--html", str(html)).exit_code == 0
    for viewport in (DESKTOP, PHONE):
        with opened(html, viewport=viewport, color_scheme=scheme) as (page, complaints):
            words = page.locator(".changes tbody td:first-child").all_inner_texts()
            assert sorted(words) == ["+ added", "+ added", "- removed", "~ changed"]
            page.locator("[data-filter=change]").select_option("added")
            assert page.locator(".instance:visible").all_inner_texts()[0].startswith("+ b")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert min(page.evaluate(CONTRASTS)) >= 4.5
            assert complaints == []
