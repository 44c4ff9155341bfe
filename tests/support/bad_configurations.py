"""Configurations that are refused, and the field and text that the message must have."""

from __future__ import annotations

from typing import Any

from support.scalesets import EXTENSION, IMAGE, flexible, uniform

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers"
BALANCER = f"{SUBSCRIPTION}/Microsoft.Network/loadBalancers/lb"
GROUP_ID = f"{SUBSCRIPTION}/Microsoft.Compute/capacityReservationGroups/crg"
PLACEMENT = f"{SUBSCRIPTION}/Microsoft.Compute/proximityPlacementGroups/ppg"
PRINCIPAL = "11111111-0000-0000-0000-000000000001"
WORKSPACE = f"{SUBSCRIPTION}/Microsoft.OperationalInsights/workspaces/log"
WINDOWS = flexible(osType="Windows", sshPublicKeys=None, adminPassword="C0rrect-Horse")
ROLLING = {"mode": "Rolling"}


def profile(**more: Any) -> dict[str, Any]:
    """A Flexible set with a profile and no named instances."""
    network = {"virtualNetwork": {"allowFrom": ["Internet"]} if more.get("inboundNat") else {}}
    bare = flexible(instances=None, inboundNat={}, outbound={"method": "External"}, capacity=2)
    return {**bare, **network, **more}


def granted(**more: Any) -> dict[str, Any]:
    """A Flexible set with a grant that has these arguments and a principal."""
    return flexible(roleAssignments={"ops": {"principalId": PRINCIPAL, **more}})


