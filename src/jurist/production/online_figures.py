"""What was judged as it came, estimated for all that came: by way, judge, version and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jurist.analysis.bounded import SCORES, SHARES, bounded_mean
from jurist.analysis.intervals import Estimate
from jurist.analysis.tables import cluster_indices
from jurist.records import Relation, Verdict
from jurist.store.online_verdicts import State, Watched, Way

_RIGHT = (Relation.EQUIVALENT, Relation.REFINES)


class By(StrEnum):
    """What rows are made for beside way, judge and system."""

    VERSION = "version"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """The answers of one version, on a day or on all, judged in one way by one judge.

    Estimates are for all `answers`: each judged one counts as many times as it stands for
    (the inverse of the chance that it was drawn with, Horvitz & Thompson 1952). They are the
    judge's own: of a model nothing corrects them, its card says how it errs.
    """

    way: Way
    judge: str
    judge_version: str
    system: str
    version: str
    day: str
    """Empty: all days."""
    newest: str
    """The last day on which one of them began."""
    answers: int
    """That were due; those of other judges too."""
    drawn: int
    judged: int
    """By this judge."""
    scored: int
    waiting: int
    """Drawn and not judged yet: while there are some, the estimates are not of all."""
    mean: Estimate
    """Score, 1 to 5."""
    right: Estimate
    """Share proved right, of what was saved; of a model's scores the share of 4 and more."""
    bounds: tuple[float, float]
    """What that share could be had all without a score, and all that wait, been wrong or right."""
    corrected: bool
    """Whether the figures need no correction: a proof does not err as a model does."""


def online_rows(
    watched: Iterable[Watched], by: By, *, pass_score: float = 4.0
) -> tuple[OnlineRow, ...]:
    """The rows, saved answers first, the newest version and day last.

    Args:
        watched: All attempts that were due; see `watched`.
        by: What rows are made for.
        pass_score: From which score on an answer counts as right without a saved query.
    """
    groups: dict[tuple[Way, str, str, str], list[Watched]] = {}
    for each in watched:
        day = each.day if by is By.DAY else ""
        key = each.way, each.attempt.system, each.attempt.version, day
        groups.setdefault(key, []).append(each)
    rows: list[OnlineRow] = []
    for key in sorted(groups):
        members = groups[key]
        judges = dict.fromkeys(
            (each.judge, each.judge_version) for each in members if each.state is State.JUDGED
        )
        rows += [_row(key, judge, members, pass_score) for judge in judges or [("", "")]]
    return tuple(rows)


def _row(
    key: tuple[Way, str, str, str],
    judge: tuple[str, str],
    members: list[Watched],
    pass_score: float,
) -> OnlineRow:
    way, system, version, day = key
    drawn = [each for each in members if each.state is not State.LEFT_OUT]
    judged = [each for each in drawn if (each.judge, each.judge_version) == judge]
    judged = [each for each in judged if each.state is State.JUDGED]
    scored = [(each, each.verdict) for each in judged if each.verdict is not None]
    scored = [(each, said) for each, said in scored if said.score is not None]
    scores = np.array([said.score or 0.0 for _, said in scored], dtype=np.float64)
    right = np.array([_right(way, said, pass_score) for _, said in scored], dtype=np.float64)
    weights = np.array([1 / each.chance for each, _ in scored], dtype=np.float64)
    clusters, _ = cluster_indices([each.attempt.cluster for each, _ in scored])
    waiting = sum(each.state is State.OPEN for each in drawn)
    missing = sum(1 / each.chance for each in judged) - float(weights.sum())
    missing += sum(1 / each.chance for each in drawn if each.state is State.OPEN)
    total = float(weights.sum()) + missing
    certain = float((weights * right).sum())
    return OnlineRow(
        way,
        *judge,
        system,
        version,
        day,
        max(each.day for each in members),
        len(members),
        len(drawn),
        len(judged),
        len(scored),
        waiting,
        bounded_mean(scores, clusters, scale=SCORES, weights=weights),
        bounded_mean(right, clusters, scale=SHARES, weights=weights),
        (certain / total, (certain + missing) / total) if total else (0.0, 1.0),
        way is Way.SAVED,
    )


def _right(way: Way, said: Verdict, pass_score: float) -> bool:
    if way is Way.SAVED:
        return said.evidence is not None and said.evidence.relation in _RIGHT
    return (said.score or 0.0) >= pass_score
