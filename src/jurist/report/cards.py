"""Report cards of judges as sheets: one column a judge, and what holds between judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from jurist.alignment.automatic import Automatic
from jurist.plurals import counted
from jurist.report.card_words import (
    alikeness_words,
    card_sentences,
    meaning_of,
    panel_words,
    rater_sentences,
)
from jurist.report.numbers import NOTHING, interval_words, p_words
from jurist.report.sheets import Section, Sheet

if TYPE_CHECKING:
    from jurist.alignment.cards.aligning import MeasuredJudges
    from jurist.alignment.cards.card import Card
    from jurist.alignment.cards.people import Rater
    from jurist.alignment.cards.versus import Alikeness, JudgesCompared
    from jurist.analysis.calibration import Calibration
    from jurist.analysis.reliability import AlternativeAnnotator
    from jurist.records import Cost


def measured_section(measured: MeasuredJudges) -> Section:
    """All that is known of the judges against one yardstick."""
    heading = f"Judges against {measured.yardstick}"
    if not measured.cards:
        return Section(heading, ("every verdict here is the proof's own",), ())
    cards = measured.cards
    sheets = [cards_sheet(cards), *map(confusion_sheet, cards)]
    sheets += [meanings_sheet(card) for card in cards if card.meanings]
    if any(card.by_generator for card in cards):
        sheets.append(generators_sheet(cards))
    if measured.compared:
        sheets.append(versus_sheet(measured.compared))
    if measured.people:
        sheets.append(raters_sheet(measured.people))
    sentences = [" ".join(card_sentences(card)) for card in cards]
    if measured.errors is not None:
        sheets.append(alikeness_sheet(measured.errors))
        sentences.append(alikeness_words(measured.errors))
    sentences += [panel_words(panel) for panel in measured.panels]
    sentences += rater_sentences(measured.people)
    notes = [f"{card.judge}: {note}" for card in cards for note in card.notes]
    return Section(heading, tuple(sentences), tuple(sheets), tuple(notes))


def cards_sheet(cards: Sequence[Card]) -> Sheet:
    """Every statistic of several judges against one yardstick, the ceiling beside agreement."""
    rows = [row for row in _rows(cards) if any(cell != NOTHING for cell in row[1:])]
    weighed = "every share and mean is weighed by how the answers were drawn; counts are not"
    return Sheet(
        ("", *(card.judge for card in cards)),
        tuple(rows),
        about=f"Of what each was asked, with 95 % intervals; {weighed}.",
        meanings=tuple(meaning_of(row[0]) for row in rows),
    )


def _rows(cards: Sequence[Card]) -> Iterator[tuple[str, ...]]:
    yield "asked", *(str(card.tasks) for card in cards)
    yield "references", *(str(card.references) for card in cards)
    yield "no score (in no agreement)", *(str(card.missing) for card in cards)
    for reason in Automatic:
        yield f"not asked: {reason}", *(_automatic(card, reason) for card in cards)
    for place, (name, _) in enumerate(cards[0].statistics if cards else ()):
        yield name, *(interval_words(card.statistics[place][1]) for card in cards)
    peers = [card.peers for card in cards]
    yield "it with the other annotators", *(interval_words(each and each.judge) for each in peers)
    yield (
        "a person with the other annotators",
        *(interval_words(each and each.person) for each in peers),
    )
    yield "among acceptable scores", *(interval_words(card.acceptable) for card in cards)
    systems = [card.systems for card in cards]
    yield "pairs of generators", *(interval_words(each and each.ordered_alike) for each in systems)
    yield "Spearman rho (generators)", *(interval_words(each and each.spearman) for each in systems)
    yield "Kendall tau-b (generators)", *(interval_words(each and each.kendall) for each in systems)
    yield "stability over repeats", *(interval_words(card.stability) for card in cards)
    swaps = [card.swap for card in cards]
    yield "same score when swapped", *(interval_words(each and each.consistency) for each in swaps)
    yield "shift when swapped", *(interval_words(each and each.shift) for each in swaps)
    yield "error with length (r)", *(interval_words(card.length_effect) for card in cards)
    yield "calibration error", *(_calibration(card.calibration) for card in cards)
    yield "may replace a person", *(_replaces(card.alternative_annotator) for card in cards)
    yield "cost", *(_cost(card.cost) for card in cards)
    yield "latency (median)", *(_milliseconds(card.latency_ms) for card in cards)


def _cost(cost: Cost) -> str:
    if not cost.usd and not cost.calls and not cost.cached_calls:
        return NOTHING
    return f"{cost.usd:.4f} USD, {counted(cost.calls, 'call')}"


def _automatic(card: Card, reason: Automatic) -> str:
    for each in card.automatic:
        if each.reason is reason:
            return f"{each.tasks}, agreeing {interval_words(each.agreement)}"
    return NOTHING


def _calibration(found: Calibration | None) -> str:
    if found is None:
        return NOTHING
    auroc = "" if found.auroc != found.auroc else f", AUROC {found.auroc:.2f}"
    return f"{found.error:.3f}, Brier {found.brier:.3f}{auroc} (n {found.n})"


def _replaces(test: AlternativeAnnotator | None) -> str:
    if test is None:
        return NOTHING
    verdict = "yes" if test.passed else "no"
    return f"{verdict}: wins {test.winning_rate:.2f}, advantage {test.advantage:.2f}"


def _milliseconds(ms: float) -> str:
    return NOTHING if ms != ms else f"{ms:.0f} ms"


def confusion_sheet(card: Card) -> Sheet:
    """The yardstick's scores in rows, the judge's in columns."""
    names = tuple(card.scale.called(level) for level in range(card.scale.size))
    rows = tuple(
        (name, *(f"{count:.4g}" for count in row))
        for name, row in zip(names, card.confusion, strict=True)
    )
    about = "Counts of answers, not weighed"
    about += "; a score between two levels counts for both in part." if card.scale.ordered else "."
    return Sheet((f"{card.yardstick} \\ {card.judge}", *names), rows, about)


def meanings_sheet(card: Card) -> Sheet:
    """What the yardstick's mean is where the judge gives a score."""
    rows = tuple(
        (
            f"{row.low:.3g}" if row.low == row.high else f"{row.low:.3g} to {row.high:.3g}",
            str(row.items),
            interval_words(row.people),
        )
        for row in card.meanings
    )
    about = f"The mean score by {card.yardstick} where a judge gives a score."
    return Sheet((f"{card.judge} says", "answers", f"{card.yardstick}, mean"), rows, about)


