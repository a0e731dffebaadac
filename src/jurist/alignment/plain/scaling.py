"""The scale of plain judgments: as it was said, or as the scores show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from jurist.alignment.plain.reading import Judgment
from jurist.alignment.rows import number_of
from jurist.analysis.scales import Scale, ScaleKind
from jurist.errors import InputError
from jurist.plurals import counted

MOST_LEVELS: Final = 101
"""Most levels of a scale, such as 0 to 100."""
_Levels = tuple[tuple[float, ...], tuple[str, ...], tuple[str, ...]]
"""A scale's levels, their names where it has words, and how it was come by."""
_FORMS: Final = "1:5, 0:1:0.1 (first, last, step), or A,B,tie (in no order)"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A scale, and how its scores are spelled in cells."""

    scale: Scale
    notes: tuple[str, ...]
    """How the scale was come by, where it was not said."""

    def score_of(self, judgment: Judgment) -> float | None:
        """The score of a row, `None` where it has none.

        Raises:
            InputError: The cell is no score of this scale.
        """
        cell = judgment.score
        if cell is None:
            return None
        scale = self.scale
        if scale.names and cell in scale.names:
            return scale.levels[scale.names.index(cell)]
        number = number_of(cell)
        if number is None or scale.names or not self._holds(number):
            raise InputError(
                f"the score is {cell[:60]!r}",
                expected=f"a score on the scale {in_words(scale)}",
                fix="leave the cell empty where there is no score, or say another --scale",
                where=judgment.where,
            )
        return number

    def _holds(self, number: float) -> bool:
        low, high = self.scale.bounds
        return low <= number <= high if self.scale.ordered else number in self.scale.levels


def spell_scale(
    text: str | None, passing: str | None, labels: Sequence[Judgment], verdicts: Sequence[Judgment]
) -> Spelled:
    """The scale that was said, or the one that all scores lie on.

    Args:
        text: `1:5`, `0:1:0.1` or `A,B,tie`; `None`: look at the scores.
        passing: From which score on an answer passes; `None`: no threshold, but on two numbers
            the higher one and on 1 to 5 the house's own.
        labels: People's judgments.
        verdicts: Judges' judgments.

    Raises:
        InputError: It cannot be read, or the scores show no scale.
    """
    levels, names, notes = _infer_scale(labels, verdicts) if text is None else _parse_scale(text)
    kind = ScaleKind.NOMINAL if names else ScaleKind.ORDINAL
    threshold = _threshold(passing, levels, names)
    return Spelled(Scale(levels, threshold, names, kind), notes)


def in_words(scale: Scale) -> str:
    """A scale as messages name it."""
    if scale.names:
        return ", ".join(scale.names)
    low, high = scale.bounds
    return f"{low:g} to {high:g}"


def _parse_scale(text: str) -> _Levels:
    if ":" not in text and "," in text:
        names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not 2 <= len(names) <= MOST_LEVELS:
            raise _unreadable(text, f"there are {len(names)} different names")
        return tuple(map(float, range(len(names)))), names, ()
    parts = [number_of(part) for part in text.split(":")]
    if len(parts) not in {2, 3} or any(part is None for part in parts):
        raise _unreadable(text, "it has another form")
    first, last, step = [*(part for part in parts if part is not None), 1.0][:3]
    steps = round((last - first) / step) if step > 0 else 0
    if not 1 <= steps < MOST_LEVELS or abs(first + steps * step - last) > 1e-9 * max(1, abs(last)):
        raise _unreadable(text, f"no 2 to {MOST_LEVELS} levels lead from the first to the last")
    return tuple(round(first + place * step, 9) for place in range(steps + 1)), (), ()


def _unreadable(text: str, why: str) -> InputError:
    return InputError(
        f"the scale {text[:60]!r} cannot be read: {why}",
        expected=_FORMS,
        fix="write the lowest and the highest score that can be given, such as --scale 1:5",
    )


def _infer_scale(labels: Sequence[Judgment], verdicts: Sequence[Judgment]) -> _Levels:
    by_people = _cells(labels)
    every = dict.fromkeys(chain(by_people, _cells(verdicts)))
    numbers = {cell: number_of(cell) for cell in every}
    words = [cell for cell, number in numbers.items() if number is None]
    if not every:
        raise InputError("there is not one score", expected="a score in at least one row")
    if words and len(words) < len(every):
        raise InputError(
            f"some scores are numbers and some are not: {', '.join(map(repr, words[:3]))}",
            expected="numbers alone, or words alone",
            fix="leave cells empty where there is no score, or say which words there are, such as "
            "--scale 0,1,2,Tie",
        )
    if words:
        names = tuple(sorted(words))
        if not 2 <= len(names) <= MOST_LEVELS:
            raise InputError(
                f"the scores are {counted(len(names), 'word')}: {', '.join(names[:3])}, ...",
                expected=f"2 to {MOST_LEVELS} different ones",
                fix=f"say which there are: --scale {_FORMS}",
            )
        note = f"scores are words: {', '.join(names)}"
        return tuple(map(float, range(len(names)))), names, (note,)
    levels = [numbers[cell] for cell in by_people or every]
    return _infer_numbers(
        [number for number in numbers.values() if number is not None],
        [number for number in levels if number is not None],
    )


def _infer_numbers(numbers: Sequence[float], levels_given: Sequence[float]) -> _Levels:
    """The smallest usual scale that holds all numbers, in the steps in which people give theirs.

    A judge's score may lie between levels: it is often a mean.
    """
    low, high = min(numbers), max(numbers)
    whole = all(number == round(number) for number in levels_given)
    halves = all(2 * number == round(2 * number) for number in levels_given)
    first, last = next(
        (
            ends
            for ends in ((0.0, 1.0), (1.0, 5.0), (0.0, 10.0), (1.0, 10.0), (0.0, 100.0))
            if ends[0] <= low and high <= ends[1]
        ),
        (low, high),
    )
    step = 1.0 if whole else 0.5 if halves else 1.0 if last - first > 1 else 0.1
    if not 1 <= round((last - first) / step) < MOST_LEVELS:
        raise InputError(
            f"the scores lie between {low:g} and {high:g}",
            expected="a scale that says the lowest and the highest score that can be given",
            fix=f"say it: --scale {_FORMS}",
        )
    levels = tuple(
        round(first + place * step, 9) for place in range(round((last - first) / step) + 1)
    )
    steps = f" in steps of {step:g}" * (step != 1)
    note = f"the scale is taken to be {first:g} to {last:g}{steps}, from the scores; "
    note += "else say --scale"
    return levels, (), (note,)


def _threshold(
    passing: str | None, levels: tuple[float, ...], names: tuple[str, ...]
) -> float | None:
    if passing is None:
        if names:
            return None
        if len(levels) == 2:
            return levels[-1]
        return 4.0 if levels == (1.0, 2.0, 3.0, 4.0, 5.0) else None
    number = number_of(passing)
    if names or number is None or not levels[0] < number <= levels[-1]:
        raise InputError(
            f"the threshold is {passing[:40]!r}",
            expected="a word of the scale has no higher and lower: numbers have a threshold"
            if names
            else f"a number above {levels[0]:g}, at most {levels[-1]:g}",
            fix="say --passing with such a number, or leave it out",
        )
    return number


def _cells(rows: Iterable[Judgment]) -> dict[str, None]:
    return dict.fromkeys(row.score for row in rows if row.score is not None)
