"""Rules about management locks: instances that should have one, and locks that block their own stack."""

from collections.abc import Callable, Iterator
from typing import Final

from scaleset_core.facts.checks import Finding
from scaleset_core.facts.properties import UNKNOWN, NotKnownError
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, normal_id
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.relations import Lock, is_mode, locks, locks_on, set_of
from scaleset_policies.rules.related import decides

_LOCKING: Final = frozenset({"cannotdelete", "readonly"})
_NAMED: Final = 3
"""The maximum number of resources that a message names."""


@decides("protected-instance-without-lock", arm_types.VIRTUAL_MACHINE, arm_types.SCALE_SET_VM)
def protected_instance_without_lock(estate: Estate, resource: Resource) -> Outcome:
    """An instance that its program or its protection policy protects also has a lock."""
    if resource.type == arm_types.SCALE_SET_VM:
        return _protected_by_policy(estate, resource)
    if resource.protect is not True:
        return not_applicable("nothing in the input says that the instance is protected")
    targets = set_of(estate, resource)
    if targets.nothing:
        return not_applicable("the virtual machine is in no scale set")
    flexible = [is_mode(each, Mode.FLEXIBLE) for each in targets.sure]
    if flexible and not any(answer is not False for answer in flexible):
        return not_applicable("the set is Uniform")
    return _has_lock(estate, resource, "", "it is protected in the program only, not in Azure")


def _protected_by_policy(estate: Estate, resource: Resource) -> Outcome:
    path = "protectionPolicy.protectFromScaleIn"
    try:
        if resource.view.value(path) is not True:
            return not_applicable("the instance has no protection policy")
    except NotKnownError as error:
        return Outcome(undecided=(error.path,))
    scale_set = estate.parent(resource)
    flexible = is_mode(scale_set, Mode.FLEXIBLE) if scale_set is not None else None
    if flexible is False:
        return not_applicable("the set is Uniform")
    if flexible is None:
        return Outcome(undecided=("orchestrationMode of its scale set",))
    return _has_lock(estate, resource, path, "its protection policy does not stop a user's own delete")


def _has_lock(estate: Estate, resource: Resource, path: str, detail: str) -> Outcome:
    certain = [lock for lock, sure in locks_on(estate, resource) if sure]
    if any(lock.level.lower() in _LOCKING for lock in certain) or _locked_from_above(estate, resource):
        return PASSES
    unsure = [lock for lock, sure in locks_on(estate, resource) if not sure or not lock.level]
    if unsure or estate.derived("loose-locks", _loose_locks) or not estate.whole:
        return Outcome(undecided=("which locks it has",))
    return Outcome((Finding(path or "id", detail=detail),))


def _loose_locks(estate: Estate) -> list[Lock]:
    """Locks whose scope is entirely unknown."""
    return [each for each in locks(estate) if each.target is None and not each.maybe and each.scope is UNKNOWN]


def _locked_from_above(estate: Estate, resource: Resource) -> bool:
    if not isinstance(resource.id, str):
        return False
    wanted = normal_id(resource.id)
    return any(
        isinstance(lock.scope, str) and wanted.startswith(f"{lock.scope}/") and lock.level.lower() in _LOCKING
        for lock in estate.derived("wide-locks", _wide_locks)
    )


def _wide_locks(estate: Estate) -> list[Lock]:
    """Locks on resource groups and subscriptions: few, while locks on single resources may be thousands."""
    return [lock for lock in locks(estate) if isinstance(lock.scope, str) and "/providers/" not in lock.scope]


@decides("lock-blocks-own-stack", arm_types.LOCK)
def lock_blocks_own_stack(estate: Estate, resource: Resource) -> Outcome:
    """A lock is created after all managed resources that it protects, so that it is deleted before them."""
    lock = estate.derived("lock-by-key", _locks_by_key).get(resource.key)
    if lock is None or (lock.level and lock.level.lower() not in _LOCKING):
        return not_applicable("the lock guards nothing")
    if resource.dependencies is None:
        return Outcome(undecided=("the order of the resources",))
    guarded = list(_guarded(estate, lock))
    if not guarded:
        unsure = lock.maybe or (not isinstance(lock.scope, str) and lock.target is None)
        return Outcome(undecided=("scope",)) if unsure else PASSES
    before = _ordered_before(estate, resource)
    missed = [each for each in guarded if not before(each.key)]
    if not missed:
        return PASSES
    if not lock.level:
        return Outcome(undecided=("level",))
    names = ", ".join(str(each) for each in missed[:_NAMED])
    more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
    path = "scope" if resource.view.first("scope") is not None else "level"
    return Outcome((Finding(path, detail=f"the lock does not come after {names}{more}"),))


def _locks_by_key(estate: Estate) -> dict[str, Lock]:
    return {lock.resource.key: lock for lock in locks(estate)}


def _guarded(estate: Estate, lock: Lock) -> Iterator[Resource]:
    """The estate's resources at and below the lock's scope, as far as they are known."""
    if lock.target is not None and lock.target.type != arm_types.RESOURCE_GROUP:
        yield lock.target
        yield from (each for each in estate.children(lock.target, *arm_types.ALL) if each.type != arm_types.LOCK)
        return
    if lock.target is not None:
        yield lock.target
        yield from estate.derived("group-members", _group_members).get(lock.target.key, ())
    if isinstance(lock.scope, str) and "/providers/" not in lock.scope:
        for each in estate:
            inside = isinstance(each.id, str) and normal_id(each.id).startswith(f"{lock.scope}/")
            if inside and each.type != arm_types.LOCK:
                yield each


def _group_members(estate: Estate) -> dict[str, list[Resource]]:
    """The resources that refer to their resource group, by that group of the estate."""
    result: dict[str, list[Resource]] = {}
    for resource in estate:
        if resource.type in {arm_types.LOCK, arm_types.RESOURCE_GROUP} or isinstance(resource.id, str):
            continue
        for group in estate.made_from(resource, "resourceGroupName", arm_types.RESOURCE_GROUP):
            result.setdefault(group.key, []).append(resource)
    return result


def _ordered_before(estate: Estate, lock: Resource) -> Callable[[str], bool]:
    """Whether a resource comes before the lock: one of its dependencies, or of theirs."""
    direct = {*(lock.dependencies or ()), *(key for keys in lock.references.values() for key in keys)}
    reached: set[str] = set()

    def before(key: str) -> bool:
        if key in direct:
            return True
        if not reached:
            reached.update(_closure(estate, direct))
        return key in reached

    return before


def _closure(estate: Estate, start: set[str]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        resource = estate.by_key(waiting.pop())
        if resource is None:
            continue
        for key in (*(resource.dependencies or ()), *(each for keys in resource.references.values() for each in keys)):
            if key not in reached:
                reached.add(key)
                waiting.append(key)
    return reached
