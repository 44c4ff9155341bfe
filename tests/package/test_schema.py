"""The package's schema: complete, as the golden file has it, and true to what the component reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any, get_args

import pytest
import yaml
from harness import WorkspaceFactory
from pydantic import BaseModel

from component_package import reference, schema
from devkit import paths
from pulumi_azure_scaleset.model.forms import every
from pulumi_azure_scaleset.model.marks import Enumeration, Secret
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.provider import ScaleSetProvider, package_version
from pulumi_azure_scaleset.provider.schema import prose, spell
from scaleset_core.facts.secrets import SECRET_FIELDS

COMPONENTS = paths.ROOT / "components"
TOKEN = "azure-scaleset:index:ScaleSet"
REGENERATE = "components/schema.json is not what the component has: run `python -m component_package`, review the diff"
GOLDEN: dict[str, Any] = json.loads(schema.FILE.read_text())


def test_golden_file() -> None:
    """The schema that the provider serves is components/schema.json, byte for byte."""
    assert schema.FILE.read_text() == schema.expected(), REGENERATE


def test_the_page_of_arguments_is_current() -> None:
    """docs/arguments.md is what `python -m component_package` makes of the golden schema, with every name in it."""
    page = reference.FILE.read_text()
    assert page == reference.expected()
    component = GOLDEN["resources"][TOKEN]
    tables = [
        component["inputProperties"],
        component["properties"],
        *_properties_of_types(),
    ]
    assert page.count("\n| `") == sum(len(properties) for properties in tables)


@pytest.mark.engine
def test_engine_reads_the_golden_schema(bare_workspace_factory: WorkspaceFactory) -> None:
    """`pulumi package get-schema ./components` gives the golden schema: the engine drops and adds nothing."""
    stack = bare_workspace_factory({"resources": {}})
    shown = stack.run("package", "get-schema", str(COMPONENTS))
    assert schema.normal(json.loads(shown.stdout)) == schema.FILE.read_text(), REGENERATE


def test_name_and_version() -> None:
    """Name and version are the distribution's; with the folder alone the version is that of PulumiPlugin.yaml."""
    version = metadata.version("pulumi-azure-scaleset")
    assert (GOLDEN["name"], GOLDEN["version"]) == ("azure-scaleset", version)
    plugin = yaml.safe_load((COMPONENTS / "PulumiPlugin.yaml").read_text())
    assert (plugin["name"], plugin["version"]) == ("azure-scaleset", version)


def test_version_without_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose distribution is not installed says the version that PulumiPlugin.yaml has."""

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert package_version() == yaml.safe_load((COMPONENTS / "PulumiPlugin.yaml").read_text())["version"]


def test_everything_is_described() -> None:
    """The component, each type, each input and each output has a description: a sentence on one line a paragraph."""
    described = dict(_described())
    assert len(described) > 150
    for place, description in described.items():
        assert description, place
        assert description.rstrip().endswith((".", ")")), f"{place}: {description}"
        assert "  " not in description, place
        assert "\n" not in description.replace("\n\n", ""), place


def test_descriptions_name_arguments_as_the_schema_does() -> None:
    """No description speaks of an argument by its Python name."""
    python_names = {name for name, spelt in ScaleSetProvider("0.0.0").spelling.items() if name != spelt}
    assert "subnet_id" in python_names
    for place, description in _described():
        assert spell(description, dict.fromkeys(python_names, "?")) == description, place


def test_secrets_are_marked() -> None:
    """Passwords, protected settings, user data and custom data are secret in each SDK, wherever they stand."""
    spelling = ScaleSetProvider("0.0.0").spelling
    secrets = {spelling[name] for name in SECRET_FIELDS}
    marked = {name for properties in _properties() for name, spec in properties.items() if spec.get("secret")}
    assert marked == secrets
    for properties in _properties():
        assert all(spec.get("secret") for name, spec in properties.items() if name in secrets)


def test_enumerations_have_the_values_of_the_model() -> None:
    """A closed list of values is an enum wherever it stands, with each value, and every name can be one in an SDK."""
    listed = {place: form for place, _, form in every(ScaleSetModel) if form.values}
    assert len(listed) > 26
    for place, form in listed.items():
        mark = form.mark(Enumeration)
        assert mark is not None, f"{place} has values and no name for them"
        kind = GOLDEN["types"][f"azure-scaleset:index:{mark.name}"]
        assert tuple(each["value"] for each in kind["enum"]) == form.values
        assert all(each.get("name", each["value"]).isidentifier() for each in kind["enum"])
    inputs = GOLDEN["resources"][TOKEN]["inputProperties"]
    assert inputs["osType"]["$ref"] == "#/types/azure-scaleset:index:OsType"
    assert inputs["zones"]["items"]["$ref"] == "#/types/azure-scaleset:index:Zone"


def test_the_secrets_are_those_of_the_core() -> None:
    """What the model marks as a secret is what the core, which cannot read the model, hides in messages."""
    assert {place[-1] for place, _, form in every(ScaleSetModel) if form.mark(Secret)} == SECRET_FIELDS


def test_refers_to_no_other_package() -> None:
    """Consumers need no SDK of azure-native: every type is a builtin one or the package's own."""
    references = set(_references(GOLDEN))
    assert references - {f"#/types/{token}" for token in GOLDEN["types"]} == {"pulumi.json#/Any"}
    assert {ref for ref in references if ref.startswith("#")} == {f"#/types/{token}" for token in GOLDEN["types"]}


def test_component_reads_every_input() -> None:
    """The model has exactly the schema's inputs, in camelCase, at every level: none is lost on the way."""
    _assert_same(ScaleSetModel, GOLDEN["resources"][TOKEN]["inputProperties"], "ScaleSet")


def test_prose() -> None:
    """Docstrings lose indentation and line breaks; paragraphs stay."""
    assert prose("First\n    line.\n\n    Second  one.\n    ") == "First line.\n\nSecond one."


def _assert_same(model: type[BaseModel], properties: dict[str, Any], place: str) -> None:
    aliases = {field.alias: field for field in model.model_fields.values()}
    assert set(aliases) == set(properties), place
    for name, spec in properties.items():
        reference = next(_references(spec), "")
        nested = next(_models(aliases[name].annotation), None)
        token = reference.removeprefix("#/types/")
        assert (nested is not None) == ("properties" in GOLDEN["types"].get(token, ())), f"{place}.{name}"
        if nested is not None:
            _assert_same(nested, GOLDEN["types"][token]["properties"], f"{place}.{name}")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _properties() -> Iterator[dict[str, Any]]:
    yield GOLDEN["resources"][TOKEN]["inputProperties"]
    yield from _properties_of_types()


def _properties_of_types() -> Iterator[dict[str, Any]]:
    return (spec["properties"] for spec in GOLDEN["types"].values() if "enum" not in spec)


def _described() -> Iterator[tuple[str, str]]:
    for kind in ("resources", "types"):
        for token, spec in GOLDEN[kind].items():
            yield token, spec.get("description", "")
            for members in ("inputProperties", "properties"):
                for name, member in spec.get(members, {}).items():
                    yield f"{token}.{members}.{name}", member.get("description", "")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
