"""A judge's report card as its page shows it: drawn first, all numbers at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import MeasuredJudges
from jurist.alignment.cards.card import Card
from jurist.alignment.cards.mistakes import MistakeErrors
from jurist.alignment.cards.overview import Overview
from jurist.alignment.cards.statistics import EXACT
from jurist.analysis.intervals import Estimate
from jurist.report.card_words import card_sentences, meaning_of
from jurist.report.cards import measured_section
from jurist.report.sheets import Section


@dataclass(frozen=True, slots=True)
class Against:
    """A judge against one yardstick."""

    yardstick: Yardstick
    card: Card
    mistakes: tuple[MistakeErrors, ...]
    section: Section
    """All numbers, and the judge beside the others."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the card comes to."""
        return tuple(card_sentences(self.card))

    @property
    def exact(self) -> Estimate:
        """Agreement."""
        return dict(self.card.statistics)[EXACT]


_DRAWN: Final = (
    EXACT,
    "within one",
    "agreement on pass",
    "leniency (passes what fails)",
    "true-positive rate",
    "kappa on pass",
    "weighted kappa",
    "Krippendorff alpha (ordinal)",
    "Krippendorff alpha (nominal)",
)
"""Statistics that are drawn; the others stand among all numbers."""


@dataclass(frozen=True, slots=True)
class Row:
    """One statistic, against each yardstick that has it."""

    name: str
    meaning: str
    form: str
    """As pictures call it: a share, or a score."""
    estimates: tuple[Estimate | None, ...]


def cards_of(overview: Overview, judge: str) -> tuple[Against, ...]:
    """The judge against each yardstick that rated anything it was asked."""
    return tuple(
        Against(
            each.yardstick,
            card,
            overview.mistakes[each.yardstick].get(judge, ()),
            measured_section(_of_judge(each, card)),
        )
        for each in overview.alignment.measured
        for card in each.cards
        if card.judge == judge
    )


def _of_judge(measured: MeasuredJudges, card: Card) -> MeasuredJudges:
    name = card.judge
    return replace(
        measured,
        cards=(card,),
        compared=tuple(each for each in measured.compared if name in (each.first, each.second)),
        panels=tuple(each for each in measured.panels if name in (each.panel, *each.members)),
    )


def agreement_rows(cards: Sequence[Against]) -> Iterator[Row]:
    """The statistics that are drawn, the human ceiling below the first."""
    tables = [dict(each.card.statistics) for each in cards]
    for name in _DRAWN:
        estimates = tuple(table.get(name) for table in tables)
        if any(each is not None and each.value == each.value for each in estimates):
            form = "score" if "kappa" in name or "alpha" in name else "share"
            yield Row(name, meaning_of(name), form, estimates)
        if name == EXACT:
            yield from _among_people(cards)


def _among_people(cards: Sequence[Against]) -> Iterator[Row]:
    peers = [each.card.peers for each in cards]
    if any(peers):
        for name, estimates in (
            ("it with the other annotators", tuple(each and each.judge for each in peers)),
            ("a person with the other annotators", tuple(each and each.person for each in peers)),
        ):
            yield Row(name, meaning_of(name), "share", estimates)
