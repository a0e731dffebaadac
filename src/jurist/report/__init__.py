"""Results as people and programs read them: tables for a terminal, HTML, Markdown, JSON.

`survey_of` and `page_of` read a stored run, in flat memory however large it is; `write_html`,
`write_json` and `render_markdown` write the page, `Leaderboard` prints the survey's standings.
`as_json` writes any result of `jurist.analysis` and `jurist.alignment`. Text of data is hostile:
`visible` makes harmless what a terminal would obey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names

if TYPE_CHECKING:
    from jurist.report.as_json import as_json, write_json
    from jurist.report.build import Survey, page_of, survey_of
    from jurist.report.html import Page, write_html
    from jurist.report.markdown import render_markdown
    from jurist.report.terminal import Leaderboard
    from jurist.report.visible import in_json, in_markdown, visible

__all__ = [
    "Leaderboard",
    "Page",
    "Survey",
    "as_json",
    "in_json",
    "in_markdown",
    "page_of",
    "render_markdown",
    "survey_of",
    "visible",
    "write_html",
    "write_json",
]

__getattr__ = public_names(
    __name__,
    {
        "as_json": ("as_json", "write_json"),
        "build": ("Survey", "page_of", "survey_of"),
        "html": ("Page", "write_html"),
        "markdown": ("render_markdown",),
        "terminal": ("Leaderboard",),
        "visible": ("in_json", "in_markdown", "visible"),
    },
)
