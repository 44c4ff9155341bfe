"""The errors of template deployments, in Azure's codes and words.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from arm_simulator.core.errors import ArmError

_MISSING = re.compile(r"\{(?P<name>[\w.-]+)\}|\{variables\('(?P<variable>[^']+)'\)\}")


def invalid_template(text: str) -> ArmError:
    """400 for a template that cannot be deployed anywhere."""
    return ArmError(400, "InvalidTemplate", f"Deployment template validation failed: '{text}'.")


def cannot_evaluate(where: str, unresolved: str) -> ArmError:
    """400 for an expression without a value.

    Args:
        where: What it belongs to: ``resource '/subscriptions/...'``, ``output 'address'``.
        unresolved: The expression as far as it was evaluated, in braces.
    """
    match = _MISSING.fullmatch(unresolved)
    if match is not None and match["variable"]:
        why = f"The template variable '{match['variable']}' is not found"
    elif match is not None:
        why = f"The template parameter '{match['name']}' is not found or has no value"
    else:
        shown = unresolved.removeprefix("{").removesuffix("}")
        why = f"The expression '{shown}' cannot be evaluated: no such function or member, or it does not take this"
    return ArmError(
        400, "InvalidTemplate", f"Unable to process template language expressions for {where}: '{why}'.", where
    )


def not_played(what: str, instead: str) -> ArmError:
    """501 for what Azure has and the simulator does not have."""
    return ArmError(501, "NotImplemented", f"The simulator does not play {what}. {instead}")


def failed(details: Iterable[Mapping[str, Any]]) -> ArmError:
    """409 of a deployment some of whose operations failed."""
    return ArmError(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for details. Please see "
        "https://aka.ms/arm-deployment-operations for usage details.",
        details=details,
    )


def refused(details: Iterable[Mapping[str, Any]]) -> ArmError:
    """400 for a template whose resources would be refused."""
    return ArmError(
        400,
        "InvalidTemplateDeployment",
        "The template deployment is not valid: its resources would be refused. See inner errors for details.",
        details=details,
    )


def not_found(name: str) -> ArmError:
    """404 for a deployment that does not exist."""
    return ArmError(404, "DeploymentNotFound", f"Deployment '{name}' could not be found.")


def still_active(name: str, since: str) -> ArmError:
    """409 for a deployment of a name whose last one has not ended."""
    return ArmError(
        409,
        "DeploymentActive",
        f"Unable to edit or replace deployment '{name}': previous deployment from '{since}' is still active. Please "
        "see https://aka.ms/arm-deploy for usage details.",
    )
