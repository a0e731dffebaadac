"""Sheets as one HTML file that needs no network and no script."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import IO

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from jurist import __version__
from jurist.report.sheets import Section
from jurist.report.visible import visible


def write_sheets(title: str, subtitle: str, sections: Sequence[Section], out: IO[bytes]) -> None:
    """Write the whole file; every text in it is escaped, and made visible."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(_shipped("sheets.html.j2"))
    out.write(
        template.render(
            title=title,
            subtitle=subtitle,
            sections=sections,
            version=__version__,
            style=Markup(_shipped("report.css")),  # noqa: S704 - our own file
            visible=visible,
        ).encode()
    )


def _shipped(name: str) -> str:
    return (resources.files("jurist.report") / "templates" / name).read_text("utf-8")
