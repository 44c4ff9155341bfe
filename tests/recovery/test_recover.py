"""`scaleset recover` on the real engine, against the simulated Azure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from harness import Workspace, WorkspaceFactory
from recovery.recovering import recover, run, run_attached, suggested
from recovery.small import PROGRAM, SECRET, before
from support.scalesets import GROUP, IMAGE

from arm_simulator.testing import RunningSimulator
from devkit import paths
from devkit.environment import Azure
from scaleset_operations.errors import OperationsError
from scaleset_operations.recovery.engine import Stack
from scaleset_operations.recovery.state import without

pytestmark = pytest.mark.engine

LOCK = "azure-native:authorization:ManagementLockByScope"
EXTENSION = "azure-native:compute:VirtualMachineExtension"
GRANT = "azure-native:authorization:RoleAssignment"
MACHINE = "azure-native:compute:VirtualMachine"

PASSWORD = "Swordfish-2026"
NOT_COMPARED = frozenset({"created", "modified", "sourcePosition", "stackTrace", "outputs"})
"""Fields that differ between two equal states: outputs show Azure at the moment of the last read."""


def entries(stack: Workspace) -> dict[str, dict[str, Any]]:
    """The resources of the state by their logical names, without times and places in the program."""
    found = {}
    for each in stack.stack_export(show_secrets=True)["deployment"].get("resources") or []:
        plain = {name: value for name, value in each.items() if name not in NOT_COMPARED}
        along = plain.get("propertyDependencies") or {}
        plain["dependencies"] = sorted(plain.get("dependencies") or ())
        plain["propertyDependencies"] = {name: sorted(urns or ()) for name, urns in along.items()}
        found[plain["urn"].rsplit("::", 1)[-1]] = plain
    return found


def differences(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], name: str
) -> dict[str, tuple[Any, Any]]:
    """The fields of a resource that are not as before."""
    old, new = before[name], after[name]
    return {field: (old.get(field), new.get(field)) for field in {*old, *new} if old.get(field) != new.get(field)}


def lock_group(simulator: RunningSimulator, azure: Azure, level: str = "CanNotDelete") -> Any:
    """Lock the resource group, as somebody else does."""
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    return locks.create_or_update_at_resource_group_level(GROUP, "audit", {"level": level})


def unlock_group(simulator: RunningSimulator, azure: Azure) -> None:
    """Take that lock away."""
    simulator.client(ManagementLockClient, azure.subscription).management_locks.delete_at_resource_group_level(
        GROUP, "audit"
    )


def test_a_refused_destroy(workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure) -> None:
    """A lock refuses `destroy`, which has dropped the extensions from the state: recover brings them back.

    They are as before, with their secrets; the lock is named, and without it `destroy` is complete.
    """
    stack: Workspace = workspace_factory(PROGRAM)
    stack.up(before("Flexible"))
    deployed = entries(stack)
    lock_group(simulator, azure)
    stack.destroy(expect_failure=True)
    assert sorted(deployed.keys() - entries(stack).keys()) == ["web-0-hello", "web-1-cannotdelete", "web-1-hello"]
    again = stack.up(expect_failure=True)
    assert "cannot create already existing resource" in again.text
    answer = recover(stack)
    assert answer.code == 0, answer.err
    assert answer.named("imported") == ["web-0-hello", "web-1-hello"]
    assert [(each["lock"], each["level"]) for each in answer.json()["locks"]] == [("audit", "CanNotDelete")]
    after = entries(stack)
    assert differences(deployed, after, "web-0-hello") == differences(deployed, after, "web-1-hello") == {}
    assert stack.up().ops(completed=True) == [("create", LOCK, "web-1-cannotdelete")]
    assert SECRET not in str(stack.stack_export())
    assert SECRET in str(stack.stack_export(show_secrets=True))
    *words, identity = suggested(answer.err, "az lock delete")
    assert words == ["az", "lock", "delete", "--ids"]
    assert f"it is set on the resource group {GROUP}" in answer.err
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    scope, _, name = identity.rpartition("/providers/Microsoft.Authorization/locks/")
    locks.delete_by_scope(scope, name)
    stack.destroy()
    assert stack.resources() == []


def died(*_: object) -> None:
    """In place of an edit of the state."""
    raise OperationsError("killed")


@pytest.fixture
def deployed(workspace_factory: WorkspaceFactory) -> Workspace:
    """A deployed Flexible set."""
    stack = workspace_factory(PROGRAM)
    stack.up(before("Flexible"))
    return stack


def forget(stack: Workspace, *names: str, types: tuple[str, ...] = (EXTENSION, MACHINE, LOCK)) -> None:
    """Take resources out of the state, as the death of a provider leaves them out."""
    state = stack.stack_export()
    gone = {
        each["urn"]
        for each in state["deployment"]["resources"]
        if each["urn"].rsplit("::", 1)[-1] in names and each["type"] in types
    }
    edited = without(state, gone)
    file = stack.directory / "edited.json"
    file.write_text(json.dumps(edited))
    stack.run("stack", "import", "--stack", "dev", "--file", str(file))


def test_a_dry_run_changes_nothing(deployed: Workspace) -> None:
    """It says what is in Azure and not in the state, writes no file, and the state is as before."""
    forget(deployed, "web-1-cannotdelete", "web-1-hello")
    before_it = deployed.stack_export()
    answer = recover(deployed, "--dry-run")
    assert answer.named("found") == ["web-1-cannotdelete", "web-1-hello"]
    assert "2 resources would be imported" in answer.err
    assert [each["id"].rsplit("/", 1)[-1] for each in answer.json()["importFile"]["resources"]] == [
        "hello",
        "web-1-cannotdelete",
    ]
    assert deployed.stack_export() == before_it
    assert not list(deployed.directory.glob("recover-*"))


def test_a_machine_that_only_azure_has(deployed: Workspace) -> None:
    """A machine with a password and custom data, whose change replaces it, is imported, and a preview is empty.

    Its lock guards it again, and a person learns which secrets are the program's.
    """
    expected = entries(deployed)
    forget(deployed, "web-1", "web-1-hello", "web-1-cannotdelete")
    answer = recover(deployed)
    assert answer.code == 0
    assert answer.named("imported") == ["web-1", "web-1-cannotdelete", "web-1-hello"]
    machine = next(each for each in answer.json()["resources"] if each["name"] == "web-1")
    assert (
        "osProfile.adminPassword, osProfile.customData: Azure does not show it; taken from the program"
        in machine["why"]
    )
    assert answer.json()["nextUpdate"] == []
    assert "A preview is empty" in answer.err
    after = entries(deployed)
    assert differences(expected, after, "web-1") == differences(expected, after, "web-1-cannotdelete") == {}
    assert (deployed.directory / "recover-dev.json").exists()
    assert SECRET not in (deployed.directory / "recover-dev.state.json").read_text()
    deployed.destroy()


def test_a_recovery_that_dies_itself(deployed: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the import and the edit of the state a machine would be replaced: the next recovery goes on there."""
    expected = entries(deployed)
    forget(deployed, "web-0", "web-0-hello")
    with monkeypatch.context() as patch:
        patch.setattr(Stack, "replace_state", died)
        assert recover(deployed).code == 1
    assert ("replace", MACHINE, "web-0") in deployed.preview().ops()
    answer = recover(deployed)
    assert (answer.code, answer.named("imported")) == (0, ["web-0", "web-0-hello"])
    assert answer.json()["nextUpdate"] == []
    assert differences(expected, entries(deployed), "web-0") == {}
    assert recover(deployed).json()["resources"] == []


