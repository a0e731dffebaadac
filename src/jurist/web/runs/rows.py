"""Verdicts as rows of a list: what was asked, and what tells the answer from its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.columns import Columns, results_of
from jurist.runs.results import Result
from jurist.store import Store
from jurist.web.runs.listing import Listing
from jurist.web.urls import case_url

_LONGEST: Final = 240
"""Characters of a text in a row."""
_TRIED: Final = 8
"""Conditions of each side that are held against each other."""
_ELIDED: Final = 10
"""Characters from which on a beginning that two conditions share is left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A verdict in a list."""

    url: str
    score: float | None
    relation: str | None
    dataset: str
    case: str
    question: str
    generator: str
    judge: str
    sample: int
    only_in_reference: str
    only_in_answer: str
    words: str
    """Where no condition tells the two apart: what the answer or its judge says."""


def rows_of(
    store: Store, columns: Columns, rows: Sequence[int], listing: Listing
) -> tuple[Row, ...]:
    """Rows of a page in its order, each a link to its case that knows the list it came from."""
    run = columns.run
    pairs = [pair for pair in listing.pairs() if pair[0] not in {"judge", "page"}]
    return tuple(
        row_of(result, case_url(run, result.task, result.judge, pairs))
        for result in results_of(store, run, columns, rows)
    )


def row_of(result: Result, url: str) -> Row:
    """One row."""
    evidence = result.verdict.evidence
    lost = evidence.only_in_reference if evidence else ()
    gained = evidence.only_in_candidate if evidence else ()
    return Row(
        url,
        result.verdict.score,
        evidence.relation.value if evidence else None,
        result.dataset,
        result.case.id,
        _cut(result.question.text),
        result.generator,
        result.judge,
        result.sample,
        *_apart([each.text for each in lost], [each.text for each in gained]),
        _words(result),
    )


def _apart(lost: Sequence[str], gained: Sequence[str]) -> tuple[str, str]:
    """The two conditions that are most alike: what changed; or the one that was lost or added."""
    ours, theirs = _whole(lost), _whole(gained)
    if not ours or not theirs:
        return _cut("; ".join(ours)), _cut("; ".join(theirs))
    first, second = max(
        ((one, other) for one in ours[:_TRIED] for other in theirs[:_TRIED]),
        key=lambda pair: len(_shared(*pair)),
    )
    shared = _shared(first, second).rfind(".")
    if shared >= _ELIDED:
        first, second = f"…{first[shared:]}", f"…{second[shared:]}"
    return _cut(first), _cut(second)


def _shared(first: str, second: str) -> str:
    """What both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    end = next((place for place, (one, other) in pairs if one != other), None)
    return first[: min(len(first), len(second)) if end is None else end]


def _whole(texts: Sequence[str]) -> list[str]:
    """Without those that only begin another one."""
    return [
        text
        for text in texts
        if not any(other != text and other.startswith(text) for other in texts)
    ]


def _words(result: Result) -> str:
    candidate, verdict = result.candidate, result.verdict
    if candidate.failure is not None:
        return _cut(f"no answer: {candidate.failure.reason}")
    if candidate.refusal is not None:
        return _cut(f"refused: {candidate.refusal}")
    if verdict.unscored is not None:
        return _cut(f"no score: {verdict.unscored.reason}")
    return _cut(verdict.reasoning)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
