"""The outbound method of an instance: one decision for the component, the policies and the operations.

Each of them has different input: arguments, a program in which much is not known yet, or what is deployed. Each
describes it as a :class:`Situation`; :func:`decide` returns the method that Azure uses, that there is none, or what
would have to be known. The facts:

* a NAT gateway on the subnet comes first, then a public address on the instance;
* an outbound rule or a load-balancing rule serves only its own pools, and translates only with a public front end: an
  internal load balancer provides no outbound access. ``disableOutboundSnat`` turns SNAT off for a load-balancing rule;
* a route table may lead anywhere (a firewall, nowhere), so what would otherwise be "none" is undecided;
* default outbound access exists only for instances of Uniform sets in subnets that are not private, and not behind a
  Standard load balancer. Instances of a Flexible set never have it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

Known = bool | str
"""Yes, no, or what would have to be known to decide."""


class Method(StrEnum):
    """The outbound method."""

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
        name: Its name in messages (``lb/http``).
        serves: Whether its pool is one of the instance's.
        public: Whether its front end is public.
        snat: Whether it translates at all: false with ``disableOutboundSnat``.
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
        public_address: Whether the instance itself has a public address.
        outbound_rules: The outbound rules that may serve it.
        balancing_rules: The load-balancing rules that may serve it.
        hidden: What else may provide outbound access and is not known.
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
    """The outbound method, or why there is none.

    Attributes:
        method: The method, which may be "none" or "undecided".
        through: The rule that provides it, ``""`` if it is not a rule.
        reason: Why there is none, or why it is the default; ``""`` otherwise.
        missing: For an undecided answer, what would have to be known.
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
    """The method that Azure uses, by its order of precedence."""
    if situation.nat_gateway is True:
        return Answer(method=Method.NAT_GATEWAY)
    if situation.public_address is True:
        return Answer(method=Method.PUBLIC_ADDRESS)
    kinds = ((Method.OUTBOUND_RULE, situation.outbound_rules), (Method.BALANCING_RULE, situation.balancing_rules))
    for method, rules in kinds:
        for rule in rules:
            if _translates(rule) is True:
                return Answer(method=method, through=rule.name)
    rules = (*situation.outbound_rules, *situation.balancing_rules)
    missing = [*_open(situation.nat_gateway, situation.public_address, *map(_translates, rules)), *situation.hidden]
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
    """Whether all of ``parts`` are true: a single false one decides, whatever is unknown."""
    if False in parts:
        return False
    return next(_open(*parts), True)


def any_of(*parts: Known) -> Known:
    """Whether any of ``parts`` is true: a single true one decides, whatever is unknown."""
    if True in parts:
        return True
    return next(_open(*parts), False)


def _open(*parts: Known) -> Iterator[str]:
    return (part for part in parts if isinstance(part, str))


def _translates(rule: Translation) -> Known:
    return all_of(rule.serves, rule.public, rule.snat)


def _default(situation: Situation) -> Known:
    if situation.flexible:
        return False
    against = any_of(situation.private_subnet, situation.behind_standard)
    return against if isinstance(against, str) else not against


def _failed(rules: Iterable[Translation]) -> str:
    """Why the instance's own rules provide no outbound access."""
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
