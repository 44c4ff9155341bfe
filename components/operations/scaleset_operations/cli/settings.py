"""Which scale set and which Azure: options first, then environment variables, then az's settings."""

from __future__ import annotations

import configparser
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaleset_core.command.formats import Format
from scaleset_core.modes import Mode
from scaleset_operations.cli import advice
from scaleset_operations.cli import stack as stacks
from scaleset_operations.cli.options import ScopeOptions, TargetOptions
from scaleset_operations.cloud import Cloud, Connection, connect, is_known_cloud
from scaleset_operations.errors import UsageError
from scaleset_operations.patience import limits_from, patience_from
from scaleset_operations.target import Target, is_scale_set_id, parse_target


@dataclass(frozen=True, slots=True)
class AzureCli:
    """The files in az's folder: ``config`` and the signed-in account.

    Attributes:
        config: The sections of ``config``, overridden by ``AZURE_<SECTION>_<NAME>`` variables, as az does.
        subscriptions: The subscriptions of ``azureProfile.json``.
        clouds: The sections of ``clouds.config``, which `az cloud register` writes, by the cloud's name.
    """

    config: Mapping[str, str] = field(default_factory=dict)
    subscriptions: tuple[Mapping[str, Any], ...] = ()
    clouds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def get(self, section: str, name: str) -> str:
        """A setting; the variable ``AZURE_SECTION_NAME`` wins."""
        return os.environ.get(f"AZURE_{section}_{name}".upper()) or self.config.get(f"{section}.{name}", "")

    def subscription(self, wanted: str) -> str:
        """The id of a subscription given by id or name, or the default one for ``""``; empty where it is unknown."""
        for item in self.subscriptions:
            if wanted and wanted.lower() in {str(item.get("name")).lower(), str(item.get("id")).lower()}:
                return str(item["id"])
            if not wanted and item.get("isDefault"):
                return str(item["id"])
        return ""


def read_azure_cli() -> AzureCli:
    """Read az's folder (``AZURE_CONFIG_DIR``, default ``~/.azure``); anything missing or unreadable is left out."""
    folder = Path(os.environ.get("AZURE_CONFIG_DIR") or Path.home() / ".azure")
    parser = _read(folder / "config")
    config = {f"{section}.{name}": value for section in parser.sections() for name, value in parser[section].items()}
    try:
        profile = json.loads((folder / "azureProfile.json").read_text(encoding="utf-8-sig"))
        subscriptions = tuple(item for item in profile.get("subscriptions", []) if isinstance(item, dict))
    except (OSError, ValueError, AttributeError):
        subscriptions = ()
    clouds = _read(folder / "clouds.config")
    return AzureCli(config, subscriptions, {name: dict(clouds[name]) for name in clouds.sections()})


def _read(file: Path) -> configparser.ConfigParser:
    """A file of az; empty where it is missing or unreadable."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return configparser.ConfigParser(interpolation=None)
    return parser


@dataclass(frozen=True, slots=True)
class Resolved:
    """The resolved options."""

    target: Target
    connection: Connection
    mode: Mode | None


def resolve(options: TargetOptions) -> Resolved:
    """As :func:`_resolved`, and messages from now on have the set's flags in the commands that they suggest."""
    found = _resolved(options)
    advice.remember_set(options, found.target)
    return found


