"""Runs a program with a cloud that makes everything as asked, and prints the names of its scale sets."""

import runpy
import sys

import pulumi
from pulumi.runtime import mocks

PLACE = "/subscriptions/0/resourceGroups/rg/providers"
KINDS = {
    "Subnet": "Microsoft.Network/virtualNetworks/vnet/subnets",
    "ApplicationSecurityGroup": "Microsoft.Network/applicationSecurityGroups",
    "UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities",
}
PRINCIPAL = "11111111-0000-0000-0000-000000000001"


class Cloud(mocks.Mocks):
    """Everything is made as asked."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, object]]:
        """The resource's id, of the right type where arguments look at it, and what it has."""
        kind = args.typ.rsplit(":", 1)[1]
        if args.typ == "azure-scaleset:index:ScaleSet":
            sys.stdout.write(f"{args.name}\n")
        identity = f"{PLACE}/{KINDS.get(kind, 'Microsoft.Compute/virtualMachineScaleSets')}/{args.name}"
        return identity, {"name": args.name, "principalId": PRINCIPAL, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> dict[str, object]:
        """Nothing is looked up."""
        raise AssertionError(args.token)


pulumi.runtime.set_mocks(Cloud(), preview=False)
# It waits for what the program registers.
pulumi.runtime.test(lambda: runpy.run_path(sys.argv[1]) and None)()
