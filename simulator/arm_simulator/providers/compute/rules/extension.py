"""Rules of extensions: on a VM, on an instance, and in a scale set's profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from .problem import Body, Problem, check_choice, check_duration, check_range, dig, invalid, missing
from .view import SetRequest, is_health_extension

MAX_HEALTH_GRACE_SECONDS = 14400
MAX_PORT = 65535
_SYSTEMS = ("linux", "windows")
_BUDGET = "virtualMachineProfile.extensionProfile.extensionsTimeBudget"


def extension(properties: Body, target: str = "") -> Iterator[Problem]:
    """One extension, by its flat properties (publisher, type, settings ...)."""
    prefix = f"{target}." if target else ""
    for member in ("publisher", "type", "typeHandlerVersion"):
        if not properties.get(member):
            yield missing(f"{prefix}{member}")
    if properties.get("protectedSettings") is not None and properties.get("protectedSettingsFromKeyVault") is not None:
        yield invalid(
            f"{prefix}protectedSettings",
            "Parameters 'protectedSettings' and 'protectedSettingsFromKeyVault' cannot be set together.",
        )
    vault = properties.get("protectedSettingsFromKeyVault")
    if vault is not None:
        for member in ("secretUrl", "sourceVault.id"):
            if not dig(vault, member):
                yield missing(f"{prefix}protectedSettingsFromKeyVault.{member}")
    if is_health_extension(properties):
        yield from health_settings(properties, f"{prefix}settings")


def health_settings(properties: Body, target: str = "settings") -> Iterator[Problem]:
    """Settings of the Application Health extension."""
    settings = properties.get("settings") or {}
    protocol = str(settings.get("protocol") or "")
    if not protocol:
        yield missing(f"{target}.protocol")
    else:
        yield from check_choice(f"{target}.protocol", protocol.lower(), ("http", "https", "tcp"))
    path = settings.get("requestPath")
    if protocol.lower() in {"http", "https"} and path is None:
        yield missing(f"{target}.requestPath")
    if protocol.lower() == "tcp":
        if path is not None:
            yield invalid(f"{target}.requestPath", "Parameter 'requestPath' is not allowed with protocol 'tcp'.")
        if settings.get("port") is None:
            yield missing(f"{target}.port")
    if isinstance(path, str) and urlsplit(path).netloc:
        yield invalid(f"{target}.requestPath", f"The value '{path}' of parameter 'requestPath' must be a path.")
    yield from check_range(f"{target}.port", settings.get("port"), 1, MAX_PORT)
    interval = settings.get("intervalInSeconds")
    yield from check_range(f"{target}.intervalInSeconds", interval, 5, 60)
    yield from check_range(f"{target}.numberOfProbes", settings.get("numberOfProbes"), 1, 24)
    yield from check_range(f"{target}.gracePeriod", settings.get("gracePeriod"), 0, MAX_HEALTH_GRACE_SECONDS)


def extensions_of_set(request: SetRequest) -> Iterator[Problem]:
    """The profile's extensions: unique names, valid, and ordered without a cycle."""
    base = "virtualMachineProfile.extensionProfile.extensions"
    names = [str(item.get("name") or "") for item in request.extensions]
    if "" in names:
        yield missing(f"{base}.name")
    if len({name.lower() for name in names}) != len(names):
        yield invalid(base, "Extensions of a Virtual Machine Scale Set must have unique names.")
    kinds = [(str(dig(e, "properties.publisher")), str(dig(e, "properties.type"))) for e in request.extensions]
    for publisher, kind in sorted({k for k in kinds if kinds.count(k) > 1}):
        yield Problem(
            "OnlyOneExtensionPerHandlerIsAllowed",
            f"Multiple VMExtensions per handler not supported for OS type of this VM. VMExtension with handler "
            f"'{publisher}.{kind}' is given more than once.",
            base,
        )
    for number, item in enumerate(request.extensions):
        yield from extension(item.get("properties") or {}, f"{base}[{number}].properties")
    yield from check_order(request.extensions, base)
    yield from check_duration(_BUDGET, dig(request.profile, "extensionProfile.extensionsTimeBudget"), "PT15M", "PT2H")
    allowed = dig(request.profile, "osProfile.allowExtensionOperations")
    agents = [dig(request.profile, f"osProfile.{system}Configuration.provisionVMAgent") for system in _SYSTEMS]
    if (allowed is False or False in agents) and request.extensions:
        yield Problem(
            "OperationNotAllowed",
            "This operation cannot be performed when extension operations are disallowed. To allow, please ensure VM "
            "Agent is installed on the VM and the osProfile.allowExtensionOperations property is true.",
            "virtualMachineProfile.osProfile.allowExtensionOperations",
            409,
        )


def check_order(extensions: Sequence[Body], target: str) -> Iterator[Problem]:
    """``provisionAfterExtensions`` names extensions of the same set, without a cycle."""
    after = {
        str(item.get("name")): [str(name) for name in dig(item, "properties.provisionAfterExtensions") or ()]
        for item in extensions
    }
    for name, needed in after.items():
        for other in needed:
            if other not in after:
                yield invalid(target, f"Extension '{name}' is provisioned after '{other}', which does not exist.")
    if provisioning_order(after) is None:
        yield invalid(
            target, f"The extensions {', '.join(sorted(after))} are provisioned after each other in a circle."
        )


def provisioning_order(after: dict[str, list[str]]) -> list[str] | None:
    """Names in an order that respects provisionAfterExtensions; None when there is a cycle."""
    order: list[str] = []
    left = dict(after)
    while left:
        ready = [name for name, needed in left.items() if not any(other in left for other in needed)]
        if not ready:
            return None
        order += ready
        left = {name: needed for name, needed in left.items() if name not in ready}
    return order


RULES = (extensions_of_set,)
