// A program that uses the generated Go SDK.
package main

import (
	"github.com/OWNER/pulumi-azure-scaleset/sdk/go/azurescaleset"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func ref[T any](value T) *T { return &value }

func deploy(ctx *pulumi.Context) error {
	conf := config.New(ctx, "")
	web, err := azurescaleset.NewScaleSet(ctx, "web", &azurescaleset.ScaleSetArgs{
		ResourceGroupName: pulumi.String(conf.Require("resourceGroup")),
		Instances: map[string]azurescaleset.InstanceArgs{
			"web-0": {
				Zone:       ref(azurescaleset.Zone_Zone_1),
				Protection: &azurescaleset.ProtectionArgs{ScaleIn: pulumi.BoolRef(true)},
			},
			"web-1": {Zone: ref(azurescaleset.Zone_Zone_2)},
		},
		Zones:          []azurescaleset.Zone{"1", "2"},
		VmSize:         pulumi.String("Standard_D2s_v5"),
		Image:          &azurescaleset.ImageArgs{Urn: pulumi.StringRef("Canonical:ubuntu-24_04-lts:server:latest")},
		AdminPassword:  conf.RequireSecret("adminPassword"),
		VirtualNetwork: &azurescaleset.VirtualNetworkArgs{AllowFrom: pulumi.StringArray{pulumi.String("198.51.100.0/24")}},
		InboundNat:     map[string]azurescaleset.InboundNatArgs{"ssh": {BackendPort: 22}},
	})
	if err != nil {
		return err
	}
	ctx.Export("ssh", web.NatEndpoints)
	return nil
}
