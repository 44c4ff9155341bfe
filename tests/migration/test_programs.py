"""The programs that a plan writes: they pass the pack, they have no secrets, and they are what people would write."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from corpus.catalogue import SITUATIONS
from corpus.situation import Situation as Known
from migration.bodies import base

from devkit import paths
from scaleset_migration.estate import estate_of
from scaleset_migration.planning import CannotPlanError, Planned, Style, plan
from scaleset_migration.programs import Language, Program, write
from scaleset_migration.report import record
from scaleset_migration.report.markdown import markdown
from scaleset_migration.situation import Situation as Standing
from scaleset_migration.sources.files import situations
from scaleset_policies.engine import check
from scaleset_policies.formats.read import read
from scaleset_policies.rule import Level

_SECRETS = ("Pelican-7731", "Heron-2288", "UGVsaWNhbi03NzMx")
"""Passwords that are in the corpus, one in base64."""


def plans(style: Style = Style.PROFILE) -> Iterator[tuple[Known, Planned]]:
    """The plans of every Uniform set of the corpus."""
    for known in SITUATIONS:
        text = known.content if isinstance(known.content, str) else json.dumps(known.content)
        found = read(text, known.name)
        assert found is not None
        for situation in situations(found.estate, known.name):
            try:
                yield known, plan(situation, style)
            except CannotPlanError:
                continue


def program(found: Planned) -> Program:
    """A program with the one set."""
    return Program("migrated", "A set that was Uniform.", {found.twin.name: found.settled.arguments})


@pytest.mark.parametrize("style", list(Style))
def test_the_corpus_is_planned(style: Style) -> None:
    """Every Uniform set that people published is planned; the component refuses only what was wrong before."""
    found = list(plans(style))
    assert len(found) > 20
    for known, each in found:
        assert not each.problems or known.faults, (known.name, each.problems)


def test_programs_pass_the_pack() -> None:
    """No mandatory rule is broken by what the program makes that the source did not break."""
    for known, each in plans():
        if each.settled.plan is None:
            continue
        report = check(estate_of(each.settled.plan))
        broken = {found.rule.id for found in report.violations if found.level is Level.MANDATORY}
        assert broken <= {fault.split()[0] for fault in known.faults}, (known.name, broken)
        assert not report.failures


def test_no_secret_leaves_the_source() -> None:
    """What is secret in a source is in no report and no program, in no language: the configuration has it."""
    asked = 0
    for _, each in plans():
        texts = [markdown([record(each)]), json.dumps(record(each))]
        texts += [text for language in Language for text in write(program(each), language).values()]
        assert not [secret for secret in _SECRETS for text in texts if secret in text]
        asked += any("require_secret" in text for text in texts)
    assert asked > 3


def test_python_is_formatted(tmp_path: Path) -> None:
    """The Python program is what a formatter would leave, except for the length of ids."""
    for number, (_, each) in enumerate(plans()):
        text = write(program(each), Language.PYTHON)["__main__.py"]
        ast.parse(text)
        (tmp_path / f"program_{number}.py").write_text(text)
    ruff = [str(paths.VENV_BIN / "ruff"), "format", "--isolated", "--line-length", "100", "--diff", str(tmp_path)]
    ended = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[:2000]


def test_yaml_names_arguments_of_the_schema() -> None:
    """The YAML program is YAML, and every property of a component is in the package's schema."""
    schema = json.loads((paths.ROOT / "components" / "schema.json").read_text())
    properties = schema["resources"]["azure-scaleset:index:ScaleSet"]["inputProperties"]
    for _, each in plans():
        body: dict[str, Any] = yaml.safe_load(write(program(each), Language.YAML)["Pulumi.yaml"])
        (resource,) = body["resources"].values()
        assert set(resource["properties"]) <= set(properties)


def test_a_twin_says_no_more_than_it_has_to() -> None:
    """Of a set as az made it, with everything that Azure fills in, the program has thirteen short arguments."""
    body = base()
    profile = body["virtualMachineProfile"]
    body |= {"overprovision": False, "platformFaultDomainCount": 1, "singlePlacementGroup": False}
    profile["diagnosticsProfile"] = {"bootDiagnostics": {"enabled": True}}
    profile["osProfile"] |= {"allowExtensionOperations": True, "requireGuestProvisionSignal": True}
    profile["osProfile"]["linuxConfiguration"]["provisionVMAgent"] = True
    profile["storageProfile"]["osDisk"] |= {"caching": "ReadWrite", "osType": "Linux", "deleteOption": "Delete"}
    face = profile["networkProfile"]["networkInterfaceConfigurations"][0]
    face |= {"enableAcceleratedNetworking": False, "enableIPForwarding": False}
    planned = plan(Standing("/subscriptions/s/resourceGroups/rg/providers/x/y/web", "web", "rg", body))
    assert set(planned.settled.arguments) == {
        *("resource_group_name", "scale_set_name", "location", "vm_size", "image", "admin_username"),
        *("computer_name_prefix", "ssh_public_keys", "os_disk", "load_balancer", "subnet_id", "outbound", "capacity"),
    }
