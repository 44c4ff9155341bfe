"""The program deploys, changes nothing the second time, and goes away again."""

from azure.mgmt.compute import ComputeManagementClient
from infrastructure import program
from pulumi import automation as auto


def test_the_program_deploys(pulumi_azure, azure_clients):
    """On the real Pulumi engine; the machines are looked at by Azure's own client."""
    options = auto.LocalWorkspaceOptions(env_vars=pulumi_azure, pulumi_home=pulumi_azure["PULUMI_HOME"])
    stack = auto.create_stack("test", project_name="web", program=program, opts=options)
    stack.up()
    machines = azure_clients(ComputeManagementClient).virtual_machines
    assert [machine.provisioning_state for machine in machines.list("web")] == ["Succeeded", "Succeeded"]
    again = stack.preview()
    assert set(again.change_summary) == {"same"}
    stack.destroy()
    assert list(machines.list_all()) == []