def sent(**settings: dict[str, Any]) -> dict[str, Any]:
    """A Uniform set with these diagnostic settings."""
    return uniform(diagnosticSettings=settings)


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    # the problem: the arguments, the field that the message names, and other text of the message
    "unknown argument": (flexible(vmSise="x"), "vmSise", "did you mean 'vm_size'"),
    "unknown nested argument": (flexible(osDisk={"sizeGigs": 1}), "os_disk.sizeGigs", "did you mean 'size_gb'"),
    "unknown mode": (flexible(orchestrationMode="flexible"), "orchestration_mode", "'Flexible' or 'Uniform'"),
    "adopted name of no resource": (
        flexible(adopt={"names": {"web-0-nik": "x"}}),
        "adopt.names['web-0-nik']",
        "did you mean 'web-0-nic'",
    ),
    "adopted type of no resource": (
        flexible(adopt={"types": {"azure-native:compute:Disk": "azure-native:compute/v20240701:Disk"}}),
        "adopt.types['azure-native:compute:Disk']",
        "no such type",
    ),
    "one resource adopted twice": (
        flexible(adopt={"names": {"web-0-nic": "nic", "web-1-nic": "nic"}}),
        "adopt.names",
        "two resources",
    ),
    "adopted from something that is no URN": (flexible(adopt={"parentUrn": "web"}), "adopt.parent_urn", "urn:pulumi"),
    "existing machines join a Uniform set": (
        uniform(attachedVirtualMachineIds=[f"{SUBSCRIPTION}/Microsoft.Compute/virtualMachines/vm"]),
        "attached_virtual_machine_ids",
        "cannot join a Uniform set",
    ),
    "a standby pool that is too large": (
        profile(capacity=600, standbyPool={"maxReadyCapacity": 1001}),
        "standby_pool.max_ready_capacity",
        "1000",
    ),
    "a running standby pool and autoscale": (
        flexible(
            autoscale={"profiles": [{"name": "usual", "minimum": 1, "maximum": 3}]},
            standbyPool={"maxReadyCapacity": 5, "virtualMachineState": "Running"},
        ),
        "standby_pool",
        "running machines does not work with autoscale",
    ),
    "a hibernated standby pool of machines that cannot hibernate": (
        profile(standbyPool={"maxReadyCapacity": 5, "virtualMachineState": "Hibernated"}),
        "standby_pool",
        "whose instances can hibernate",
    ),
    "a size without its tier": (profile(vmSize="D2s_v5"), "vm_size", "expected Standard_D2s_v5"),
    "two rules to one port of the pool": (
        flexible(
            loadBalancer={"rules": {n: {"frontendPort": p, "backendPort": 8080} for n, p in (("a", 80), ("b", 81))}}
        ),
        "load_balancer.rules['b'].backend_port",
        "Tcp 8080 of the pool is used by 'a' too",
    ),
    "two inbound NATs to one port of an instance": (
        flexible(inboundNat={"ssh": {"backendPort": 22}, "sh": {"backendPort": 22, "frontendPortStart": 60_000}}),
        "inbound_nat['sh'].backend_port",
        "Tcp 22 of each instance is used by 'ssh' already",
    ),
    "two inbound NATs over the pool to one port": (
        uniform(inboundNat={"a": {"backendPort": 22}, "b": {"backendPort": 22, "frontendPortStart": 60_000}}),
        "inbound_nat['b'].backend_port",
        "is used by 'a' already",
    ),
    "two inbound NATs over a Flexible pool to one port": (
        profile(inboundNat={"a": {"backendPort": 22}, "b": {"backendPort": 22, "frontendPortStart": 60_000}}),
        "inbound_nat['b'].backend_port",
        "Tcp 22 of each instance is used by 'a' already",
    ),
    "accepted rule that is none": (
        flexible(acceptRules=["no-such-rule"]),
        "accept_rules[0]",
        "contested are fault-domains-required-on-flexible, b1ls-on-flexible, single-placement-group-on-flexible, ",
    ),
    "wrong type": (flexible(capacity="many"), "capacity", "got 'many'"),
    "fraction of an instance": (uniform(capacity=2.5), "capacity", "2.5"),
    "too many instances": (uniform(capacity=1001), "capacity", "expected 0 to 1000"),
    "no image": (flexible(image=None), "image", "it is required"),
    "image in two forms": (flexible(image={**IMAGE, "publisher": "x"}), "image", "exactly one of"),
    "broken image urn": (flexible(image={"urn": "Canonical:ubuntu"}), "image", "publisher:offer:sku:version"),
    "no size": (flexible(vmSize=None), "vm_size", "Standard_D2s_v5"),
    "no subnet": (flexible(virtualNetwork=None), "subnet_id", "virtual_network: {}"),
    "subnet that is no id": (flexible(virtualNetwork=None, subnetId="default"), "subnet_id", "/subscriptions/{id}"),
    "two subnets": (
        flexible(subnetId=f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/v/subnets/s"),
        "virtual_network",
        "use only one of them",
    ),
    "subnet outside its network": (
        flexible(virtualNetwork={"subnetPrefix": "192.168.0.0/24"}),
        "virtual_network",
        "outside",
    ),
    "a way in that nobody opens": (
        flexible(virtualNetwork={}),
        "virtual_network.allow_from",
        "nothing would reach Tcp 22 of inbound_nat['ssh']: a Standard load balancer blocks all traffic",
    ),
    "everybody by another word": (
        flexible(virtualNetwork={"allowFrom": ["0.0.0.0/0"]}),
        "virtual_network.allow_from[0]",
        "write 'Internet'",
    ),
    "no range": (
        flexible(virtualNetwork={"allowFrom": ["198.51.100/24"]}),
        "virtual_network.allow_from[0]",
        "a range such as 203.0.113.0/24",
    ),
    "a range of another kind": (
        flexible(virtualNetwork={"allowFrom": ["2001:db8::/32"]}),
        "virtual_network.allow_from[0]",
        "only IPv4 addresses",
    ),
    "overlapping ranges": (
        flexible(virtualNetwork={"allowFrom": ["198.51.100.0/24", "198.51.100.7"]}),
        "virtual_network.allow_from",
        "remove the smaller one",
    ),
    "a source twice": (
        flexible(virtualNetwork={"allowFrom": ["Internet", "Internet"]}),
        "virtual_network.allow_from",
        "given twice",
    ),
    "sources and a group": (
        flexible(
            virtualNetwork={
                "allowFrom": ["Internet"],
                "networkSecurityGroupId": f"{SUBSCRIPTION}/Microsoft.Network/networkSecurityGroups/g",
            }
        ),
        "virtual_network",
        "use only one of them",
    ),
    "sources of a way into a group of one's own": (
        flexible(
            virtualNetwork={"networkSecurityGroupId": f"{SUBSCRIPTION}/Microsoft.Network/networkSecurityGroups/g"},
            inboundNat={"ssh": {"backendPort": 22, "allowFrom": ["Internet"]}},
        ),
        "inbound_nat['ssh'].allow_from",
        "add the rule there",
    ),
    "sources of a way into another subnet": (
        flexible(
            virtualNetwork=None,
            subnetId=f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/v/subnets/s",
            inboundNat={"ssh": {"backendPort": 22, "allowFrom": ["Internet"]}},
        ),
        "inbound_nat['ssh'].allow_from",
        "allow Tcp 22 in that subnet's network security group",
    ),
    "sources of nothing": (
        flexible(inboundNat=None),
        "virtual_network.allow_from",
        "it has no effect",
    ),
    "no key": (flexible(sshPublicKeys=None), "ssh_public_keys", "at least one public key"),
    "weak password": (flexible(adminPassword="hunter2"), "admin_password", "characters"),
    "forbidden user": (flexible(adminUsername="root"), "admin_username", "'root'"),
    "Windows without password": (
        flexible(osType="Windows", sshPublicKeys=None),
        "admin_password",
        "required on Windows",
    ),
    "long Windows name": (
        flexible(
            osType="Windows", sshPublicKeys=None, adminPassword="C0rrect-Horse", instances={"portal-europe-01": {}}
        ),
        "instances['portal-europe-01'].computer_name",
        "set a shorter computer_name",
    ),
    "Windows setting on Linux": (flexible(timeZone="UTC"), "time_zone", "for Windows"),
    "unknown zone": (flexible(zones=["4"]), "zones[0]", "'1', '2' or '3'"),
    "zone twice": (flexible(zones=["1", "1"]), "zones", "each zone is named once"),
    "instance outside the zones": (
        flexible(zones=["1", "2"], instances={"web-0": {"zone": "3"}}),
        "instances['web-0'].zone",
        "add the zone to the set's zones",
    ),
    "fault domains with zones": (
        flexible(zones=["1"], platformFaultDomainCount=2),
        "platform_fault_domain_count",
        "expected 1 on a zonal set",
    ),
    "fault domain out of range": (
        flexible(platformFaultDomainCount=2, instances={"web-0": {"faultDomain": 2}}),
        "instances['web-0'].fault_domain",
        "below the set's count",
    ),
    "zone balance without zones": (profile(zoneBalance=True), "zone_balance", "more than one zone"),
    "NAT pool on Flexible": (
        flexible(inboundNat={"ssh": {"backendPort": 22, "kind": "Pool"}}),
        "inbound_nat['ssh'].kind",
        "use an inbound NAT rule",
    ),
    "NAT rule on Uniform": (
        uniform(inboundNat={"ssh": {"backendPort": 22, "kind": "Rule"}}),
        "inbound_nat['ssh'].kind",
        "use PoolRule",
    ),
    "two instances on one port": (
        flexible(instances={"api-1": {}, "web-1": {}}),
        "instances['web-1'].nat_ports.ssh",
        "both get port 50001",
    ),
    "port outside the range": (
        flexible(instances={"web-0": {"natPorts": {"ssh": 22}}}),
        "instances['web-0'].nat_ports.ssh",
        "50000 to 50999",
    ),
    "port of an unknown NAT": (
        flexible(instances={"web-0": {"natPorts": {"rdp": 50000}}}),
        "instances['web-0'].nat_ports.rdp",
        "no inbound_nat 'rdp'",
    ),
    "overlapping ways in": (
        flexible(inboundNat={"ssh": {"backendPort": 22}, "rdp": {"backendPort": 3389, "frontendPortStart": 50500}}),
        "inbound_nat['rdp'].frontend_port_start",
        "overlap",
    ),
    "rule inside the NAT ports": (
        flexible(loadBalancer={"rules": {"http": {"frontendPort": 50010}}}),
        "load_balancer.rules['http'].frontend_port",
        "lies in the ports",
    ),
    "NAT on an existing load balancer without its front end": (
        flexible(loadBalancer={"id": BALANCER}, outbound={"method": "External"}),
        "load_balancer.frontend_ip_configuration_id",
        "needs it",
    ),
    "rules on an existing load balancer": (
        flexible(loadBalancer={"id": BALANCER, "rules": {"http": {"frontendPort": 80}}}),
        "load_balancer",
        "only for a load balancer that the component creates",
    ),
    "profile without a way out": (
        profile(outbound=None),
        "outbound",
        "no default outbound access",
    ),
    "outbound rule on an internal load balancer": (
        flexible(
            loadBalancer={"subnetId": f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/v/subnets/s"},
            outbound={"method": "LoadBalancer"},
        ),
        "outbound.method",
        "use NatGateway or External",
    ),
    "system-assigned identity on Flexible": (
        flexible(identity={"type": "SystemAssigned"}),
        "identity.type",
        "user-assigned",
    ),
    "identity without ids": (flexible(identity={}), "identity", "user_assigned_identity_ids"),
    "overprovision on Flexible": (profile(overprovision=True), "overprovision", "Uniform only"),
    "priority mix on Uniform": (
        uniform(spot={}, priorityMix={"baseRegularPriorityCount": 1}),
        "priority_mix",
        "use Flexible",
    ),
    "priority mix without Spot": (profile(priorityMix={"baseRegularPriorityCount": 1}), "priority_mix", "Spot"),
    "instance mix on Uniform": (
        uniform(vmSize=None, instanceMix={"vmSizes": [{"name": "Standard_D2s_v5"}]}),
        "instance_mix",
        "Flexible only",
    ),
    "six sizes in a mix": (
        profile(vmSize=None, instanceMix={"vmSizes": [{"name": f"Standard_D{2**n}s_v5"} for n in range(1, 7)]}),
        "instance_mix",
        "6 sizes",
    ),
    "standby pool on Uniform": (uniform(standbyPool={"maxReadyCapacity": 2}), "standby_pool", "Flexible only"),
    "rolling without health on Flexible": (
        profile(upgradePolicy=ROLLING),
        "upgrade_policy.mode",
        "Application Health extension",
    ),
    "rolling without health on Uniform": (uniform(health=None), "upgrade_policy.mode", "health probe or"),
    "probe as health on Flexible": (
        profile(health={"probeId": f"{BALANCER}/probes/p"}),
        "health.probe_id",
        "use the Application Health extension",
    ),
    "health path with tcp": (
        flexible(health={"protocol": "tcp", "port": 80, "requestPath": "/"}, capacity=1),
        "health",
        "forbidden with tcp",
    ),
    "grace period too short": (
        profile(health={"protocol": "tcp", "port": 80}, automaticRepairs={"gracePeriod": "PT5M"}),
        "automatic_repairs.grace_period",
        "PT10M to PT90M",
    ),
    "repairs without a profile": (flexible(automaticRepairs={}), "automatic_repairs", "set capacity"),
    "automatic OS upgrades of a pinned image": (
        profile(
            upgradePolicy={"mode": "Automatic", "automaticOsUpgrade": {}},
            health={"protocol": "tcp", "port": 80},
            image={"urn": "Canonical:0001-com-ubuntu-server-jammy:22_04-lts:22.04.202405010"},
        ),
        "upgrade_policy.automatic_os_upgrade",
        "expected latest",
    ),
    "patching by the platform on Uniform": (uniform(patchMode="AutomaticByPlatform"), "patch_mode", "Flexible only"),
    "network API version on Uniform": (uniform(networkApiVersion="2020-11-01"), "network_api_version", "even as null"),
    "delete option on Uniform": (uniform(osDisk={"deleteOption": "Detach"}), "os_disk.delete_option", "Flexible only"),
    "named instance on Uniform": (uniform(instances={"web-0": {}}), "instances['web-0']", "decimal ids"),
    "size of one Uniform instance": (
        uniform(instances={"0": {"vmSize": "Standard_D4s_v5"}}),
        "instances['0'].vm_size",
        "accepts only protection",
    ),
    "Uniform without capacity": (uniform(capacity=None), "capacity", "the number of instances"),
    "capacity owned twice": (
        profile(autoscale={"profiles": [{"name": "a", "minimum": 1, "maximum": 2}]}, ignoreCapacityChanges=False),
        "ignore_capacity_changes",
        "autoscale controls the capacity",
    ),
    "autoscale limits in the wrong order": (
        profile(autoscale={"profiles": [{"name": "a", "minimum": 3, "maximum": 2}]}),
        "autoscale.profiles[0]",
        "minimum <= default <= maximum",
    ),
    "two disks on one LUN": (
        flexible(dataDisks=[{"lun": 0, "sizeGb": 8}, {"lun": 0, "sizeGb": 8}]),
        "data_disks[1].lun",
        "each needs its own",
    ),
    "empty disk without size": (flexible(dataDisks=[{"lun": 0}]), "data_disks[0]", "size_gb"),
    "ephemeral disk with a cache": (
        flexible(osDisk={"ephemeral": True, "caching": "ReadWrite"}),
        "os_disk",
        "ReadOnly",
    ),
    "two extensions of one name": (flexible(extensions=[EXTENSION, EXTENSION]), "extensions[1].name", "unique"),
    "extension after an unknown one": (
        flexible(extensions=[{**EXTENSION, "provisionAfterExtensions": ["ghost"]}]),
        "extensions[0].provision_after_extensions",
        "no extension 'ghost'",
    ),
    "user data that is no base64": (flexible(userData="#!/bin/sh"), "user_data", "base64"),
    "reservation and proximity": (
        profile(capacityReservationGroupId=GROUP_ID, proximityPlacementGroupId=PLACEMENT),
        "capacity_reservation_group_id",
        "cannot be combined",
    ),
    "unknown resource in overrides": (flexible(overrides={"vm": {}}), "overrides.vm", "no such resource"),
    "forbidden thing by overrides": (
        profile(overrides={"scaleSet": {"overprovision": True}}),
        "overrides.scaleSet.overprovision",
        "Uniform only",
    ),
    "rule that does not exist": (flexible(acceptRules=["everything"]), "accept_rules[0]", "no rule 'everything'"),
    "rule that is not contested": (flexible(acceptRules=["nat-pool-on-flexible"]), "accept_rules[0]", "not contested"),
    "case twins": (flexible(instances={"web-a": {}, "web-A": {}}, inboundNat={}), "instances['web-A']", "case"),
    "grant without a role": (granted(), "role_assignments['ops']", "role_definition_name"),
    "grant of two roles": (
        granted(roleDefinitionName="Reader", roleDefinitionId=PRINCIPAL),
        "role_assignments['ops']",
        "or by role_definition_id",
    ),
    "misspelt role": (
        granted(roleDefinitionName="Virtual Machine User Logon"),
        "role_assignments['ops'].role_definition_name",
        "did you mean 'Virtual Machine User Login'",
    ),
    "role id that is none": (
        granted(roleDefinitionId="/subscriptions/x/providers/Microsoft.Authorization/roles/reader"),
        "role_assignments['ops'].role_definition_id",
        "roleDefinitions/{GUID}",
    ),
    "principal that is no object id": (
        flexible(roleAssignments={"ops": {"roleDefinitionName": "Reader", "principalId": "me@example.com"}}),
        "role_assignments['ops'].principal_id",
        "GUID",
    ),
    "grant to nobody": (
        flexible(roleAssignments={"ops": {"roleDefinitionName": "Reader"}}),
        "role_assignments['ops'].principal_id",
        "it is required",
    ),
    "unknown kind of principal": (
        granted(roleDefinitionName="Reader", principalType="Robot"),
        "role_assignments['ops'].principal_type",
        "'ServicePrincipal'",
    ),
    "condition version alone": (
        granted(roleDefinitionName="Reader", conditionVersion="2.0"),
        "role_assignments['ops']",
        "set condition too",
    ),
    "grant whose name is no GUID": (
        granted(roleDefinitionName="Reader", name="ops"),
        "role_assignments['ops'].name",
        "expected a GUID",
    ),
    "grant with a misspelt argument": (
        granted(roleDefinitionName="Reader", principal="x"),
        "role_assignments['ops'].principal",
        "did you mean 'principal_id'",
    ),
    "the same grant twice": (
        flexible(
            roleAssignments={
                "ops": {"roleDefinitionName": "Reader", "principalId": PRINCIPAL},
                "again": {"roleDefinitionId": "ACDD72A7-3385-48EF-BD42-F606FBA81AE7", "principalId": PRINCIPAL.upper()},
            }
        ),
        "role_assignments['again']",
        "Azure accepts that only once",
    ),
    "two grants of one name": (
        flexible(
            roleAssignments={
                "ops": {"roleDefinitionName": "Reader", "principalId": PRINCIPAL, "name": PRINCIPAL},
                "more": {"roleDefinitionName": "Owner", "principalId": PRINCIPAL, "name": PRINCIPAL},
            }
        ),
        "role_assignments['more'].name",
        "names are unique",
    ),
    "key that cannot name a resource": (
        flexible(roleAssignments={"a/b": {"roleDefinitionName": "Reader", "principalId": PRINCIPAL}}),
        "role_assignments['a/b']",
        "expected text that matches",
    ),
    "diagnostics to nowhere": (sent(all={}), "diagnostic_settings['all']", "it has no destination"),
    "event hub without its rule": (
        sent(all={"workspaceId": WORKSPACE, "eventHubName": "metrics"}),
        "diagnostic_settings['all']",
        "event_hub_authorization_rule_id",
    ),
    "destination type without a workspace": (
        sent(
            all={
                "storageAccountId": f"{SUBSCRIPTION}/Microsoft.Storage/storageAccounts/logs",
                "logAnalyticsDestinationType": "Dedicated",
            }
        ),
        "diagnostic_settings['all']",
        "needs workspace_id",
    ),
    "network in place of its subnet": (
        flexible(virtualNetwork=None, subnetId=f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/a"),
        "subnet_id",
        "expected that of a Microsoft.Network/virtualNetworks/subnets",
    ),
    "reservation in place of its group": (
        flexible(capacityReservationGroupId=f"{GROUP_ID}/capacityReservations/one"),
        "capacity_reservation_group_id",
        "got the id of a Microsoft.Compute/capacityReservationGroups/capacityReservations",
    ),
    "one of several identities is a machine": (
        flexible(
            identity={
                "userAssignedIdentityIds": [
                    f"{SUBSCRIPTION}/Microsoft.ManagedIdentity/userAssignedIdentities/a",
                    f"{SUBSCRIPTION}/Microsoft.Compute/virtualMachines/b",
                ]
            }
        ),
        "identity.user_assigned_identity_ids",
        "got the id of a Microsoft.Compute/virtualMachines",
    ),
    "workspace that is no id": (
        sent(all={"workspaceId": "log"}),
        "diagnostic_settings['all'].workspace_id",
        "/subscriptions/{id}",
    ),
    "diagnostics of nothing": (
        sent(all={"workspaceId": WORKSPACE, "metricCategories": []}),
        "diagnostic_settings['all'].metric_categories",
        "at least 1 item",
    ),
    "logs of a scale set": (
        sent(all={"workspaceId": WORKSPACE, "logCategories": ["AuditEvent"]}),
        "diagnostic_settings['all'].logCategories",
        "there is no such argument",
    ),
    "six diagnostic settings": (
        sent(**{f"s{number}": {"workspaceId": f"{WORKSPACE}{number}"} for number in range(6)}),
        "diagnostic_settings",
        "Azure takes 5 on a resource",
    ),
    "one destination twice": (
        sent(one={"workspaceId": WORKSPACE}, two={"workspaceId": WORKSPACE.replace("log", "LOG")}),
        "diagnostic_settings['two'].workspace_id",
        "'one' sends AllMetrics there already",
    ),
    "two settings of one name": (
        sent(one={"workspaceId": WORKSPACE}, two={"workspaceId": f"{WORKSPACE}2", "name": "ONE"}),
        "diagnostic_settings['two'].name",
        "the name of 'one'",
    ),
    "unknown lock level": (flexible(lock={"level": "Frozen"}), "lock.level", "'CanNotDelete' or 'ReadOnly'"),
}
