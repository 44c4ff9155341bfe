"""The PUT operations of an ``azure-mgmt`` package: URL template and body model, read from its source.

The clients have the URL inside their request builders and the body's model in the signature of the first overload,
so both are read from the syntax tree; nothing is imported or executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MODEL = re.compile(r"_models\.(\w+)")


@dataclass(frozen=True)
class PutOperation:
    """One PUT of a client.

    Attributes:
        url: The URL template, such as ``/subscriptions/{subscriptionId}/…/virtualMachines/{vmName}``.
        model: Name of the body's model class.
        parameters: Names of the URL's parameters in order, ``subscriptionId`` left out.
    """

    url: str
    model: str
    parameters: tuple[str, ...]


def put_operations(source: Path) -> list[PutOperation]:
    """All PUT operations of one ``_operations.py``."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    urls = dict(_builder_urls(tree))
    found: dict[str, PutOperation] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for url, model in _class_puts(node, urls):
                parameters = tuple(p for p in re.findall(r"{(\w+)}", url) if p != "subscriptionId")
                found.setdefault(url, PutOperation(url, model, parameters))
    return list(found.values())


def _builder_urls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name and URL of every request builder that makes a PUT."""
    for node in tree.body:
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("build_")):
            continue
        text = ast.unparse(node)
        url = re.search(r"_url(?:: str)? = '([^']+)'", text)
        if url and "method='PUT'" in text:
            yield node.name, url.group(1)


def _class_puts(node: ast.ClassDef, urls: dict[str, str]) -> Iterator[tuple[str, str]]:
    """URL and body model of each create or update method of one operations class."""
    bodies: dict[str, str] = {}
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        public = method.name.removeprefix("begin_").removeprefix("_").removesuffix("_initial")
        for arg in [*method.args.args, *method.args.kwonlyargs]:
            model = _MODEL.search(ast.unparse(arg.annotation)) if arg.annotation else None
            if model:
                bodies.setdefault(public, model.group(1))
        for call in ast.walk(method):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in urls:
                model_name = bodies.get(public)
                if model_name:
                    yield urls[call.func.id], model_name
