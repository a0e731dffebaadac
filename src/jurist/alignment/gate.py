"""Whether a run is good enough to ship, against a baseline and absolute limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np

from jurist.alignment.choosing import choose_names
from jurist.alignment.comparable import versions_of
from jurist.alignment.comparing import read_tables
from jurist.analysis.bounded import SHARES, bounded_mean, proportion
from jurist.analysis.contrasts import System, contrasts
from jurist.analysis.gating import Criterion, Decision, at_least, at_most, overall
from jurist.analysis.scores import ScoreTable
from jurist.errors import InputError
from jurist.runs.study import Gate
from jurist.store import Store


@dataclass(frozen=True, slots=True)
class Limits:
    """What has to hold; `None`: not asked.

    `max_drop` in points of mean score, the others as shares from 0 to 1.
    """

    max_drop: float | None = None
    min_proved_right: float | None = None
    max_worst_operator: float | None = None

    def or_else(self, said: Gate) -> Limits:
        """These limits, and those of a study's section `gate` where there is none."""
        worst = self.max_worst_operator
        return Limits(
            said.max_drop if self.max_drop is None else self.max_drop,
            said.min_proved_right if self.min_proved_right is None else self.min_proved_right,
            said.max_worst_operator if worst is None else worst,
        )


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


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a run may pass, and what that follows from."""

    decision: Decision
    criteria: tuple[Criterion, ...]
    notes: tuple[str, ...]
    """What differs between the runs although they are compared."""


def decide_gate(
    store: Store,
    run: str,
    baseline: str,
    limits: Limits,
    *,
    challenges: Sequence[Challenged] = (),
    generators: Sequence[str] = (),
    judges: Sequence[str] = (),
    allow_different: bool = False,
) -> GateResult:
    """Decide whether a change may pass; what `jurist gate` does.

    Args:
        store: Where both runs are kept.
        run: The run that wants to pass: its id, how it begins, or its study's name.
        baseline: The run that it is held against.
        limits: What has to hold; see `Limits.or_else` for a study's.
        challenges: Of the judges, where the worst operator is limited: `ChallengeResult`s, or from
            `read_challenge`.
        generators: Who must pass; all of the run where none is named.
        judges: Under whose scores; all that both runs have where none is named.
        allow_different: Decide although judges or data differ, and note what does.

    Raises:
        InputError: Nothing is limited, a challenge is missing or of another judge, or the runs
            are not comparable.
    """
    refuse_undecidable(limits, challenges)
    read = read_tables(store, [baseline, run], allow_different=allow_different)
    (_, before), (identity, after) = read.tables.items()
    if not allow_different:
        require_challenged(challenges, versions_of(store, identity))
    chosen = choose_names(generators, after.generators, "generator")
    for name in chosen:
        if limits.max_drop is not None and name not in before.generators:
            raise InputError(
                f"the baseline has no generator {name!r}",
                expected=f"one of {', '.join(before.generators)}",
                fix="name the same generators in both studies, or say --generator",
            )
    shared = [name for name in after.judges if name in before.judges]
    criteria = criteria_of(
        limits,
        after,
        before,
        generators=chosen,
        judges=choose_names(judges, shared, "judge"),
        challenge=challenges,
    )
    return GateResult(overall(criteria), criteria, read.notes)


def refuse_undecidable(limits: Limits, challenges: Sequence[Challenged]) -> None:
    """Raise `InputError` where nothing is limited, or a challenge is missing or unfinished."""
    if limits == Limits():
        raise InputError(
            "no criterion is set, so everything would pass",
            expected="max_drop, min_proved_right or max_worst_operator",
            fix="say --max-drop 0.2, or name a study with a section `gate` by --study",
        )
    if limits.max_worst_operator is not None and not challenges:
        raise InputError(
            "max_worst_operator needs the result of a challenge",
            expected="a file that `jurist challenge --out` wrote",
            fix="jurist challenge ... --out challenge.json, then --challenge challenge.json",
        )
    for challenge in challenges:
        if challenge.open:
            raise InputError(
                f"the challenge of {challenge.judge!r} was interrupted, {challenge.open} items "
                "are open",
                expected="a challenge that was run to its end",
                fix="run the same challenge again: it goes on where it was",
            )


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


def criteria_of(
    limits: Limits,
    run: ScoreTable,
    baseline: ScoreTable,
    *,
    generators: Sequence[str],
    judges: Sequence[str],
    challenge: Sequence[Challenged] = (),
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
            estimate=bounded_mean(right, clusters, scale=SHARES),
        )


def _operators(limits: Limits, challenge: Sequence[Challenged]) -> Iterator[Criterion]:
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
