"""Microsoft.ResourceGraph: resources as a table, queried in KQL."""
