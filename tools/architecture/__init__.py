"""The picture of docs/architecture.md, made from the imports: rooms of each distribution and which reads which."""
