"""From each number above a run's list to the verdicts that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.analysis.losses import Loss
from jurist.analysis.slices import TAG, Slice
from jurist.analysis.standings import Standing
from jurist.columns import NONE, Columns, Dimension, Outcome, count
from jurist.records import Relation
from jurist.web.runs.listing import Listing

_WHAT: Final[Mapping[str, Mapping[Dimension, tuple[str, ...]]]] = {
    "answers": {},
    "passed": {Dimension.LEVEL: ("4", "5")},
    "proved": {Dimension.RELATION: (Relation.EQUIVALENT.value, Relation.REFINES.value)},
    "undecided": {Dimension.RELATION: (Relation.UNDECIDED.value,)},
    "due": {Dimension.OUTCOME: (Outcome.REFUSAL.value,), Dimension.LEVEL: ("5",)},
    "undue": {Dimension.OUTCOME: (Outcome.REFUSAL.value,), Dimension.LEVEL: ("1",)},
    "unanswered": {Dimension.OUTCOME: (Outcome.ERROR.value,)},
    "unjudged": {
        Dimension.LEVEL: (NONE,),
        Dimension.OUTCOME: (Outcome.QUERY.value, Outcome.REFUSAL.value),
    },
}
_COUNTS: Final[Mapping[str, Callable[[Standing], float]]] = {
    "answers": lambda row: row.answers,
    "passed": lambda row: sum(row.scores[3:]),
    "proved": lambda row: row.proved_right * row.answers,
    "undecided": lambda row: row.undecided * row.answers,
    "due": lambda row: row.due_refusals,
    "undue": lambda row: row.undue_refusals,
    "unanswered": lambda row: row.unanswered,
    "unjudged": lambda row: row.unjudged,
}


@dataclass(frozen=True, slots=True)
class BoardLinks:
    """The addresses that a leaderboard's numbers lead to.

    A number has one only where filters say exactly what it counts.
    """

    listings: Mapping[tuple[str, str, str | None, str], Listing]
    path: str

    def __call__(self, row: Standing, what: str) -> str | None:
        """Of a number of a row; `None`: no list shows just these."""
        listing = self.listings.get((row.judge, row.generator, row.origin, what))
        return None if listing is None else listing.url(self.path)


def board_links(columns: Columns, standings: Sequence[Standing], path: str) -> BoardLinks:
    """The links of a leaderboard.

    Args:
        columns: Of the run.
        standings: Its rows.
        path: Of the page with the list.
    """
    listings = {
        (row.judge, row.generator, row.origin, what): listing
        for row in standings
        for what, listing in _listings(row)
        if count(columns, listing.filters()) == round(_COUNTS[what](row))
    }
    return BoardLinks(listings, path)


def _listings(row: Standing) -> Iterator[tuple[str, Listing]]:
    """Of each number that is not none, the list that might show what it counts."""
    named = _named(row)
    for what, values in _WHAT.items():
        if _COUNTS[what](row) > 0:
            yield what, Listing({**named, **values})


def _named(row: Standing) -> dict[Dimension, tuple[str, ...]]:
    """What a row's answers have in common."""
    named = {Dimension.GENERATOR: (row.generator,), Dimension.JUDGE: (row.judge,)}
    if row.origin is not None:
        named[Dimension.ORIGIN] = (row.origin,)
    return named


def loss_links(path: str) -> Callable[[Loss, str, str], str]:
    """The links of what mistakes cost: the answers of a kind whose score is below the best."""

    def link(loss: Loss, judge: str, origin: str) -> str:
        values = {
            Dimension.GENERATOR: (loss.generator,),
            Dimension.JUDGE: (judge,),
            Dimension.ORIGIN: (origin,),
            Dimension.KIND: (loss.kind,),
            Dimension.LEVEL: ("1", "2", "3", "4"),
        }
        return Listing(values).url(path)

    return link


def slice_links(path: str) -> Callable[[Slice, Standing], str]:
    """The links of means by slice: a generator's answers in one."""

    def link(of: Slice, row: Standing) -> str:
        values = _named(row)
        if of.by == TAG:
            return Listing(values, (of.value,)).url(path)
        return Listing({**values, Dimension(of.by): (of.value,)}).url(path)

    return link
