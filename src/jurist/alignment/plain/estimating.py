"""How good systems are, and which is better, from plain tables of verdicts and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from jurist.alignment.choosing import choose_names
from jurist.alignment.comparison.comparing import Comparison, compared_by_people
from jurist.alignment.estimates import RunEstimates, estimate_generators
from jurist.alignment.labels.columns import Labelled
from jurist.alignment.plain.columns import columns_of, labels_of_columns
from jurist.alignment.plain.reading import Judgments
from jurist.alignment.plain.scaling import spell_scale
from jurist.analysis.contrasts import contrasts
from jurist.analysis.pairing import System
from jurist.analysis.variance import shares_of_variance
from jurist.errors import InputError


def estimate_tables(
    labels: Judgments,
    verdicts: Judgments,
    *,
    scale: str | None = None,
    passing: str | None = None,
    judges: Sequence[str] = (),
    assume_random: bool = False,
    label_shift: bool = False,
) -> RunEstimates:
    """Estimate each system; what `jurist estimate --labels --verdicts` does.

    Args:
        labels: People's scores of some answers.
        verdicts: Judges' scores of all answers.
        scale: See `align_tables`.
        passing: See `align_tables`.
        judges: Only under these; all where none is named.
        assume_random: Take labels without a probability as drawn at random.
        label_shift: Also Rogan-Gladen, for labels that come from another mix of answers.

    Raises:
        InputError: A table, the scale or a name does not fit.
    """
    spelled = spell_scale(scale, passing, labels.rows, verdicts.rows)
    table = columns_of(verdicts, spelled)
    estimates = estimate_generators(
        table,
        labels_of_columns(labels, table, spelled),
        judges=choose_names(judges, table.judges, "judge"),
        assume_random=assume_random,
        label_shift=label_shift,
    )
    return RunEstimates("", estimates, spelled.notes)


def compare_table(
    verdicts: Judgments,
    labels: Judgments | None = None,
    *,
    scale: str | None = None,
    passing: str | None = None,
    judges: Sequence[str] = (),
    assume_random: bool = False,
) -> Comparison:
    """Compare every two systems on the items of both; what `jurist compare --verdicts` does.

    Args:
        verdicts: Judges' scores of all answers.
        labels: People's scores of some, by which the comparisons are corrected.
        scale: See `align_tables`.
        passing: See `align_tables`.
        judges: Only under these; all where none is named.
        assume_random: Take labels without a probability as drawn at random.

    Raises:
        InputError: A table, the scale or a name does not fit, or there is one system only.
    """
    spelled = spell_scale(scale, passing, () if labels is None else labels.rows, verdicts.rows)
    table = columns_of(verdicts, spelled)
    systems = [System("", name) for name in table.generators]
    if len(systems) < 2:
        raise InputError(
            "there is nothing to compare: the verdicts are about one system",
            expected="two systems on the same items",
            fix="name the systems in a column `system`",
        )
    used = choose_names(judges, table.judges, "judge")
    made = contrasts({"": table}, tuple(combinations(systems, 2)), used)
    if not made.compared:
        raise InputError(
            "the systems share no item",
            expected="the same names in the column `item` for every system",
        )
    people: Mapping[str, Labelled] = (
        {} if labels is None else labels_of_columns(labels, table, spelled)
    )
    compared, uncorrected = compared_by_people(
        {"": table}, {"": people}, made.compared, assume_random=assume_random
    )
    notes = (*spelled.notes, *dict.fromkeys(uncorrected))
    variance = shares_of_variance({"": table}, systems, used)
    return Comparison(compared, made.unchanged, variance, notes)
