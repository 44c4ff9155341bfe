"""The documentation pages of the rules, written from the rules themselves and their examples."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from scaleset_policies.examples import EXAMPLES, Example, Program
from scaleset_policies.rule import Category, Rule, Scope
from scaleset_policies.rules import RULES

_STEP: Final = re.compile(r"[^.\[\]]+")
_HEADINGS: Final = {
    Category.CORRECTNESS: "Correctness: what Azure refuses in a mode",
    Category.PROTECTION: "Protection",
    Category.OUTBOUND: "Outbound access",
    Category.GOOD_PRACTICE: "Good practice",
}
_LINKS: Final = {
    "PSRule": "https://azure.github.io/PSRule.Rules.Azure/",
    "Checkov": "https://www.checkov.io/5.Policy%20Index/all.html",
    "APRL": "https://azure.github.io/Azure-Proactive-Resiliency-Library-v2/",
    "AzurePolicy": "https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies",
    "Trivy": "https://avd.aquasec.com/misconfig/azure/compute/",
    "WAF": "https://learn.microsoft.com/azure/well-architected/",
}


def pages() -> dict[str, str]:
    """Every page by its file name in ``docs/policies``."""
    return {"README.md": _index(), **{f"{rule.id}.md": _page(rule) for rule in RULES.values()}}


def programs(page: str) -> dict[str, Program]:
    """The programs of a page: ``bad`` and ``good``, as written there."""
    found = re.findall(
        r"<details><summary>The whole (bad|good) program</summary>\n\n```yaml\n(.*?)```", page, re.DOTALL
    )
    return {kind: yaml.safe_load(text)["resources"] for kind, text in found}


def _page(rule: Rule) -> str:
    return (
        "\n".join([*_head(rule), *_why(rule), *_examples(EXAMPLES[rule.name]), *_settings(rule), *_links(rule)]) + "\n"
    )


def _head(rule: Rule) -> Iterator[str]:
    yield "---"
    yield f"id: {rule.id}"
    yield f"name: {rule.name}"
    yield f"severity: {rule.severity.value}"
    yield f"level: {rule.level.value}"
    yield f"category: {rule.category.value}"
    yield f"scope: {rule.scope.value}"
    yield f"resources: [{', '.join(sorted(rule.types))}]"
    yield "---"
    yield ""
    yield "<!-- Written by tools/gen_policy_docs.py; change the rule, not this file. -->"
    yield ""
    yield f"# {rule.id} {rule.name}"
    yield ""
    yield "## Synopsis"
    yield ""
    yield rule.title
    yield ""


def _why(rule: Rule) -> Iterator[str]:
    yield "## Why"
    yield ""
    yield f"{rule.reason[0].upper()}{rule.reason[1:]}."
    yield ""
    if rule.conflict is not None:
        yield f"**Microsoft's sources conflict:** {rule.conflict.stale}. This rule follows {rule.conflict.followed}. "
        yield "It is advisory by default; set its level to `mandatory` or `disabled` as you see fit."
        yield ""
    yield "## Recommendation"
    yield ""
    yield f"{rule.remediation[0].upper()}{rule.remediation[1:]}."
    yield ""


def _examples(example: Example) -> Iterator[str]:
    yield "## Examples"
    yield ""
    if example.note:
        yield example.note
        yield ""
    for kind, program, other, text in (
        ("bad", example.bad, example.good, "This breaks the rule:"),
        ("good", example.good, example.bad, "This keeps it:"),
    ):
        part = excerpt(program, example.changes)
        yield text
        yield ""
        if part:
            yield "```yaml"
            yield _dump(part)
            yield "```"
        else:
            gone = ", ".join(f"`{place.rpartition(':')[2] or place}`" for place in _differing(other, example.changes))
            yield f"{gone} left out."
        yield ""
        yield f"<details><summary>The whole {kind} program</summary>"
        yield ""
        yield "```yaml"
        yield _dump({"name": "web", "runtime": "yaml", "resources": program})
        yield "```"
        yield ""
        yield "</details>"
        yield ""
    if example.also:
        yield f"The bad program cannot help breaking {', '.join(example.also)} too."
        yield ""


def _differing(program: Program, changes: tuple[str, ...]) -> list[str]:
    return [place for place in changes if excerpt(program, (place,))]


def _settings(rule: Rule) -> Iterator[str]:
    yield "## Configuration"
    yield ""
    stack = "the whole stack" if rule.scope is Scope.STACK else "one resource"
    yield f"The policy `{rule.name}` looks at {stack} and is **{rule.level.value}** unless configured otherwise."
    yield "In a file for `pulumi up --policy-pack-config FILE` or `scaleset check --config FILE`:"
    yield ""
    yield "```json"
    yield "{"
    yield f'  "{rule.name}": {{'
    yield '    "enforcementLevel": "advisory",'
    yield '    "waivers": [{"resource": "*legacy*", "reason": "moves in Q2, OPS-123", "expires": "2027-06-30"}]'
    yield "  }"
    yield "}"
    yield "```"
    yield ""
    if rule.fix is not None:
        yield f"With the level `remediate` Pulumi corrects it by itself: {rule.fix.text}."
        yield ""


def _links(rule: Rule) -> Iterator[str]:
    yield "## Links"
    yield ""
    yield f"- Source: {rule.source}"
    for tag in rule.tags:
        framework, _, name = tag.partition(":")
        if framework in _LINKS:
            yield f"- [{framework} {name}]({_LINKS[framework]})"


def _index() -> str:
    lines = [
        "<!-- Written by tools/gen_policy_docs.py; change the rules, not this file. -->",
        "",
        "# Policy rules",
        "",
        "The rules run as a Pulumi policy pack (`pulumi up --policy-pack policies`) and offline",
        "(`scaleset check PATH`). Ids and names never change. `SS001` to `SS099` come from the table of the two",
        "orchestration modes, `SS101` and later are good practice.",
        "",
    ]
    for category, heading in _HEADINGS.items():
        lines += [f"## {heading}", "", "| Id | Name | Level | Severity | Rule |", "|---|---|---|---|---|"]
        lines += [_row(rule) for rule in RULES.values() if rule.category is category]
        lines.append("")
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    title = rule.title.replace("|", "\\|")
    fix = ", can remediate" if rule.fix is not None else ""
    return f"| [{rule.id}]({rule.id}.md) | `{rule.name}` | {rule.level.value}{fix} | {rule.severity.value} | {title} |"


def excerpt(program: Program, changes: tuple[str, ...]) -> dict[str, Any]:
    """The parts of ``program`` at the places of ``changes``, with the mode of the set that they are about."""
    result: dict[str, Any] = {}
    for place in changes:
        name, colon, path = place.rpartition(":")
        name = name if colon else "web"
        if name not in program:
            continue
        steps = _STEP.findall(path)
        steps = steps if not steps or steps[0] == "options" else ["properties", *steps]
        part = _cut(program[name], steps)
        if part is not None:
            result[name] = _joined(result.get(name), part)
    if "web" in result and "orchestrationMode" in program["web"]["properties"]:
        mode = {"properties": {"orchestrationMode": program["web"]["properties"]["orchestrationMode"]}}
        result["web"] = _joined(mode, result["web"])
    return result


def _cut(node: Any, steps: list[str]) -> Any:
    """``node`` with only what leads to the end of ``steps``, None if that does not exist."""
    if not steps:
        return node
    step, rest = steps[0], steps[1:]
    if isinstance(node, list):
        part = _cut(node[int(step)], rest) if int(step) < len(node) else None
        return None if part is None else [part]
    if not isinstance(node, dict) or step not in node:
        return None
    part = _cut(node[step], rest)
    return None if part is None else {step: part}


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: _joined(one.get(key), other.get(key)) for key in [*one, *(each for each in other if each not in one)]
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other) == 1:
        return [_joined(one[0], other[0])]
    return one if other is None else other


class _Dumper(yaml.SafeDumper):
    """Without anchors: an example is read by people."""

    def ignore_aliases(self, data: Any) -> bool:
        """Repeat equal parts."""
        del data
        return True


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=110)
    return text.rstrip("\n")
