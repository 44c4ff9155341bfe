"""Registering a plan's children with the engine, cheaply.

azure-native's classes add 29 to 60 aliases to each resource, for API versions in which a new component's children never
existed. They also translate every nested input by its type hints. That takes most of a program's time. A plan's inputs
already have azure-native's wire names. So each child is registered as a plain :class:`pulumi.CustomResource` with its
type token. The engine, the provider, policies and users' transforms cannot distinguish it from the typed class.
"""

import functools
import importlib.metadata
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine import gc_pace as collector
from pulumi_azure_scaleset.engine.arm import Arm
from pulumi_azure_scaleset.engine.foreign import carry
from pulumi_azure_scaleset.engine.guards import Guards
from pulumi_azure_scaleset.engine.hooks import Hooks
from pulumi_azure_scaleset.engine.locks import LockKeeper
from pulumi_azure_scaleset.engine.placeholders import even_if_failed
from pulumi_azure_scaleset.engine.readable import Gate
from pulumi_azure_scaleset.engine.remote import version_for_children
from pulumi_azure_scaleset.engine.sdk import supports
from pulumi_azure_scaleset.engine.stopped import Stopped
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.model.machine import Timeouts
from pulumi_azure_scaleset.plan import adoption, generic, tokens, versions
from pulumi_azure_scaleset.plan.replacement import goes_along_with, replacing_paths, waits_for
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Lazy,
    Plan,
    Ref,
    Secret,
)
from scaleset_core.facts.names import former_name

_GROUP = "resourceGroupName"
_REQUIRED = frozenset(
    {_GROUP, "location", "vmScaleSetName", "loadBalancerName", "roleAssignmentName", "roleDefinitionId", "principalId"}
)
"""Required text inputs that may come from a resource of the program."""
_PROVIDER_DISTRIBUTION = "pulumi-azure-native"


@functools.cache
def provider_version() -> str:
    """The version of the azure-native SDK that is installed, and so of the provider plugin that belongs to it."""
    return importlib.metadata.version(_PROVIDER_DISTRIBUTION)


