"""The policy pack: `pulumi up --policy-pack "$(python -m scaleset_policies)"`."""

from scaleset_policies.crossguard.pack import serve

if __name__ == "__main__":
    serve()
