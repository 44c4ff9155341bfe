"""The code on Azure's SDK: when all goes well, and when Azure has no host or no quota left."""

import pytest
from azure.core.exceptions import ResourceExistsError
from scaling import scale_out

pytestmark = pytest.mark.usefixtures("scale_set")


def test_it_scales_out(compute, azure):
    """Four machines run, and the code sent one PATCH for it."""
    assert len(scale_out(compute, "rg", "web", 4)) == 4
    assert [request["method"] for request in azure.requests()].count("PATCH") == 1


def test_what_got_no_host_is_deleted(compute, azure):
    """The fourth machine is not allocated: Azure keeps it as Failed, and the code deletes it."""
    azure.inject(kind="allocation-failed", path_regex="/virtualMachineScaleSets/web$", after=1)
    running = scale_out(compute, "rg", "web", 4)
    assert sorted(machine.name for machine in compute.virtual_machines.list("rg")) == sorted(running)
    assert len(running) == 3


def test_a_quota_is_an_error(compute, azure):
    """If the quota is exceeded, nothing is created, and the caller gets the error."""
    azure.inject(kind="quota-exceeded", path_regex="/virtualMachineScaleSets/web$")
    with pytest.raises(ResourceExistsError, match="Cores quota"):
        scale_out(compute, "rg", "web", 4)
    assert len(list(compute.virtual_machines.list("rg"))) == 2


def test_throttling_is_waited_for(compute, azure):
    """Azure's client repeats what was throttled, after the time that the answer names."""
    azure.inject(kind="throttled", method="PATCH", path_regex="/virtualMachineScaleSets/web$", retry_after=0)
    assert len(scale_out(compute, "rg", "web", 3)) == 3
