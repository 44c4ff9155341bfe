"""Messages of violations: the resource, the property, the value (never a secret), what is expected, what to do."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scaleset_core.facts import secrets
from scaleset_core.facts.checks import Finding, show
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.acceptance import Acceptance, accepted
from scaleset_policies.config import Config
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.report import Violation
from scaleset_policies.rule import Level, Rule

_HIDDEN = "[secret]"
_TELLING = 6
"""A text of fewer characters is hidden only in messages about its own resource."""


def violation(
    rule: Rule, resource: Resource, finding: Finding, level: Level, config: Config, others: Iterable[str] = ()
) -> Violation | None:
    """The violation at ``finding``; None where the configuration accepts the value.

    Args:
        rule: The rule.
        resource: The resource.
        finding: The place.
        level: The effect.
        config: Waivers and accepted values.
        others: Secret texts of other resources, which a detail may name.
    """
    if config.allows(rule, finding.value):
        return None
    active, expired = accepted(rule, resource, config)
    shown = shown_value(resource, finding)
    return Violation(
        rule=rule,
        resource=resource,
        path=finding.path,
        shown=shown,
        message=_message(rule, resource, finding, shown, expired, others),
        level=level,
        waiver=active,
        expired=expired,
    )


def without_title(found: Violation) -> str:
    """The message for outputs that show the rule's title themselves."""
    return found.message.replace(f"{found.rule.title} ", "", 1)


def waived(found: Violation) -> str:
    """What is accepted, why, and until when."""
    assert found.waiver is not None
    waiver = found.waiver
    return f"Waived {waiver.until} ({waiver.reason}). {without_title(found)}"


def shown_value(resource: Resource, finding: Finding) -> str:
    """The value at a finding as a report may show it, ``""`` if there is none."""
    if finding.value is None or finding.value is UNKNOWN:
        return ""
    # by its name a switch such as disablePasswordAuthentication is none
    if is_marked_secret(resource, finding.path) or (
        not isinstance(finding.value, bool) and secrets.is_secret(finding.path)
    ):
        return _HIDDEN
    if isinstance(finding.value, bool):
        return str(finding.value).lower()  # as every input format writes it
    text = show(_plain(finding.value))
    return "" if text in {"{...}", "[...]"} else redact(resource, text)


def is_secret(resource: Resource, path: str) -> bool:
    """Whether the value at ``path`` is (part of, or contains) a secret, by its marker or by its name."""
    return secrets.is_secret(path) or is_marked_secret(resource, path)


def is_marked_secret(resource: Resource, path: str) -> bool:
    """Whether the input marks the value at ``path`` (or part of it, or what it is part of) as secret."""
    return any(_overlap(path, secret) for secret in resource.secrets)


def redact(resource: Resource, text: str) -> str:
    """``text`` without the values of the resource's secrets, in any case: ids are compared in lower case."""
    return without(text, _secret_texts(resource)) if resource.secrets else text


def without(text: str, hidden: Iterable[str]) -> str:
    """``text`` without the ``hidden`` texts."""
    for value in sorted(set(hidden), key=len, reverse=True):
        text = re.sub(re.escape(value), _HIDDEN, text, flags=re.IGNORECASE)
    return text


def secrets_of_all(estate: Estate) -> frozenset[str]:
    """The texts of all secrets of an estate that are long enough to be nothing else: messages name other resources."""
    return frozenset(text for each in estate for text in _secret_texts(each) if len(text) >= _TELLING)


def _message(
    rule: Rule, resource: Resource, finding: Finding, shown: str, expired: Acceptance | None, others: Iterable[str]
) -> str:
    place = finding.path or rule.path
    value = f" is {shown}" if shown else ""
    detail = f" ({without(redact(resource, finding.detail), others)})" if finding.detail else ""
    parts = [
        f"{resource}: {place}{value}{detail}.",
        rule.title,
        f"Why: {rule.reason}.",
        f"Instead: {rule.remediation}.",
    ]
    if rule.conflict is not None:
        parts.append(
            f"Microsoft's sources conflict here: {rule.conflict.stale}; this rule follows {rule.conflict.followed}."
        )
    if expired is not None and expired.expires is not None:
        parts.append(f"Its waiver expired on {expired.expires.isoformat()} ({expired.reason}).")
    parts.append(f"[{rule.id}: {rule.link}]")
    return " ".join(parts)


def _plain(value: Any) -> Any:
    """Numbers without a fraction as integers: Pulumi sends 3 as 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _overlap(one: str, other: str) -> bool:
    return one == other or _below(one, other) or _below(other, one)


def _below(path: str, top: str) -> bool:
    return not top or (path.startswith(top) and path[len(top) : len(top) + 1] in {".", "["})


def _secret_texts(resource: Resource) -> Iterator[str]:
    for path in resource.secrets:
        yield from _leaves(_at(resource.properties, path))


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for each in node.values():
            yield from _leaves(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _leaves(each)
    elif isinstance(node, str) and len(node) >= secrets.SHORTEST:
        yield node


def _at(node: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node
