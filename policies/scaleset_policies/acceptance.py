"""What accepts a violation: a waiver of the configuration, or a suppression at the resource."""

from collections.abc import Collection, Iterator
from datetime import date

from scaleset_policies.config import Config, Waiver
from scaleset_policies.estate import Resource
from scaleset_policies.rule import Rule
from scaleset_policies.suppression import Suppression, of_tags

Acceptance = Waiver | Suppression
"""What accepts a violation."""


def accepted(rule: Rule, resource: Resource, config: Config) -> tuple[Acceptance | None, Acceptance | None]:
    """What accepts a violation of ``rule``; otherwise what would accept it if it had not expired.

    A waiver of the configuration takes precedence over a suppression at the resource.
    """
    found: list[Acceptance] = [*config.waivers(rule, resource), *_about(rule, resource)]
    active = next((each for each in found if each.valid(config.today)), None)
    if active is not None:
        return active, None
    return None, next((each for each in found if each.expires is not None and each.expires < config.today), None)


def mistakes(resource: Resource, rules: Collection[Rule]) -> Iterator[str]:
    """What is wrong with the suppressions of a resource: a rule that does not exist, a reason that is missing."""
    for each in _of(resource):
        if not any(_names(each, rule) for rule in rules):
            yield f"{resource}: {each.place}: there is no rule {each.rule!r}; `scaleset rules list` lists them"
        elif not each.reason:
            yield (
                f"{resource}: {each.place}: {each.rule} has no reason, so that it accepts nothing; "
                f'write "{each.rule}: why", or "{each.rule} until 2027-06-30: why"'
            )


def _about(rule: Rule, resource: Resource) -> list[Suppression]:
    """Those of the resource that are about ``rule``; the one that is valid longest comes first."""
    found = [each for each in _of(resource) if _names(each, rule)]
    return sorted(found, key=lambda each: (bool(each.reason), each.expires or date.max), reverse=True)


def _of(resource: Resource) -> Iterator[Suppression]:
    yield from resource.ignores
    yield from of_tags(resource.properties)


def _names(suppression: Suppression, rule: Rule) -> bool:
    return suppression.rule.lower() in {rule.id.lower(), rule.name.lower(), *(each.lower() for each in rule.aliases)}
