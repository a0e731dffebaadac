"""Two trees side by side: what they share, what only one has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from jurist.languages.base import Part


class Mark(StrEnum):
    """What a line of the difference is."""

    SAME = "same"
    ONLY_REFERENCE = "only_reference"
    ONLY_CANDIDATE = "only_candidate"


@dataclass(frozen=True, slots=True)
class Line:
    """One node of either tree: its depth from 0, its label, and who has it."""

    depth: int
    label: str
    mark: Mark


def tree_difference(reference: Part, candidate: Part) -> tuple[Line, ...]:
    """The merged tree as lines in reading order.

    Nodes match where their labels are equal and their parents match; among siblings the
    longest common sequence of whole subtrees is kept first, then of equal labels.
    """
    if reference.label != candidate.label:
        return (
            *_all(reference, 0, Mark.ONLY_REFERENCE),
            *_all(candidate, 0, Mark.ONLY_CANDIDATE),
        )
    return (
        Line(0, reference.label, Mark.SAME),
        *_children(reference.children, candidate.children, 1),
    )


def _children(left: Sequence[Part], right: Sequence[Part], depth: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    for i, j, paired in _aligned(left, right):
        if paired:
            lines.append(Line(depth, left[i].label, Mark.SAME))
            lines.extend(_children(left[i].children, right[j].children, depth + 1))
        elif i >= 0:
            lines.extend(_all(left[i], depth, Mark.ONLY_REFERENCE))
        else:
            lines.extend(_all(right[j], depth, Mark.ONLY_CANDIDATE))
    return tuple(lines)


def _aligned(left: Sequence[Part], right: Sequence[Part]) -> list[tuple[int, int, bool]]:
    """Pairs (i, j, True), or one side alone (i, -1, False) and (-1, j, False), in order."""
    pairs: list[tuple[int, int, bool]] = []
    whole = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in whole.get_opcodes():
        if tag == "equal":
            pairs.extend((i1 + k, j1 + k, True) for k in range(i2 - i1))
        else:
            pairs.extend(_by_label(left, right, (i1, i2), (j1, j2)))
    return pairs


def _by_label(
    left: Sequence[Part], right: Sequence[Part], rows: tuple[int, int], columns: tuple[int, int]
) -> list[tuple[int, int, bool]]:
    (i1, i2), (j1, j2) = rows, columns
    labels = SequenceMatcher(
        None,
        [part.label for part in left[i1:i2]],
        [part.label for part in right[j1:j2]],
        autojunk=False,
    )
    pairs: list[tuple[int, int, bool]] = []
    for tag, a1, a2, b1, b2 in labels.get_opcodes():
        if tag == "equal":
            pairs.extend((i1 + a1 + k, j1 + b1 + k, True) for k in range(a2 - a1))
        else:
            pairs.extend((i1 + k, -1, False) for k in range(a1, a2))
            pairs.extend((-1, j1 + k, False) for k in range(b1, b2))
    return pairs


def _all(part: Part, depth: int, mark: Mark) -> list[Line]:
    lines = [Line(depth, part.label, mark)]
    for child in part.children:
        lines.extend(_all(child, depth + 1, mark))
    return lines
