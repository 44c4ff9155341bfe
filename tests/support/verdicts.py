"""The component's verdict on arguments, split into rules of the mode table and the component's own reasons.

The component refuses arguments for three kinds of reasons. Broken rules of the mode table are facts about Azure.
Problems between arguments are either such facts too (a data disk's LUN given twice), or reasons that only the component
has (two names that lead to the same port): :data:`CLIENT_REASONS` lists the latter, and Azure has to refuse all others
too. If the model refuses a value there is nothing to deploy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pulumi_azure_scaleset.compile import broken_rules, compile_args, layout
from pulumi_azure_scaleset.errors import Problem, ScaleSetArgsError
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Plan
from pulumi_azure_scaleset.validation import cross as structure
from pulumi_azure_scaleset.validation.cross.machine import makes_machines
from pulumi_azure_scaleset.validation.validate import validate
from scaleset_core.modes import RULES, Severity

NAME = "web"

REFUSED_HERE_ONLY: dict[str, str] = {
    "vm-size-has-its-tier": "the simulator has no list of all sizes",
    "explicit-outbound-on-flexible": "Azure makes instances without a way out, and only they notice",
}
"""Rules of severity error that Azure does not enforce."""

REFUSED_THERE_ONLY: dict[str, str] = {
    "b1ls-on-flexible": "contested: the simulator gives the service's answer of 2022",
    "rolling-batch-within-tolerance": "contested: documented for pools of Azure Batch, which are scale sets",
    "cross-zone-upgrade-needs-zones": "contested: azurerm refuses it, and Batch of its pools",
    "hotpatch-image-is-hotpatched": "contested: Azure's answer of 2022 for a single machine",
    "platform-patching-and-windows-updates": "contested: the simulator plays the SDK's description",
    "spot-on-dedicated-hosts": "contested: no page says that Azure refuses it",
    "public-ip-sku-on-uniform": "contested: the simulator plays the REST description",
}
"""Rules of severity warning whose violation the simulator refuses."""

ONLY_AZURE_KNOWS: dict[str, str] = {
    r"^InvalidResourceReference: ": "whether an id names something",
    r"^SubnetIsFull: |^PrivateIPAddress\w+: ": "which addresses a subnet has, and who has them",
    r"^DeploymentFailed: .* is not an active Virtual Machine Scale Set VM instanceId": "which numbers instances got",
    r"^PublicIPAddressInUse: ": "who has a public address",
    r"^DeploymentFailed: .* in a set with zones .* must be in one of them": "the zone of a machine declared elsewhere",
    r"^DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed: ": "raw inputs of one resource beside another resource",
    r"^RulesUseSameFrontendPortProtocolAndIPConfig: .*/shared-lb/": "the ports of a balancer declared elsewhere",
}
"""Refusals, as ``code: message``, whose cause a program cannot see in its own arguments."""

_NOT_IN_PLAN: dict[str, Callable[[Plan, Problem], bool]] = {
    "instances-by-name-on-uniform": lambda plan, problem: (
        not any(
            child.key.startswith("policy:") and problem.field == f"instances[{child.key.partition(':')[2]!r}]"
            for child in plan.children
        )
    ),
    # Protection is completed in the layout; the component still refuses arguments that contradict each other.
    "set-actions-protection-needs-scale-in": lambda *_: True,
    "health-probe-on-flexible": lambda plan, _: "healthProbe" not in str(plan.child("scaleSet").inputs),
    "nat-pool-on-flexible": lambda plan, _: "loadBalancerInboundNatPools" not in str(plan.child("scaleSet").inputs),
}
"""Rules that an argument breaks, but nothing in a plan."""

_IGNORED = "the layout leaves it out, so Azure never hears of it"
_ELSEWHERE = "it belongs to a resource that is declared elsewhere"
_LATER = "a range is kept for the instances that come later"
_ORDER = "the component installs in the order of the list"

CLIENT_REASONS: dict[str, str] = {
    r"^vm_size: it is required": "a machine of a set without a size is left to the set's own sizes",
    r"frontend_port_end: got \d+, below the first port of a": "the layout makes it one port",
    r"^enable_ipv6: the subnet that virtual_network creates": "Azure notices with the first instance",
    r"^vm_size: instance_mix names the sizes": _IGNORED,
    r"^ssh_public_keys: they are for Linux": _IGNORED,
    r"^(time_zone|enable_automatic_updates): it is for Windows": _IGNORED,
    r": it applies to instances that Azure creates from the profile": _IGNORED,
    r"^protection: it protects named instances": _IGNORED,
    r"^virtual_network: it creates a subnet, and subnet_id names an existing one": _IGNORED,
    r"^virtual_network\.allow_from: nothing would reach": "Azure deploys it, and then nothing comes in",
    r"^virtual_network\.allow_from: it has no effect": _IGNORED,
    r"\.allow_from: (it opens the subnet|virtual_network\.network_security_group_id names)": _IGNORED,
    r"on Uniform an instance accepts only protection": _IGNORED,
    r"instance_policy: on Uniform, protection is already that policy": _IGNORED,
    r"\.kind: a NAT rule to one instance needs its network interface": _IGNORED,
    r"\.kind: there are no named instances that it could reach": _IGNORED,
    r"\.detach: it is for kind Pool": _IGNORED,
    r"nat_ports\.\w+: (\w+ gives no port by instance|there is no inbound_nat)": _IGNORED,
    r": it describes the primary interface, and network_interfaces has one": _IGNORED,
    r"describe machines, but the number of machines is missing": _IGNORED,
    r"is the name of the extension that health creates": _IGNORED,
    r"spot\.restore_\w+: Azure restores instances that it created": _IGNORED,
    r"\.disk_\w+_read_write: a virtual machine has no such property": _IGNORED,
    r"^ignore_capacity_changes: ": "it is Pulumi's, not Azure's",
    r"^capacity: a Uniform set needs it": "Azure takes 0; the component wants a number that somebody chose",
    r"^outbound\.method: an outbound rule belongs to its load balancer": _ELSEWHERE,
    r"^outbound\.nat_gateway_id: ": _ELSEWHERE,
    r"\.kind: a NAT pool belongs to its load balancer": _ELSEWHERE,
    r"frontend_port_start: its ports .* overlap": _LATER,
    r"frontend_port: \d+ lies in the ports": _LATER,
    r"nat_ports\.\w+: got \d+; expected": _LATER,
    r"provision_after_extensions: ": _ORDER,
    r": its \w+ would be called .* as that of": "two logical names in Pulumi's state would be equal",
    r"^attached_virtual_machine_ids: an existing virtual machine cannot join a Uniform set": _IGNORED,
    r"^attached_virtual_machine_ids\[\d+\]: .* is given twice": "the second deployment would say the same again",
    r"^attached_virtual_machine_ids: an existing virtual machine cannot join a set with a proximity": (
        "Azure looks at the machine's own proximity placement group; the machine is not known here"
    ),
    r"^accept_rules": "it is about the mode table",
    r"^overrides": "it is about the names of the component's resources",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The component's verdict.

    Attributes:
        accepted: Whether the arguments are accepted.
        message: The error, or the warnings.
        shape: Problems of single values: the model refuses them.
        rules: The rules of severity error that are broken (accepted ones left out).
        warnings: The rules that give only a warning, because of their severity or because they were accepted.
        facts: Problems between arguments that state a fact about Azure.
        client: Problems between arguments that only the component has.
        plan: The children, laid out without validation; None without a model, or if two would be the same resource.
    """

    accepted: bool
    message: str
    shape: tuple[Problem, ...] = ()
    rules: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    facts: tuple[Problem, ...] = ()
    client: tuple[Problem, ...] = ()
    plan: Plan | None = field(default=None, repr=False)

    @property
    def azure_refuses(self) -> bool:
        """Whether the component claims that Azure itself refuses these arguments."""
        other_mode = any(problem.field == "overrides.scaleSet.orchestrationMode" for problem in self.client)
        return bool(self.rules - REFUSED_HERE_ONLY.keys() or self.facts) and not self.shape and not other_mode


