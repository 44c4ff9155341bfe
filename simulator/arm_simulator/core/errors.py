"""ARM errors: the exception every rule of the simulator raises, and Azure's codes and texts for the common ones.

An error travels as ``{"error": {"code": ..., "message": ..., "target": ..., "details": [...]}}``.
Source: the common error codes of Azure Resource Manager and the quoted texts of the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from arm_simulator.core.ids import ResourceId


class ArmError(Exception):
    """An answer of Azure that is not a success.

    Args:
        status: The HTTP status.
        code: Azure's error code, for example ``InvalidParameter``.
        message: Azure's text for users.
        target: The property or resource the error is about.
        details: Further errors, each with code and message.
        headers: Extra response headers, for example Retry-After.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        target: str | None = None,
        details: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = [dict(detail) for detail in details]
        self.headers = dict(headers or {})

    def error(self) -> dict[str, Any]:
        """The inner error object."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        if self.details:
            error["details"] = self.details
        return error

    def body(self) -> dict[str, Any]:
        """The JSON body of the response."""
        return {"error": self.error()}


def resource_not_found(rid: ResourceId) -> ArmError:
    """404 for a resource that a GET, action or PATCH names."""
    name = f"{rid.type}/{rid.name}" if not rid.is_nested else f"{rid.namespace}/{_typed_names(rid)}"
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{name}' under resource group '{rid.resource_group or '<null>'}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def resource_group_not_found(group: str) -> ArmError:
    """404 for everything inside a resource group that does not exist."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def subscription_not_found(subscription: str) -> ArmError:
    """404 for a subscription that the tenant does not have."""
    return ArmError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def parent_resource_not_found(rid: ResourceId) -> ArmError:
    """404 for a child whose parent does not exist."""
    parent = rid.parent
    return ArmError(
        404,
        "ParentResourceNotFound",
        f"Failed to perform 'write' on resource(s) of type '{rid.type.partition('/')[2]}', because the parent resource "
        f"'{parent}' could not be found.",
    )


def not_found(message: str) -> ArmError:
    """404 of a resource provider for something inside a resource (an instance, a rule)."""
    return ArmError(404, "NotFound", message)


def invalid_resource_reference(referrer: ResourceId | str, missing: str) -> ArmError:
    """400 for an id in a body that names nothing (Microsoft.Network's wording)."""
    return ArmError(
        400,
        "InvalidResourceReference",
        f"Resource {missing} referenced by resource {referrer} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region.",
    )


def invalid_parameter(message: str, target: str | None = None) -> ArmError:
    """400 for a property value that the service does not accept."""
    return ArmError(400, "InvalidParameter", message, target)


def bad_request(message: str, target: str | None = None) -> ArmError:
    """400 without a more specific code."""
    return ArmError(400, "BadRequest", message, target)


def invalid_request_content(message: str, target: str | None = None) -> ArmError:
    """400 for a body that does not deserialise."""
    return ArmError(400, "InvalidRequestContent", message, target)


def property_change_not_allowed(target: str) -> ArmError:
    """409 for an update of a property that is fixed at creation."""
    return ArmError(409, "PropertyChangeNotAllowed", f"Changing property '{target}' is not allowed.", target)


def operation_not_allowed(message: str, target: str | None = None) -> ArmError:
    """409 for a request that the resource's mode or state forbids."""
    return ArmError(409, "OperationNotAllowed", message, target)


def conflict(message: str, target: str | None = None) -> ArmError:
    """409 without a more specific code."""
    return ArmError(409, "Conflict", message, target)


def scope_locked(rid: ResourceId, verb: str, scopes: Iterable[str]) -> ArmError:
    """409 for a write, delete or action that a management lock stops; ``verb`` is 'write' or 'delete'."""
    locked = ",".join(f"'{scope}'" for scope in scopes)
    return ArmError(
        409,
        "ScopeLocked",
        f"The scope '{rid}' cannot perform {verb} operation because following scope(s) are locked: {locked}. "
        "Please remove the lock and try again.",
    )


def precondition_failed(rid: ResourceId) -> ArmError:
    """412 for an If-Match or If-None-Match that does not hold."""
    return ArmError(
        412, "PreconditionFailed", f"The precondition given in the request headers evaluated to false for '{rid}'."
    )


def missing_api_version(path: str) -> ArmError:
    """400 for a request without ``api-version``."""
    return ArmError(
        400,
        "MissingApiVersionParameter",
        f"The api-version query parameter (?api-version=) is required for all requests ('{path}').",
    )


def no_registered_provider(resource_type: str, api_version: str) -> ArmError:
    """400 for a resource type that is not simulated here."""
    return ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for type '{resource_type}' and API version '{api_version}'. "
        "The simulator does not play this type; see its README for those it does.",
    )


def not_implemented(operation: str) -> ArmError:
    """501 for an operation that Azure has and the simulator does not play; never a wrong success."""
    return ArmError(
        501,
        "NotImplemented",
        f"The simulator does not play {operation}. Its FIDELITY.md lists what it plays.",
        operation,
    )


def authentication_failed(message: str) -> ArmError:
    """401 for a missing or wrong bearer token."""
    return ArmError(401, "AuthenticationFailed", message, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def method_not_allowed(method: str, target: str) -> ArmError:
    """405 for a verb that the resource does not have."""
    return ArmError(405, "MethodNotAllowed", f"The method '{method}' is not allowed on '{target}'.")


def in_use(code: str, message: str, details: Iterable[Mapping[str, Any]] = ()) -> ArmError:
    """400 of Microsoft.Network for the deletion of something that others refer to."""
    return ArmError(400, code, message, details=details)


def _typed_names(rid: ResourceId) -> str:
    types = rid.type.split("/")[1:]
    return "/".join(f"{kind}/{name}" for kind, name in zip(types, rid.names, strict=True))
