"""The picture of docs/architecture.md, made from the imports: the modules of each distribution and their imports."""
