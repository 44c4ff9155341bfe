"""Folders as people have them: sources beside templates, parameter files, compilers on PATH."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from check import samples
from check.running import check as run
from check.terraform_plans import change, plan

from scaleset_policies import sources

EMPTY = samples.template()
BROKEN = json.loads(samples.arm())
OPEN = {**BROKEN, "parameters": {"mode": {"type": "string"}}}
OPEN["resources"] = json.loads(json.dumps(BROKEN["resources"]).replace('"Flexible"', "\"[parameters('mode')]\""))
GIVEN = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"mode": {"value": "Flexible"}},
    }
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and a PATH without compilers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "in").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    sources._has_bicep.cache_clear()
    return tmp_path / "in"


def files(folder: Path, **texts: str) -> None:
    """Write files; two underscores mean a dot, ``_in_`` a folder."""
    for name, text in texts.items():
        file = folder / name.replace("_in_", "/").replace("__", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def compiler(folder: Path, name: str = "bicep", *, code: int = 0, answers: Any = None) -> None:
    """A stand-in for a compiler: it writes the answer for the file's name and logs how it was called."""
    script = f"""#!{sys.executable}
import json, pathlib, sys
log = pathlib.Path({str(folder.parent / "calls")!r})
log.write_text((log.read_text() if log.exists() else "") + " ".join(sys.argv[1:]) + "\\n")
if "version" in sys.argv:
    sys.exit(0)
print("main.bicep(1,1) : Warning no-unused", file=sys.stderr)
answers = {answers or {}!r}
name = next(pathlib.Path(each).name for each in sys.argv if ".bicep" in each)
if {code}:
    print("main.bicep(3,5) : Error BCP018: expected a brace", file=sys.stderr)
    sys.exit({code})
print(json.dumps(answers[name]))
"""
    file = folder.parent / "bin" / name
    file.write_text(script, encoding="utf-8")
    file.chmod(0o755)


def calls(folder: Path) -> list[str]:
    """How the stand-in was called."""
    log = folder.parent / "calls"
    return log.read_text().splitlines() if log.exists() else []


def test_sources_that_nobody_reads_are_told(folder: Path) -> None:
    """A folder with Bicep, Terraform and one empty template is no clean result in silence."""
    files(folder, main__bicep="param x string", main__tf='resource "azurerm_lb" "x" {}', empty__json=EMPTY)
    found = run("in")
    assert found.exit_code == 0
    assert "not read in/main.bicep: it is Bicep source" in found.output
    assert "not read in/main.tf: it is Terraform source: check what `terraform show -json PLAN` writes" in found.output
    assert "no resource here is one that a rule is about" in found.output
    assert run("in", "--strict").exit_code == 2


@pytest.mark.parametrize(
    ("kind", "place"),
    [("json", '"unread"'), ("sarif", "toolExecutionNotifications"), ("junit", "sources that were not read")],
)
def test_every_report_has_the_sources(folder: Path, kind: str, place: str) -> None:
    """Machines are reported, too."""
    files(folder, main__bicep="param x string", empty__json=EMPTY)
    found = run("in", "--format", kind).output
    assert place in found
    assert "it is Bicep source" in found
    assert "no resource here is one that a rule is about" in found or kind == "junit"


def test_a_folder_with_sources_only_is_not_checked(folder: Path) -> None:
    """Nothing was read: the result is not complete, with or without --strict."""
    files(folder, main__bicep="param x string")
    found = run("in")
    assert found.exit_code == 2
    assert "not read in/main.bicep" in found.output


@pytest.mark.parametrize("name", ["bicep", "az"])
def test_bicep_is_compiled(folder: Path, name: str) -> None:
    """By ``bicep`` or ``az bicep``; modules are part of what uses them; the warnings of the compiler are no output."""
    files(
        folder,
        main__bicep="module vm 'parts/vm.bicep' = {}\nimport { kind } from './types.bicep'",
        parts_in_vm__bicep="param x string",
        types__bicep="@export()\ntype kind = string",
    )
    compiler(folder, name, answers={"main.bicep": BROKEN})
    found = run("in", "--strict")
    assert found.exit_code == 1
    assert "SS016 nat-pool-on-flexible  in/main.bicep\n" in found.output
    wanted = "build in/main.bicep --stdout" if name == "bicep" else "bicep build --file in/main.bicep --stdout"
    assert [each for each in calls(folder) if "version" not in each] == [wanted]
    assert run("in/main.bicep").exit_code == 1


