"""The names that programs import stay where they were when the distributions were split."""

from __future__ import annotations

import subprocess
import sys

import pulumi_azure_scaleset
import scaleset_core.modes
import scaleset_operations
from pulumi_azure_scaleset import args, modes, operations


def test_the_public_names() -> None:
    """ScaleSet, its arguments and errors come from the package; `args`, `modes` and `operations` are modules of it."""
    assert pulumi_azure_scaleset.__all__ == ["Instance", "Problem", "ScaleSet", "ScaleSetArgs", "ScaleSetArgsError"]
    assert pulumi_azure_scaleset.ScaleSetArgs is args.ScaleSetArgs
    assert modes.RULES is scaleset_core.modes.RULES
    assert set(modes.__all__) == set(scaleset_core.modes.__all__)
    assert operations.Operations is scaleset_operations.Operations
    assert operations.__all__ == scaleset_operations.__all__


def test_operations_that_are_not_installed() -> None:
    """Without the operations' distribution the import says in one sentence what to install."""
    code = "import sys; sys.modules['scaleset_operations'] = None\nimport pulumi_azure_scaleset.operations"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode == 1
    assert last.startswith("ModuleNotFoundError: ")
    assert last.endswith("pip install pulumi-azure-scaleset-operations")


def test_what_is_only_read_loads_no_pulumi() -> None:
    """The mode table can be read without Pulumi, pydantic or an Azure client."""
    code = (
        "import sys; from pulumi_azure_scaleset import modes; assert modes.RULES\n"
        "print([n for n in ('pulumi', 'pydantic', 'azure') if n in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
