"""How an instance reaches the outside: one answer for the component, the policies and the operations.

Each of them knows something else: arguments, a program in which half is not known yet, what is deployed. Each says what
it knows as a :class:`Situation`; :func:`decide` says the method that Azure uses, that there is none, or what would have
to be known. The facts:

* a NAT gateway on the subnet comes first, then a public address of the instance's own;
* an outbound rule and a load-balancing rule serve their own pools only, and translate only with a public front end: an
  internal load balancer gives no way out. ``disableOutboundSnat`` takes it from a load-balancing rule;
* a route table may lead anywhere (a firewall, nowhere), so it leaves open what else would be "none";
* default outbound access is left to instances of Uniform sets in subnets that are not private and behind no Standard
  load balancer. Instances of a Flexible set never have it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

Known = bool | str
"""Yes, no, or what would have to be known to say it."""


class Method(StrEnum):
    """How the outside is reached."""

    NAT_GATEWAY = "NAT gateway"
    PUBLIC_ADDRESS = "instance public IP"
    OUTBOUND_RULE = "outbound rule"
    BALANCING_RULE = "load-balancing rule (implicit SNAT)"
    DEFAULT = "default outbound access"
    NONE = "none"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A rule of a load balancer that may translate an instance's outbound traffic.

    Attributes:
        name: What to call it (``lb/http``).
        serves: Whether its pools are the instance's.
        public: Whether its front end is public.
        snat: Whether it translates at all: not with ``disableOutboundSnat``.
    """

    name: str
    serves: Known
    public: Known
    snat: Known = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known about one instance, or about all instances of a profile.

    Attributes:
        flexible: Whether the set is Flexible.
        nat_gateway: Whether the subnet has a NAT gateway.
        public_address: Whether the instance has a public address of its own.
        outbound_rules: The outbound rules that may serve it.
        balancing_rules: The load-balancing rules that may serve it.
        hidden: What else may give it a way out and is not known.
        route_table: Whether the subnet has a route table.
        private_subnet: Whether the subnet is private (``defaultOutboundAccess`` is false).
        behind_standard: Whether the instance is in a pool of a Standard load balancer.
    """

    flexible: bool
    nat_gateway: Known = False
    public_address: Known = False
    outbound_rules: tuple[Translation, ...] = ()
    balancing_rules: tuple[Translation, ...] = ()
    hidden: tuple[str, ...] = ()
    route_table: Known = False
    private_subnet: Known = False
    behind_standard: Known = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the outside is reached.

    Attributes:
        method: The method; none, or undecided, too.
        through: The rule that gives it, ``""`` where it is no rule.
        reason: Why there is none, or why it is the default; ``""`` otherwise.
        missing: What would have to be known, for an answer that is undecided.
    """

    method: Method
    through: str = ""
    reason: str = ""
    missing: tuple[str, ...] = field(default=())

    @property
    def explicit(self) -> bool | None:
        """Whether there is an explicit method; None if that is undecided."""
        if self.method is Method.UNDECIDED:
            return None
        return self.method not in {Method.NONE, Method.DEFAULT}


def decide(situation: Situation) -> Answer:
    """The method that Azure uses, by the order in which it takes them."""
    if situation.nat_gateway is True:
        return Answer(method=Method.NAT_GATEWAY)
    if situation.public_address is True:
        return Answer(method=Method.PUBLIC_ADDRESS)
    kinds = ((Method.OUTBOUND_RULE, situation.outbound_rules), (Method.BALANCING_RULE, situation.balancing_rules))
    for method, rules in kinds:
        for rule in rules:
            if _carries(rule) is True:
                return Answer(method=method, through=rule.name)
    rules = (*situation.outbound_rules, *situation.balancing_rules)
    missing = [*_open(situation.nat_gateway, situation.public_address, *map(_carries, rules)), *situation.hidden]
    if situation.route_table is not False:
        missing.append("where the subnet's routes lead" if situation.route_table is True else situation.route_table)
    default = _default(situation)
    if missing or isinstance(default, str):
        missing += _open(default)
        return Answer(method=Method.UNDECIDED, reason=_failed(rules), missing=tuple(dict.fromkeys(missing)))
    if default:
        return Answer(method=Method.DEFAULT, reason="an address that Azure may change")
    return Answer(method=Method.NONE, reason="; ".join(filter(None, (_failed(rules), _without_default(situation)))))


def all_of(*parts: Known) -> Known:
    """Whether all of ``parts`` hold: one that does not is enough to say no."""
    if False in parts:
        return False
    return next(_open(*parts), True)


def any_of(*parts: Known) -> Known:
    """Whether one of ``parts`` holds: one that does is enough to say yes."""
    if True in parts:
        return True
    return next(_open(*parts), False)


def _open(*parts: Known) -> Iterator[str]:
    return (part for part in parts if isinstance(part, str))


def _carries(rule: Translation) -> Known:
    return all_of(rule.serves, rule.public, rule.snat)


def _default(situation: Situation) -> Known:
    if situation.flexible:
        return False
    against = any_of(situation.private_subnet, situation.behind_standard)
    return against if isinstance(against, str) else not against


def _failed(rules: Iterable[Translation]) -> str:
    """Why the instance's own rules give it no way out."""
    parts = []
    for rule in rules:
        if rule.serves is False:
            continue
        if rule.public is False:
            parts.append(f"{rule.name} has a private front end")
        elif rule.snat is False:
            parts.append(f"{rule.name} has disableOutboundSnat")
    return ", ".join(parts)


def _without_default(situation: Situation) -> str:
    if situation.private_subnet is True:
        return "the subnet is private (defaultOutboundAccess is false) and nothing explicit is set"
    if situation.flexible:
        return "instances of a Flexible set made from its profile have no default outbound access"
    return "instances behind a Standard load balancer have no default outbound access"