class Registrar:
    """Registers the children of one component in the plan's order.

    Args:
        component: The parent.
        name: The parent's logical name.
        opts: Options of the component that children do not inherit by themselves (``depends_on``).
        timeouts: The children's timeouts.
        adopted: What the children were in the stack before, if they were in it.
    """

    def __init__(
        self,
        component: pulumi.ComponentResource,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        timeouts: Timeouts | None = None,
        adopted: Adoption | None = None,
    ) -> None:
        self._component = component
        self._name = name
        self._version = version_for_children(provider_version())
        self._arm = Arm(component, self._version)
        self._hooks: Hooks | None = None
        self._transforms: Mapping[str, list[pulumi.ResourceTransform]] = {}
        self._locked: pulumi.Output[Any] | None = None
        self._instances: tuple[str, ...] = ()
        self._gate: Gate | None = None
        self._former = _former_names(opts)
        self._adopted = adopted
        self._depends_on = _as_list(opts.depends_on) if opts is not None and opts.depends_on else []
        self._timeouts = (
            None
            if timeouts is None
            else pulumi.CustomTimeouts(create=timeouts.create, update=timeouts.update, delete=timeouts.delete)
        )
        self._resources: dict[str, pulumi.CustomResource] = {}
        self._registered: dict[str, Child] = {}
        self._values: dict[Any, Any] = {}

    def register(self, plan: Plan, gate: Gate | None = None) -> None:
        """Register every child of ``plan``, once the gate lets it pass."""
        self._gate = gate
        release = collector.hold(len(plan.children))
        try:
            self._register(plan)
        except BaseException:
            release()
            raise
        if self._registered:
            # The engine answers roughly in the order of the requests, so its last answer ends the hold. An Output that
            # fails leaves the pace slow, and the program ends.
            last = self._resources[plan.children[-1].key]
            last.urn.apply(lambda _: release(), run_with_unknowns=True)

    def _register(self, plan: Plan) -> None:
        advice = {child.name: child.advice for child in plan.children if child.advice}
        self._arm.prepare()
        keeper = LockKeeper(self._arm)
        stopped = Stopped(self._arm, plan)
        self._hooks = Hooks(self._name, advice, keeper, Guards(self._arm, plan), stopped)
        self._transforms = {tokens.VM_EXTENSION: [stopped.leave]} if supports("transforms") else {}
        self._instances = tuple(plan.instance_ids)
        for child in plan.children:
            inputs = {name: self._input(name, value) for name, value in child.inputs.items()}
            along = [self._resources[key] for key in goes_along_with(child, self._registered)]
            if along and _GROUP in inputs:
                # The name of a group is known, and never changes without a replacement. Its dependency on `along` makes
                # the engine delete this resource before it deletes one of those for a replacement.
                inputs[_GROUP] = _depending(inputs[_GROUP], along)
            # An output that is not an input is requested with an input of None, which is not sent.
            inputs.update({name: None for name in child.outputs if name not in inputs})
            inputs = carry(self._arm, child, inputs)
            inputs = inputs if self._gate is None else self._gate.hold(inputs)
            if child.generic:
                inputs = generic.inputs_of(child, inputs)
            token = versions.token_of(child)
            self._resources[child.key] = pulumi.CustomResource(token, child.name, inputs, self._options(child))
            self._registered[child.key] = child
        self._restore_locks(plan, keeper)

    def _restore_locks(self, plan: Plan, keeper: LockKeeper) -> None:
        """Look for the plan's locks once all are registered, and put back what is not in Azure."""
        locks = [child for child in plan.children if child.type == tokens.LOCK]
        if not locks or not self._arm.reachable:
            return

        async def restore(ids: list[Any]) -> Any:
            # The id of a new lock is unknown in a preview, and missing where its creation failed.
            pairs = zip(ids, locks, strict=True)
            await keeper.restore({found: lock.inputs for found, lock in pairs if isinstance(found, str) and found})

        ids: pulumi.Output[Any] = pulumi.Output.all(*(self._resources[lock.key].id for lock in locks))
        self._locked = ids.apply(restore, run_with_unknowns=True)

    def when_locked(self, value: Any) -> pulumi.Output[Any]:
        """``value`` as an Output that waits until the locks were looked for: a plugin ends with its last output."""
        output = pulumi.Output.from_input(value)
        locked = self._locked

        async def waited() -> Any:
            if locked is not None:
                await locked.future(with_unknowns=True)
            return await output.future()

        return pulumi.Output(output.resources(), waited(), output.is_known(), output.is_secret())

    def _input(self, name: str, value: Any) -> Any:
        resolved = self.resolve(value)
        if name not in _REQUIRED or isinstance(value, Ref) or not isinstance(resolved, pulumi.Output):
            return resolved
        # The program's own Output, a group's name for example: one placeholder serves all children.
        key = (name, id(value))
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = even_if_failed(resolved)
        return found

    def _options(self, child: Child) -> pulumi.ResourceOptions:
        after = dict.fromkeys([*waits_for(self._registered), *child.after])
        return pulumi.ResourceOptions(
            parent=self._component,
            version=self._version,
            depends_on=[*self._depends_on, *(self._resources[key] for key in after)] or None,
            ignore_changes=_paths(child, child.ignore_changes),
            replace_on_changes=_paths(child, replacing_paths(child)),
            # The names are fixed, so the old resource has to be deleted before the new one is created.
            delete_before_replace=not child.create_first,
            deleted_with=self._resources[child.deleted_with] if child.deleted_with else None,
            custom_timeouts=self._timeouts,
            hooks=None if self._hooks is None else self._hooks.of(child),
            aliases=self._aliases(child) or None,
            transforms=self._transforms.get(child.type),
        )

    def _aliases(self, child: Child) -> list[pulumi.Alias]:
        """What ``child`` was in the stack before; nothing unless the component was renamed, or takes over resources."""
        names = (former_name(child.name, self._name, former, self._instances) for former in self._former)
        renamed = [name for name in names if name is not None]
        aliases = [pulumi.Alias(name=name) for name in renamed]
        for token in versions.former_tokens(child):
            aliases += [pulumi.Alias(type_=token), *(pulumi.Alias(name=name, type_=token) for name in renamed)]
        return aliases if self._adopted is None else [*aliases, *adoption.aliases(self._adopted, child)]

    def resource(self, key: str) -> pulumi.CustomResource:
        """The registered child with this key."""
        return self._resources[key]

    def resolve(self, value: Any) -> Any:
        """``value`` with references, computed values and secrets turned into Outputs; plain values stay plain."""
        if isinstance(value, Ref):
            return self._reference(value)
        if isinstance(value, Lazy):
            return self._computed(value)
        if isinstance(value, Secret):
            return pulumi.Output.secret(self.resolve(value.value))
        if isinstance(value, Mapping):
            return {name: self.resolve(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolve(item) for item in value]
        return value

    def _reference(self, ref: Ref) -> Any:
        found = self._values.get(ref)
        if found is None:
            found = self._output(ref)
            # One Output serves all instances: a pool's id is computed once, not a thousand times.
            self._values[ref] = found
        return found

    def _output(self, ref: Ref) -> pulumi.Output[Any]:
        resource = self._resources[ref.child]
        if ref.known is not None:
            return _depending(ref.known, [resource])
        found: pulumi.Output[Any] = resource.id if ref.attribute == "id" else resource.__dict__[ref.attribute]
        if ref.suffix:
            found = found.apply(functools.partial(_append, ref.suffix))
        return even_if_failed(found) if ref.required else found

    def _computed(self, value: Lazy) -> Any:
        found = self._values.get(id(value))
        if found is None:
            found = self._of_one(value)
            if found is None:
                arguments = [self.resolve(argument) for argument in value.arguments]
                found = pulumi.Output.all(*arguments).apply(functools.partial(_call, value.function))
            self._values[id(value)] = found
        return found

    def _of_one(self, value: Lazy) -> pulumi.Output[Any] | None:
        """``value`` from a single Output, where one argument is a reference and the others are plain.

        ``Output.all`` makes an Output of each argument and one of each value in it; an instance's addresses are
        computed from one reference each, and there may be a thousand.
        """
        references = [index for index, argument in enumerate(value.arguments) if isinstance(argument, Ref)]
        plain = sum(isinstance(argument, str | int | float) for argument in value.arguments)
        if len(references) != 1 or plain != len(value.arguments) - 1:
            return None
        source: pulumi.Output[Any] = self.resolve(value.arguments[references[0]])
        return source.apply(functools.partial(_call_at, value.function, value.arguments, references[0]))


def _paths(child: Child, paths: Sequence[str]) -> list[str] | None:
    """Paths of a child's inputs, as paths in the resource that is registered."""
    return [generic.path_of(path) for path in paths] if child.generic else list(paths) or None


def _depending(value: Any, resources: Sequence[pulumi.Resource]) -> pulumi.Output[Any]:
    """``value`` as an Output that depends on ``resources``, and is known before they are."""
    output = pulumi.Output.from_input(value)

    async def dependencies() -> set[pulumi.Resource]:
        return {*await output.resources(), *resources}

    return pulumi.Output(dependencies(), output.future(), output.is_known(), output.is_secret())


def _former_names(opts: pulumi.ResourceOptions | None) -> list[str]:
    aliases = opts.aliases if opts is not None and isinstance(opts.aliases, Sequence) else ()
    return [alias.name for alias in aliases if isinstance(alias, pulumi.Alias) and isinstance(alias.name, str)]


def _append(suffix: str, value: str) -> str:
    return f"{value}{suffix}"


def _call(function: Any, arguments: Sequence[Any]) -> Any:
    return function(*arguments)


def _call_at(function: Any, arguments: Sequence[Any], index: int, value: Any) -> Any:
    """``function(*arguments)`` with ``value`` instead of the argument at ``index``."""
    return function(*arguments[:index], value, *arguments[index + 1 :])


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Sequence) else [value]