def test_bicep_parameter_files_are_compiled_with_their_template(folder: Path) -> None:
    """``bicep build-params`` gives both; the template is not checked once more without its values."""
    files(folder, main__bicep="param mode string", prod__bicepparam="using 'main.bicep'\nparam mode = 'Flexible'")
    built = {"parametersJson": GIVEN, "templateJson": json.dumps(OPEN), "templateSpecId": None}
    compiler(folder, answers={"prod.bicepparam": built, "main.bicep": OPEN})
    found = run("in")
    assert "SS016 nat-pool-on-flexible  in/prod.bicepparam\n" in found.output
    assert calls(folder) == ["build-params in/prod.bicepparam --stdout"]
    (folder / "built.json").write_text(json.dumps(built), encoding="utf-8")
    assert "SS016 nat-pool-on-flexible  in/built.json:1:" in run("in/built.json").output
    spec = {"parametersJson": GIVEN, "templateJson": None, "templateSpecId": "/subscriptions/x"}
    assert "check that template separately" in run("-", stdin=json.dumps(spec)).output


@pytest.mark.parametrize("symbolic", [True, False])
def test_what_is_wrong_is_told_at_its_statement(folder: Path, *, symbolic: bool) -> None:
    """A compiled resource is found again in its source; of several of one type nobody says which it was."""
    balancer, scale_set = BROKEN["resources"]
    named = {"languageVersion": "2.0", "resources": {"lb": balancer, "web": scale_set}}
    made = {**BROKEN, **named} if symbolic else BROKEN
    source = (
        "param x string\n\nresource lb 'Microsoft.Network/loadBalancers@2023-09-01' = {}\n"
        "  resource web 'Microsoft.Compute/virtualMachineScaleSets@2024-07-01' = {}\n"
    )
    files(folder, main__bicep=source)
    compiler(folder, answers={"main.bicep": made})
    found = run("in/main.bicep").output
    assert "SS068 nat-pool-serves-flexible  in/main.bicep:3:1\n" in found
    assert "SS016 nat-pool-on-flexible  in/main.bicep:4:3\n" in found
    more = "resource two 'Microsoft.Network/loadBalancers@2023-09-01' = {}\n"
    files(folder, main__bicep=source + more)
    place = ":3:1" if symbolic else ""
    assert f"SS068 nat-pool-serves-flexible  in/main.bicep{place}\n" in run("in/main.bicep").output


def test_a_compiler_that_fails_is_told(folder: Path) -> None:
    """What it said is the error; the other files are checked."""
    files(folder, main__bicep="resource x", bad__json=samples.arm())
    compiler(folder, code=1)
    found = run("in")
    assert found.exit_code == 2
    assert "in/main.bicep: `" in found.output
    assert "BCP018" in found.output
    assert "SS016" in found.output


def test_a_compiled_template_stands_for_its_source(folder: Path) -> None:
    """``main.json`` that Bicep made from ``main.bicep``: the source is not compiled again and not reported."""
    made = json.dumps({**BROKEN, "metadata": {"_generator": {"name": "bicep"}}})
    files(folder, main__bicep="param x string", main__json=made)
    found = run("in", "--strict")
    assert found.exit_code == 1
    assert "not read" not in found.output


def test_a_plan_stands_for_its_program(folder: Path) -> None:
    """Beside, above or below it; another cloud's program is ignored here."""
    text = plan(change("azurerm_lb.lb", {"name": "lb", "sku": "Standard"}))
    files(folder, env_in_main__tf='resource "azurerm_lb" "lb" {}', env_in_plan__json=text)
    files(folder, aws_in_main__tf='resource "aws_lb" "lb" {}')
    assert "not read" not in run("in").output
    files(folder, other_in_main__tf='resource "azapi_resource" "lb" {}', other_in_more__tf="# azurerm")
    assert run("in").output.count("not read in/other/main.tf") == 1
    files(folder, app_in_Pulumi__yaml="runtime: yaml\nresources: {v: {type: 'azure-native:compute:VirtualMachine'}}")
    assert "it is a Pulumi program" in run("in").output


