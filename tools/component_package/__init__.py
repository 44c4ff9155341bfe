"""The generated files of the component package, and its SDKs.

python -m component_package          rewrite the types in components/pulumi_azure_scaleset/args, components/schema.json,
                                     components/requirements.txt, docs/arguments.md, docs/names-elsewhere.md
python -m component_package sdk DIR  write the TypeScript, Go and Python SDKs to DIR
"""
