"""A witness as pages and reports show it: drawn where its language pictures it, else told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import msgspec

from jurist.errors import InputError, StoppedByClock, UnsupportedError
from jurist.languages.base import Language, NodeKind, Query
from jurist.languages.capabilities import PicturesWitnesses
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.explanations import Explanation
from jurist.languages.pictures import Picture
from jurist.plurals import counted
from jurist.records import Witness
from jurist.report.lanes import DrawnScene, drawn
from jurist.report.queries import LONGEST, bounded
from jurist.roles.protocols import Workspace
from jurist.shortening import shortened

LARGEST_INPUT: Final = 200_000
"""Bytes of JSON of a witness that a report holds; of a larger one only its story."""
_LONGEST_VALUE: Final = 200
"""Characters of what a computed trait gives."""
_STEPS: Final = 100_000
"""Of both explanations; those of a usual witness take less than a hundredth."""
_MOST_STEPS: Final = 80
"""Lines of an explanation."""
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Step:
    """A line of what a query makes of the input."""

    depth: int
    label: str
    reading: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A witness, ready to be drawn."""

    kind: str
    """Of the input: customer, account, database."""
    story: str
    given: str
    """What either query gives, in words."""
    input: Mapping[str, object] | None
    """`None` where it is too large."""
    reference: object
    """What the reference gives; the beginning of its JSON where that is long."""
    candidate: object
    picture: Picture | None
    """`None`: see `undrawn`."""
    undrawn: str = ""
    """Why there is no picture."""

    @property
    def scenes(self) -> tuple[DrawnScene, ...]:
        """The picture's scenes with everything in its place."""
        return () if self.picture is None else tuple(map(drawn, self.picture.scenes))

    @property
    def steps(self) -> tuple[tuple[Step, ...], ...]:
        """Every step of the reference's and the candidate's, or none."""
        return () if self.picture is None else tuple(map(_steps, self.picture.steps))


def show(witness: Witness, queries: tuple[Query, Query] | None, workspace: Workspace) -> Shown:
    """A witness with its picture, as far as there is one.

    Args:
        witness: As evidence holds it.
        queries: The reference and the candidate; `None` where one does not parse.
        workspace: Of both.
    """
    large = len(msgspec.json.encode(witness.input)) > LARGEST_INPUT
    picture, undrawn = None, ""
    if large:
        undrawn = "it is too large to be drawn here"
    elif queries is None:
        undrawn = "one of the queries cannot be read any more"
    else:
        picture = _picture(workspace.language, queries, workspace, witness)
        undrawn = "" if picture else "its language draws no such witness"
    return Shown(
        witness.kind,
        bounded(witness.story),
        _given(witness),
        None if large else witness.input,
        _small(witness.reference),
        _small(witness.candidate),
        picture,
        undrawn,
    )


def _picture(
    language: Language, queries: tuple[Query, Query], workspace: Workspace, witness: Witness
) -> Picture | None:
    if not isinstance(language, PicturesWitnesses):
        return None
    try:
        with limited(_STEPS):
            return language.picture(witness, *queries, workspace.schema)
    except (InputError, UnsupportedError, OutOfSteps, StoppedByClock):
        return None


def _steps(root: Explanation) -> tuple[Step, ...]:
    lines: list[Step] = []
    for depth, node in root.walk():
        if len(lines) == _MOST_STEPS:
            lines.append(Step(0, "", "further steps are left out", None))
            break
        more = f", and {node.left_out:,} more" if node.left_out else ""
        reading = node.reading or ("" if node.kind is NodeKind.SOURCE else "not asked")
        label, reading = (shortened(text, _LONGEST) for text in (node.label, reading))
        lines.append(Step(depth, label, reading + more, node.holds))
    return tuple(lines)


# --- what either query gives --------------------------------------------------------------------


def _small(given: object) -> object:
    """A value as it is, or the beginning of its JSON where that is long."""
    text = msgspec.json.encode(given).decode()
    return given if len(text) <= LONGEST else bounded(text)


def _given(witness: Witness) -> str:
    """What each query gives on the input."""
    right, other = _rows(witness.reference), _rows(witness.candidate)
    if right is not None and other is not None and (right or other):
        shown = (counted(len(rows), "row") for rows in (right, other))
        return "the reference gives {}, the candidate gives {}".format(*shown)
    match witness.reference, witness.candidate:
        case True, False:
            return "in the reference, not in the candidate"
        case False, True:
            return "in the candidate, not in the reference"
        case reference, candidate:
            return (
                f"the reference gives {_value(reference)}, the candidate gives {_value(candidate)}"
            )


def _rows(given: object) -> list[object] | None:
    if not isinstance(given, list):
        return None
    rows = cast("list[object]", given)
    return rows if all(isinstance(row, list) for row in rows) else None


def _value(given: object) -> str:
    """A value in words: 'free' as a text, 5 as a number, a list as its JSON."""
    if given is None:
        return "nothing"
    text = f"'{given}'" if isinstance(given, str) else msgspec.json.encode(given).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
