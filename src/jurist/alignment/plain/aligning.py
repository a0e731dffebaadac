"""How far judges can be trusted, from two plain tables: people's labels and judges' verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jurist.alignment.cards.aligning import Alignment, measure_judges
from jurist.alignment.plain.gathering import pair_judgments
from jurist.alignment.plain.reading import Judgments
from jurist.alignment.plain.scaling import spell_scale


def align_tables(
    labels: Judgments,
    verdicts: Judgments,
    *,
    scale: str | None = None,
    passing: str | None = None,
    judges: Sequence[str] = (),
) -> Alignment:
    """A report card for each judge; what `jurist align --labels --verdicts` does.

    Args:
        labels: People's scores, from `read_labels`.
        verdicts: Judges' scores, from `read_verdicts`.
        scale: `1:5`, `0:1:0.1` or `A,B,tie`; `None`: as the scores show it.
        passing: From which score on an answer passes.
        judges: Only these; all where none is named.

    Raises:
        InputError: A table, the scale or a name does not fit.
    """
    spelled = spell_scale(scale, passing, labels.rows, verdicts.rows)
    paired = pair_judgments(labels, verdicts, spelled)
    made = measure_judges(paired.rated, {}, {}, wanted=judges)
    cards = tuple(
        replace(
            card,
            swap=paired.swaps.get(card.judge),
            by_generator=card.by_generator if len(card.by_generator) > 1 else (),
        )
        for card in made.cards
    )
    notes = (*labels.notes, *verdicts.notes, *spelled.notes, *paired.notes)
    return Alignment("", (replace(made, cards=cards),), notes)
