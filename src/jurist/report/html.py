"""The report as one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

import msgspec
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from jurist import __version__
from jurist.analysis.leaderboard import Standing
from jurist.report.charts import histogram_chart, interval_chart
from jurist.report.items import Item
from jurist.report.visible import visible

MOST_ITEMS = 20_000
"""Verdicts that one file holds; what is left out is counted in it."""


@dataclass(frozen=True, slots=True)
class Page:
    """All that the file shows.

    `assumptions` are (dataset, sentences); `left_out` counts verdicts beyond `MOST_ITEMS`.
    """

    title: str
    subtitle: str
    standings: Sequence[Standing]
    items: Sequence[Item]
    left_out: int
    notes: Sequence[str]
    assumptions: Sequence[tuple[str, Sequence[str]]]
    study: str


def render_html(page: Page) -> str:
    """The whole file as text. Data stands in it as JSON and is shown by `textContent` alone."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    data = msgspec.json.encode({"items": page.items, "left_out": page.left_out}).decode()
    safe = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return environment.from_string(_shipped("report.html.j2")).render(
        title=page.title,
        subtitle=page.subtitle,
        standings=page.standings,
        notes=page.notes,
        assumptions=page.assumptions,
        study=page.study,
        version=__version__,
        nonce=sha256(data.encode()).hexdigest()[:16],
        style=Markup(_shipped("report.css")),  # noqa: S704 - our own file
        script=Markup(_shipped("witness.js") + _shipped("report.js")),  # noqa: S704 - our own file
        data=Markup(safe),  # noqa: S704 - no character of markup is left in it
        interval=_interval,
        histogram=_histogram,
        percent=_percent,
        visible=visible,
    )


def _interval(row: Standing) -> Markup:
    return interval_chart(row.mean)


def _histogram(row: Standing) -> Markup:
    return histogram_chart(row.scores)


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.0f} %"


def _shipped(name: str) -> str:
    return (resources.files("jurist.report") / "templates" / name).read_text("utf-8")
