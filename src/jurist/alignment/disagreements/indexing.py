"""Disagreements of a run of any size, from its columns: counted and listed without its texts.

What `finding` finds in whole records, with both sides' reasons, for one answer; here for all, with
no more than is listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from statistics import median
from typing import Final

import numpy as np

from jurist.alignment.against import Against
from jurist.alignment.casting import Player, proofs_of
from jurist.alignment.disagreements.finding import WIDE, Disagreement, disagree
from jurist.alignment.labels.files import accepts
from jurist.analysis.levels import PASS, SAME
from jurist.columns import NONE, Columns, Dimension, Outcome
from jurist.columns.columns import UNSORTED
from jurist.evidence.difference_kinds import DifferenceKind
from jurist.records import Annotation, LabelRole, Relation
from jurist.store.annotations import Ruling, Settlement

_RULED_BEFOREHAND: Final = frozenset({DifferenceKind.REFUSAL, DifferenceKind.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Listed:
    """A disagreement as it is listed."""

    answer: int
    """Its place in the columns; -1 where it was found in whole records."""
    task: str
    case: str
    kind: str
    judge: str
    score: float
    against: Against
    other: str
    other_score: float
    role: LabelRole | None = None
    settled: Ruling | None = None

    @property
    def gap(self) -> float:
        """How far apart the two scores are."""
        return abs(self.score - self.other_score)

    @property
    def side(self) -> str:
        """Whom the judge disagrees with, people and proofs not by name."""
        return self.other if self.against is Against.JUDGE else self.against.value


def hides_proofs(players: Mapping[str, Player]) -> bool:
    """Whether a panel has a proof among its members: what it said stands in no column."""
    return any(
        player.kind == "panel" and any(member.kind == "proof" for member in player.everyone())
        for player in players.values()
    )


def index_columns(columns: Columns, players: Mapping[str, Player]) -> tuple[Listed, ...]:
    """All disagreements with proofs and between judges, people left aside.

    Args:
        columns: Of a run.
        players: Its judges.
    """
    proofs = proofs_of(players)
    ending = {
        name
        for name, player in players.items()
        if player.members and any(member.name in proofs for member in player.everyone())
    }
    relations = columns.values[Dimension.RELATION]
    decided = {r for r in relations if r not in {NONE, Relation.UNDECIDED}}
    judges = columns.values[Dimension.JUDGE]
    found: list[Listed] = []
    for answer, rows in _apart(columns):
        kind = _kind(columns, answer)
        told: list[tuple[str, float]] = []
        certain: tuple[float, str] | None = None
        for row in rows:
            judge = judges[int(columns.rows.judge[row])]
            relation = relations[int(columns.rows.relation[row])]
            score = float(columns.rows.score[row])
            if (
                relation in decided
                or judge in proofs
                or (judge in ending and kind in _RULED_BEFOREHAND)
            ):
                certain = certain or (score, relation)
            else:
                told.append((judge, score))
        if certain is not None and certain[1] == Relation.EQUIVALENT:
            kind = DifferenceKind.WORDING
        found += _between(columns, answer, kind, told, certain and certain[0])
    return tuple(found)


def _apart(columns: Columns) -> Iterator[tuple[int, Sequence[int]]]:
    """The answers whose scores say different things, with their scored rows."""
    rows = np.flatnonzero(~np.isnan(columns.rows.score))
    rows = rows[np.argsort(columns.rows.answer[rows], kind="stable")]
    if not len(rows):
        return
    answers, scores = columns.rows.answer[rows], columns.rows.score[rows]
    starts = np.flatnonzero(np.r_[True, answers[1:] != answers[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    low, high = np.minimum.reduceat(scores, starts), np.maximum.reduceat(scores, starts)
    apart = (
        ((low >= SAME) != (high >= SAME)) | ((low >= PASS) != (high >= PASS)) | (high - low >= WIDE)
    )
    for place in np.flatnonzero(apart).tolist():
        start = int(starts[place])
        yield int(answers[start]), rows[start : int(ends[place])].tolist()


def _between(
    columns: Columns,
    answer: int,
    kind: str,
    told: Sequence[tuple[str, float]],
    certain: float | None,
) -> Iterator[Listed]:
    task, case = _task(columns, answer), _case(columns, answer)
    if certain is not None:
        for judge, score in told:
            if disagree(score, certain):
                yield Listed(
                    answer, task, case, kind, judge, score, Against.PROOF, "proof", certain
                )
        return
    for (judge, score), (other, theirs) in permutations(told, 2):
        if disagree(score, theirs):
            yield Listed(answer, task, case, kind, judge, score, Against.JUDGE, other, theirs)


def listed(
    columns: Columns,
    indexed: Iterable[Listed],
    labels: Iterable[Annotation],
    settlements: Iterable[Settlement],
    players: Mapping[str, Player],
) -> tuple[Listed, ...]:
    """All disagreements of a run, people's among them, the widest first, as `finding` has them.

    Args:
        columns: Of the run.
        indexed: What `index_columns` gave.
        labels: The run's own.
        settlements: What has been settled.
        players: The run's judges.
    """
    people: dict[str, list[Annotation]] = defaultdict(list)
    for label in labels:
        people[label.task].append(label)
    ruled = {(each.task, each.judge): each.ruling for each in settlements}
    found = [
        replace(each, role=people[each.task][0].role) if each.task in people else each
        for each in indexed
        if not (each.against is Against.JUDGE and each.task in people)
    ]
    found += _with_people(columns, people, proofs_of(players))
    return tuple(
        replace(each, settled=ruled[each.task, each.judge])
        if (each.task, each.judge) in ruled
        else each
        for each in sorted(found, key=lambda each: (-each.gap, each.kind, each.case, each.task))
    )


def _with_people(
    columns: Columns, people: Mapping[str, Sequence[Annotation]], proofs: Collection[str]
) -> Iterator[Listed]:
    relations, judges = columns.values[Dimension.RELATION], columns.values[Dimension.JUDGE]
    answers = {task: answer for answer, task in _answers(columns, people.keys())}
    for task, given in people.items():
        answer = answers.get(task)
        if answer is None:
            continue
        persons = median(label.scores[0] for label in given)
        names = ", ".join(label.annotator for label in given)
        kind = _kind(columns, answer)
        rows: list[int] = np.flatnonzero(columns.rows.answer == answer).tolist()
        scored = [row for row in rows if not np.isnan(columns.rows.score[row])]
        of = [relations[int(columns.rows.relation[row])] for row in scored]
        if any(relation == Relation.EQUIVALENT for relation in of):
            kind = DifferenceKind.WORDING
        for row, relation in zip(scored, of, strict=True):
            judge, score = judges[int(columns.rows.judge[row])], float(columns.rows.score[row])
            if relation not in {NONE, Relation.UNDECIDED} or judge in proofs:
                continue
            if not any(accepts(label.scores, score) for label in given) and disagree(
                score, persons
            ):
                yield Listed(
                    answer, task, _case(columns, answer), kind, judge, score,
                    Against.PEOPLE, names, persons, given[0].role,
                )  # fmt: skip


def _answers(columns: Columns, tasks: Iterable[str]) -> Iterator[tuple[int, str]]:
    wanted = np.array(sorted(tasks), dtype=columns.answers.task.dtype)
    for answer in np.flatnonzero(np.isin(columns.answers.task, wanted)).tolist():
        yield answer, _task(columns, answer)


@dataclass(frozen=True, slots=True)
class Compared:
    """How often a judge says the same as a yardstick, by the answers that both scored."""

    judge: str
    against: Against
    answers: int
    apart: int


def compared(
    columns: Columns,
    found: Iterable[Listed],
    labels: Iterable[Annotation],
    players: Mapping[str, Player],
) -> tuple[Compared, ...]:
    """What agreement comes to, judge by judge, with proofs and with people.

    Args:
        columns: Of the run.
        found: All its disagreements.
        labels: The run's own.
        players: Its judges.
    """
    rows = columns.rows
    relations, judges = columns.values[Dimension.RELATION], columns.values[Dimension.JUDGE]
    undecided = [code for code, name in enumerate(relations) if name in {NONE, Relation.UNDECIDED}]
    proofs = [code for code, name in enumerate(judges) if name in proofs_of(players)]
    proof = ~np.isin(rows.relation, undecided) | np.isin(rows.judge, proofs)
    scored = ~np.isnan(rows.score)
    settled = {
        Against.PROOF: np.unique(rows.answer[proof & scored]),
        Against.PEOPLE: np.array(
            [answer for answer, _ in _answers(columns, {label.task for label in labels})],
            dtype=np.int64,
        ),
    }
    apart = {(each.judge, each.against, each.task) for each in found}
    of_judge = Counter((judge, against) for judge, against, _ in apart)
    told: list[Compared] = []
    for code, judge in enumerate(judges):
        own = scored & ~proof & (rows.judge == code)
        for against, answers in settled.items():
            number = int(np.isin(rows.answer[own], answers).sum())
            if number:
                told.append(Compared(judge, against, number, of_judge[judge, against]))
    return tuple(told)


def from_records(found: Iterable[Disagreement]) -> tuple[Listed, ...]:
    """Disagreements that were found in whole records, as they are listed."""
    return tuple(
        Listed(
            -1, each.task, each.case, each.kind, each.judge, each.score,
            each.against, each.other, each.other_score, each.role, each.settled,
        )
        for each in found
    )  # fmt: skip


def _kind(columns: Columns, answer: int) -> str:
    refused = int(columns.answers.outcome[answer]) == tuple(Outcome).index(Outcome.REFUSAL)
    if columns.sorting is None:
        return DifferenceKind.REFUSAL if refused else UNSORTED
    kind = columns.values[Dimension.KIND][int(columns.sorting.kind[answer])]
    if kind == NONE:
        return DifferenceKind.REFUSAL if refused else DifferenceKind.WORDING
    return kind


def _task(columns: Columns, answer: int) -> str:
    return bytes(columns.answers.task.item(answer)).decode()


def _case(columns: Columns, answer: int) -> str:
    return columns.cases.id[int(columns.questions.case[int(columns.answers.question[answer])])]
