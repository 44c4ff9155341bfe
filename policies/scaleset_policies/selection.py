"""Which rules and which resources a check is about: ``--rules``, ``--skip`` and ``--path``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scaleset_policies.config import ConfigError, closest, targets
from scaleset_policies.estate import Resource
from scaleset_policies.rule import Category, Rule


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of a check that counts.

    Attributes:
        rules: The ids of the rules; None for all.
        resources: A glob that a resource's name, URN, address or ARM id must match; ``""`` for all. The others are
            still read, since rules follow references to them.
    """

    rules: frozenset[str] | None = None
    resources: str = ""

    def has(self, rule: Rule) -> bool:
        """Whether a rule counts."""
        return self.rules is None or rule.id in self.rules

    def covers(self, resource: Resource) -> bool:
        """Whether a resource counts."""
        pattern = self.resources.lower()
        return not pattern or any(fnmatchcase(name.lower(), pattern) for name in resource.names)


EVERYTHING = Selection()


def select(rules: Iterable[str], skipped: Iterable[str], resources: str, known: Mapping[str, Rule]) -> Selection:
    """The selection of a command line.

    Args:
        rules: The rules to run, by number, id or category, also several separated by commas; none for all.
        skipped: The rules to leave out.
        resources: A glob over resources, or ``""``.
        known: All rules by their numbers.

    Raises:
        ConfigError: there is no such rule, or none is left.
    """
    wanted, left_out = _ids(rules, known), _ids(skipped, known)
    if not wanted and not left_out:
        return Selection(None, resources)
    chosen = (wanted or frozenset(known)) - left_out
    if not chosen:
        raise ConfigError(["no rule is left: --skip leaves out all that --rules names"])
    return Selection(chosen, resources)


def _ids(texts: Iterable[str], known: Mapping[str, Rule]) -> frozenset[str]:
    names = targets(known)
    found: set[str] = set()
    problems = []
    for name in (each.strip() for text in texts for each in text.split(",")):
        target = names.get(name.lower())
        if not name:
            continue
        if target is None:
            problems.append(closest(name, names))
        elif target in known:
            found.add(target)
        else:
            categories = {target} if target in set(Category) else set(Category)
            found |= {rule.id for rule in known.values() if rule.category in categories}
    if problems:
        raise ConfigError(problems)
    return frozenset(found)