def test_another_value_in_azure_is_changed_by_the_next_update(
    deployed: Workspace, simulator: RunningSimulator, azure: Azure
) -> None:
    """What differs in Azure from the program is not hidden: it stays in the state, and is named."""
    machines = simulator.client(ComputeManagementClient, azure.subscription).virtual_machines
    machines.begin_update(GROUP, "web-0", {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}).result()
    forget(deployed, "web-0", "web-0-hello")
    answer = recover(deployed)
    assert answer.code == 0
    assert [(each["operation"], each["name"], each["properties"]) for each in answer.json()["nextUpdate"]] == [
        ("update", "web-0", ["hardwareProfile.vmSize"])
    ]
    assert "hardwareProfile.vmSize to web-0 (VirtualMachine) again" in answer.err
    assert deployed.up().ops(completed=True) == [("update", MACHINE, "web-0")]
    assert machines.get(GROUP, "web-0").hardware_profile.vm_size == "Standard_D2s_v5"


def test_what_is_gone_in_azure_is_named_and_removed_on_demand(
    deployed: Workspace, simulator: RunningSimulator, azure: Azure
) -> None:
    """A machine that somebody deleted is named with its extension; only --yes takes them out, and `up` makes them."""
    simulator.client(ComputeManagementClient, azure.subscription).virtual_machines.begin_delete(GROUP, "web-0").result()
    before_it = deployed.stack_export()
    named = recover(deployed)
    assert (named.code, named.named("gone")) == (1, ["web-0", "web-0-hello"])
    assert "`scaleset recover --yes --stack dev` removes them from the state" in named.err
    assert deployed.stack_export() == before_it
    removed = run_attached(deployed, *suggested(named.err, "scaleset recover --yes")[1:], "-o", "json")
    assert (removed.code, removed.named("removed")) == (0, ["web-0", "web-0-hello"])
    assert [(each["operation"], each["name"]) for each in removed.json()["nextUpdate"]] == [
        ("create", "web-0"),
        ("create", "web-0-hello"),
    ]
    program, *words = suggested(named.err, "pulumi up")
    assert (program, words) == ("pulumi", ["up", "--stack", "dev"])
    deployed.up()
    assert recover(deployed).json()["resources"] == []