def verdict(args: dict[str, Any], name: str = NAME) -> Verdict:
    """The component's verdict on ``args``."""
    accepted, message = True, ""
    try:
        message = "\n".join(compile_args(name, args).warnings)
    except ScaleSetArgsError as error:
        accepted, message = False, str(error)
    validated = validate(name, args)
    if validated.model is None or validated.problems:
        return Verdict(accepted, message, shape=validated.problems)
    plan = layout(validated.model, name)
    rules, warnings = set[str](), set[str]()
    for entry in (broken.rule for broken in broken_rules(validated.model, plan)):
        contested = entry.severity is Severity.WARNING or entry.id in validated.model.accept_rules
        (warnings if contested else rules).add(entry.id)
    facts, client = [], []
    for problem in structure.problems(validated.model):
        quoted = next((entry for entry in RULES.values() if entry.statement in problem.message), None)
        if quoted is not None and quoted.id in _NOT_IN_PLAN and _NOT_IN_PLAN[quoted.id](plan, problem):
            client.append(problem)
        elif quoted is not None:
            rules.add(quoted.id)
        elif client_reason(problem) or _not_emitted(validated.model, problem):
            client.append(problem)
        else:
            facts.append(problem)
    # Two resources with the same name are not both in the plan: there is no complete plan to deploy.
    whole = None if plan.conflicts else plan
    return Verdict(accepted, message, (), frozenset(rules), frozenset(warnings), tuple(facts), tuple(client), whole)


def _not_emitted(model: ScaleSetModel, problem: Problem) -> bool:
    """Whether a problem is about a value in no resource: single Uniform instances, machines that are not created."""
    if not model.flexible:
        return problem.root == "instances"
    return not makes_machines(model)


def only_azure_knows(code: str, message: str) -> str:
    """The fact behind a refusal that only Azure can know, or ``""``."""
    text = f"{code}: {message}"
    return next((reason for pattern, reason in ONLY_AZURE_KNOWS.items() if re.search(pattern, text)), "")


def client_reason(problem: Problem) -> str:
    """Why a problem is the component's own, or ``""`` if it states a fact about Azure."""
    return next((reason for pattern, reason in CLIENT_REASONS.items() if re.search(pattern, str(problem))), "")
