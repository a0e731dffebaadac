"""What a pilot in plain tables says of the spread of scores, for planning the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.columns import Labelled
from jurist.alignment.plain.columns import columns_of, labels_of_columns
from jurist.alignment.plain.reading import Judgments
from jurist.alignment.plain.scaling import Spelled, spell_scale
from jurist.alignment.planning.pilot import Pilot, PilotGaps, pilot_gaps_of, pilot_of
from jurist.analysis.scales import FIVE
from jurist.analysis.scores import ScoreTable


def pilot_of_tables(
    verdicts: Judgments, labels: Judgments | None, *, scale: str | None, judge: str | None
) -> tuple[Pilot, tuple[str, ...]]:
    """The spread of scores, and the correlation with people where there are labels.

    Returns:
        The pilot in points of 1 to 5, and what to say of the scale.

    Raises:
        InputError: A table, the scale or the judge does not fit.
    """
    people = () if labels is None else labels.rows
    spelled = spell_scale(scale, None, people, verdicts.rows)
    table = columns_of(verdicts, spelled)
    (chosen, *_) = choose_names([judge] if judge else (), table.judges, "judge")
    given: Mapping[str, Labelled] = {}
    if labels is not None:
        given = labels_of_columns(labels, table, spelled)
    return pilot_of(_in_points(table), chosen, given), _notes(spelled)


def gaps_of_table(
    verdicts: Judgments, *, scale: str | None, judge: str | None
) -> tuple[PilotGaps, tuple[str, ...]]:
    """How the first two systems of a table differ, item by item.

    Returns:
        The differences in points of 1 to 5, and what to say of the scale.

    Raises:
        InputError: The table, the scale or the judge does not fit, or there is one system only.
    """
    spelled = spell_scale(scale, None, (), verdicts.rows)
    gaps = pilot_gaps_of({"": _in_points(columns_of(verdicts, spelled))}, judge)
    return gaps, _notes(spelled)


def _in_points(table: ScoreTable) -> ScoreTable:
    """The table with its scores on the scale that plans speak of."""
    low, high = table.scale.bounds
    first, last = FIVE.bounds
    points = first + (table.score - low) * (last - first) / (high - low)
    return replace(table, score=points, scale=FIVE)


def _notes(spelled: Spelled) -> tuple[str, ...]:
    low, high = spelled.scale.bounds
    first, last = FIVE.bounds
    notes = list(spelled.notes)
    if (low, high) != (first, last):
        point = (high - low) / (last - first)
        notes.append(f"plans are in points of 1 to 5: such a point is {point:g} of these scores")
    return tuple(notes)
