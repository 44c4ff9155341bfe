"""The commands and the program of the simulator's page: it is started, talked to and asked for an identity."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
from pathlib import Path
from typing import Any

from azure.mgmt.compute import ComputeManagementClient

from devkit import paths
from docs_site import pages

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


def test_serving(tmp_path: Path) -> None:
    """As the page says it: the command serves, a client of Azure's lists, curl makes an identity with a token."""
    serve, program, identity = pages.of("tests/simulator/test_page.py::test_serving")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])  # instead of the page's port, which may be in use
    environment = {**os.environ, "PATH": f"{paths.VENV_BIN}:{os.environ['PATH']}"}
    command = shlex.split(serve.steps[0].command.replace("8700", port))
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline().strip() == f"listening on http://127.0.0.1:{port}"
            names: dict[str, Any] = {"ComputeManagementClient": ComputeManagementClient, "SUBSCRIPTION": SUBSCRIPTION}
            exec(compile(program.text.replace("8700", port), program.page, "exec"), names)
            assert list(names["client"].virtual_machines.list_all()) == []
            (step,) = identity.steps
            asked = shlex.split(step.command.replace("8700", port))
            answer = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
            assert answer.keys() == json.loads(step.shown[0]).keys()
            assert answer["name"] == "ann"
        finally:
            server.terminate()
    assert server.returncode == 0
    assert (tmp_path / "azure.db").exists()
