"""The installed component package as a Pulumi plugin: the engine starts this folder."""

from pulumi_azure_scaleset.provider import serve

if __name__ == "__main__":
    serve()
