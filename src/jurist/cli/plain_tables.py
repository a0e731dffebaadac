"""`--labels` and `--verdicts`: plain tables instead of a stored run, for every command that can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.alignment.plain.reading import Judgments

Labels = Annotated[
    Path | None,
    typer.Option(help="People's scores: .csv or .jsonl with item, score (annotator, group, ...)."),
]
Verdicts = Annotated[
    Path | None,
    typer.Option(help="Judges' scores: the same with judge (system, order, ...)."),
]
ScaleSaid = Annotated[
    str | None,
    typer.Option("--scale", help="Of these scores: 1:5, 0:1:0.1, or A,B,tie."),
]
Passing = Annotated[
    str | None, typer.Option(help="The score from which on an answer passes, on that scale.")
]


def is_plain(run: object, labels: Path | None, verdicts: Path | None) -> bool:
    """Whether plain tables are meant, and no run.

    Raises:
        InputError: Both are named, or neither.
    """
    tables = labels is not None or verdicts is not None
    if tables == bool(run):
        raise InputError(
            "both a run and plain tables are named" if tables else "nothing says what to look at",
            expected="a run of a store, or tables by --labels and --verdicts",
            fix="leave out the one that is not meant" if tables else "name one: jurist runs",
        )
    return tables


def read_tables(labels: Path | None, verdicts: Path | None) -> tuple[Judgments, Judgments]:
    """Both tables.

    Raises:
        InputError: One is missing or cannot be read.
    """
    from jurist.alignment.plain.reading import read_labels
    from jurist.languages.texts import read_text

    if labels is None:
        raise InputError(
            "there are no labels",
            expected="a table of people's scores",
            fix="say --labels labels.csv (columns: item, score)",
        )
    found = read_verdict_table(verdicts)
    return read_labels(read_text(labels), where=str(labels)), found


def read_verdict_table(verdicts: Path | None) -> Judgments:
    """The table of judges' scores.

    Raises:
        InputError: It is missing or cannot be read.
    """
    from jurist.alignment.plain.reading import read_verdicts
    from jurist.languages.texts import read_text

    if verdicts is None:
        raise InputError(
            "there are no verdicts",
            expected="a table of judges' scores",
            fix="say --verdicts verdicts.csv (columns: item, judge, score)",
        )
    return read_verdicts(read_text(verdicts), where=str(verdicts))
