"""Rules between arguments: duplicate grants and diagnostic settings."""

from collections.abc import Iterator
from typing import Any

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.access import MOST_DIAGNOSTIC_SETTINGS, role_guid
from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of grants and diagnostic settings."""
    yield from _grants(model)
    yield from _settings(model)
    yield from _sinks(model)


def _grants(model: ScaleSetModel) -> Iterator[Problem]:
    seen = list(model.role_assignments.items())
    for index, (key, grant) in enumerate(seen):
        field = f"role_assignments[{key!r}]"
        for other, earlier in seen[:index]:
            if grant.name is not None and grant.name == earlier.name:
                yield Problem(f"{field}.name", f"{grant.name} is the name of {other!r} too: names are unique")
            if _same_role(grant.role, earlier.role) and _same(grant.principal_id, earlier.principal_id):
                yield Problem(
                    field,
                    f"it gives the role of {other!r} to the same principal, and Azure accepts that only once: "
                    "remove one "
                    "(two conditions are joined into one with ||)",
                )
                break


def _settings(model: ScaleSetModel) -> Iterator[Problem]:
    settings = model.diagnostic_settings
    if len(settings) > MOST_DIAGNOSTIC_SETTINGS:
        yield Problem(
            "diagnostic_settings",
            f"got {len(settings)}, and Azure takes {MOST_DIAGNOSTIC_SETTINGS} on a resource: a setting has a "
            "workspace, a storage account, an event hub and a partner at once, so join them",
        )
    names: dict[str, str] = {}
    for key, setting in settings.items():
        name = setting.name or key
        earlier = names.setdefault(name.lower(), key)
        if earlier != key:
            field = f"diagnostic_settings[{key!r}]" if setting.name is None else f"diagnostic_settings[{key!r}].name"
            yield Problem(field, f"{name!r} is the name of {earlier!r} too (case does not count): names are unique")


def _sinks(model: ScaleSetModel) -> Iterator[Problem]:
    """Azure sends one category of a resource to one destination once."""
    settings = list(model.diagnostic_settings.items())
    for index, (key, setting) in enumerate(settings):
        for other, earlier in settings[:index]:
            shared = set(setting.metric_categories) & set(earlier.metric_categories)
            for name, target in setting.destinations.items():
                if shared and _same(target, earlier.destinations.get(name)):
                    yield Problem(
                        f"diagnostic_settings[{key!r}].{name}",
                        f"{other!r} sends {min(shared)} there already, and Azure sends a category to a destination "
                        "once: give another destination, or remove one of the two",
                    )


def _same_role(one: Any, two: Any) -> bool:
    if is_deferred(one) or is_deferred(two):
        return one is two
    return role_guid(one) == role_guid(two)


def _same(one: Any, two: Any) -> bool:
    """Whether two ids are known to be equal: the same text without case, or the same Output object."""
    if one is None or two is None:
        return False
    if is_deferred(one) or is_deferred(two):
        return one is two
    return str(one).lower() == str(two).lower()
