"""What a gate asks of the judges: that they qualified, by what a challenge found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import msgspec
import numpy as np

from jurist.alignment.challenge.results import CoverageResult, TotalResult
from jurist.analysis.bounded import proportion
from jurist.analysis.gating import Criterion, Decision
from jurist.analysis.levels import LEVEL
from jurist.analysis.qualifying import Demands, fitted, operator_p_values
from jurist.errors import InputError


class ErrorCounts(Protocol):
    """How often a judge was wrong on one kind of certified change."""

    @property
    def operator(self) -> str:
        """The kind of change."""
        ...

    @property
    def errors(self) -> int:
        """How often it was wrong, or gave no score."""
        ...

    @property
    def trials(self) -> int:
        """How often it was asked."""
        ...


class Challenged(Protocol):
    """The part of a challenge that a gate reads: of a `ChallengeResult`, or of its file."""

    @property
    def judge(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> str:
        """Digest of all that shapes the judge."""
        ...

    @property
    def open(self) -> int:
        """Items not judged yet: the challenge was interrupted."""
        ...

    @property
    def demands(self) -> Demands:
        """What it was held against."""
        ...

    @property
    def total(self) -> TotalResult:
        """Its errors on all items."""
        ...

    @property
    def coverage(self) -> Sequence[CoverageResult]:
        """Which kinds of change were tested."""
        ...

    @property
    def operators(self) -> Sequence[ErrorCounts]:
        """Its errors on each kind of change."""
        ...


class OperatorErrors(msgspec.Struct, frozen=True):
    """An operator of a challenge's file."""

    operator: str
    errors: int
    trials: int


class ChallengeErrors(msgspec.Struct, frozen=True):
    """The part of a challenge's file that a gate reads."""

    judge: str
    version: str
    open: int
    demands: Demands
    total: TotalResult
    coverage: tuple[CoverageResult, ...]
    operators: tuple[OperatorErrors, ...]


def read_challenge(text: str, *, where: str) -> tuple[ChallengeErrors, ...]:
    """Read what `jurist challenge --out` wrote, or a list of such.

    Raises:
        InputError: It has another form, or counts that cannot be.
    """
    kind = tuple[ChallengeErrors, ...] if text.lstrip()[:1] == "[" else ChallengeErrors
    try:
        read = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise InputError(
            str(error),
            expected="a file that `jurist challenge ... --out FILE` wrote",
            fix="make it again: jurist challenge ... --out FILE",
            where=where,
        ) from None
    challenges = read if isinstance(read, tuple) else (read,)
    for challenge in challenges:
        for each in challenge.operators:
            if not 0 <= each.errors <= each.trials:
                raise InputError(
                    f"{each.operator!r} has {each.errors} errors in {each.trials} trials",
                    expected="at most as many errors as trials",
                    fix="make the file again: jurist challenge ... --out FILE",
                    where=where,
                )
    return challenges


def require_challenged(
    challenges: Iterable[Challenged], versions: Mapping[str, Iterable[str]]
) -> None:
    """Refuse results of other judges than those that scored the run.

    Args:
        challenges: Of judges.
        versions: By judge of the run, its versions; none where the run does not know them.

    Raises:
        InputError: Names the judge that is another one.
    """
    for each in challenges:
        if each.judge not in versions:
            raise InputError(
                f"the run was not judged by {each.judge!r}, which was challenged",
                expected=f"a challenge of {', '.join(versions)}",
            )
        known = set(versions[each.judge])
        if each.version and known and each.version not in known:
            raise InputError(
                f"the judge {each.judge!r} was challenged with another prompt, model or option",
                expected="the very judge that scored the run",
                fix="challenge it again, or say --allow-different",
            )


def judge_criteria(limit: float, challenges: Sequence[Challenged]) -> Iterator[Criterion]:
    """Whether each judge qualifies, with `limit` as what no operator may be significantly above.

    That the total error is small has to be shown, at most as the challenge demanded; an operator
    fails on evidence alone, and passes where enough of them were tested.
    """
    for judged in challenges:
        total = judged.total
        yield Criterion(
            "total error of the judge",
            judged.judge,
            total.rate,
            judged.demands.max_error,
            total.decision,
            p_fail=total.p_value,
            p_fail_adjusted=total.p_value,
        )
        yield _worst_operator(limit, judged)


def _worst_operator(limit: float, judged: Challenged) -> Criterion:
    demands = fitted(replace(judged.demands, max_operator_error=limit), len(judged.operators))
    counts = np.asarray([(each.errors, each.trials) for each in judged.operators]).reshape(-1, 2)
    errors, trials = counts.T.astype(np.float64)
    p_values = np.nan_to_num(operator_p_values(errors, trials, demands), nan=1.0)
    above = [each for each, p in zip(judged.operators, p_values, strict=True) if p <= LEVEL]
    worst = judged.operators[int(np.lexsort((-errors / np.maximum(trials, 1), p_values))[0])]
    few = [each for each in judged.coverage if each.decision is not Decision.PASS]
    decision = Decision.NOT_ENOUGH_DATA if few else Decision.PASS
    notes = [
        f"{len(each.untested)} of {each.operators} kinds of {each.language} had too few items, "
        f"{each.allowed} may"
        for each in few
    ]
    if above:
        notes.append(f"significantly above: {', '.join(each.operator for each in above)}")
    p_fail = float(p_values.min())
    return Criterion(
        "errors on one kind of mistake",
        f"{worst.operator}, by {judged.judge}",
        proportion(worst.errors, worst.trials),
        limit,
        Decision.FAIL if above else decision,
        p_fail=p_fail,
        p_fail_adjusted=p_fail,
        note="; ".join(notes),
    )
