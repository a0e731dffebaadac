"""`--html` of commands whose results are tables: looked at before the work, written after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.cli.terminal import notices, plain

if TYPE_CHECKING:
    from jurist.cli.files import Output
    from jurist.report.sheets import Section


def page_to_write(html: Path | None, *inputs: Path | str | None) -> Output | None:
    """Look at the file that `--html` names, before any work is done for it.

    Args:
        html: The file; `None` where no page is wanted.
        inputs: What the command reads, and its store: never written over.

    Raises:
        InputError: See `output_file`.
    """
    from jurist.cli.files import output_file
    from jurist.report.earlier import Result

    if html is None:
        return None
    read = [each for each in inputs if each is not None]
    return output_file(html, "--html", Result.HTML, endings=(".html", ".htm"), inputs=read)


def write_page(
    page: Output | None, title: str, subtitle: str, sections: Sequence[Section], *, content: str
) -> None:
    """Write the page where one is wanted, and say where its `content` is."""
    from jurist.cli.files import open_output
    from jurist.report.sheets_html import write_sheets

    if page is None:
        return
    with open_output(page) as written:
        write_sheets(title, subtitle, sections, written)
    notices().print(f"{content}: {plain(str(page.path))}")
