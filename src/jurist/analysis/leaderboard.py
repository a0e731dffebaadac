"""Scores of each generator under each judge, with intervals; refusals and failures counted."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import nan
from typing import Final

import numpy as np

from jurist.analysis.levels import PASS
from jurist.analysis.standings import (
    Codes,
    Flag,
    Pairs,
    Standing,
    Verdicts,
    add_pairs,
    standings_from,
)
from jurist.analysis.tables import Ints
from jurist.columns.columns import NONE, UNSCORED, Columns, Dimension, Mask, Outcome
from jurist.provenance import provenance_of
from jurist.records import Method, Relation, Verdict
from jurist.runs.results import Result
from jurist.store.consistency import OfQuestion


class Board:
    """Takes in results one by one and makes the standings of them, in flat memory.

    All results of one case must come together, as a store's reader gives them. Of a run's columns
    `standings_of` makes the same.
    """

    def __init__(self) -> None:
        self._judge, self._generator = array("h"), array("h")
        self._origin, self._unscored, self._flag = array("h"), array("b"), array("b")
        self._of_case, self._of_question, self._sample = array("i"), array("i"), array("i")
        self._score = array("d")
        self._judges: dict[str, int] = {}
        self._generators: dict[str, int] = {}
        self._origins: dict[str, int] = {}
        self._pairs: dict[tuple[str, str | None], Pairs] = {}
        self._cases = 0
        self._case = ("", "")
        self._questions = 0
        self._question = ("", "", "", "")

    def add(self, result: Result) -> None:
        """Count a result."""
        case = result.dataset, result.case.id
        if case != self._case:
            self._cases, self._case = self._cases + 1, case
        question = *case, result.question.id, result.question.text
        if question != self._question:
            self._questions, self._question = self._questions + 1, question
        verdict = result.verdict
        unscored = -1 if verdict.unscored is None else UNSCORED.index(verdict.unscored.kind)
        self._judge.append(self._judges.setdefault(result.judge, len(self._judges)))
        self._generator.append(self._generators.setdefault(result.generator, len(self._generators)))
        origin = provenance_of(result.case, result.question)
        self._origin.append(self._origins.setdefault(origin, len(self._origins)))
        self._of_case.append(self._cases)
        self._of_question.append(self._questions)
        self._sample.append(result.sample)
        self._score.append(nan if verdict.score is None else verdict.score)
        self._unscored.append(unscored)
        self._flag.append(_flags(result))

    def add_consistency(self, of_question: OfQuestion) -> None:
        """Count which of a generator's answers to one question mean the same."""
        add_pairs(self._pairs, of_question)

    def standings(self, *, pass_score: float = PASS) -> tuple[Standing, ...]:
        """By generator and judge: each origin that occurs, then all questions.

        Ordered by judge, those with evidence first: a proof says who won before an opinion does.
        Then from the best mean to the worst: on real questions where there are any, else on
        authored, else on synthetic ones, else on those that a system anchors; equal ones by the
        next of these. Rows of all questions, in which none that is anchored counts, order nothing:
        a generator may have written the synthetic ones itself.
        """
        verdicts = Verdicts(
            np.frombuffer(self._judge, np.int16),
            np.frombuffer(self._generator, np.int16),
            np.frombuffer(self._origin, np.int16),
            np.frombuffer(self._of_case, np.intc),
            np.frombuffer(self._of_question, np.intc),
            np.frombuffer(self._sample, np.intc),
            np.frombuffer(self._score, np.float64),
            np.frombuffer(self._unscored, np.int8),
            np.frombuffer(self._flag, np.int8),
        )
        names = tuple(self._judges), tuple(self._generators), tuple(self._origins)
        return standings_from(verdicts, *names, self._pairs, pass_score)


