"""Extensions: the same list as resources of one virtual machine or inside a set's profile, in the declared order."""

from collections.abc import Sequence
from typing import Any

from pulumi_azure_scaleset.model.machine import Extension
from pulumi_azure_scaleset.model.resolved import extensions_of
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Secret, compact, sub


def predecessors(extensions: Sequence[Extension]) -> dict[str, list[str]]:
    """What each extension waits for: what it declares, or the extension listed before it."""
    waits: dict[str, list[str]] = {}
    before: list[str] = []
    for extension in extensions:
        said = extension.provision_after_extensions
        waits[extension.name] = before if said is None else list(said)
        if said != []:
            before = [extension.name]
    return waits


def common_inputs(extension: Extension) -> dict[str, Any]:
    """What an extension resource and an extension of a profile have in common."""
    vault = extension.protected_settings_from_key_vault
    secret = extension.protected_settings
    return compact(
        {
            "publisher": extension.publisher,
            "type": extension.type,
            "typeHandlerVersion": extension.type_handler_version,
            "autoUpgradeMinorVersion": extension.auto_upgrade_minor_version,
            "enableAutomaticUpgrade": extension.enable_automatic_upgrade,
            "forceUpdateTag": extension.force_update_tag,
            "settings": extension.settings,
            "protectedSettings": None if secret is None else Secret(secret),
            "protectedSettingsFromKeyVault": None
            if vault is None
            else {"secretUrl": vault.secret_url, "sourceVault": sub(vault.source_vault_id)},
            "suppressFailures": extension.suppress_failures,
        }
    )


def profile_extensions(model: ScaleSetModel) -> dict[str, Any] | None:
    """The extension profile of a set; the health signal is in it from the start, so that Rolling works at creation."""
    extensions = extensions_of(model)
    if not extensions and model.extensions_time_budget is None:
        return None
    waits = predecessors(extensions)
    entries = [
        compact(
            {
                "name": extension.name,
                **common_inputs(extension),
                "provisionAfterExtensions": waits[extension.name] or None,
            }
        )
        for extension in extensions
    ]
    return compact({"extensions": entries or None, "extensionsTimeBudget": model.extensions_time_budget})