def _resolved(options: TargetOptions) -> Resolved:
    """The scale set, the connection and, where it is stated, the mode.

    Raises:
        UsageError: Something is missing or contradictory; everything missing is named at once.
    """
    az = read_azure_cli()
    connection = _connection(options.cloud, options.endpoint, az)
    if options.stack:
        found = stacks.find(options.stack, cwd=options.cwd, name=options.name)
        return Resolved(found.target, connection, options.mode or found.mode)
    if options.cwd:
        raise UsageError("--cwd is the Pulumi project's directory and needs --stack.")
    name = options.name or az.get("defaults", "vmss")
    if is_scale_set_id(name):
        return Resolved(parse_target(name), connection, options.mode)
    if "/" in name:
        parse_target(name)
    target = Target(
        _subscription(options.subscription, az), options.resource_group or az.get("defaults", "group"), name
    )
    missing = [text for value, text in _wanted(target) if not value]
    if missing:
        raise UsageError(
            "which scale set? Missing: " + "; ".join(missing) + ". Or give --stack, or an ARM id as --name."
        )
    return Resolved(target, connection, options.mode)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where scale sets are looked for: a subscription, and a resource group of it or ``""`` for all."""

    subscription: str
    group: str
    connection: Connection


def resolve_scope(options: ScopeOptions) -> Scope:
    """The subscription and the resource group that a list is about.

    Raises:
        UsageError: No subscription is known, or options contradict each other.
    """
    if options.all_groups and options.resource_group:
        raise UsageError("--all-groups and --resource-group contradict each other. Use one.")
    az = read_azure_cli()
    subscription = _subscription(options.subscription, az)
    if options.all_subscriptions:
        if options.subscription:
            raise UsageError("--all-subscriptions and --subscription contradict each other. Use one.")
        return Scope(subscription, options.resource_group, _connection(options.cloud, options.endpoint, az))
    if not subscription:
        raise UsageError(
            "which subscription? Missing: --subscription (or AZURE_SUBSCRIPTION_ID, or `az account set`), or give "
            "--all-subscriptions."
        )
    group = "" if options.all_groups else options.resource_group or az.get("defaults", "group")
    return Scope(subscription, group, _connection(options.cloud, options.endpoint, az))


def _wanted(target: Target) -> list[tuple[str, str]]:
    return [
        (target.name, "--name (or AZURE_DEFAULTS_VMSS)"),
        (target.resource_group, "--resource-group (or AZURE_DEFAULTS_GROUP, or `az config set defaults.group=...`)"),
        (target.subscription, "--subscription (or AZURE_SUBSCRIPTION_ID, or `az account set`)"),
    ]


def _subscription(given: str, az: AzureCli) -> str:
    text = (
        given or os.environ.get("AZURE_SUBSCRIPTION_ID") or os.environ.get("ARM_SUBSCRIPTION_ID") or az.subscription("")
    )
    if not text:
        return ""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        found = az.subscription(text)
        if not found:
            raise UsageError(
                f"--subscription {text!r} is neither a GUID nor the name of a subscription that "
                "`az account list` knows."
            ) from None
        return found


def connection_for(cloud: str, endpoint: str) -> Connection:
    """The connection for these options, environment variables and az's settings.

    Raises:
        UsageError: The cloud is unknown or the endpoint is not usable.
    """
    return _connection(cloud, endpoint, read_azure_cli())


def _connection(cloud: str, endpoint: str, az: AzureCli) -> Connection:
    cloud = cloud or os.environ.get("ARM_ENVIRONMENT") or az.get("cloud", "name") or "AzureCloud"
    return connect(
        cloud=registered(cloud, az.clouds) or cloud,
        endpoint=endpoint or os.environ.get("SCALESET_ARM_ENDPOINT", ""),
        token=os.environ.get("SCALESET_ARM_TOKEN", ""),
        patience=patience_from(os.environ),
        limits=limits_from(os.environ),
    )


def registered(name: str, clouds: Mapping[str, Mapping[str, str]]) -> Cloud | None:
    """A cloud that `az cloud register` made, such as an Azure Stack Hub; None for one of Azure's own.

    Raises:
        UsageError: It lacks an endpoint that is needed.
    """
    section = next((found for known, found in clouds.items() if known.lower() == name.strip().lower()), None)
    if not section or is_known_cloud(name):
        return None
    endpoint = section.get("endpoint_resource_manager", "")
    authority = section.get("endpoint_active_directory", "")
    lacks = [
        option
        for option, value in (
            ("--endpoint-resource-manager", endpoint),
            ("--endpoint-active-directory", authority),
        )
        if not value
    ]
    if lacks:
        raise UsageError(
            f"--cloud {name!r} is registered without {' and '.join(lacks)}: add it with `az cloud update --name {name} "
            f"{' '.join(f'{each} URL' for each in lacks)}`."
        )
    audience = section.get("endpoint_active_directory_resource_id") or section.get("endpoint_management") or endpoint
    return Cloud(name=name, endpoint=endpoint.rstrip("/"), audience=audience, authority=authority.rstrip("/"))


def output_format(chosen: Format | None) -> Format:
    """The output format: the option, else az's own default, else a table."""
    if chosen is not None:
        return chosen
    text = read_azure_cli().get("core", "output").lower().removesuffix("c")  # jsonc is json in colour
    return Format(text) if text in set(Format) else Format.TABLE
