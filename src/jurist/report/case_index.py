"""What a report's list of cases is filtered by, and the addresses that narrow it.

A filter stands in the address behind the file's name, as `#generator=rules&level=1`; a name that
is there twice means either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from jurist.analysis.losses import Loss
from jurist.analysis.slices import Slice
from jurist.analysis.standings import Standing
from jurist.records import FailureKind, Relation
from jurist.report.failures import FailureCount, Owed
from jurist.report.items import Item, Ruling
from jurist.report.numbers import nearest_level
from jurist.report.parts import kind_words

_RIGHT: Final = frozenset({Relation.EQUIVALENT, Relation.REFINES})
_PROVED: Final = "proved right"
_UNDECIDED: Final = "undecided"
_REFUSED_RIGHTLY: Final = "refused rightly"
_REFUSED_WRONGLY: Final = "refused wrongly"
_QUERY: Final = "query"
_NO_ANSWER: Final = "no answer"


@dataclass(frozen=True, slots=True)
class RulingEntry:
    """What a ruling is chosen by."""

    judge: str
    score: float | None
    level: str
    relation: str
    proof: str
    kind: str
    """Of the mistake; none where the judge sees none."""
    failed: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What an answer is chosen by."""

    case: str
    dataset: str
    generator: str
    origin: str
    outcome: str
    tag: tuple[str, ...]
    searched: str
    rulings: tuple[RulingEntry, ...]


def entry_of(item: Item) -> Entry:
    """Of an answer."""
    texts = (item.case, item.question, item.reference, item.candidate, item.refusal, *item.tags)
    return Entry(
        item.case,
        item.dataset,
        item.generator,
        item.origin,
        _outcome(item),
        item.tags,
        "\n".join(filter(None, texts)).lower(),
        tuple(_ruling(ruling, item) for ruling in item.rulings),
    )


def _outcome(item: Item) -> str:
    if item.failure is not None:
        return _NO_ANSWER
    if item.refusal is None:
        return _QUERY
    return _REFUSED_RIGHTLY if item.reference is None else _REFUSED_WRONGLY


def _ruling(ruling: Ruling, item: Item) -> RulingEntry:
    level = "none" if ruling.score is None else str(nearest_level(ruling.score))
    unscored = (ruling.unscored or "").partition(":")[0]
    return RulingEntry(
        ruling.judge,
        ruling.score,
        level,
        ruling.relation or "",
        _proof(ruling, item),
        "" if level in {"5", "none"} else kind_words(item.kind),
        item.failed or unscored,
    )


def _proof(ruling: Ruling, item: Item) -> str:
    if item.reference is None:
        return _PROVED if item.refusal is not None else ""
    if ruling.relation is None:
        return ""
    if ruling.relation in _RIGHT:
        return _PROVED
    return _UNDECIDED if ruling.relation == Relation.UNDECIDED else "proved different"


def address(*filters: tuple[str, str]) -> str:
    """Where the list shows just what these filters leave."""
    return f"#{urlencode(filters, quote_via=quote)}"


def board_link(row: Standing, what: str) -> str | None:
    """Where a number of the leaderboard leads; see `macros/board.html.j2`."""
    where = [("generator", row.generator), ("judge", row.judge)]
    if row.origin is not None:
        where.append(("origin", row.origin))
    narrowed = _NARROWED.get(what, ())
    if what == "unjudged":
        kinds = [kind for kind, _ in row.unscored if kind is not FailureKind.UNDECIDED]
        narrowed = (*narrowed, *(("failed", kind) for kind in kinds))
    return address(*where, *narrowed)


_NARROWED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "passed": (("level", "4"), ("level", "5")),
    "proved": (("proof", _PROVED),),
    "undecided": (("proof", _UNDECIDED),),
    "due": (("outcome", _REFUSED_RIGHTLY),),
    "undue": (("outcome", _REFUSED_WRONGLY),),
    "unanswered": (("outcome", _NO_ANSWER),),
    "unjudged": tuple(("outcome", each) for each in (_QUERY, _REFUSED_RIGHTLY, _REFUSED_WRONGLY)),
}


def failure_link(failure: FailureCount) -> str | None:
    """Where a count of failures leads; `None` where no answer is there to be shown."""
    match failure.owed:
        case Owed.QUESTION:
            return None
        case Owed.ANSWER:
            return address(
                ("generator", failure.whose),
                ("outcome", _NO_ANSWER),
                ("failed", failure.kind or ""),
            )
        case Owed.QUERY:
            return address(("generator", failure.whose), ("kind", "not a query"))
        case Owed.VERDICT:
            scored = _NARROWED["unjudged"]
            return address(("judge", failure.whose), ("failed", failure.kind or ""), *scored)


def loss_link(loss: Loss, judge: str, origin: str) -> str:
    """The answers of a generator that are wrong in one way."""
    where = ("generator", loss.generator), ("judge", judge), ("origin", origin)
    below = (("level", str(level)) for level in range(1, 5))
    return address(*where, ("kind", kind_words(loss.kind)), *below)


def slice_link(of: Slice, row: Standing) -> str:
    """A generator's answers in a slice."""
    where = ("generator", row.generator), ("judge", row.judge), ("origin", row.origin or "")
    return address(*where, (of.by, of.value))
