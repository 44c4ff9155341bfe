"""A small set in each mode, before and after an update that makes, changes, replaces and deletes resources."""

from __future__ import annotations

from typing import Any

from support.scalesets import PROGRAM, configured, flexible, uniform

__all__ = ["PROGRAM", "SECRET", "SECRETS", "after", "before"]

SECRET = "a-token-of-the-extension"
CLOUD_INIT = "I2Nsb3VkLWNvbmZpZwo="
EXTENSION = {
    "name": "hello",
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.1",
    "settings": {"fileUris": []},
    "protectedSettings": {"commandToExecute": f"login {SECRET}"},
}
PROTECTED = {"protection": {"scaleIn": True}}
SECRETS = {"adminUsername": "azureuser", "adminPassword": "Swordfish-2026", "customData": CLOUD_INIT}


def before(mode: str) -> dict[str, Any]:
    """The stack's configuration at first: two instances, one of them protected, with secrets."""
    if mode == "Flexible":
        return configured(flexible(instances={"web-0": {}, "web-1": PROTECTED}, extensions=[EXTENSION], **SECRETS))
    return configured(uniform(lock={"level": "CanNotDelete"}, extensions=[EXTENSION], **SECRETS))


def after(mode: str) -> dict[str, Any]:
    """The configuration of the update: on Flexible an instance is replaced, one deleted and one made."""
    if mode == "Flexible":
        replaced = {"customData": "I2Nsb3VkLWNvbmZpZwojIG5ldwo="}
        instances = {"web-0": replaced, "web-2": PROTECTED}
        return configured(flexible(instances=instances, extensions=[EXTENSION], **SECRETS))
    extension = {**EXTENSION, "typeHandlerVersion": "2.2"}
    return configured(uniform(capacity=3, tags={"updated": "yes"}, extensions=[extension], **SECRETS))