def test_what_is_suggested_names_stack_and_project(
    deployed: Workspace, simulator: RunningSimulator, azure: Azure
) -> None:
    """From another folder the suggestion has the project's too, and works from there."""
    simulator.client(ComputeManagementClient, azure.subscription).virtual_machines.begin_delete(GROUP, "web-0").result()
    options = ("--stack", "dev", "--cwd", str(deployed.directory), "--endpoint", azure.endpoint)
    named = run_attached(deployed, "recover", *options)
    command = suggested(named.err, "scaleset recover --yes")
    assert command == ["scaleset", "recover", "--yes", *options]
    assert suggested(named.err, "pulumi up") == ["pulumi", "up", *options[:4]]
    assert run_attached(deployed, *command[1:]).code == 0


@pytest.mark.smoke
def test_a_lock_that_an_earlier_update_left(deployed: Workspace) -> None:
    """A lock with a name of this component that the program has no more is named, with the way to take it away."""
    forget(deployed, "web-1-cannotdelete")
    args = before("Flexible")
    args["args"]["instances"]["web-1"] = {}
    deployed.configure(args)
    answer = recover(deployed)
    assert (answer.code, answer.json()["resources"]) == (0, [])
    assert [(each["lock"], each["owner"]) for each in answer.json()["locks"]] == [("web-1-cannotdelete", "component")]
    assert "an earlier update left it" in answer.err
    assert "az lock delete --ids /subscriptions/" in answer.err


def test_a_stack_that_another_update_holds(deployed: Workspace) -> None:
    """The lock is left alone and named, with what to do; nothing is imported."""
    forget(deployed, "web-1-hello")
    before_it = deployed.stack_export()
    lock = deployed.backend / ".pulumi/locks/organization/test/dev/other.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text('{"pid": 1, "username": "ann", "hostname": "laptop", "timestamp": "2026-01-01T00:00:00Z"}')
    answer = recover(deployed)
    assert answer.code == 1
    assert "locked by another update" in answer.err
    assert "ann@laptop" in answer.err
    assert "`pulumi cancel --stack dev` takes its lock away" in answer.err
    assert not list(deployed.directory.glob("*.unfinished.json"))
    lock.unlink()
    assert deployed.stack_export() == before_it


@pytest.mark.long
def test_an_interrupted_operation_of_an_unknown_type_is_kept(deployed: Workspace) -> None:
    """Nobody can tell how it ended: nothing is changed, it is named, and so is the way to end it."""
    forget(deployed, "web-1-hello")
    file = next(deployed.backend.glob(".pulumi/stacks/*/dev.json"))
    checkpoint = json.loads(file.read_text())
    kind = "azure-native:cache:Redis"
    resource = {"urn": f"urn:pulumi:dev::test::{kind}::cache", "custom": True, "type": kind, "inputs": {"name": "c"}}
    checkpoint["checkpoint"]["latest"]["pending_operations"] = [{"resource": resource, "type": "creating"}]
    file.write_text(json.dumps(checkpoint))
    answer = recover(deployed)
    assert (answer.code, answer.json()["keptOperations"]) == (1, ["creating cache"])
    assert "--clear-pending-creates" in answer.err
    assert answer.json()["resources"] == []
    assert len(deployed.stack_export()["deployment"]["pending_operations"]) == 1


