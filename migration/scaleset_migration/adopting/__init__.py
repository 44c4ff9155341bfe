"""Sets and machines that stay as they are in Azure and come under Pulumi: a program, the import, the proof."""
