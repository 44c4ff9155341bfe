"""Running a deployment: each resource a PUT of its provider, in order; what fails stops only what needs it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, ids, schema, since
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import InvalidResourceIdError, ResourceId
from arm_simulator.core.kinds import Body, merge
from arm_simulator.core.store import Resource, Store
from arm_simulator.providers.resources.deployments import outputs, problems, records, request, secrets
from arm_simulator.providers.resources.deployments.complete import others
from arm_simulator.providers.resources.deployments.frame import Frame, Planned, deployment_id, known
from arm_simulator.providers.resources.deployments.host import Host
from arm_templates.members import member
from arm_templates.scope import Target

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_KEEPS = frozenset(
    {
        "microsoft.compute/virtualmachines",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.compute/virtualmachinescalesets/virtualmachines",
    }
)
"""Types whose PUT leaves what it does not name ("PUT calls for creation or updates on compute resources")."""
_EARLY = frozenset({"InvalidTemplate", "InvalidRequestContent", "NotImplemented", "NoRegisteredProviderFound"})
"""What is wrong with a nested template whenever it is deployed; anything else may be right when its turn comes."""


class Engine:
    """One deployment and those nested in it, from the template to the resources.

    Args:
        ctx: The request.
        correlation: The id that all of them share.
    """

    def __init__(self, ctx: Context, correlation: str = "") -> None:
        self.ctx = ctx
        self.correlation = correlation or str(uuid.uuid4())
        self.touched: dict[str, Planned] = {}
        self.all: list[Planned] = []
        self._hosts: dict[int, Host] = {}

    # --- the plan --------------------------------------------------------------------------------------------------

    def plan(self, rid: ResourceId, asked: request.Request) -> Frame:
        """The frame of a request's template, checked; its nested templates too, as far as they are known.

        Raises:
            ArmError: InvalidTemplate and the like: nothing was deployed.
        """
        target = Target(rid.subscription, rid.resource_group)
        frame = self._frame(rid, asked.template, target, asked.given, asked.mode, asked.location)
        self._connect(frame)
        self.all = list(self.walk(frame))
        return frame

    def _frame(
        self,
        rid: ResourceId,
        template: Any,
        target: Target,
        given: Any,
        mode: str,
        location: str,
        depth: int = 0,
        outer: Any = None,
    ) -> Frame:
        def answers(made: Frame) -> Any:
            self._hosts[id(made)] = Host(made)
            return self._hosts[id(made)].answer

        return Frame(self.ctx, rid, template, target, given, answers, mode, location, depth, outer)

    def _connect(self, frame: Frame) -> None:
        frame.connect(lambda planned: self._references(frame, planned))
        for each in frame.order():
            if self.ctx.registry.find(each.id.type) is None:
                raise errors.no_registered_provider(each.id.type, each.version)

    def early_body(self, planned: Planned) -> Body:
        """A resource's body before anything is there; what refers to what is not is unresolved."""
        host = self._hosts[id(planned.frame)]
        host.noted = []
        try:
            return planned.body()
        finally:
            host.noted = None

    def walk(self, frame: Frame) -> Iterator[Planned]:
        """The resources of a deployment, and of those nested in it whose parameters are known before it runs.

        Raises:
            ArmError: A nested template is not valid.
        """
        for planned in frame.order():
            if not planned.is_deployment:
                yield planned
                continue
            inner = self._early(frame, planned)
            if inner is not None:
                yield from self.walk(inner)

    def _early(self, frame: Frame, planned: Planned) -> Frame | None:
        """A nested deployment before anything is there; None if it depends on what is not."""
        host = self._hosts[id(frame)]
        host.noted = []
        try:
            inner = self.nested(frame, planned)
        except ArmError as error:
            if host.noted or error.code not in _EARLY:
                return None
            raise
        finally:
            host.noted = None
        return inner

    def _references(self, frame: Frame, planned: Planned) -> list[str]:
        """What the body of a resource refers to, by evaluating it before anything is there."""
        host = self._hosts[id(frame)]
        outer, host.noted = host.noted, []
        try:
            if not planned.is_deployment:
                planned.body()
            elif _is_inner(planned):
                planned.scope.resolve(member(member(planned.raw, "properties"), "parameters") or {})
            else:
                planned.scope.resolve(member(planned.raw, "properties") or {})
            return host.noted
        finally:
            host.noted = outer

    # --- the deployment --------------------------------------------------------------------------------------------

    def run(self, frame: Frame, record: Resource) -> ArmError | None:
        """Deploy a frame, keep its record, and return why it failed, if it did."""
        operations: list[Body] = []
        details: list[Body] = []
        state = record.runtime["deployment"]
        broken: set[int] = set()
        for planned in frame.order():
            if not planned.is_deployment:
                self.touched[planned.id.key] = planned
            if any(id(need) in broken for need in planned.needs):
                broken.add(id(planned))
                continue
            created, error = self._deploy(frame, planned)
            if error is not None:
                broken.add(id(planned))
                details.append(error.error())
            operations.append(
                records.operation(
                    frame.id,
                    planned.id,
                    verb="Create",
                    now=self.ctx.now,
                    created=created,
                    error=error,
                    symbol=planned.symbol,
                )
            )
        if not details and frame.mode == "Complete":
            self._delete_others(frame, operations, details)
        failure = problems.failed(details) if details else self._finish(frame, record)
        if failure is not None:
            state["error"] = failure.error()
            record.properties["provisioningState"] = "Failed"
        state["operations"] = operations
        self.ctx.save(record)
        return failure

    def _finish(self, frame: Frame, record: Resource) -> ArmError | None:
        try:
            values = outputs.evaluate(frame)
        except ArmError as error:
            return ArmError(
                400,
                "DeploymentOutputEvaluationFailed",
                "Unable to evaluate template outputs. Please see error details and deployment operations.",
                details=[error.error()],
            )
        state = record.runtime["deployment"]
        state["outputs"] = secrets.shown(frame.template, "outputs", values)
        state["outputResources"] = [{"id": each.id.path} for each in frame.order() if not each.is_deployment]
        self.ctx.scratch[frame.id.key] = {name: {"value": value} for name, value in values.items()}
        record.properties["provisioningState"] = "Succeeded"
        return None

    def _deploy(self, frame: Frame, planned: Planned) -> tuple[bool, ArmError | None]:
        """Deploy one resource: whether it is new, and why it failed; a failed one changes nothing."""
        existed = self.ctx.get(planned.id) is not None
        if planned.is_deployment:
            return not existed, self._deploy_nested(frame, planned)
        before = self.ctx.failure
        self.ctx.failure = None
        try:
            with savepoint(self.ctx.store):
                body = known(planned.body(), f"resource '{planned.id}'")
                self._put(planned, body)
            failure = self.ctx.failure
        except (ArmError, InvalidResourceIdError) as error:
            failure = error if isinstance(error, ArmError) else errors.bad_request(str(error))
        finally:
            self.ctx.failure = before
        return not existed and failure is None, failure

    def _put(self, planned: Planned, body: Body) -> None:
        target, version = planned.id, planned.version
        found = self.ctx.get(target)
        kind = self.ctx.kind(target)
        # Looking up a member of a Flexible set gives the virtual machine, whose body is that of another type.
        own = found is not None and found.id.type_key == target.type_key
        if kind.model:
            # What the template says has to be known to its own apiVersion; what the resource has besides does not.
            since.check(kind.model, schema.check(kind.model, body, partial=True), version)
        if found is not None and own and target.type_key in _KEEPS:
            body = merge(found.body, body)
        self.ctx.put(target, body, api_version=version)

    def nested(self, frame: Frame, planned: Planned) -> Frame:
        """The frame of a nested deployment, with its order.

        Raises:
            ArmError: InvalidTemplate, or NotImplemented for links.
        """
        raw = {name: value for name, value in planned.raw.items() if name.lower() != "properties"}
        written = member(planned.raw, "properties")
        written = written if isinstance(written, dict) else {}
        inner = _is_inner(planned)
        if not planned.id.subscription:
            raise problems.not_played("deployments at management groups and the tenant", "Name a subscription instead.")
        given = known(
            planned.scope.resolve(member(written, "parameters") or {}), f"the parameters of deployment '{planned.name}'"
        )
        body = {**raw, "properties": {**written, "parameters": given}, "location": self._location(frame, planned)}
        group = planned.id.resource_group
        asked = request.read(body, at_group=bool(group))
        if asked.mode == "Complete":
            raise problems.invalid_template(f"The nested deployment '{planned.name}' must have the mode 'Incremental'")
        made = self._frame(
            deployment_id(planned.id.subscription, group, planned.id.name),
            asked.template,
            Target(planned.id.subscription, group),
            asked.given if inner else {},
            "Incremental",
            asked.location,
            frame.depth + 1,
            None if inner else planned.scope,
        )
        if not inner:  # the functions of its template are answered by the deployment around it
            self._hosts[id(made)] = self._hosts[id(frame)]
        self._connect(made)
        return made

    def _location(self, frame: Frame, planned: Planned) -> Any:
        own = planned.scope.resolve(member(planned.raw, "location", ""))
        return known(own, f"the location of deployment '{planned.name}'") or frame.location

    def _deploy_nested(self, frame: Frame, planned: Planned) -> ArmError | None:
        try:
            inner = self.nested(frame, planned)
            if inner.target.group and self.ctx.get(ids.parse(str(inner.target.prefix))) is None:
                return errors.resource_group_not_found(str(inner.target.group))
        except ArmError as error:
            return error
        return self.run(inner, self._record(inner))

    def _record(self, frame: Frame) -> Resource:
        """The record of a nested deployment that begins."""
        existing = self.ctx.store.get(frame.id)
        body, runtime = self.contents(frame)
        identity, created = (existing.id, existing.created) if existing else (frame.id, "")
        return self.ctx.save(Resource(id=identity, body=body, runtime=runtime, created=created))

    def contents(self, frame: Frame) -> tuple[Body, Body]:
        """What is stored of a deployment that begins: its body, and what is kept beside it."""
        declared = [] if frame.outer is not None else member(frame.template, "parameters") or {}
        given = {name: frame.scope.parameter(name) for name in declared}
        template = secrets.storable(frame.template)
        properties = records.properties(
            mode=frame.mode, now=self.ctx.now, correlation=self.correlation, template=template
        )
        state = {
            "template": template,
            "parameters": secrets.shown(frame.template, "parameters", given),
            "providers": records.providers(each.id.type for each in frame.order()),
            "dependencies": dependencies(frame),
        }
        place = {} if frame.target.group else {"location": frame.location}
        return {**place, "properties": properties}, {"deployment": state}

    # --- complete mode ---------------------------------------------------------------------------------------------

    def _delete_others(self, frame: Frame, operations: list[Body], details: list[Body]) -> None:
        """Delete what the group has and the template does not, users before what they use."""
        left = others(self.ctx, frame.id, set(self.touched))
        while left:
            refusals: dict[str, ArmError] = {}
            for target in left:
                error = self._delete(target)
                if error is not None:
                    refusals[target.key] = error
                    continue
                operations.append(records.operation(frame.id, target, verb="Delete", now=self.ctx.now))
            after = [target for target in left if target.key in refusals]
            if len(after) == len(left):
                for target in left:
                    error = refusals[target.key]
                    details.append(error.error())
                    operations.append(records.operation(frame.id, target, verb="Delete", now=self.ctx.now, error=error))
                return
            left = after

    def _delete(self, target: ResourceId) -> ArmError | None:
        try:
            with savepoint(self.ctx.store):
                self.ctx.delete(target)
        except ArmError as error:
            return error
        return None


def dependencies(frame: Frame) -> list[Body]:
    """What depends on what, as a deployment shows it."""

    def named(planned: Planned) -> Body:
        return {"id": planned.id.path, "resourceType": planned.id.type, "resourceName": planned.id.name}

    return [
        {"dependsOn": [named(need) for need in dict.fromkeys(each.needs)], **named(each)}
        for each in frame.order()
        if each.needs
    ]


def _is_inner(planned: Planned) -> bool:
    options = member(member(planned.raw, "properties"), "expressionEvaluationOptions", {})
    return str(member(options, "scope", "outer")).lower() == "inner"


@contextmanager
def savepoint(store: Store, *, keep: bool = True) -> Iterator[None]:
    """A block within a transaction whose changes are undone if it fails, or always with ``keep=False``."""
    name = f"deployment_{uuid.uuid4().hex}"
    store.execute(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        store.execute(f"ROLLBACK TO {name}")
        store.execute(f"RELEASE {name}")
        raise
    if not keep:
        store.execute(f"ROLLBACK TO {name}")
    store.execute(f"RELEASE {name}")
