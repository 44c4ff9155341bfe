"""A Python language host for the Pulumi engine, for machines that have no Pulumi installation.

The engine starts `pulumi-language-python` and calls it, over gRPC, to run Python programs, policy packs and component
plugins, and to make their environments. This one does what the official host does for those, and refuses what it
refuses; it generates no SDKs. The protocol is `pulumi/language.proto` of the Pulumi SDK.
"""
