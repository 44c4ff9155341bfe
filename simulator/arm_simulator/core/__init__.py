"""What every resource kind is built on: the store, the kinds, the request pipeline, the schema."""
