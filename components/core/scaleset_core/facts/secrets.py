"""Secrets: which arguments are secret, and how messages leave out their values.

A misplaced secret (a password one level too high, a misspelled name) is still a secret: it is recognised by its name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

SECRET_FIELDS = frozenset({"admin_password", "protected_settings", "user_data", "custom_data"})
"""Arguments whose values are secrets, at any place."""
SECRET_INPUTS = frozenset({"adminPassword", "protectedSettings", "userData", "customData"})
"""The same in Azure's spelling."""
_FIELDS = SECRET_FIELDS | SECRET_INPUTS
HIDDEN = "a secret value"
"""The text that replaces a secret in a message."""

# The only list: the fields above, and the names of secrets in free-form objects (raw inputs, settings). A public key
# (keyData of sshPublicKeys) is not a secret. Neither is the switch that turns passwords off, nor the argument that
# lists where secrets are allowed.
_NAME = re.compile(
    r"passw|pasw|pwd|secret|protectedsetting|protectedparameter|customdata|userdata|commandtoexecute|^script$|token|credential|apikey"
    r"|accesskey|accountkey|sharedkey|privatekey|connectionstring|^sas$",
    re.IGNORECASE,
)
_NONE = re.compile(r"^(disablepasswordauthentication|readablesecrets)$", re.IGNORECASE)
_STEPS = re.compile(r"[.\[\]]")
_SIGNATURE = re.compile(r"([?&]sig=)[^&'\"\s]*", re.IGNORECASE)
"""The part of a shared access signature (SAS) that gives access."""
SHORTEST = 3
"""Shorter secret texts are not searched for in messages: "a" is part of every sentence."""


def is_secret(path: str | Iterable[int | str]) -> bool:
    """Whether the value at ``path`` is a secret, by the names in the path.

    Args:
        path: The names, or a property path as one string (``extensions[0].settings.commandToExecute``).
    """
    parts = _STEPS.split(path) if isinstance(path, str) else path
    return any(isinstance(part, str) and _names_secret(part.replace("_", "").replace("-", "")) for part in parts)


def _names_secret(name: str) -> bool:
    return _NAME.search(name) is not None and _NONE.search(name) is None


def masked(value: Any, mask: str = "***") -> Any:
    """``value`` with everything that is secret by its name replaced by ``mask``, at any depth.

    Empty values and booleans are not secrets. A URL is shown without its shared access signature.
    """
    if isinstance(value, Mapping):
        if set(value) == {"name", "value"} and is_secret(str(value["name"])):  # a parameter
            return {"name": value["name"], "value": mask}
        return {
            name: mask if is_secret(str(name)) and each and not isinstance(each, bool) else masked(each, mask)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(each, mask) for each in value]
    return without_signature(value) if isinstance(value, str) else value


def without_signature(text: str) -> str:
    """``text`` without the signature of a shared access signature."""
    return _SIGNATURE.sub(r"\1...", text)


def secret_texts(args: Any) -> list[str]:
    """The texts of secrets in ``args``, the longest first.

    Args:
        args: A tree of dicts, lists and single values.
    """
    # The name of an argument is not a secret: messages need it.
    found = {text for text in _texts(args, secret=False) if len(text) >= SHORTEST and text not in _FIELDS}
    return sorted(found, key=lambda text: (-len(text), text))


def _texts(value: Any, *, secret: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            # A machine called secret-store is not a secret, and neither is its content.
            own = str(name) in _FIELDS or (not isinstance(item, Mapping) and is_secret(str(name)))
            yield from _texts(item, secret=secret or own)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, secret=secret)
    elif secret and isinstance(value, str):
        yield value


def redact(text: str, secrets: Sequence[str]) -> str:
    """``text`` without the ``secrets``."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
