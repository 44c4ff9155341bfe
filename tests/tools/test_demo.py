"""The demo's commands on a small project: what `make up`, `preview`, `env` and `down` do."""

from __future__ import annotations

import shlex
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import EngineRuntime

from devkit import demo as commands
from devkit.demo import ConfigurationError, Demo
from devkit.simulator_process import SimulatorProcess

pytestmark = pytest.mark.engine

CONFIGURATION = "# what is deployed\nconfig:\n  small:greeting: hello   # said at the end\n"
PROGRAM = "import pulumi\npulumi.export('greeting', pulumi.Config().require('greeting'))\n"


@pytest.fixture
def demo(engine_runtime: EngineRuntime, tmp_path: Path) -> Iterator[Demo]:
    """A demo of a project without resources; its simulator is stopped at the end."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (project / "Pulumi.example.yaml").write_text(CONFIGURATION)
    (project / "__main__.py").write_text(PROGRAM)
    made = Demo(engine_runtime.engine, tmp_path / "demo", project, engine_runtime.home)
    yield made
    made.simulator.stop()


@pytest.mark.smoke
def test_life_of_the_demo(demo: Demo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Up, up again, preview, a changed configuration, down, and up again: each does its part, and edits survive."""
    monkeypatch.setattr(commands, "_policies", lambda _demo: [])
    assert commands.up(demo, []) == 0
    first = capfd.readouterr().out
    assert 'greeting: "hello"' in first
    assert "make down" in first
    assert demo.simulator.is_running()
    assert commands.up(demo, ["--skip-preview", "--expect-no-changes"]) == 0
    assert commands.preview(demo, ["--expect-no-changes"]) == 0

    configuration = demo.project / "Pulumi.dev.yaml"
    configuration.write_text(configuration.read_text().replace("hello", "good evening"))
    capfd.readouterr()
    assert commands.preview(demo, []) == 0
    assert "good evening" in capfd.readouterr().out

    assert commands.down(demo, []) == 0
    assert not demo.simulator.is_running()
    assert not demo.has_stack()
    assert (demo.project / "Pulumi.example.yaml").read_text() == CONFIGURATION

    shutil.rmtree(demo.directory)  # `make clean`: the passphrase is gone, the edited configuration is not
    assert commands.up(demo, []) == 0
    assert 'greeting: "good evening"' in capfd.readouterr().out


@pytest.mark.smoke
def test_secrets_without_their_passphrase_stop_the_demo(demo: Demo) -> None:
    """A configuration whose secrets can't be read any more is left as it is, and the message says what to do."""
    text = "encryptionsalt: v1:gone\nconfig:\n  small:password:\n    secure: v1:abc\n"
    configuration = demo.project / "Pulumi.dev.yaml"
    configuration.write_text(text)
    with pytest.raises(ConfigurationError, match=r"Pulumi\.dev\.yaml has secrets .* set them again"):
        demo.make_stack()
    assert configuration.read_text() == text


def test_a_failing_program_fails_the_command(demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    """The engine's exit code is the command's, and no next steps are promised."""
    (demo.project / "__main__.py").write_text("raise ValueError('no such size')\n")
    assert commands.refresh(demo, []) == 0
    assert commands.up(demo, []) != 0
    assert "make down" not in capfd.readouterr().out


def test_env_is_enough_for_pulumi_by_hand(demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    """A shell that evaluates the printed lines can run `pulumi` on the demo; no secret is printed."""
    assert demo.start() == 0
    capfd.readouterr()
    assert commands.env(demo, []) == 0
    exports = capfd.readouterr().out
    assert demo.simulator.token() not in exports
    assert demo.passphrase_file.read_text() not in exports
    script = f"{exports}\ncd {shlex.quote(str(demo.project))} && pulumi preview --stack dev"
    script += '\necho "token $SCALESET_ARM_TOKEN"'
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert shell.returncode == 0, shell.stderr
    assert 'greeting: "hello"' in shell.stdout
    assert f"token {demo.simulator.token()}" in shell.stdout


def test_simulator_outlives_commands_and_keeps_its_port(tmp_path: Path) -> None:
    """The simulator is started once, its secrets are private, and after a stop it comes back on the same port."""
    simulator = SimulatorProcess(tmp_path / "sim")
    try:
        assert simulator.start()
        assert not simulator.start()
        endpoint = simulator.endpoint()
        assert stat.S_IMODE((simulator.directory / "token").stat().st_mode) == 0o600
        simulator.stop()
        assert not simulator.is_running()
        assert simulator.start()
        assert simulator.endpoint() == endpoint
    finally:
        simulator.stop()


@pytest.mark.smoke
def test_simulator_token_is_not_on_the_command_line(tmp_path: Path) -> None:
    """Other users of the machine can't read the token from the list of processes."""
    simulator = SimulatorProcess(tmp_path / "sim")
    try:
        simulator.start()
        listing = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
        assert str(simulator.state) in listing
        assert simulator.token() not in listing
    finally:
        simulator.stop()
