"""The plan: child resources as data, and what is done to them before any is registered."""
