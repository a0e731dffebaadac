"""A stored run's report, in the form that is asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import IO, Final

from jurist.report.earlier import Result
from jurist.report.html import Page


class Form(StrEnum):
    """What a report can be; each is also the ending of its file."""

    HTML = "html"
    MD = "md"
    JSON = "json"


RESULTS: Final = {Form.HTML: Result.HTML, Form.MD: Result.MARKDOWN, Form.JSON: Result.JSON}
"""What a report of each form is among the results."""


def write_page(page: Page, form: Form, out: IO[bytes]) -> None:
    """Write a report."""
    match form:
        case Form.HTML:
            from jurist.report.html import write_html

            write_html(page, out)
        case Form.MD:
            from jurist.report.markdown import render_markdown

            out.write(render_markdown(page).encode())
        case Form.JSON:
            from jurist.report.as_json import write_json

            write_json(page, out)
