"""The report as one HTML file that needs no network, written as a stream."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Final

import msgspec
from markupsafe import Markup

from jurist import __version__
from jurist.analysis.standings import Standing
from jurist.report.charts import histogram_chart, interval_chart
from jurist.report.items import Item
from jurist.report.numbers import percent
from jurist.report.questions import NO_QUESTIONS, QuestionCounts
from jurist.report.standing_words import (
    consistent,
    missing_words,
    refused_rightly,
    rows_shown,
    scored,
)
from jurist.report.templating import report_stylesheet, shipped, template
from jurist.report.visible import in_json, visible

MOST_ITEMS = 20_000
"""Answers that one file holds; what is left out is counted in it."""
BEYOND_SOURCES: Final = (
    "What else these depend on (the environment, a server, a model behind it) cannot be known: "
    "where that changed, jurist run STUDY --fresh asks anew."
)
_IN_MEMORY: Final = 4_000_000
_SAFE: Final = {b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026"}


@dataclass(frozen=True, slots=True)
class Page:
    """All that the file shows.

    `inputs` is what queries are evaluated on: a customer, a database. `items` may be gone through
    any number of times, and need not be in memory; `assumptions` are (dataset, sentences);
    `left_out` counts answers beyond `MOST_ITEMS`; `drawings` are the scripts by which languages
    draw their witnesses.
    """

    title: str
    subtitle: str
    inputs: str
    standings: Sequence[Standing]
    items: Iterable[Item]
    left_out: int
    notes: Sequence[str]
    assumptions: Sequence[tuple[str, Sequence[str]]]
    study: str
    sources: Sequence[str] = ()
    """Of each role that is the user's own code: which of its files are in its key."""
    drawings: Sequence[str] = ()
    questions: QuestionCounts = NO_QUESTIONS
    """How the synthetic questions were checked."""


def write_html(page: Page, out: IO[bytes]) -> None:
    """Write the whole file. Data stands in it as JSON and is shown by `textContent` alone."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as data:
        digest = sha256()
        for piece in _data(page):
            digest.update(piece)
            data.write(piece)
        data.seek(0)
        head, tail = map(template, _halves(shipped("report.html.j2")))
        nonce = digest.hexdigest()[:16]
        out.write(
            head.render(
                title=page.title,
                subtitle=page.subtitle,
                inputs=page.inputs,
                standings=rows_shown(page.standings),
                notes=page.notes,
                assumptions=page.assumptions,
                study=page.study,
                sources=page.sources,
                beyond_sources=BEYOND_SOURCES,
                version=__version__,
                nonce=nonce,
                style=report_stylesheet(),
                interval=_interval,
                histogram=_histogram,
                without_score=missing_words,
                scored=scored,
                refused_rightly=refused_rightly,
                percent=partial(percent, places=0),
                consistent=consistent,
                several=any(row.consistency is not None for row in page.standings),
                visible=visible,
            ).encode()
        )
        shutil.copyfileobj(data, out)
        scripts = shipped("witness.js"), *page.drawings, shipped("report.js")
        script = Markup("".join(scripts))  # noqa: S704 - our own files, and those of languages
        out.write(tail.render(nonce=nonce, script=script).encode())


def _data(page: Page) -> Iterator[bytes]:
    """The rows as JSON in which no character of markup is left, piece by piece."""
    yield b'{"items":['
    for number, item in enumerate(page.items):
        raw = in_json(msgspec.json.encode(item))
        for unsafe, safe in _SAFE.items():
            raw = raw.replace(unsafe, safe)
        yield b"," + raw if number else raw
    yield b'],"left_out":%d}' % page.left_out


def _halves(template: str) -> tuple[str, str]:
    """What stands before the data, and what after; the template is ours and says where."""
    before, _, after = template.partition("{{ data }}")
    return before, after


def _interval(row: Standing) -> Markup:
    return interval_chart(row.mean)


def _histogram(row: Standing) -> Markup:
    return histogram_chart(row.scores)
