"""Explanations of witnesses as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rich.text import Text

from jurist.evidence.explanations import WitnessExplanation
from jurist.languages.base import NodeKind
from jurist.languages.explanations import Explanation
from jurist.report.visible import visible

_MOST_LINES: Final = 8
"""Of an explanation in a terminal."""
_INDENT: Final = 11
_STYLES: Final = {True: "green", False: "red", None: ""}
_LONGEST: Final = 300
"""Characters of a label or a reading."""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def tell_explanation(told: WitnessExplanation | None, *, every_part: bool = False) -> Text:
    """Under a witness's story: what each query makes of it, with the values that it reads.

    Args:
        told: Both explanations; nothing is told of a witness that has none.
        every_part: Whether to show all; else only what decides the outcome, briefly.
    """
    if told is None:
        return Text()
    shown = told if every_part else deciding(told)
    text = Text()
    for name, root in (("reference", shown.reference), ("candidate", shown.candidate)):
        lines = list(_lines(root))
        cut = lines if every_part else lines[:_MOST_LINES]
        for number, line in enumerate(cut):
            label = name if number == 0 else ""
            text.append(f"    {label:<{_INDENT}}{'  ' * line.depth}", "dim")
            text.append(visible(line.label), _STYLES[line.holds])
            text.append(f"  {visible(line.reading)}\n" if line.reading else "\n", "dim")
        if len(cut) < len(lines):
            more = len(lines) - len(cut)
            text.append(f"    {'':{_INDENT}}and {more} more (--explain shows all)\n", "dim")
    return text


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    label: str
    reading: str = ""
    holds: bool | None = None


def _lines(root: Explanation) -> Iterator[_Line]:
    for depth, node in root.walk():
        more = f", and {node.left_out:,} more" if node.left_out else ""
        yield _Line(depth, _short(node.label), _short(node.reading) + more, node.holds)


def deciding(told: WitnessExplanation) -> WitnessExplanation:
    """Only what decides the outcome, and nothing that both queries have alike.

    Operands of the root that the other query has too, with the same outcome, tell the two apart
    in nothing. Of an AND that fails, the operands that fail are enough; of one that holds, all
    are needed. Conditions that are asked of no item say nothing.
    """
    reference, candidate = told.reference, told.candidate
    return WitnessExplanation(
        _decisive(_without(reference, candidate)), _decisive(_without(candidate, reference))
    )


def _without(root: Explanation, other: Explanation) -> Explanation:
    joins = other.kind is NodeKind.JUNCTION
    if root.kind is not NodeKind.JUNCTION or (joins and other.settled_by is not root.settled_by):
        return root  # what an AND and an OR share may be what they differ in
    known = other.children if joins else (other,)
    left = tuple(child for child in root.children if child not in known)
    return replace(root, children=left) if left else root


def _decisive(node: Explanation) -> Explanation:
    children = [child for child in node.children if child.reading]
    if node.holds is not None and node.holds is node.settled_by:
        children = [child for child in children if child.holds is node.holds] or children
    return replace(node, children=tuple(map(_decisive, children)))