@pytest.mark.long
def test_an_empty_file_of_attributes(deployed: Workspace) -> None:
    """An engine that died in a write of a file:// backend leaves a stack that no command reads: recover repairs it."""
    next(deployed.backend.glob(".pulumi/stacks/*/dev.json.attrs")).write_text("")
    for command in (("stack", "export"), ("cancel", "--yes"), ("up", "--yes", "--skip-preview")):
        assert "EOF" in deployed.run(*command, "--stack", "dev", expect_failure=True).text
    assert recover(deployed).code == 0
    deployed.stack_export()


@pytest.mark.smoke
def test_no_such_stack(deployed: Workspace) -> None:
    """A wrong name is the user's mistake: Pulumi's reason, and how to see the names."""
    answer = run(deployed, "recover", "--stack", "prod")
    assert answer.code == 2
    assert "no stack named 'prod' found" in answer.err
    assert "`pulumi stack ls` lists the stacks" in answer.err


@pytest.mark.long
def test_a_program_that_fails(deployed: Workspace) -> None:
    """The program's error is shown, and nothing is changed."""
    deployed.write_program("raise ValueError('no such size')")
    answer = recover(deployed)
    assert answer.code == 1
    assert "`pulumi preview --stack dev` failed" in answer.err
    assert "no such size" in answer.err


YAML = {
    "packages": {"azure-scaleset": str(paths.ROOT / "components")},
    "config": {"azure-native:location": {"value": "westeurope"}},
    "resources": {
        "group": {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": GROUP}},
        "web": {
            "type": "azure-scaleset:ScaleSet",
            "properties": {
                "resourceGroupName": "${group.name}",
                "image": IMAGE,
                "vmSize": "Standard_D2s_v5",
                "adminPassword": {"fn::secret": PASSWORD},
                "virtualNetwork": {},
                "instances": {"web-0": {"protection": {"scaleIn": True}}},
                "roleAssignments": {
                    "ann": {"roleDefinitionName": "Reader", "principalId": "11111111-0000-0000-0000-000000000001"}
                },
            },
        },
    },
}
"""A program in another language than Python, whose set has a grant: its name is derived from the set's id."""


@pytest.mark.long
def test_a_program_in_another_language(workspace_factory: WorkspaceFactory) -> None:
    """Only the state and previews are used; what is derived from an id that is lost too is found in a second round."""
    stack = workspace_factory(YAML)
    stack.up()
    expected = entries(stack)
    lost = ("web-0", "web-0-cannotdelete", "web-role-ann", "web-vnet")
    forget(stack, *lost, types=(MACHINE, LOCK, GRANT, "azure-native:network:VirtualNetwork"))
    forget(stack, "web", types=("azure-native:compute:VirtualMachineScaleSet",))
    answer = recover(stack)
    assert answer.code == 0, answer.err
    assert answer.named("imported") == sorted([*lost, "web"])
    assert answer.named("unknown") == []
    assert answer.json()["nextUpdate"] == []
    after = entries(stack)
    assert {name: found for name in lost if (found := differences(expected, after, name))} == {}
    assert PASSWORD not in str(stack.stack_export())
    assert stack.up().ops(completed=True) == []
    stack.destroy()
    assert stack.resources() == []


@pytest.mark.long
def test_a_provider_of_its_own(workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """Resources of an explicit provider are imported by that provider, in its subscription."""
    explicit = PROGRAM.replace(
        "    scale_set = ScaleSet(",
        f"""    import pulumi_azure_native as azure_native
    west = azure_native.Provider("west", subscription_id="{azure.subscription}", location="westeurope")
    scale_set = ScaleSet(""",
    ).replace("group.name})", "group.name}, pulumi.ResourceOptions(providers=[west]))")
    assert "providers=[west]" in explicit
    stack = workspace_factory(explicit)
    stack.up(before("Uniform"))
    expected = entries(stack)
    forget(stack, "web-cannotdelete", "web-vnet", types=(LOCK, "azure-native:network:VirtualNetwork"))
    answer = recover(stack)
    assert answer.code == 0, answer.err
    assert answer.named("imported") == ["web-cannotdelete", "web-vnet"]
    assert answer.json()["nextUpdate"] == []
    after = entries(stack)
    assert differences(expected, after, "web-vnet") == differences(expected, after, "web-cannotdelete") == {}
    assert "::west::" in after["web-vnet"]["provider"]
