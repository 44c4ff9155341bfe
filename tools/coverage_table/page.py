"""docs/coverage.md: how much of azure-native's schema has an argument, and where the rest is."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping

from coverage_table.leaves import argument_sets, leaves_of, reached, written
from coverage_table.reasons import REASONS, Reason
from devkit import paths
from pulumi_azure_scaleset.plan import sdk_schema, tokens

PAGE = paths.ROOT / "docs" / "coverage.md"

COUNTED = (
    tokens.SCALE_SET,
    tokens.VIRTUAL_MACHINE,
    tokens.VM_EXTENSION,
    tokens.INBOUND_NAT_RULE,
    tokens.LOCK,
    tokens.ROLE_ASSIGNMENT,
    tokens.DIAGNOSTIC_SETTING,
    tokens.AUTOSCALE,
    tokens.STANDBY_POOL,
)
"""The types whose leaves are counted. Interfaces, load balancers and networks contain each other in azure-native."""

_HEAD = """<!-- Written by `python -m coverage_table`; do not edit. -->
# What has an argument

This page counts the leaves of azure-native {version}'s inputs: properties without further properties. A list counts
once, and a map or free JSON counts as one. A leaf has an argument if one of the maximal argument sets of the tests
writes it, without `overrides`. The types are those of azure-native's own API versions ({versions}).

**Left out** are leaves that repeat something that has an argument, or that Azure has retired. They are listed with the
reason. You can set all others without an argument with `overrides`. The same applies to newer API versions, with
`api_version` (see arguments.md).

| Type | Leaves | Left out | With an argument | Share |
|---|--:|--:|--:|--:|
"""


def page() -> str:
    """The text of the page."""
    done = written(argument_sets())
    counts = {token: _count(token, done.get(token, set())) for token in COUNTED}
    default = {token: sdk_schema.versions_of(token) for token in COUNTED[:2]}
    versions = ", ".join(f"{token.split(':')[2]} {each.default}" for token, each in default.items() if each is not None)
    head = _HEAD.format(version=importlib.metadata.version("pulumi-azure-native"), versions=versions)
    rows = [_row(token, *count) for token, count in counts.items()]
    return head + "\n".join([*rows, "", *_lists(counts)]).rstrip() + "\n"


Count = tuple[list[str], Mapping[str, Reason], list[str]]
"""All leaves, those that are left out with the reason, and those without an argument."""


def _count(token: str, paths_written: set[str]) -> Count:
    leaves = leaves_of(token)
    missing = [leaf for leaf in leaves if not reached(leaf, paths_written)]
    reasons = REASONS.get(token, ())
    out = {leaf: reason for leaf in missing for reason in reasons if reason.covers(leaf)}
    return leaves, out, [leaf for leaf in missing if leaf not in out]


def share(token: str) -> float:
    """The share of a type's leaves with an argument, those that are left out not counted."""
    leaves, out, missing = _count(token, written(argument_sets()).get(token, set()))
    return 1 - len(missing) / (len(leaves) - len(out))


def _row(token: str, leaves: list[str], out: Mapping[str, Reason], missing: list[str]) -> str:
    counted = len(leaves) - len(out)
    named = counted - len(missing)
    return f"| `{token}` | {len(leaves)} | {len(out)} | {named} | {100 * named / counted:.0f} % |"


def _lists(counts: Mapping[str, Count]) -> Iterator[str]:
    for token, (_, out, missing) in counts.items():
        if not out and not missing:
            continue
        yield f"## {token.rpartition(':')[2]}\n"
        if missing:
            yield "By `overrides` alone:\n"
            yield from (f"- `{leaf}`" for leaf in missing)
            yield ""
        if out:
            yield "Left out:\n"
            for reason in dict.fromkeys(out.values()):
                of_it = [leaf for leaf, each in out.items() if each is reason]
                yield f"- {reason.text}: {', '.join(f'`{leaf}`' for leaf in of_it)}"
            yield ""
