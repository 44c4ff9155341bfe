"""What Azure answers in a template: ``reference``, ``resourceGroup``, ``list*`` ..., from the simulator's state.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from arm_simulator.core import errors, ids
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body
from arm_simulator.providers.resources import resource_manager
from arm_simulator.providers.resources.deployments import problems, records
from arm_simulator.providers.resources.deployments.frame import DEPLOYMENT, Frame, Planned
from arm_templates import dates
from arm_templates.functions import as_call
from arm_templates.scope import Scope
from arm_templates.values import NO_VALUE, CannotEvaluateError, Unresolved, holds_unresolved

_VERSION = "2024-03-01"
_VERSIONS = {"microsoft.compute": "2024-11-01", "microsoft.network": "2024-05-01"}
"""What ``providers()`` lists: a version that may be asked for; templates take the first."""
_ZONES = ("1", "2", "3")
_FULL = 3


class Host:
    """The answers in one deployment.

    Args:
        frame: The deployment.

    Attributes:
        noted: While what depends on what is found out: the texts that ``reference`` and ``list*`` were called with;
            what this deployment still has to make is unresolved then. None while it runs.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.noted: list[str] | None = None
        self._answers: Mapping[str, Callable[..., Any]] = {
            "reference": self._reference,
            "references": self._references,
            "resourcegroup": self._resource_group,
            "subscription": self._subscription,
            "deployment": self._deployment,
            "environment": lambda: environment(frame.ctx.base_url),
            "tenant": lambda: {"tenantId": resource_manager.TENANT, "countryCode": "US", "displayName": "Simulated"},
            "deployer": lambda: {"objectId": str(uuid.UUID(int=0)), "tenantId": resource_manager.TENANT},
            "providers": self._providers,
            "pickzones": pick_zones,
            "tologicalzone": lambda _, __, zone: str(zone).rpartition("-az")[2],
            "tophysicalzone": lambda _, location, zone: f"{location}-az{zone}",
            "newguid": lambda: str(uuid.uuid4()),
            "utcnow": lambda form="": dates.written(dates.parsed(frame.ctx.now), form),
            "uniquestring": unique_string,
            "fail": self._fail,
        }

    def answer(self, _: Scope, name: str, arguments: list[Any]) -> Any:
        """The answer to a function, or NO_VALUE for one that is not Azure's to answer."""
        listing = name.startswith("list")
        function = self._answers.get(name)
        if function is None and not listing:
            return NO_VALUE
        if any(map(holds_unresolved, arguments)):
            return as_call(name, arguments)
        return self._list(name, *arguments) if function is None else function(*arguments)

    # --- resources -------------------------------------------------------------------------------------------------

    def _reference(self, text: str, version: str = "", form: str = "") -> Any:
        target = self._target(text, "reference")
        if isinstance(target, Unresolved):
            return target
        return self._value(target, version, full=form.lower() == "full")

    def _references(self, symbol: str, version: str = "", form: str = "") -> Any:
        if self.noted is not None:
            self.noted.append(symbol)
            return Unresolved(f"{{references({symbol})}}")
        found = [each for each in self.frame.find(symbol) if each.wanted]
        return [self._value(each.id, version, full=form.lower() == "full") for each in found]

    def _target(self, text: str, function: str) -> ResourceId | Unresolved:
        """The resource that a text means; unresolved while it is not there yet."""
        found = self.frame.find(text)
        if len(found) > 1:
            raise problems.invalid_template(f"'{function}' of '{text}' means {len(found)} resources, expected one")
        if not found and not text.startswith("/"):
            raise problems.invalid_template(
                f"The resource reference '{text}' is not valid: no resource with that name is defined in the template"
            )
        target = found[0].id if found else ids.parse(text)
        if self.noted is not None:
            self.noted.append(text)
            if (found and _is_made(found[0])) or self.frame.ctx.get(target) is None:
                return Unresolved(f"{{{function}({text.replace('/', '.')})}}")
        return target

    def _value(self, target: ResourceId, version: str, *, full: bool) -> Any:
        body = shown(self.frame, target)
        if not full:
            return body.get("properties", {})
        return {
            **{name: value for name, value in body.items() if name not in {"id", "name", "type", "etag"}},
            "apiVersion": version,
            "subscriptionId": target.subscription,
            "resourceGroupName": target.resource_group,
            "scope": "",
            "resourceId": target.path,
            "resourceType": target.type,
        }

    def _list(self, name: str, text: str, _: str = "", body: Body | None = None) -> Any:
        target = self._target(text, name)
        if isinstance(target, Unresolved):
            return Unresolved(target.text, secret=True)
        ctx = self.frame.ctx
        resource = ctx.require(target)
        if name == "listoutputswithsecurevalues" and target.type_key == DEPLOYMENT:
            return {key: each.get("value") for key, each in (ctx.scratch.get(target.key) or {}).items()}
        action = ctx.kind(target).actions.get(name)
        if action is None:
            raise problems.not_played(f"'{name}' of '{target.type}'", "Leave it out, or give its value by a parameter.")
        return action.run(ctx, resource, dict(body or {}))

    def _fail(self, message: str) -> Any:
        if self.noted is not None:  # perhaps in a branch that is not taken
            return Unresolved(f"{{fail({message})}}")
        raise ArmError(400, "InvalidTemplate", f"The template function 'fail' was called: {message}")

    # --- where the deployment is -----------------------------------------------------------------------------------

    def _resource_group(self) -> Any:
        target = self.frame.target
        if not target.group:
            raise problems.invalid_template(
                "The template function 'RESOURCEGROUP' is not expected at this location: the deployment is at a "
                "subscription"
            )
        group = self.frame.ctx.get(ids.resource_group_id(target.subscription, target.group))
        if group is None:  # a group that the same template makes
            raise errors.resource_group_not_found(str(target.group))
        return {**self.frame.ctx.render(group), "tags": group.body.get("tags", {})}

    def _subscription(self) -> Any:
        found = self.frame.ctx.require(ids.subscription_id(self.frame.target.subscription))
        body = self.frame.ctx.render(found)
        return {name: body[name] for name in ("id", "subscriptionId", "tenantId", "displayName")}

    def _deployment(self) -> Any:
        frame = self.frame
        place = {} if frame.target.group else {"location": frame.location}
        properties = {
            "template": frame.template,
            "templateHash": records.template_hash(frame.template),
            "parameters": {name: {"value": value} for name, value in frame.given.items()},
            "mode": frame.mode,
            "provisioningState": "Accepted",
        }
        return {"name": frame.id.name, **place, "properties": properties}

    def _providers(self, namespace: str, kind: str = "") -> Any:
        version = _VERSIONS.get(namespace.lower(), _VERSION)
        types = [
            {"resourceType": each.type.partition("/")[2], "locations": [], "apiVersions": [version]}
            for each in self.frame.ctx.registry
            if each.type.lower().startswith(f"{namespace.lower()}/")
        ]
        if not kind:
            return {"namespace": namespace, "resourceTypes": types}
        found = [each for each in types if str(each["resourceType"]).lower() == kind.lower()]
        return found[0]  # of a type that is not played: no such call


