"""The files of a program in one language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import yaml

from scaleset_migration.programs.values import camel, camelled, document, python, typescript
from scaleset_migration.settle import FromConfig

_PACKAGE = "azure-scaleset"
_SOURCE = "github.com/OWNER/pulumi-azure-scaleset/components@v0.1.0"


class Language(StrEnum):
    """A language of Pulumi programs."""

    PYTHON = "python"
    YAML = "yaml"
    TYPESCRIPT = "typescript"


@dataclass(frozen=True, slots=True)
class Program:
    """What a program declares.

    Attributes:
        name: The name of the project.
        description: What it is, in a sentence.
        sets: The arguments of each component by its name.
        location: The region, for the provider's configuration.
        subscription: The subscription, for the provider's configuration; ``""`` for that of the account.
        ignored: The ``ignore_changes`` of each component by its name.
    """

    name: str
    description: str
    sets: Mapping[str, Mapping[str, Any]]
    location: str = ""
    subscription: str = ""
    ignored: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write(program: Program, language: Language) -> dict[str, str]:
    """The files of the program: their texts by their names."""
    return LANGUAGES[language](program)


def _python(program: Program) -> dict[str, str]:
    configured = list(_configured(list(program.sets.values())))
    lines = [f'"""{program.description}"""', "", "import pulumi", "", "from pulumi_azure_scaleset import ScaleSet", ""]
    if configured:
        lines += ["config = pulumi.Config()", ""]
    for component, arguments in program.sets.items():
        variable = _variable(component)
        lines.append(f"{variable} = ScaleSet(")
        lines.append(f'    "{component}",')
        lines += [f"    {name}={python(value, 1, len(name) + 1)}," for name, value in arguments.items()]
        if ignored := program.ignored.get(component):
            lines.append(f"    opts=pulumi.ResourceOptions(ignore_changes={python(list(ignored), 1)}),")
        lines += [")", f'pulumi.export("{component}", {variable}.scale_set_id)', ""]
    return {
        "Pulumi.yaml": _project(program, {"name": "python", "options": {"virtualenv": "venv"}}),
        "requirements.txt": "pulumi-azure-scaleset\n",
        "__main__.py": "\n".join(lines),
    }


def _typescript(program: Program) -> dict[str, str]:
    lines = [
        f"// {program.description}",
        'import * as pulumi from "@pulumi/pulumi";',
        'import * as scaleset from "@owner/azure-scaleset";',
        "",
    ]
    if list(_configured(list(program.sets.values()))):
        lines += ["const config = new pulumi.Config();", ""]
    for component, arguments in program.sets.items():
        lines.append(f'const {camel(_variable(component))} = new scaleset.ScaleSet("{component}", {{')
        lines += [f"    {name}: {typescript(value, 1, len(name) + 2)}," for name, value in camelled(arguments).items()]
        ignored = program.ignored.get(component)
        lines += [
            f"}}, {{ ignoreChanges: {typescript(list(ignored), 0)} }});" if ignored else "});",
            f"export const {camel(_variable(component))}Id = {camel(_variable(component))}.scaleSetId;",
            "",
        ]
    return {
        "Pulumi.yaml": _project(program, "nodejs", packages=True),
        "package.json": _NODE.format(name=program.name),
        "tsconfig.json": _TSCONFIG,
        "index.ts": "\n".join(lines),
    }


def _yaml(program: Program) -> dict[str, str]:
    resources = {
        component: {
            "type": f"{_PACKAGE}:ScaleSet",
            "properties": camelled(arguments),
            **_options(program.ignored.get(component)),
        }
        for component, arguments in program.sets.items()
    }
    outputs = {component: f"${{{component}.scaleSetId}}" for component in program.sets}
    text = _project(program, "yaml", packages=True, typed=True) + "\n"
    # Names of components are written as they are: only values are escaped.
    return {"Pulumi.yaml": text + document({"resources": resources}) + "\n" + yaml.safe_dump({"outputs": outputs})}


LANGUAGES: Mapping[Language, Callable[[Program], dict[str, str]]] = {
    Language.PYTHON: _python,
    Language.YAML: _yaml,
    Language.TYPESCRIPT: _typescript,
}
"""What writes each language."""
_NODE = """{{
    "name": "{name}",
    "private": true,
    "devDependencies": {{ "@types/node": "^22", "typescript": "^5" }},
    "dependencies": {{ "@pulumi/pulumi": "^3" }}
}}
"""
_TSCONFIG = """{
    "compilerOptions": { "strict": true, "target": "es2022", "module": "commonjs", "moduleResolution": "node" },
    "files": ["index.ts"]
}
"""


def _variable(component: str) -> str:
    """A component's name as a variable."""
    found = "".join(each if each.isalnum() else "_" for each in component.lower()).strip("_") or "scale_set"
    return found if not found[0].isdigit() else f"set_{found}"


def _options(ignored: Sequence[str] | None) -> dict[str, Any]:
    return {"options": {"ignoreChanges": list(ignored)}} if ignored else {}


def _project(program: Program, runtime: Any, *, packages: bool = False, typed: bool = False) -> str:
    body: dict[str, Any] = {"name": program.name, "description": program.description, "runtime": runtime}
    if packages:
        body["packages"] = {_PACKAGE: _SOURCE}
    config: dict[str, Any] = {}
    if program.location:
        config["azure-native:location"] = {"value": program.location}
    if program.subscription:
        config["azure-native:subscriptionId"] = {"value": program.subscription}
    if typed:
        for each in _configured(list(program.sets.values())):
            config[each.name] = {"type": "string", **({"secret": True} if each.secret else {})}
    if config:
        body["config"] = config
    text: str = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=1000)
    return text


def configured(program: Program) -> list[FromConfig]:
    """What a program takes from its stack's configuration, each once."""
    return list(_configured(list(program.sets.values())))


def _configured(value: Any) -> Iterator[FromConfig]:
    """What the arguments take from the configuration, each once."""
    seen: set[str] = set()
    for each in _walk(value):
        if each.name not in seen:
            seen.add(each.name)
            yield each


def _walk(value: Any) -> Iterator[FromConfig]:
    if isinstance(value, FromConfig):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _walk(each)
