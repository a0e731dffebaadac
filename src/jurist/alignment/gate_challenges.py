"""What a gate reads of challenges: their files, whether they are of the run's judges, criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from jurist.analysis.bounded import proportion
from jurist.analysis.gating import Criterion, at_most
from jurist.errors import InputError


class ErrorCounts(Protocol):
    """How often a judge was wrong on one kind of certified change."""

    @property
    def operator(self) -> str:
        """The kind of change."""
        ...

    @property
    def errors(self) -> int:
        """How often it was wrong."""
        ...

    @property
    def trials(self) -> int:
        """How often it ruled."""
        ...


class Challenged(Protocol):
    """The part of a challenge that a gate reads: of a `ChallengeResult`, or of its file."""

    @property
    def judge(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> str:
        """Digest of all that shapes the judge; empty: not known."""
        ...

    @property
    def open(self) -> int:
        """Items not judged yet: the challenge was interrupted."""
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
    operators: tuple[OperatorErrors, ...]
    version: str = ""
    open: int = 0


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


def operator_criteria(limit: float, challenges: Sequence[Challenged]) -> Iterator[Criterion]:
    """Whether each judge errs on no kind of mistake more often than `limit`."""
    for judged in challenges:
        rates = [(each, proportion(each.errors, each.trials)) for each in judged.operators]
        tried = [pair for pair in rates if pair[0].trials]
        if not tried:
            continue
        worst, _ = max(tried, key=lambda pair: (pair[1].value, pair[1].low))
        for each, estimate in tried:
            criterion = at_most(
                limit,
                name="errors on one kind of mistake",
                subject=f"{each.operator}, by {judged.judge}",
                estimate=estimate,
            )
            if each is worst or criterion.decision != "pass":
                yield criterion