def generators_sheet(cards: Sequence[Card]) -> Sheet:
    """Signed bias of each judge on each generator; its own family is flagged."""
    names = dict.fromkeys(bias.generator for card in cards for bias in card.by_generator)
    rows = tuple((name, *(_bias(card, name) for card in cards)) for name in names)
    about = "Its mean score less the yardstick's, on each generator's answers."
    return Sheet(("bias by generator", *(card.judge for card in cards)), rows, about)


def _bias(card: Card, generator: str) -> str:
    found = next((each for each in card.by_generator if each.generator == generator), None)
    if found is None:
        return NOTHING
    flag = {True: " own family!", None: " family unknown", False: ""}[found.related]
    return f"{interval_words(found.bias)}{flag}"


def versus_sheet(pairs: Iterable[JudgesCompared]) -> Sheet:
    """Judges two by two."""
    rows = tuple(
        (
            each.first,
            each.second,
            str(each.tasks),
            f"{each.exact_first:.2f} / {each.exact_second:.2f}",
            interval_words(each.exact_difference),
            p_words(each.exact_p),
            interval_words(each.kappa_difference),
            p_words(each.kappa_p),
        )
        for each in pairs
    )
    columns = ("first", "second", "tasks", "exact", "difference", "p", "kappa difference", "p")
    about = (
        "Second less first, on the answers that both were asked; p by whole references, corrected "
        "for all pairs (Holm), the intervals not."
    )
    return Sheet(columns, rows, about, names=2)


def raters_sheet(people: Sequence[Rater]) -> Sheet:
    """Every annotator beside the others."""
    graded = any(each.severity is not None for each in people)
    rows = tuple(
        (
            each.name,
            str(each.tasks),
            interval_words(each.agreement),
            *((interval_words(each.severity),) if graded else ()),
        )
        for each in people
    )
    columns = ("annotator", "shared answers", "agrees with the others")
    about = "Agreement is with the majority of the others"
    if not graded:
        return Sheet(columns, rows, f"{about}.")
    about = f"{about}; severity is the mean score less the others', below 0 sterner."
    return Sheet((*columns, "severity"), rows, about)


def alikeness_sheet(found: Alikeness) -> Sheet:
    """Correlation of errors between judges."""
    rows = tuple(
        (name, *(NOTHING if value != value else f"{value:.2f}" for value in row))
        for name, row in zip(found.judges, found.correlations.tolist(), strict=True)
    )
    about = "Do two judges err on the same answers: 0 independent, 1 always, – unknown."
    return Sheet(("errors together (phi)", *found.judges), rows, about)
