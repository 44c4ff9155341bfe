"""The documentation pages of the rules, written from the rules themselves and their examples."""

from collections.abc import Iterator
from typing import Final

from scaleset_core.modes.evidence import backed
from scaleset_policies.difference import difference
from scaleset_policies.examples import EXAMPLES, Example
from scaleset_policies.rule import Category, Rule, Scope
from scaleset_policies.rules import RULES

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
    "TFLint": "https://github.com/terraform-linters/tflint-ruleset-azurerm/tree/master/docs/rules",
    "Trivy": "https://avd.aquasec.com/misconfig/azure/compute/",
    "WAF": "https://learn.microsoft.com/azure/well-architected/",
}


_ADVISED: Final = "It is advisory by default; set its level to `mandatory` or `disabled` as you see fit."


def versions(rule: Rule) -> str:
    """The api-versions of its resource in which a rule holds, as the end of a sentence."""
    if rule.since and rule.until:
        return f"from api-version {rule.since} to {rule.until}"
    if rule.since:
        return f"from api-version {rule.since} on"
    return f"up to api-version {rule.until}" if rule.until else "in every api-version"


def pages() -> dict[str, str]:
    """Every page by its file name in the folder that ``make docs`` writes."""
    return {"README.md": _index(), **{f"{rule.id}.md": _page(rule) for rule in RULES.values()}}


def _page(rule: Rule) -> str:
    return (
        "\n".join([*_head(rule), *_why(rule), *_example(rule, EXAMPLES[rule.name]), *_settings(rule), *_links(rule)])
        + "\n"
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
    yield "<!-- Written by `make docs`; change the rule, not this file. -->"
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
        yield _ADVISED
        yield ""
    elif not backed(rule.sources):
        yield f"**No source from Microsoft says so.** {_ADVISED}"
        yield ""
    yield "## Recommendation"
    yield ""
    yield f"{rule.remediation[0].upper()}{rule.remediation[1:]}."
    yield ""


def _example(rule: Rule, example: Example) -> Iterator[str]:
    yield "## Example"
    yield ""
    if example.note:
        yield example.note
        yield ""
    yield "From a program that breaks the rule to one that keeps it:"
    yield ""
    yield "```diff"
    yield from difference(example)
    yield "```"
    yield ""
    if example.also:
        yield f"The first cannot help breaking {', '.join(example.also)} too."
    yield f"Both programs as a whole: `scaleset rules show {rule.id} --example`."
    yield ""


def _settings(rule: Rule) -> Iterator[str]:
    yield "## Configuration"
    yield ""
    stack = "the whole stack" if rule.scope is Scope.STACK else "one resource"
    yield f"The policy `{rule.name}` looks at {stack} and is **{rule.level.value}** unless"
    yield "[configured otherwise](README.md#configuration)."
    if rule.fix is not None:
        yield f"With the level `remediate` Pulumi corrects it automatically: {rule.fix.text}."
    yield ""


def _links(rule: Rule) -> Iterator[str]:
    if rule.since or rule.until:
        yield f"It holds {versions(rule)}; newer properties and values that it does not know are passed on."
        yield ""
    yield "## Sources and links"
    yield ""
    for source in rule.sources:
        said = f": {source.says}" if source.says else ""
        yield f"- [{source.name}]({source.url}){said} ({source.confidence.value}, read {source.read})"
    for tag in rule.tags:
        framework, _, name = tag.partition(":")
        if framework in _LINKS:
            yield f"- [{framework} {name}]({_LINKS[framework]})"


def _index() -> str:
    lines = [
        "<!-- Written by `make docs`; change the rules, not this file. -->",
        "",
        "# Policy rules",
        "",
        "The rules run as a Pulumi policy pack (`pulumi up --policy-pack policies`) and offline",
        "(`scaleset check PATH`). Ids and names never change. `SS001` to `SS099` come from the table of the two",
        "orchestration modes, `SS101` and later are good practice.",
        "",
        "On a terminal: `scaleset rules list`, and `scaleset rules show SS016` with `--example` for whole programs.",
        "",
        "## Configuration",
        "",
        "In a file for `pulumi up --policy-pack-config FILE` or `scaleset check --config FILE`, by id or name:",
        "",
        "```json",
        *waiving("nat-pool-on-flexible").splitlines(),
        "```",
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


def waiving(name: str) -> str:
    """The configuration that changes a rule's level and waives one violation until a date."""
    return f"""{{
  "{name}": {{
    "enforcementLevel": "advisory",
    "waivers": [{{"resource": "*legacy*", "reason": "moves in Q2, OPS-123", "expires": "2027-06-30"}}]
  }}
}}"""
