"""Labels and verdicts that were not made here: any team's tables, measured without a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jurist.alignment.plain.aligning import align_tables
from jurist.alignment.plain.estimating import compare_table, estimate_tables
from jurist.alignment.plain.reading import (
    LABEL_COLUMNS,
    VERDICT_COLUMNS,
    Judgments,
    read_judgments,
    read_labels,
    read_verdicts,
    rows_of_table,
)
from jurist.api.arguments import names, refuse_no_flag, refuse_type
from jurist.languages.texts import read_text

if TYPE_CHECKING:
    from jurist.alignment.cards.aligning import Alignment
    from jurist.alignment.comparison.comparing import Comparison
    from jurist.alignment.estimates import RunEstimates

_SCALE: Final = 'text such as "1:5", "0:1:0.1" or "A,B,tie"'


def align(
    labels: object,
    verdicts: object,
    *,
    scale: str | None = None,
    passing: float | None = None,
    judges: Sequence[str] = (),
) -> Alignment:
    """How far each judge of plain tables can be trusted; what `jurist align --labels` does.

    Args:
        labels: People's scores: the path of a .csv or .jsonl file, a data frame, or a list of
            dicts, with `item` and `score`; also `annotator`, `group`, `system`, `opponent`,
            `probability`.
        verdicts: Judges' scores: the same with `item`, `judge` and `score`; also `group`,
            `system`, `opponent`, `order`.
        scale: Of the scores: "1:5", "0:1:0.1" or "A,B,tie"; taken from them where it is not said.
        passing: The score from which on an answer passes.
        judges: Only these; all where none is named.

    Raises:
        InputError: A table, the scale or a name does not fit.
    """
    return align_tables(
        _labels(labels),
        _verdicts(verdicts),
        scale=_scale(scale),
        passing=_passing(passing),
        judges=names("judges", judges),
    )


def estimate(
    labels: object,
    verdicts: object,
    *,
    scale: str | None = None,
    passing: float | None = None,
    judges: Sequence[str] = (),
    assume_random: bool = False,
) -> RunEstimates:
    """How good each system of plain tables is, corrected by labels; `jurist estimate --labels`.

    Args:
        labels: See `align`; some answers, with the `probability` to be drawn if that is known.
        verdicts: See `align`; all answers.
        scale: See `align`.
        passing: See `align`.
        judges: Only under these; all where none is named.
        assume_random: Take labels without a probability as drawn at random.

    Raises:
        InputError: A table, the scale or a name does not fit.
    """
    refuse_no_flag("assume_random", assume_random)
    return estimate_tables(
        _labels(labels),
        _verdicts(verdicts),
        scale=_scale(scale),
        passing=_passing(passing),
        judges=names("judges", judges),
        assume_random=assume_random,
    )


def compare(
    verdicts: object,
    labels: object = None,
    *,
    scale: str | None = None,
    judges: Sequence[str] = (),
    assume_random: bool = False,
) -> Comparison:
    """Which systems of a plain table differ, item by item; what `jurist compare --verdicts` does.

    Args:
        verdicts: See `align`, with `system`.
        labels: See `estimate`, with `system`; where there are enough, they correct the comparison.
        scale: See `align`.
        judges: Only under these; all where none is named.
        assume_random: Take labels without a probability as drawn at random.

    Raises:
        InputError: A table, the scale or a name does not fit, or there is one system only.
    """
    refuse_no_flag("assume_random", assume_random)
    return compare_table(
        _verdicts(verdicts),
        None if labels is None else _labels(labels),
        scale=_scale(scale),
        judges=names("judges", judges),
        assume_random=assume_random,
    )


def _labels(given: object) -> Judgments:
    return _table(given, "labels", LABEL_COLUMNS, read_labels)


def _verdicts(given: object) -> Judgments:
    return _table(given, "verdicts", VERDICT_COLUMNS, read_verdicts)


def _table(
    given: object, name: str, columns: tuple[str, ...], read: Callable[..., Judgments]
) -> Judgments:
    if isinstance(given, (str, Path)):
        return read(read_text(given), where=str(given))
    return read_judgments(rows_of_table(given, name), columns, where=name)


def _scale(given: object) -> str | None:
    if given is not None:
        refuse_type("scale", given, str, _SCALE)
    return None if given is None else str(given)


def _passing(given: object) -> str | None:
    if given is not None:
        refuse_type("passing", given, (int, float), "a number on the scale")
    return None if given is None else str(given)
