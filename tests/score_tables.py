"""Tables of made-up scores, and the chances of decisions over all samples that can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import comb

import numpy as np

from jurist.analysis.scores import ScoreTable, score_table
from jurist.records import Candidate, Case, Failure, FailureKind, Origin, Question, Verdict
from jurist.runs.results import Result

Scores = Sequence[float | None]


def results_of(
    scores: Mapping[str, Sequence[Scores]],
    *,
    judge: str = "j",
    origin: Origin = Origin.AUTHORED,
    answers: str = "q",
    samples: int = 1,
) -> Iterator[Result]:
    """Results of generators: of each reference the scores of its questions, in a row.

    Args:
        scores: By generator; of each reference the scores of its answers, `None` where a judge
            gave none.
        judge: Who scored.
        origin: Of all questions.
        answers: What every answer begins with; equal texts are equal answers.
        samples: Answers to each question: so many scores of a reference are one question's.
    """
    for generator, references in scores.items():
        for number, given in enumerate(references):
            for place, score in enumerate(given):
                question = place // samples
                yield Result(
                    "d",
                    Case(f"c{number}", f"r{number}"),
                    Question(f"q{question}", f"ask {number} {question}", origin),
                    generator,
                    Candidate(f"{answers} {generator}"),
                    judge,
                    Verdict(
                        judge,
                        score,
                        unscored=Failure(FailureKind.ERROR, "-") if score is None else None,
                    ),
                    f"{answers}/{generator}/{origin}/{number}/{place}",
                    place % samples + 1,
                )


def table_of(scores: Mapping[str, Sequence[Scores]], **options: object) -> ScoreTable:
    """The table of `results_of`."""
    return score_table(results_of(scores, **options))  # type: ignore[arg-type]


@cache
def flat_table(references: int, questions: int = 1, answers: str = "q") -> ScoreTable:
    """One generator `g` whose answers all score 5."""
    return table_of({"g": [[5.0] * questions] * references}, answers=answers)


def rescored(table: ScoreTable, scores: Iterable[float]) -> ScoreTable:
    """The same table with other scores, in its order."""
    return replace(table, score=np.asarray(list(scores), dtype=np.float64))


def chance_of(happens: Callable[[int], bool], trials: int, chance: float) -> float:
    """The chance that something happens that depends on a binomial count alone: exactly."""
    return sum(
        comb(trials, count) * chance**count * (1 - chance) ** (trials - count)
        for count in range(trials + 1)
        if happens(count)
    )