def standings_of(
    columns: Columns,
    rows: Ints | None = None,
    *,
    consistency: Iterable[OfQuestion] = (),
    pass_score: float = PASS,
) -> tuple[Standing, ...]:
    """The standings of a run's columns, or of some of their rows; see `Board.standings`.

    Args:
        columns: Of a run.
        rows: Which rows count; all where none are named.
        consistency: Which of the answers to one question mean the same.
        pass_score: From which on an answer passes.
    """
    outcomes, relations = (columns.values[each] for each in (Dimension.OUTCOME, Dimension.RELATION))
    codes = columns.codes
    outcome, relation = codes[Dimension.OUTCOME], codes[Dimension.RELATION]
    identical = columns.values[Dimension.METHOD].index(Method.IDENTICAL)
    unbuildable = columns.cases.unbuildable[columns.case]
    refused = outcome == outcomes.index(Outcome.REFUSAL)
    flags = (
        (Flag.COMPARED, relation != relations.index(NONE)),
        (Flag.PROVED, proved_rows(columns)),
        (
            Flag.UNDECIDED,
            (relation == relations.index(Relation.UNDECIDED))
            & (codes[Dimension.METHOD] != identical),
        ),
        (Flag.UNBUILDABLE, unbuildable),
        (Flag.REFUSED, refused),
        (Flag.UNANSWERED, outcome == outcomes.index(Outcome.ERROR)),
    )
    verdicts = Verdicts(
        columns.rows.judge,
        columns.answers.generator[columns.rows.answer],
        codes[Dimension.ORIGIN],
        columns.case,
        columns.question,
        columns.answers.sample[columns.rows.answer],
        columns.rows.score,
        columns.rows.unscored,
        _sum_of(flags, len(columns)),
    )
    pairs: dict[tuple[str, str | None], Pairs] = {}
    for of_question in consistency:
        add_pairs(pairs, of_question)
    judges, generators = (columns.values[each] for each in (Dimension.JUDGE, Dimension.GENERATOR))
    origins = columns.values[Dimension.ORIGIN]
    chosen = verdicts if rows is None else verdicts.of(rows)
    return standings_from(chosen, judges, generators, origins, pairs, pass_score)


def leaderboard(results: Iterable[Result], *, pass_score: float = PASS) -> tuple[Standing, ...]:
    """The standings of results; see `Board`."""
    board = Board()
    for result in results:
        board.add(result)
    return board.standings(pass_score=pass_score)


def proved_right(result: Result) -> bool:
    """Whether the answer is certainly right: equivalent, more definite, or a due refusal."""
    if result.case.unbuildable:
        return result.candidate.refusal is not None
    evidence = result.verdict.evidence
    return evidence is not None and evidence.relation in _RIGHT


def proved_rows(columns: Columns) -> Mask:
    """The same of each row of columns."""
    outcomes, relations = (columns.values[each] for each in (Dimension.OUTCOME, Dimension.RELATION))
    right = np.isin(columns.rows.relation, [relations.index(each) for each in _RIGHT])
    refused = columns.answers.outcome[columns.rows.answer] == outcomes.index(Outcome.REFUSAL)
    return np.where(columns.cases.unbuildable[columns.case], refused, right)


_RIGHT: Final = (Relation.EQUIVALENT, Relation.REFINES)


def _sum_of(flags: Iterable[tuple[Flag, Mask]], size: int) -> Codes:
    total = np.zeros(size, dtype=np.int8)
    for flag, there in flags:
        total[there] |= flag
    return total


def _relation(verdict: Verdict) -> Relation | None:
    evidence = verdict.evidence
    if evidence is None or evidence.method is Method.IDENTICAL:
        return None
    return evidence.relation


def _flags(result: Result) -> int:
    verdict, candidate = result.verdict, result.candidate
    flags = (
        (Flag.COMPARED, verdict.evidence is not None),
        (Flag.PROVED, proved_right(result)),
        (Flag.UNDECIDED, _relation(verdict) is Relation.UNDECIDED),
        (Flag.UNBUILDABLE, result.case.unbuildable),
        (Flag.REFUSED, candidate.refusal is not None),
        (Flag.UNANSWERED, candidate.failure is not None),
    )
    return sum(flag for flag, there in flags if there)
