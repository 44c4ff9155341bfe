"""Secure parameters and outputs are nowhere to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from simulator.deployments.case import KEY, card, machine, template, vnet
from simulator.deployments.deploying import VERSION, Deployments, make_group
from simulator.deployments.modules import module

from arm_simulator.testing import running_simulator

GIVEN = "amber-Given-8812"
DEFAULT = "amber-Default-8812"
LITERAL = "amber-Literal-8812"
NESTED = "amber-Nested-8812"


def content() -> dict[str, Any]:
    """A template that has secrets in all the places where they are allowed."""
    inner = template(
        parameters={"word": {"type": "secureObject"}},
        outputs={"again": {"type": "secureObject", "value": "[parameters('word')]"}},
    )
    extension = {
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "typeHandlerVersion": "2.1",
        "protectedSettings": {"commandToExecute": "[format('enrol {0}', parameters('token'))]", "salt": LITERAL},
    }
    return template(
        vnet("net", "a"),
        card("nic", "net", "a"),
        machine("vm", "nic", "vm"),
        {
            "type": "Microsoft.Compute/virtualMachines/extensions",
            "apiVersion": "2024-11-01",
            "name": "vm/enrol",
            "location": "[resourceGroup().location]",
            "dependsOn": ["vm"],
            "properties": extension,
        },
        module("inner", inner, {"word": {"value": {"of": NESTED}}}),
        parameters={
            "key": {"type": "string", "defaultValue": KEY},
            "token": {"type": "securestring"},
            "other": {"type": "secureString", "defaultValue": DEFAULT},
        },
        outputs={"token": {"type": "securestring", "value": "[parameters('token')]"}},
    )


def test_no_secret_is_shown_or_stored(tmp_path: Path) -> None:
    """No answer, recording or state file has a secure parameter, its default, protected setting or secure output."""
    file = tmp_path / "azure.db"
    answers = []
    with (
        running_simulator(file) as sim,
        httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as http,
    ):
        make_group(http)
        deployments = Deployments(http)
        shown = deployments.run("d", content(), token=GIVEN)
        assert shown["provisioningState"] == "Succeeded", shown["error"]
        assert shown["parameters"]["token"] == {"type": "SecureString"}
        assert shown["outputs"]["token"] == {"type": "SecureString"}
        assert deployments.get("inner")["outputs"] == {"again": {"type": "SecureObject"}}
        body = deployments.body(content(), token=GIVEN)
        for path in ("validate", "whatIf", "exportTemplate", "cancel"):
            answer = http.post(f"{deployments.url('d')}/{path}", params=VERSION, json=body)
            answers.append(answer.text)
            if "Location" in answer.headers:
                answers.append(http.get(answer.headers["Location"]).text)
        answers += [str(deployments.get(name)) + str(deployments.operations(name)) for name in ("d", "inner")]
        answers.append(str(sim.requests()))
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    for secret in (GIVEN, DEFAULT, LITERAL, NESTED):
        assert not any(secret in answer for answer in answers), secret
        assert secret.encode() not in written, secret
    assert any("securestring" in answer for answer in answers)


@pytest.mark.parametrize("form", ["outputs.token.value", "listed"])
def test_a_secure_output_of_a_module(http: httpx.Client, form: str) -> None:
    """reference() does not tell it; listOutputsWithSecureValues() does, to the template alone."""
    make_group(http)
    inner = template(
        parameters={"word": {"type": "securestring"}},
        outputs={"token": {"type": "securestring", "value": "[parameters('word')]"}},
    )
    use = (
        "[reference('inner').outputs.token.value]"
        if form != "listed"
        else "[listOutputsWithSecureValues('inner', '2022-09-01').token]"
    )
    outer = template(
        module("inner", inner, {"word": {"value": "[parameters('word')]"}}),
        parameters={"word": {"type": "securestring"}},
        outputs={"length": {"type": "int", "value": f"[length({use[1:-1]})]"}},
    )
    shown = Deployments(http).run("d", outer, word=GIVEN)
    if form == "listed":
        assert shown["outputs"]["length"]["value"] == len(GIVEN)
    else:
        assert shown["error"]["code"] == "DeploymentOutputEvaluationFailed"
