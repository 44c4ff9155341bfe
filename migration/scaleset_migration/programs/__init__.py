"""Programs with the component, in the languages that people write Pulumi in."""

from scaleset_migration.programs.languages import LANGUAGES, Language, Program, write

__all__ = ["LANGUAGES", "Language", "Program", "write"]
