"""Azure Virtual Machine Scale Sets for Pulumi, right in both orchestration modes."""
