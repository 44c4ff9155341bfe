"""The two pages that the Pulumi Registry shows: in its form, and each example and command in them works."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import WorkspaceFactory
from package.azure_group import make_group
from package.toolchains import GO_FLAGS, compiler, go, run, typescript

from component_package import schema, sdk
from devkit import owner, paths
from devkit.environment import Azure
from docs_site import pages
from docs_site.pages import Block

OVERVIEW = paths.ROOT / "docs" / "_index.md"
INSTALLATION = paths.ROOT / "docs" / "installation-configuration.md"
PAGES = (OVERVIEW, INSTALLATION)
SCHEMA: dict[str, Any] = json.loads(schema.FILE.read_text())
CONFIG = {"azure-native:location": "westeurope", "resourceGroup": "rg", "sshPublicKey": "ssh-ed25519 AAAA test"}
INSTANCES = {"web-blue", "web-green"}
FETCHED = re.compile(r"github\.com/OWNER/pulumi-azure-scaleset/components@v\d+\.\d+\.\d+")
GO_PART = """package main

import (
	"github.com/OWNER/pulumi-azure-scaleset/sdk/go/azurescaleset"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func part(ctx *pulumi.Context, group struct{{ Name pulumi.StringOutput }}, sshPublicKey string) error {{
	{}
	_ = web
	return err
}}
"""
"""A program around the excerpt of docs/multi-language.md."""

EXERCISED = {
    "pulumi package add": "test_the_package_is_added_to_a_project",
    "pulumi config set": "test_the_configuration_is_taken",
    "pip install": "test_distributions.py: test_the_component_alone",
    "npm install": "test_the_sdks_have_the_names_of_the_pages, test_the_typescript_example_compiles",
    "go get": "test_the_sdks_have_the_names_of_the_pages, test_the_go_example_passes_vet",
    "dotnet add package": "test_the_sdks_have_the_names_of_the_pages",
}
"""The test of each command; a command with an index that does not have our packages yet is compared by name."""


def front(page: Path) -> dict[str, str]:
    """The front matter of a page."""
    values: dict[str, str] = yaml.safe_load(page.read_text().split("---\n")[1])
    return values


def blocks(test: str) -> list[Block]:
    """The blocks of pages that are said to be run by a test of this module."""
    return list(pages.of(f"tests/package/test_registry_pages.py::{test}"))


def commands() -> list[str]:
    """Every command line of both pages."""
    found = [block for page in PAGES for block in pages.page(page.relative_to(paths.ROOT).as_posix())]
    return [line for block in found if block.language == "bash" for line in block.text.splitlines()]


def test_the_front_matter_is_what_the_registry_wants() -> None:
    """Titles are made of the package's display name, the layout is that of packages, and there is a short summary."""
    titles = [front(page)["title"] for page in PAGES]
    assert titles == [SCHEMA["displayName"], f"{SCHEMA['displayName']} Installation & Configuration"]
    for page in PAGES:
        assert set(front(page)) == {"title", "meta_desc", "layout"}
        assert front(page)["layout"] == "package"
        assert 50 <= len(front(page)["meta_desc"]) <= 160


def test_the_schema_has_the_registrys_metadata() -> None:
    """Publisher, addresses, licence and keywords are there, and no name in a language is one of Pulumi's own."""
    values = owner.load()
    assert SCHEMA["publisher"] == values["publisher"]
    assert (SCHEMA["repository"], SCHEMA["homepage"]) == (values["repository"], values["homepage"])
    assert SCHEMA["logoUrl"] == values["logo"]
    assert SCHEMA["name"] in SCHEMA["description"]
    assert {"category/cloud", "kind/component"} <= set(SCHEMA["keywords"])
    assert SCHEMA["license"] == "Apache-2.0"
    assert SCHEMA["pluginDownloadURL"] == f"git://{owner.without_scheme(values['repository'])}/components"
    named = json.dumps(SCHEMA["language"]).lower()
    assert not [name for name in ("@pulumi/", "github.com/pulumi/", "com.pulumi", '"pulumi"') if name in named]


def test_the_logo_is_in_the_repository() -> None:
    """The logo's address ends with a picture that is committed, and wants nothing from elsewhere."""
    file = paths.ROOT / owner.load()["logo"].partition("/main/")[2]
    text = file.read_text()
    assert text.startswith("<svg ")
    assert "href" not in text


def test_every_command_has_a_test() -> None:
    """No command of the pages is without one: see EXERCISED."""
    assert len(commands()) >= 7
    for command in commands():
        assert [each for each in EXERCISED if command.startswith(f"{each} ")], command
    elsewhere = (Path(__file__).parent / "test_distributions.py").read_text()
    for name in re.findall(r"\btest_\w+(?!\.py)\b", " ".join(EXERCISED.values()).replace("test_distributions.py", "")):
        assert name in globals() or f"def {name}(" in elsewhere, name


def test_the_sdks_have_the_names_of_the_pages() -> None:
    """The packages in the commands are those that the generators make: npm, Go and NuGet."""
    language = SCHEMA["language"]
    names = dict(each.rsplit(" ", 1) for each in commands() if "install" in each or "add package" in each)
    assert names["npm install"] == language["nodejs"]["packageName"]
    root = language["csharp"]["rootNamespace"]
    assert names["dotnet add package"] == f"{root}.{language['csharp']['namespaces']['azure-scaleset']}"
    assert names["pip install"] == "pulumi-azure-scaleset"
    assert f"go get {language['go']['modulePath']}" in commands()


@pytest.mark.engine
def test_the_package_is_added_to_a_project(workspace_factory: WorkspaceFactory) -> None:
    """`pulumi package add` takes the folder that the pages' addresses name, and the project then has the package."""
    said = "".join(block.text for block in blocks("test_the_package_is_added_to_a_project"))
    added = re.findall(r"^(?:\$ )?pulumi package add (\S+)", said, re.MULTILINE)
    assert {FETCHED.sub("address", each) for each in added} == {"./components", "address"}
    folders = {str(paths.COMPONENTS) for _ in added}
    stack = workspace_factory({"runtime": "yaml", "resources": {}})
    for folder in folders:
        stack.run("package", "add", folder)
    project = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    assert "azure-scaleset" in project["packages"]


@pytest.mark.smoke
@pytest.mark.engine
def test_the_configuration_is_taken(workspace_factory: WorkspaceFactory) -> None:
    """The engine accepts the settings of the page as they are."""
    stack = workspace_factory({"runtime": "yaml", "resources": {}})
    stack.run("stack", "select", "dev")
    for command in commands():
        if command.startswith("pulumi config set"):
            stack.run(*command.split()[1:])
            _, _, _, key, value = command.split()
            assert stack.run("config", "get", key).stdout.strip() == value


@pytest.mark.engine
def test_the_yaml_example_runs(workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """The example deploys both instances and has no changes then; the package is this folder instead of GitHub's.

    The one of docs/multi-language.md is the same, with its project's own resource group.
    """
    make_group(azure, "rg")
    whole, part = (yaml.safe_load(block.text) for block in blocks("test_the_yaml_example_runs"))
    assert FETCHED.fullmatch(whole["packages"]["azure-scaleset"])
    program = {**whole, "packages": {"azure-scaleset": str(paths.COMPONENTS)}}
    assert part["packages"] == {"azure-scaleset": "../../components"}
    given = part["resources"]["web"]["properties"]
    assert given | {"resourceGroupName": "${resourceGroup}"} == whole["resources"]["web"]["properties"]
    assert part["outputs"] == whole["outputs"]
    stack = workspace_factory(program)
    stack.configure(CONFIG)
    stack.up()
    assert set(stack.outputs()["ssh"]) == INSTANCES
    assert stack.preview().ops() == []


@pytest.mark.engine
@pytest.mark.parametrize("page", ["docs/_index.md", "components/README.md"])
def test_the_python_example_runs(page: str, workspace_factory: WorkspaceFactory, azure: Azure, tmp_path: Path) -> None:
    """The examples of the overview and of the page on PyPI deploy and rest."""
    (tmp_path / "id_rsa.pub").write_text(CONFIG["sshPublicKey"])
    (program,) = (block.text for block in blocks("test_the_python_example_runs") if block.page == page)
    stack = workspace_factory(program.replace('"id_rsa.pub"', repr(str(tmp_path / "id_rsa.pub"))))
    for group in ("rg", "web"):
        make_group(azure, group)
    stack.configure(CONFIG)
    stack.up()
    assert [each["urn"] for each in stack.resources() if each["type"].endswith(":VirtualMachine")]
    assert stack.preview().ops() == []


@pytest.mark.engine
@pytest.mark.long
def test_the_typescript_example_compiles(sdks: Path, node_modules: Path, tmp_path: Path) -> None:
    """The examples are type-checked against the generated SDK, whose package has the documented name."""
    typescript(tmp_path, sdks, node_modules)
    package = json.loads((tmp_path / "sdk" / "package.json").read_text())
    assert (package["name"], package["version"]) == (owner.load()["npm_package"], SCHEMA["version"])
    part, whole = sorted(blocks("test_the_typescript_example_compiles"), key=lambda block: len(block.text))
    around = "declare const group: { name: string };\ndeclare const sshPublicKey: string;\n"
    (tmp_path / "program" / "consumer.ts").write_text(whole.text)
    (tmp_path / "program" / "part.ts").write_text(part.text.replace("\n\n", f"\n\n{around}\n", 1))
    run(*compiler(node_modules), cwd=tmp_path / "program")


@pytest.mark.engine
@pytest.mark.long
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_the_go_example_passes_vet(sdks: Path, tmp_path: Path) -> None:
    """`go vet` finds nothing in the examples, with the generated SDK under its documented module path."""
    program = go(tmp_path, sdks)
    for file in program.glob("*.go"):
        file.unlink()
    part, whole = sorted(blocks("test_the_go_example_passes_vet"), key=lambda block: len(block.text))
    (program / "main.go").write_text(whole.text)
    (program / "part.go").write_text(GO_PART.format(part.text))
    assert (tmp_path / "sdk" / "go.mod").read_text().startswith(f"module {owner.load()['go_module']}\n")
    run("go", "vet", "./...", cwd=program, environment=GO_FLAGS)


@pytest.mark.engine
@pytest.mark.long
def test_the_published_npm_package(node_modules: Path, tmp_path: Path) -> None:
    """What the release packs for npm is compiled, has types, names the plugin's address and runs nothing on install."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, and the SDK generator is a Go program")
    sdk.generate(schema.FILE, tmp_path, publish=True)
    package = tmp_path / "nodejs"
    (package / "node_modules").symlink_to(node_modules)
    run("node", str(node_modules / "typescript" / "bin" / "tsc"), cwd=package)
    shutil.copy(package / "package.json", package / "bin")
    run("npm", "pack", "./bin", "--ignore-scripts", "--pack-destination", str(tmp_path), cwd=package)
    (packed,) = tmp_path.glob("*.tgz")
    with tarfile.open(packed) as archive:
        names = set(archive.getnames())
        content = archive.extractfile("package/package.json")
        assert content is not None
        metadata = json.load(content)
    assert {"package/index.js", "package/index.d.ts", "package/scaleSet.js"} <= names
    assert not [name for name in names if name.endswith(".ts") and not name.endswith(".d.ts")]
    assert metadata["name"] == owner.load()["npm_package"]
    assert metadata["pulumi"]["server"] == SCHEMA["pluginDownloadURL"]
    assert "postinstall" not in metadata.get("scripts", {})
