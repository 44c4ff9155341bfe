"""All that touches the Pulumi runtime: registration, what it tells of failures, and its pace."""
