"""Drawing a deployed scale set on a terminal, and writing it as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scaleset_operations.cli.options import OutputOptions
from scaleset_operations.cli.output import err, for_people, out, show
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from scaleset_operations.view import SetView


def show_view(view: SetView, options: OutputOptions) -> None:
    """Draw the set, or print its record in another format than a table."""
    if not for_people(options):
        show(view.to_json(), options)
        return
    from scaleset_core.picture import terminal  # noqa: PLC0415 - for the picture only
    from scaleset_operations.cli.drawing import picture_of  # noqa: PLC0415

    terminal.show(picture_of(view), out())


def write_page(view: SetView, file: Path) -> None:
    """Write the page.

    Raises:
        UsageError: The file cannot be written.
    """
    from scaleset_core.picture.page import render  # noqa: PLC0415 - only for pages
    from scaleset_operations.cli.drawing import picture_of  # noqa: PLC0415

    try:
        file.write_text(render([picture_of(view)], f"{view.scale_set.target.name} · scale set"), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--html {str(file)!r}: can not be written: {error.strerror}.") from None
    err().print(f"Wrote {file}.", markup=False)
