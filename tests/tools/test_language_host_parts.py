"""The decisions of the stand-in language host, each alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from language_host.environments import Environment
from language_host.options import RefusedError, parse
from language_host.packages import plugin_version, requirements
from language_host.policy_proxy import PolicyProxy, variables
from language_host.toolchains import choose
from language_host.toolchains.pip import Pip


@pytest.mark.parametrize(
    ("written", "plugin"),
    [
        ("1.2.3", "1.2.3"),
        ("1", "1.0.0"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2b0", "1.2.0-beta.0"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.post4", "1.2.3+post4"),
        ("1.2.3.post4.dev5", "1.2.3+post4dev5"),
        ("1!2.0", None),
        ("1.2.3+local", None),
    ],
)
def test_the_version_of_a_plugin(written: str, plugin: str | None) -> None:
    """A distribution's version is read as the official host reads it; one that it can't read has no plugin."""
    assert plugin_version(written) == plugin


def test_what_needs_a_plugin(tmp_path: Path) -> None:
    """By `pulumi-plugin.json`, or by the name alone; not the SDKs of policies, nor what says that it has none."""
    files: dict[str, dict[str, Any]] = {
        "pulumi_random": {"resource": True, "name": "random", "version": "4.1.0", "server": "https://x"},
        "elsewhere": {"resource": True, "parameterization": {"name": "a", "version": "1.0.0", "value": "eA=="}},
        "pulumi_nothing": {"resource": False},
    }
    for module, content in files.items():
        (tmp_path / module).mkdir()
        (tmp_path / module / "pulumi-plugin.json").write_text(json.dumps(content))
    installed = ["elsewhere", "httpx", "pulumi", "pulumi-named", "pulumi-nothing", "pulumi-policy", "pulumi-random"]
    found = requirements([(name, "1.2") for name in installed], [tmp_path])
    assert [(each.name, each.version, each.server) for each in found] == [
        ("elsewhere", "v1.2.0", ""),
        ("named", "v1.2.0", ""),
        ("random", "v4.1.0", "https://x"),
    ]
    assert found[0].parameterization == files["elsewhere"]["parameterization"]


def test_plugins_have_an_environment_by_default() -> None:
    """A plugin without a word on it has `venv`; a program and a pack have none, and with uv it is uv's."""
    assert parse("/r", "/r", {}, plugin=True).virtualenv_path == Path("/r/venv")
    assert parse("/r", "/r", {"virtualenv": "/v"}, plugin=True).virtualenv_path == Path("/v")
    assert parse("/r", "/r", {"toolchain": "uv"}, plugin=True).virtualenv == ""
    assert parse("/r", "/r", {}).virtualenv_path is None


def test_a_lock_file_decides_the_toolchain(tmp_path: Path) -> None:
    """Without `toolchain`, the lock files from the program's folder up decide; pip if there are none."""
    program = tmp_path / "project" / "program"
    program.mkdir(parents=True)
    options = parse(str(tmp_path), str(program), {})
    assert isinstance(choose(options, {"PATH": str(tmp_path)}), Pip)
    (tmp_path / "project" / "poetry.lock").touch()
    with pytest.raises(RefusedError, match="Could not find `poetry`"):
        choose(options, {"PATH": str(tmp_path)})
    (tmp_path / "uv.lock").touch()
    with pytest.raises(RefusedError, match="Could not find `uv`"):
        choose(options, {"PATH": str(tmp_path)})


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """The message about an environment that is none has the option, the directory and the commands."""
    toolchain = choose(parse(str(tmp_path), str(tmp_path), {"virtualenv": "own"}), {})
    with pytest.raises(
        RefusedError, match=rf"(?s)\"own\", but \"{tmp_path}/own\" doesn't exist.*-m venv {tmp_path}/own"
    ):
        toolchain.validate()
    (tmp_path / "own").mkdir()
    with pytest.raises(RefusedError, match="doesn't appear to be a virtual environment"):
        toolchain.validate()


def test_an_environment_without_pip_is_refused(tmp_path: Path) -> None:
    """Packages are listed as by pip, which has to be there."""
    bin_directory, site = tmp_path / "own" / "bin", tmp_path / "own" / "lib" / "python3.11" / "site-packages"
    bin_directory.mkdir(parents=True)
    site.mkdir(parents=True)
    (bin_directory / "python").touch()
    (tmp_path / "own" / "pyvenv.cfg").write_text("include-system-site-packages = false\n")
    toolchain = choose(parse(str(tmp_path), str(tmp_path), {"virtualenv": "own"}), {})
    with pytest.raises(RefusedError, match="pip list --format json`: exit status 1"):
        toolchain.distributions(transitive=True)
    for name in ("pip", "pulumi_x"):
        (site / f"{name}-1.0.dist-info").mkdir()
        (site / f"{name}-1.0.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    assert toolchain.distributions(transitive=True) == [("pip", "1.0"), ("pulumi-x", "1.0")]


def test_modules_of_editable_installs_are_found(tmp_path: Path) -> None:
    """The directories in `.pth` files belong to the search path; lines that are code do not."""
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (tmp_path / "pyvenv.cfg").touch()
    (site / "editable.pth").write_text("# a note\nimport os\n/somewhere/else\n")
    environment = Environment(tmp_path / "bin" / "python", tmp_path)
    assert environment.search_path == [site, Path("/somewhere/else")]


def test_the_proxy_answers_for_a_pack_that_is_not_there() -> None:
    """The configuration becomes the pack's environment; a call that needs the pack fails with the reason."""
    with PolicyProxy() as proxy, grpc.insecure_channel(f"127.0.0.1:{proxy.port}") as channel:
        stub = analyzer_pb2_grpc.AnalyzerStub(channel)
        stub.Handshake(analyzer_pb2.AnalyzerHandshakeRequest())
        request = analyzer_pb2.AnalyzerStackConfigureRequest(project="shop", stack="dev", config={"shop:size": "large"})
        stub.ConfigureStack(request)
        assert variables(proxy.configuration.result(timeout=5)) == {
            "PULUMI_PROJECT": "shop",
            "PULUMI_STACK": "dev",
            "PULUMI_DRY_RUN": "false",
            "PULUMI_CONFIG": '{"shop:size": "large"}',
        }
        proxy.fail("it ended with exit status 3")
        with pytest.raises(grpc.RpcError, match="policy pack not started: it ended with exit status 3"):
            stub.Analyze(analyzer_pb2.AnalyzeRequest())
