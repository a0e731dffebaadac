"""Report cards of judges for a terminal: one column a judge, and what holds between judges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from rich.table import Table
from rich.text import Text

from jurist.alignment.asked import Automatic
from jurist.plurals import counted
from jurist.report.terminal import interval_words

if TYPE_CHECKING:
    from jurist.alignment.card import Card
    from jurist.alignment.versus import Alikeness, JudgesCompared, PanelCard
    from jurist.analysis.biases import SwapEffect
    from jurist.analysis.calibration import Calibration
    from jurist.analysis.reliability import AlternativeAnnotator
    from jurist.records import Cost

NOTHING = "–"


def cards_table(cards: Sequence[Card]) -> Table:
    """Every statistic of several judges against one yardstick, the ceiling beside agreement."""
    table = plain_table("", *(card.judge for card in cards))
    for row in _rows(cards):
        if any(cell != NOTHING for cell in row[1:]):
            table.add_row(*(Text(cell) for cell in row))
    return table


def _rows(cards: Sequence[Card]) -> Iterable[tuple[str, ...]]:
    yield "asked", *(str(card.tasks) for card in cards)
    yield "references", *(str(card.references) for card in cards)
    yield "no score (in no agreement)", *(str(card.missing) for card in cards)
    for reason in Automatic:
        yield f"not asked: {reason}", *(_automatic(card, reason) for card in cards)
    for place, (name, _) in enumerate(cards[0].statistics if cards else ()):
        yield name, *(interval_words(card.statistics[place][1]) for card in cards)
    yield "agreement with the other annotators", *(_peers(card, "judge") for card in cards)
    yield "  a person's (the human ceiling)", *(_peers(card, "person") for card in cards)
    yield "among acceptable scores", *(interval_words(card.acceptable) for card in cards)
    yield "stability over repeats", *(interval_words(card.stability) for card in cards)
    yield "same score when swapped", *(_consistency(card.swap) for card in cards)
    yield "shift when swapped", *(_shift(card.swap) for card in cards)
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


def _peers(card: Card, who: Literal["judge", "person"]) -> str:
    if card.peers is None:
        return NOTHING
    return interval_words(card.peers.judge if who == "judge" else card.peers.person)


def _consistency(swap: SwapEffect | None) -> str:
    return NOTHING if swap is None else interval_words(swap.consistency)


def _shift(swap: SwapEffect | None) -> str:
    return NOTHING if swap is None else interval_words(swap.shift)


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


def confusion_table(card: Card) -> Table:
    """The yardstick's scores in rows, the judge's in columns."""
    names = [card.scale.called(level) for level in range(card.scale.size)]
    table = plain_table(f"{card.yardstick} \\ {card.judge}", *names)
    for name, row in zip(names, card.confusion, strict=True):
        table.add_row(Text(name), *(f"{count:.4g}" for count in row))
    return table


def generators_table(cards: Sequence[Card]) -> Table:
    """Signed bias of each judge on each generator; its own family is flagged."""
    table = plain_table("bias by generator", *(card.judge for card in cards))
    names = dict.fromkeys(bias.generator for card in cards for bias in card.by_generator)
    for name in names:
        cells = [_bias(card, name) for card in cards]
        table.add_row(Text(name), *(Text(cell) for cell in cells))
    return table


def _bias(card: Card, generator: str) -> str:
    found = next((each for each in card.by_generator if each.generator == generator), None)
    if found is None:
        return NOTHING
    flag = {True: " own family!", None: " family unknown", False: ""}[found.related]
    return f"{interval_words(found.bias)}{flag}"


def versus_table(pairs: Iterable[JudgesCompared]) -> Table:
    """Judges two by two."""
    table = plain_table(
        "first", "second", "tasks", "exact", "difference", "p", "kappa difference", "p", text=2
    )
    for each in pairs:
        table.add_row(
            Text(each.first),
            Text(each.second),
            str(each.tasks),
            f"{each.exact_first:.2f} / {each.exact_second:.2f}",
            interval_words(each.exact_difference),
            p_words(each.exact_p),
            interval_words(each.kappa_difference),
            p_words(each.kappa_p),
        )
    return table


def alikeness_table(found: Alikeness) -> Table:
    """Correlation of errors between judges."""
    table = plain_table("errors together (phi)", *found.judges)
    for name, row in zip(found.judges, found.correlations.tolist(), strict=True):
        cells = [NOTHING if value != value else f"{value:.2f}" for value in row]
        table.add_row(Text(name), *cells)
    return table


def alikeness_words(found: Alikeness) -> str:
    """What the correlations come to, in a sentence."""
    if found.votes != found.votes:
        text = "How alike the judges' errors are is unknown: none of two varies"
    else:
        text = f"{len(found.judges)} judges are worth {found.votes:.2f} independent votes"
        if found.unknown_pairs:
            text += f" (of {counted(found.unknown_pairs, 'pair')} nothing is known)"
    if found.both_wrong_cases:
        text += (
            f"; where two of them err on one task they give the same wrong score "
            f"{100 * found.both_wrong:.0f} % of the time (blind guesses: "
            f"{100 * found.by_chance:.0f} %; {counted(found.both_wrong_cases, 'case')})"
        )
    return f"{text}."


def panel_words(card: PanelCard) -> str:
    """A panel as a group, in two sentences."""
    return (
        f"{card.panel}: {len(card.members)} members are worth {card.errors.votes:.2f} independent "
        f"votes (agreement among them {card.exact:.2f}, alpha {card.alpha:.2f}). "
        f"Panel {card.panel_agreement:.2f} exact, its best member in hindsight "
        f"({card.best_member}) {card.best_agreement:.2f}."
    )


def plain_table(*columns: str, text: int = 1) -> Table:
    """A table without lines; the first `text` columns are left-aligned, the rest right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        left = index < text
        table.add_column(Text(column), justify="left" if left else "right", no_wrap=left)
    return table


def p_words(p_value: float) -> str:
    """`0.031`, `< 0.001`, or a dash."""
    if p_value != p_value:
        return NOTHING
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"
