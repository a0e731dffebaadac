"""A witness as pages and reports show it: drawn where its language pictures it, else told."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.errors import InputError, StoppedByClock, UnsupportedError
from jurist.languages.base import Language, NodeKind, Query
from jurist.languages.capabilities import PicturesWitnesses
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.explanations import Explanation
from jurist.languages.pictures import Picture
from jurist.records import Witness
from jurist.report.lanes import DrawnScene, drawn
from jurist.roles.protocols import Workspace

_STEPS = 100_000
"""Of both explanations; those of a usual witness take less than a hundredth."""
_MOST_STEPS = 80
"""Lines of an explanation."""
_LONGEST = 300


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
    picture: Picture | None
    """`None`: see `undrawn`."""
    scenes: tuple[DrawnScene, ...] = ()
    steps: tuple[tuple[Step, ...], ...] = ()
    """Of the reference and of the candidate, or none."""
    undrawn: str = ""
    """Why there is no picture."""


def show(
    witness: Witness,
    story: str,
    given: str,
    queries: tuple[Query, Query] | None,
    workspace: Workspace,
    *,
    large: bool,
) -> Shown:
    """A witness with its picture, as far as there is one.

    Args:
        witness: As evidence holds it.
        story: Its story, bounded.
        given: What either query gives on it, in words.
        queries: The reference and the candidate; `None` where one does not parse.
        workspace: Of both.
        large: Whether its input is too large to be drawn.
    """
    if large:
        return Shown(witness.kind, story, given, None, undrawn="it is too large to be drawn here")
    if queries is None:
        return Shown(
            witness.kind, story, given, None, undrawn="one of the queries cannot be read any more"
        )
    picture = _picture(workspace.language, queries, workspace, witness)
    if picture is None:
        return Shown(witness.kind, story, given, None, undrawn="its language draws no such witness")
    scenes = tuple(map(drawn, picture.scenes))
    return Shown(witness.kind, story, given, picture, scenes, tuple(map(_steps, picture.steps)))


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
        lines.append(Step(depth, _short(node.label), _short(reading) + more, node.holds))
    return tuple(lines)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
