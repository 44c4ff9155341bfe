"""Diagnostic settings (Microsoft.Insights/diagnosticSettings): where a resource's metrics and logs go.

Stored and checked; nothing is sent anywhere. Rules: "Diagnostic settings in Azure Monitor" (five on a resource, one
destination of each kind in a setting), and the service's messages as quoted by users. Its message for the sixth setting
was not found; the simulator uses that of its other conflicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.services import DeclaredKind
from arm_simulator.providers.standby_pools import SCALE_SET_TYPE

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

DIAGNOSTIC_SETTING_TYPE = "Microsoft.Insights/diagnosticSettings"
MOST_SETTINGS = 5
SINKS = (
    "workspaceId",
    "storageAccountId",
    "eventHubAuthorizationRuleId",
    "marketplacePartnerId",
    "serviceBusRuleId",
)
"""The members that name a destination."""

_RETENTION = {"enabled": bool, "days": int}
_METRICS_OF_SETS = ("AllMetrics",)
# "Supported logs" of Azure Monitor lists no category for scale sets.
_LOGS_OF_SETS: tuple[str, ...] = ()


class DiagnosticSettingKind(DeclaredKind):
    """``Microsoft.Insights/diagnosticSettings``, an extension resource.

    Here, deleting a resource deletes its settings. Azure may keep them, and gives them to a later resource with the
    same id ("first delete its diagnostic settings", says the page): a clean-up has to delete them first.
    """

    type = DIAGNOSTIC_SETTING_TYPE
    tracked = False
    long_running = frozenset()
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None
    created_status = 200
    members: ClassVar[Mapping[str, Any]] = {
        **dict.fromkeys(SINKS, str),
        "eventHubName": str,
        "logAnalyticsDestinationType": str,
        "metrics": [{"category": str, "enabled": bool, "timeGrain": str, "retentionPolicy": _RETENTION}],
        "logs": [{"category": str, "categoryGroup": str, "enabled": bool, "retentionPolicy": _RETENTION}],
    }

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """As for every declared type, without the provisioning state, which this one does not have."""
        prepared = super().prepare_put(ctx, rid, body, existing)
        prepared["properties"].pop("provisioningState", None)
        return prepared

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """A destination that exists, categories of the resource, at most five settings, no destination twice.

        Raises:
            ArmError: 400 BadRequest, 404 ResourceNotFound or 409 Conflict.
        """
        properties = body["properties"]
        for name in ("metrics", "logs"):
            properties[name] = properties.get(name) or []
        if not any(properties.get(name) for name in SINKS):
            raise errors.bad_request("At least one data sink needs to be specified.")
        for name in SINKS:
            target = properties.get(name)
            if target and not ctx.reference_exists(target):
                raise ArmError(404, "ResourceNotFound", f"Resource '{target}' was not found.", f"properties.{name}")
        _check_destination_type(properties)
        assert rid.scope is not None
        _check_categories(rid.scope, properties)
        others = [row for row in ctx.store.list(type=self.type, parent=rid.scope) if row.id != rid]
        if existing is None and len(others) >= MOST_SETTINGS:
            raise errors.conflict(
                f"The resource '{rid.scope}' has {len(others)} diagnostic settings, and a resource has at most "
                f"{MOST_SETTINGS}."
            )
        for other in others:
            _check_sinks(other, properties)


def _check_destination_type(properties: Body) -> None:
    kind = properties.get("logAnalyticsDestinationType")
    if kind not in {None, "Dedicated", "AzureDiagnostics"}:
        raise errors.bad_request(
            f"The logAnalyticsDestinationType '{kind}' is not valid: use Dedicated or AzureDiagnostics.",
            "properties.logAnalyticsDestinationType",
        )


def _check_categories(scope: ResourceId, properties: Body) -> None:
    """The categories of a type are known for scale sets only."""
    if scope.type_key != SCALE_SET_TYPE.lower():
        return
    for entry in properties["metrics"]:
        if entry.get("category") not in _METRICS_OF_SETS:
            raise errors.bad_request(f"Metric category '{entry.get('category')}' is not supported.")
    for entry in properties["logs"]:
        category = entry.get("category") or entry.get("categoryGroup")
        if category not in _LOGS_OF_SETS:
            raise errors.bad_request(f"Category '{category}' is not supported.")


def _check_sinks(other: Resource, properties: Body) -> None:
    """A category may be sent to a destination only once."""
    shared = set(_categories(other.properties)) & set(_categories(properties))
    for name in SINKS:
        sink, used = properties.get(name), other.properties.get(name)
        if shared and sink and used and sink.lower() == used.lower():
            raise errors.conflict(
                f"Data sink '{sink}' is already used in diagnostic setting '{other.id.name}' for category "
                f"'{min(shared)}'. Data sinks can't be reused in different settings on the same category for the same "
                "resource."
            )


def _categories(properties: Body) -> Iterator[str]:
    for entry in (*properties["metrics"], *properties["logs"]):
        if entry.get("enabled"):
            yield str(entry.get("category") or entry.get("categoryGroup"))


def register(registry: Registry) -> None:
    """Add diagnostic settings."""
    registry.add(DiagnosticSettingKind())
