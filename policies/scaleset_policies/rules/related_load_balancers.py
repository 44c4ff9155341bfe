"""Rules about a load balancer and the scale sets that it serves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.checks import Finding, evaluate
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.modes import Mode, PropertyRule
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.relations import is_mode, served_by
from scaleset_policies.rule import Decide
from scaleset_policies.rules.related import decides

_OF_UNIFORM_INSTANCE: Final = "/virtualmachinescalesets/"


def decide_load_balancer(entry: PropertyRule) -> Decide:
    """The decision of a rule of the mode table over one load balancer and its parts."""
    check = entry.check
    assert check is not None

    def decide(estate: Estate, balancer: Resource) -> Outcome:
        outcome = evaluate(check, View(_with_nat_rules(estate, balancer)))
        found = Outcome(outcome.findings, outcome.undecided)
        if entry.modes >= frozenset(Mode) or (outcome.clean):
            return found
        return when_serving(estate, balancer, Mode.FLEXIBLE, lambda: found)

    return decide


@decides("nat-pool-serves-flexible", arm_types.LOAD_BALANCER)
def nat_pool_serves_flexible(estate: Estate, balancer: Resource) -> Outcome:
    """A load balancer with inbound NAT pools serves no Flexible set."""
    pools = list(balancer.view.each("inboundNatPools[]"))
    if not pools:
        return PASSES
    findings = tuple(Finding(pool.path, _pool_name(pool.value)) for pool in pools if not pool.hidden)
    hidden = tuple(pool.path for pool in pools if pool.hidden)
    return when_serving(estate, balancer, Mode.FLEXIBLE, lambda: Outcome(findings, hidden))


def when_serving(estate: Estate, balancer: Resource, mode: Mode, found: Callable[[], Outcome]) -> Outcome:
    """``found()`` if the load balancer serves a set of this mode; undecided if the set or its mode is not known."""
    served = served_by(estate, balancer)
    answers = [(each, is_mode(each, mode)) for each in served.sure]
    certain = [each for each, answer in answers if answer]
    if certain:
        outcome = found()
        names = ", ".join(sorted({str(each) for each in certain}))
        note = f"it serves the {mode.value} set {names}"
        return Outcome(tuple(_noted(each, note) for each in outcome.findings), outcome.undecided)
    unsure = [each for each, answer in answers if answer is None]
    unsure += [each for each in served.maybe if is_mode(each, mode) is not False]
    if unsure:
        paths = tuple(f"the mode of {each}, or whether {balancer} serves it" for each in unsure)
        return Outcome(undecided=paths)
    if not estate.whole or served.blind:
        return Outcome(undecided=("which scale sets the load balancer serves",))
    return not_applicable(f"the load balancer serves no {mode.value} set here")


def _noted(finding: Finding, note: str) -> Finding:
    return Finding(finding.path, finding.value, f"{finding.detail}; {note}" if finding.detail else note)


def _pool_name(pool: Any) -> Any:
    name = pool.get("name") if isinstance(pool, Mapping) else None
    return None if name is UNKNOWN else name


def _with_nat_rules(estate: Estate, balancer: Resource) -> Any:
    """The load balancer's properties, including NAT rules that are separate resources."""
    properties = balancer.properties
    if not isinstance(properties, Mapping):
        return properties
    inline = properties.get("inboundNatRules")
    if inline is UNKNOWN:
        return properties
    rules = [rule for rule in _items(inline) if not _made_by_pool(rule)]
    rules += [each.properties for each in estate.children(balancer, arm_types.NAT_RULE)]
    return {**properties, "inboundNatRules": rules or None}


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value


def _made_by_pool(rule: Any) -> bool:
    """Whether Azure made the NAT rule: it shows a NAT pool's mappings as rules to the Uniform set's instances."""
    target = View(rule).first("backendIPConfiguration.id")
    return target is not None and isinstance(target.value, str) and _OF_UNIFORM_INSTANCE in target.value.lower()
