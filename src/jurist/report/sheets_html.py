"""Sheets as one HTML file that needs no network and no script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from jurist import __version__
from jurist.report.sheets import Section
from jurist.report.templating import environment, policy_digest, stylesheet


def write_sheets(title: str, subtitle: str, sections: Sequence[Section], out: IO[bytes]) -> None:
    """Write the whole file; every text in it is escaped, and made visible."""
    style = stylesheet()
    out.write(
        environment("jurist.report")
        .get_template("sheets.html.j2")
        .render(
            title=title,
            subtitle=subtitle,
            sections=sections,
            version=__version__,
            style=style,
            digest=policy_digest(style),
        )
        .encode()
    )