def test_only_a_plan_stands_for_a_program(folder: Path) -> None:
    """Azure's answer does not count as a plan of the program; sources of formats not asked for are ignored."""
    shown = {"id": samples.SET_ID, "name": "web", "type": "Microsoft.Compute/virtualMachineScaleSets"}
    files(folder, main__tf__json='{"resource": {"azurerm_lb": {}}}', web__json=json.dumps(shown), main__bicep="// x")
    assert "not read in/main.tf.json" in run("in").output
    restricted = run("in", "--from", "azure").output
    assert "not read" not in restricted
    assert "not read" not in run("in", "--from", "arm").output
    assert "not read in/main.tf.json" in run("in", "--from", "terraform").output
    assert "main.bicep" not in run("in", "--from", "terraform").output
    assert "it is Terraform source" in run("in/main.tf.json").output


def test_modules_of_a_program_are_part_of_it(folder: Path) -> None:
    """A Terraform module in the same repository is reported with the program that uses it."""
    files(folder, main__tf='module "vm" {\n  source = "./vm"\n}\n# azurerm', vm_in_main__tf="# azurerm", e__json=EMPTY)
    assert run("in").output.count("not read") == 2  # the program, and the line of the summary


def test_parameter_files_beside_templates_are_used(folder: Path) -> None:
    """``azuredeploy.parameters.json`` belongs to ``azuredeploy.json``; the report says so; ``--parameters`` wins."""
    files(folder, azuredeploy__json=json.dumps(OPEN), azuredeploy__parameters__json=GIVEN)
    found = run("in")
    assert "SS016" in found.output
    assert "in/azuredeploy.json: with the values of in/azuredeploy.parameters.json" in found.output
    (folder.parent / "uniform.json").write_text(GIVEN.replace("Flexible", "Uniform"), encoding="utf-8")
    assert "SS016" not in run("in", "--parameters", "uniform.json").output
    assert "SS016" in run("in/azuredeploy.json").output


@pytest.mark.parametrize(
    "given", ['{"value": "GEN-UNIQUE-8"}', '{"value": "GET-PREREQ-Name"}', '{"reference": {"secretName": "x"}}']
)
def test_a_parameter_without_its_value_is_not_known(folder: Path, given: str) -> None:
    """A secret in a key vault and a placeholder of a quickstart are no values, and the default is not used either."""
    document = {**OPEN, "parameters": {"mode": {"type": "string", "defaultValue": "Flexible"}}}
    files(folder, a__json=json.dumps(document), a__parameters__json=GIVEN.replace('{"value": "Flexible"}', given))
    report = json.loads(run("in", "--output", "json").output)
    assert "SS016" not in {each["rule"] for each in report["violations"]}
    assert "SS016" in {each["rule"] for each in report["undecided"]}


def test_corrections_know_the_parameter_file_beside_the_template(folder: Path) -> None:
    """``--fix`` checks what it made with the same values: what only they break is corrected, too."""
    document = json.loads(json.dumps(OPEN))
    network = document["resources"][1]["properties"]["virtualMachineProfile"]["networkProfile"]
    del network["networkApiVersion"]
    files(folder, a__json=json.dumps(document, indent=2), a__parameters__json=GIVEN)
    assert "SS150" in run("in").output
    run("in", "--fix")
    assert "SS150" not in run("in").output
    assert '"networkApiVersion": "2020-11-01"' in (folder / "a.json").read_text(encoding="utf-8")


def test_a_broken_parameter_file_is_told(folder: Path) -> None:
    """The template is checked without it, and the result is not complete."""
    files(folder, a__json=json.dumps(OPEN), a__parameters__json=GIVEN.replace('{"value": "Flexible"}', "1"))
    found = run("in")
    assert found.exit_code == 2
    assert "in/a.parameters.json:" in found.output
