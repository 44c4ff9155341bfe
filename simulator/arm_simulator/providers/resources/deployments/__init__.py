"""``Microsoft.Resources/deployments``: ARM templates, and Bicep's JSON, deployed to resource groups and subscriptions.

``request`` reads a body. ``frame`` has the resources of its template and their order. ``host`` answers what only Azure
knows. ``engine`` deploys, and ``preview`` says what would be deployed. ``records`` and ``secrets`` are what is stored
and shown, and ``kind`` has the requests. The language itself is :mod:`arm_templates`.
"""

from arm_simulator.providers.resources.deployments.frame import full_path
from arm_simulator.providers.resources.deployments.kind import DeploymentKind, register
from arm_simulator.providers.resources.deployments.rights import planned
from arm_simulator.providers.resources.deployments.secrets import redacted

__all__ = ["DeploymentKind", "full_path", "planned", "redacted", "register"]
