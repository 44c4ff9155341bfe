"""Rules between arguments: the administrator's name, password and keys, by operating system.

The limits and lists are those of azure-mgmt-compute 39.0.0, OSProfile.admin_username and admin_password.
"""

import re
from collections.abc import Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel

_REFUSED_NAMES = """
    1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server
    sql support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5
"""
_REFUSED_PASSWORDS = """
    abc@123 P@$$w0rd P@ssw0rd P@ssword123 Pa$$word pass@word1 Password! Password1 Password22 iloveyou!
"""
_NAMES = frozenset(_REFUSED_NAMES.split())
_PASSWORDS = frozenset(_REFUSED_PASSWORDS.lower().split())
_LONGEST_NAME = {"Windows": 20, "Linux": 64}
_PASSWORD_LENGTH = {"Windows": (8, 123), "Linux": (6, 72)}
_PASSWORD_CLASSES = 3
_SSH_KEY = re.compile(r"^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+) \S+")


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of how people log in."""
    yield from _given(model)
    yield from _user(model)
    yield from _password(model)
    if not model.windows and isinstance(model.ssh_public_keys, list):
        for index, key in enumerate(model.ssh_public_keys):
            if isinstance(key, str) and not _SSH_KEY.match(key.strip()):
                field = f"ssh_public_keys[{index}]"
                yield Problem(field, "it is not a public key: expected ssh-rsa or ssh-ed25519 and the key")


def _given(model: ScaleSetModel) -> Iterator[Problem]:
    password, keys = model.admin_password, model.ssh_public_keys
    if model.windows:
        if password is None:
            yield Problem("admin_password", "it is required on Windows")
        if keys is not None:
            yield Problem("ssh_public_keys", "they are for Linux; on Windows use admin_password")
    elif password is None and (keys is None or keys == []):
        yield Problem("ssh_public_keys", "give at least one public key (or admin_password, which turns passwords on)")


def _user(model: ScaleSetModel) -> Iterator[Problem]:
    user, longest = model.admin_username, _LONGEST_NAME[model.system]
    if not isinstance(user, str):
        return
    if user.lower() in _NAMES or user.endswith("."):
        yield Problem("admin_username", f"Azure does not allow the name {user!r}; use azureuser")
    elif not 1 <= len(user) <= longest:
        yield Problem("admin_username", f"it has {len(user)} characters; expected 1 to {longest} on {model.system}")


def _password(model: ScaleSetModel) -> Iterator[Problem]:
    password, (low, high) = model.admin_password, _PASSWORD_LENGTH[model.system]
    if not isinstance(password, str):
        return
    if password.lower() in _PASSWORDS:
        yield Problem("admin_password", "it is on Azure's list of passwords that everybody knows: use another one")
    elif not low <= len(password) <= high or not _strong(password):
        yield Problem(
            "admin_password",
            f"it needs {low} to {high} characters on {model.system}, of three kinds: lower case, upper case, digits, "
            "other characters",
        )


def _strong(password: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
    return sum(any(kind(letter) for letter in password) for kind in kinds) >= _PASSWORD_CLASSES
