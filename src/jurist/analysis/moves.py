"""Which questions a second system answers better or worse than a first, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.comparison import Difference, difference_of
from jurist.analysis.pairing import Answers, Pair, gaps_of
from jurist.analysis.tables import Floats, Ints

LEVELS = 5
"""Levels of a score; what has no score stands after them."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Each question's mean score from both systems, as judges gave it; NaN where it has none."""

    first: Floats
    second: Floats

    @property
    def gaps(self) -> Floats:
        """Second minus first; NaN where one has no score."""
        return self.second - self.first

    @property
    def better(self) -> Ints:
        """The questions that the second answers better: those that gained most first."""
        return self._ordered(-self.gaps, self.gaps > 0)

    @property
    def worse(self) -> Ints:
        """The questions that it answers worse: those that lost most first."""
        return self._ordered(self.gaps, self.gaps < 0)

    @property
    def same(self) -> Ints:
        """The questions with the same score: the lowest first."""
        return self._ordered(self.first, self.gaps == 0)

    @property
    def unscored(self) -> Ints:
        """The questions of which one system, or both, have no score."""
        return np.flatnonzero(np.isnan(self.gaps))

    @property
    def scored(self) -> int:
        """How many questions have a score from both."""
        return int(np.count_nonzero(~np.isnan(self.gaps)))

    @property
    def grid(self) -> Ints:
        """How many questions went from which level to which, shape (6, 6); the last: no score."""
        cells = _levels(self.first) * (LEVELS + 1) + _levels(self.second)
        return np.bincount(cells, minlength=(LEVELS + 1) ** 2).reshape(LEVELS + 1, LEVELS + 1)

    def between(self, before: int, after: int) -> Ints:
        """The questions that went from one level to another, counted from 0; 5: no score."""
        return np.flatnonzero((_levels(self.first) == before) & (_levels(self.second) == after))

    def _ordered(self, keys: Floats, which: NDArray[np.bool_]) -> Ints:
        order = np.argsort(keys, kind="stable")
        return order[which[order]]


def moves_of(pair: Pair) -> Moves:
    """How scores moved, question by question, in the pair's order."""
    return Moves(pair.first.given(), pair.second.given())


def _levels(scores: Floats) -> Ints:
    known = np.clip(np.floor(np.nan_to_num(scores, nan=1.0) + 0.5), 1, LEVELS) - 1
    return np.where(np.isnan(scores), LEVELS, known).astype(np.int64)


@dataclass(frozen=True, slots=True)
class PairedSlice:
    """The difference on some of the questions; it is one of many, and decides nothing alone."""

    by: str
    value: str
    difference: Difference
    better: int
    worse: int


def paired_slices(
    pair: Pair, names: tuple[str, str], parts: Mapping[tuple[str, str], NDArray[np.bool_]]
) -> tuple[PairedSlice, ...]:
    """The differences by part.

    Args:
        pair: Two systems.
        names: Theirs.
        parts: By (what it is by, value): which of the pair's items are in it.
    """
    gaps = moves_of(pair).gaps
    found: list[PairedSlice] = []
    for (by, value), chosen in parts.items():
        places = np.flatnonzero(chosen)
        if not len(places):
            continue
        difference = difference_of(gaps_of(_part_of(pair, places)), names)
        of_part = gaps[places]
        found.append(
            PairedSlice(by, value, difference, int((of_part > 0).sum()), int((of_part < 0).sum()))
        )
    return tuple(found)


def _part_of(pair: Pair, places: Ints) -> Pair:
    """The pair on some of its questions, whose names no difference asks for."""
    numbers = np.full(len(pair.items), -1, dtype=np.int64)
    numbers[places] = np.arange(len(places))
    first, second = (_answers_to(each, numbers) for each in (pair.first, pair.second))
    cluster = pair.cluster[places]
    return replace(pair, items=(), cluster=cluster, first=first, second=second)


def _answers_to(answers: Answers, numbers: Ints) -> Answers:
    kept = numbers[answers.question] >= 0
    question = numbers[answers.question[kept]]
    return replace(
        answers,
        question=question,
        score=answers.score[kept],
        digest=answers.digest[kept],
        filled=None if answers.filled is None else answers.filled[kept],
    )
