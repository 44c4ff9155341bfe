"""Mistakes, each on a line that says so: mypy and pyright find them all, and nothing else."""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

group = resources.ResourceGroup("group")
config: ScaleSetArgs = {"resource_group_name": group.name}
count: pulumi.Output[int] = pulumi.Output.from_input(3)

ScaleSet("a", {"resource_group_name": "rg", "orchestration_mode": "Flexibel"})  # wrong: a value
ScaleSet("b", {"resource_group_name": "rg", "vm_sise": "Standard_D2s_v5"})  # wrong: a key
ScaleSet("c", {"resource_group_name": "rg", "os_disk": {"caching": "Fast"}})  # wrong: a value inside
ScaleSet("d", {"resource_group_name": "rg", "os_disk": {"size": 64}})  # wrong: a key inside
ScaleSet("e", {"resource_group_name": "rg", "os_disk": {"size_gb": "64"}})  # wrong: a type inside
ScaleSet("f", {"resource_group_name": "rg", "os_disk": [64]})  # wrong: a list for an object
ScaleSet("g", {"resource_group_name": "rg", "zones": ["4"]})  # wrong: a value in a list
ScaleSet("h", {"instances": 3})  # wrong: resource_group_name is missing
ScaleSet("i", {"resource_group_name": "rg", "capacity": count})  # wrong: an Output where a value decides
ScaleSet("j", {"resource_group_name": "rg", "instances": {"j-0": {"zone": 1}}})  # wrong: a number for text
ScaleSet("k", resource_group_name="rg", orchestration_mode="Flexibel")  # wrong: a value
ScaleSet("l", resource_group_name="rg", vm_sise="Standard_D2s_v5")  # wrong: a key
ScaleSet("m", instances=3)  # wrong: resource_group_name is missing
ScaleSet("n", {**config, "instances": "three"})  # wrong: a type
ScaleSet("o", {**config, "os_type": "linux"})  # wrong: a value
ScaleSet("p", config, instances=3)  # wrong: a dict and keywords
ScaleSet("q")  # wrong: nothing
ScaleSet("r", {"resource_group_name": "rg", "subnet_id": ["subnet"]})  # wrong: a list of ids for one
ScaleSet("s", {"resource_group_name": "rg", "load_balancer": {"rules": {"w": {}}}})  # wrong: no frontend_port
ScaleSet("t", {"resource_group_name": "rg", "subnet_id": count})  # wrong: an Output of a number
