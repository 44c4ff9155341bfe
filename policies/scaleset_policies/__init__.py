"""Rules for Azure scale sets: ``scaleset check``, ``scaleset rules`` and the Pulumi policy pack."""
