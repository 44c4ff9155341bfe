"""What Pulumi's older SDKs tell in another way."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from pulumi.runtime import settings

from pulumi_azure_scaleset.engine import placeholders, sdk
from pulumi_azure_scaleset.plan import tokens


@pytest.mark.parametrize("value", [None, pulumi.UNKNOWN])
def test_a_failed_resources_output_has_a_stand_in(value: Any) -> None:
    """An output that does not exist is None before 3.252 and unknown since: both get the stand-in for the check."""
    assert placeholders._known(value) == placeholders.UNAVAILABLE
    assert placeholders._known("rg") == "rg"


@pytest.mark.parametrize(
    ("found", "expected"), [({"errorHooks": True}, True), ({"errorHooks": False}, False), ({}, False), (None, False)]
)
def test_a_coroutine_is_never_taken_for_a_yes(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, bool] | None, expected: bool
) -> None:
    """Up to 3.257 the SDK's question is a coroutine: what it has found before counts, and nothing found is a no."""

    async def asks(_: str) -> bool:
        raise AssertionError("it can't be awaited here")

    monkeypatch.setattr(settings, "monitor_supports_feature", asks)
    monkeypatch.setattr(settings, "SETTINGS", SimpleNamespace(feature_support=found))
    assert sdk.supports("errorHooks") is expected


@pytest.mark.parametrize("answer", [True, False])
def test_a_plain_answer_is_taken(monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:
    """From 3.258 the SDK answers at once."""
    monkeypatch.setattr(settings, "monitor_supports_feature", lambda _: answer)
    assert sdk.supports("errorHooks") is answer


def test_an_sdk_that_knows_no_features_has_no_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SDK from before the question deploys without advice."""
    monkeypatch.delattr(settings, "monitor_supports_feature")
    assert sdk.supports("errorHooks") is False


@pytest.mark.parametrize(
    "token", sorted(value for value in vars(tokens).values() if str(value).startswith("azure-native:"))
)
def test_the_installed_sdk_has_the_type(token: str) -> None:
    """Each type that a set can have is in the installed azure-native SDK; `make test-oldest` asks the oldest one."""
    _, module, name = token.split(":")
    sdk = importlib.import_module(f"pulumi_azure_native.{module}")
    assert issubclass(getattr(sdk, name), pulumi.CustomResource)
