"""The report of a plan, in the formats that people and programs read."""

from scaleset_migration.report.record import record

__all__ = ["record"]
