"""The report as one HTML file that needs no network, written as a stream.

Each answer lies in it as the text of a script that is none: its markup was escaped here, and is
parsed when it is shown. A browser opens 20,000 of them in half a second; as elements of the page,
shown or not, they take it a minute. What the list is filtered by stands in an index after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

import msgspec
from markupsafe import Markup

from jurist import __version__
from jurist.analysis.standings import Standing
from jurist.analysis.weaknesses import Weaknesses
from jurist.records import Relation
from jurist.report.case_index import (
    Entry,
    board_link,
    entry_of,
    failure_link,
    loss_link,
    slice_link,
)
from jurist.report.failures import FailureCount
from jurist.report.items import Item
from jurist.report.leading import Lead
from jurist.report.makings import Making
from jurist.report.makings_words import makings_section
from jurist.report.questions import NO_QUESTIONS, QuestionCounts
from jurist.report.templating import environment, policy_digest, shipped, stylesheet
from jurist.report.visible import in_json

MOST_ITEMS = 20_000
"""Answers that one file holds; what is left out is counted in it."""
BEYOND_SOURCES: Final = (
    "What else these depend on (the environment, a server, a model behind it) cannot be known: "
    "where that changed, jurist run STUDY --fresh asks anew."
)
_SAFE: Final = {b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026"}


@dataclass(frozen=True, slots=True)
class Page:
    """All that the file shows.

    `inputs` is what queries are evaluated on: a customer, a database. `items` may be gone through
    any number of times, and need not be in memory; `assumptions` are (dataset, sentences);
    `left_out` counts answers beyond `MOST_ITEMS`.
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
    questions: QuestionCounts = NO_QUESTIONS
    """How the synthetic questions were checked."""
    leads: Sequence[Lead] = ()
    """Who is best under each judge, and whether that is sure."""
    failures: Sequence[FailureCount] = ()
    weaknesses: Weaknesses | None = None
    makings: Sequence[Making] = ()
    """What the answers of each generator took."""


def write_html(page: Page, out: IO[bytes]) -> None:
    """Write the whole file."""
    style, script = stylesheet(), Markup(shipped("report.js"))  # noqa: S704 - our own file
    entries: list[bytes] = []

    def items() -> Iterator[Item]:
        for item in page.items:
            entries.append(_plain_json(entry_of(item)))
            yield item

    pieces = (
        environment("jurist.report")
        .get_template("report.html.j2")
        .generate(
            page=page,
            items=items(),
            index=lambda: Markup((b"[%b]" % b",".join(entries)).decode()),  # noqa: S704 - no markup
            missing=any(row.bounds is not None for row in page.standings),
            weak=page.weaknesses,
            making=makings_section(page.makings),
            loss_link=loss_link,
            slice_link=slice_link,
            relations=tuple(Relation),
            link=board_link,
            failure_link=failure_link,
            beyond_sources=BEYOND_SOURCES,
            version=__version__,
            style=style,
            script=script,
            hashes={"style": policy_digest(style), "script": policy_digest(script)},
        )
    )
    for piece in pieces:
        out.write(piece.encode())


def _plain_json(entry: Entry) -> bytes:
    """As JSON in which no character of markup is left."""
    raw = in_json(msgspec.json.encode(entry))
    for unsafe, safe in _SAFE.items():
        raw = raw.replace(unsafe, safe)
    return raw
