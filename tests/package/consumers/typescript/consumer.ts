import * as pulumi from "@pulumi/pulumi";
import * as scaleset from "@owner/azure-scaleset";

const config = new pulumi.Config();
const group = pulumi.output(config.require("resourceGroup"));

const web = new scaleset.ScaleSet("web", {
    resourceGroupName: group,
    instances: {
        "web-0": { zone: "1", protection: { scaleIn: true } },
        "web-1": { zone: "2", dataDisks: [{ lun: 0, sizeGb: 64 }] },
    },
    zones: ["1", scaleset.Zone.Zone_2],
    osType: scaleset.OsType.Linux,
    image: { urn: "Canonical:ubuntu-24_04-lts:server:latest" },
    vmSize: "Standard_D2s_v5",
    adminPassword: config.requireSecret("adminPassword"),
    virtualNetwork: { allowFrom: ["198.51.100.0/24"] },
    inboundNat: { ssh: { backendPort: 22 } },
    extensions: [{
        name: "hello",
        publisher: "Microsoft.Azure.Extensions",
        type: "CustomScript",
        typeHandlerVersion: "2.1",
        settings: { anyKey: { is_kept: true } },
        protectedSettings: { commandToExecute: config.requireSecret("command") },
    }],
});

export const ssh: pulumi.Output<{ [name: string]: string }> = web.natEndpoints;
export const subnet: pulumi.Output<string | undefined> = web.subnetId;
