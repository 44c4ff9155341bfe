"""A document inside of another: a template that a tool wrote as a string, or compiled from a source."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Step

_DEPLOYMENT: Final = "microsoft.resources/deployments"


class InnerText(JsonText):
    """A JSON document whose own lines nobody knows: all of it is at one place of the outer file.

    Args:
        text: The inner document.
        file: The outer file's name.
        line: The line of the place in the outer file; 0 if there is none.
        column: Its column; 0 if there is none.
    """

    def __init__(self, text: str, file: str, line: int = 0, column: int = 0) -> None:
        self.place = line, column
        try:
            super().__init__(text, file)
        except UnreadableError as error:
            raise UnreadableError(file, f"the JSON in it: {error.message}", line=line, column=column) from None

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """The place of the whole."""
        del path
        return self.place

    def place_of_text(self, text: str) -> tuple[int, int]:
        """The place of the whole."""
        del text
        return self.place


class CompiledText(InnerText):
    """A template that was compiled from a source in which its resources can be found again.

    Args:
        text: The template.
        file: The source's name.
        source: The source.
    """

    def __init__(self, text: str, file: str, source: str) -> None:
        super().__init__(text, file)
        self.source = source

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """The statement that declares a resource or a module; nothing if there are several that it may be."""
        resources = self.value.get("resources") if isinstance(self.value, Mapping) else None
        if len(path) < 2 or path[0] != "resources" or not isinstance(resources, Mapping | list):  # noqa: PLR2004
            return self.place
        step = path[1]
        if isinstance(step, str):
            return self._statement(rf"(?:resource|module)[ \t]+{re.escape(step)}\b")
        body = resources[step] if isinstance(resources, list) and step < len(resources) else None
        kind = str(body.get("type", "")) if isinstance(body, Mapping) else ""
        if kind.lower() == _DEPLOYMENT:
            return self._statement(r"module[ \t]+\w+\b")
        return self._statement(rf"resource[ \t]+\w+[ \t]+'{re.escape(kind)}@")

    def _statement(self, pattern: str) -> tuple[int, int]:
        found = list(re.finditer(rf"^[ \t]*({pattern})", self.source, re.MULTILINE | re.IGNORECASE))
        if len(found) != 1:
            return self.place
        at = found[0].start(1)
        return self.source.count("\n", 0, at) + 1, at - self.source.rfind("\n", 0, at)


def is_bicep_parameters(value: Any) -> bool:
    """Whether a value is what ``bicep build-params --stdout`` writes."""
    return isinstance(value, Mapping) and isinstance(value.get("parametersJson"), str)


def bicep_parameters(document: JsonText) -> tuple[InnerText, Mapping[str, Any]]:
    """The template and the values for its parameters in the output of ``bicep build-params``.

    Raises:
        UnreadableError: it has no template, since the parameters are for a template spec, or one of the two is no JSON.
    """
    line, column = document.locate(("templateJson",))
    template = document.value.get("templateJson")
    if not isinstance(template, str):
        where = document.value.get("templateSpecId") or "a template that is not in the file"
        raise UnreadableError(document.file, f"its parameters are for {where}: check that template separately")
    values = json.loads(InnerText(document.value["parametersJson"], document.file, line, column).text)
    parameters = values.get("parameters") if isinstance(values, Mapping) else None
    given = {
        name: each["value"]
        for name, each in (parameters.items() if isinstance(parameters, Mapping) else ())
        if isinstance(each, Mapping) and "value" in each
    }
    return InnerText(template, document.file, line, column), given