def shown(frame: Frame, target: ResourceId) -> Body:
    """A resource as a reference to it shows it.

    Raises:
        ArmError: ResourceNotFound.
    """
    ctx = frame.ctx
    resource = ctx.get(target)
    if resource is None:
        raise errors.resource_not_found(target)
    if target.type_key == DEPLOYMENT:
        return records.shown(resource)
    return ctx.render(resource)


def environment(base_url: str) -> Body:
    """What ``environment()`` gives: the simulator as a cloud."""
    cloud = resource_manager.cloud(base_url)
    return {
        **cloud,
        "suffixes": {
            "acrLoginServer": ".azurecr.io",
            "keyvaultDns": ".vault.azure.net",
            "sqlServerHostname": ".database.windows.net",
            "storage": "core.windows.net",
        },
    }


def unique_string(*parts: str) -> str:
    """13 letters and digits that depend on all parts; not those that Azure gives."""
    digest = hashlib.sha256("-".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:13].translate(str.maketrans("01", "89"))


def pick_zones(namespace: str, kind: str, location: str, count: int = 1, offset: int = 0) -> list[str]:
    """``pickZones(...)``: every region of the simulator has three zones."""
    if not (namespace and kind and location) or count < 1 or offset < 0 or count + offset > len(_ZONES):
        raise CannotEvaluateError
    return list(_ZONES[offset : offset + count])


def _is_made(planned: Planned) -> bool:
    return planned.wanted and not planned.existing
