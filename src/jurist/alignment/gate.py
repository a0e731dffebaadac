"""Whether a run is good enough to ship, against a baseline and absolute limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from jurist.analysis.contrasts import System, contrasts
from jurist.analysis.gating import Criterion, at_least, at_most
from jurist.analysis.intervals import clustered_share, proportion
from jurist.analysis.scores import ScoreTable
from jurist.errors import InputError


@dataclass(frozen=True, slots=True)
class Limits:
    """What has to hold; `None`: not asked.

    `max_drop` in points of mean score, the others as shares from 0 to 1.
    """

    max_drop: float | None = None
    min_proved_right: float | None = None
    max_worst_operator: float | None = None


class OperatorErrors(msgspec.Struct, frozen=True):
    """How often a judge was wrong on one kind of certified change."""

    operator: str
    errors: int
    trials: int


class ChallengeErrors(msgspec.Struct, frozen=True):
    """The part of a challenge's JSON that a gate reads."""

    judge: str
    operators: tuple[OperatorErrors, ...]
    version: str = ""
    """Digest of all that shapes the judge; empty: not known."""
    open: int = 0
    """Items not judged yet: the challenge was interrupted."""


def read_challenge(text: str, *, where: str) -> tuple[ChallengeErrors, ...]:
    """Read `{"judge", "operators": [{"operator", "errors", "trials"}]}`, or a list of such.

    Raises:
        InputError: It has another form, or counts that cannot be.
    """
    kind = tuple[ChallengeErrors, ...] if text.lstrip()[:1] == "[" else ChallengeErrors
    try:
        read = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise InputError(
            str(error),
            expected='{"judge", "operators": [{"operator", "errors", "trials"}, ...]}',
            fix="write it with `jurist challenge ... --out FILE`",
            where=where,
        ) from None
    found = read if isinstance(read, tuple) else (read,)
    for challenge in found:
        if challenge.open:
            raise InputError(
                f"the challenge of {challenge.judge!r} was interrupted, {challenge.open} items "
                "are open",
                expected="a challenge that was run to its end",
                fix="run the same `jurist challenge` again: it goes on where it was",
                where=where,
            )
        for each in challenge.operators:
            if not 0 <= each.errors <= each.trials:
                raise InputError(
                    f"{each.operator!r} has {each.errors} errors in {each.trials} trials",
                    expected="at most as many errors as trials",
                    fix="make the file again: jurist challenge ... --out FILE",
                    where=where,
                )
    return found


def require_challenged(
    challenges: Iterable[ChallengeErrors], versions: Mapping[str, Iterable[str]], *, where: str
) -> None:
    """Refuse results of other judges than those that scored the run.

    Args:
        challenges: What was read.
        versions: By judge of the run, its versions; none where the run does not know them.
        where: The challenge's file.

    Raises:
        InputError: Names the judge that is another one.
    """
    for each in challenges:
        if each.judge not in versions:
            raise InputError(
                f"the run was not judged by {each.judge!r}",
                expected=f"a challenge of {', '.join(versions)}",
                where=where,
            )
        known = set(versions[each.judge])
        if each.version and known and each.version not in known:
            raise InputError(
                f"the judge {each.judge!r} was challenged with another prompt, model or option",
                expected="the very judge that scored the run",
                fix="challenge it again, or say --allow-different",
                where=where,
            )


def criteria_of(
    limits: Limits,
    run: ScoreTable,
    baseline: ScoreTable,
    *,
    generators: Sequence[str],
    judges: Sequence[str],
    challenge: Sequence[ChallengeErrors] = (),
) -> tuple[Criterion, ...]:
    """Decide every criterion.

    Args:
        limits: What has to hold.
        run: Scores of the run that wants to pass.
        baseline: Scores of the run that it is held against.
        generators: Who must pass; each must be in both runs.
        judges: Under whose scores.
        challenge: Results of challenging the judges.
    """
    return (
        *_drops(limits, run, baseline, generators, judges),
        *_proved(limits, run, generators, judges),
        *_operators(limits, challenge),
    )


def _drops(
    limits: Limits,
    run: ScoreTable,
    baseline: ScoreTable,
    generators: Sequence[str],
    judges: Sequence[str],
) -> Iterator[Criterion]:
    if limits.max_drop is None:
        return
    tables = {"baseline": baseline, "run": run}
    pairs = [(System("baseline", name), System("run", name)) for name in generators]
    for each in contrasts(tables, pairs, judges):
        yield at_least(
            -limits.max_drop,
            name="change of the mean score",
            subject=f"{each.second.generator}, by {each.judge}",
            estimate=each.difference.estimate,
        )


def _proved(
    limits: Limits, table: ScoreTable, generators: Sequence[str], judges: Sequence[str]
) -> Iterator[Criterion]:
    if limits.min_proved_right is None:
        return
    for generator in generators:
        rows = np.concatenate([table.rows(generator=generator, judge=judge) for judge in judges])
        _, answers = np.unique(table.task[rows], return_inverse=True)
        right = (np.bincount(answers, weights=table.right[rows]) > 0).astype(np.float64)
        clusters = np.zeros(len(right), dtype=np.int64)
        clusters[answers] = table.cluster[rows]
        yield at_least(
            limits.min_proved_right,
            name="share proved right",
            subject=generator,
            estimate=clustered_share(right, clusters),
        )


def _operators(limits: Limits, challenge: Sequence[ChallengeErrors]) -> Iterator[Criterion]:
    if limits.max_worst_operator is None:
        return
    for judged in challenge:
        rates = [(each, proportion(each.errors, each.trials)) for each in judged.operators]
        tried = [pair for pair in rates if pair[0].trials]
        if not tried:
            continue
        worst, _ = max(tried, key=lambda pair: (pair[1].value, pair[1].low))
        for each, estimate in tried:
            criterion = at_most(
                limits.max_worst_operator,
                name="errors on one kind of mistake",
                subject=f"{each.operator}, by {judged.judge}",
                estimate=estimate,
            )
            if each is worst or criterion.decision != "pass":
                yield criterion
