"""Whether what people ask has moved away from what a system is evaluated on, week by week.

A week is that of its Monday in UTC. One question a person (an account, where the log tells it)
and week counts, and one a case: what hangs together tells less than it seems to. Weeks are
corrected for as many looks as a year has, so that an alarm in any of them is false with the
stated chance however many of them are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from jurist.analysis.drift import LEAST, Drift, drift
from jurist.analysis.levels import CONFIDENCE
from jurist.errors import InputError
from jurist.records import Case, Origin
from jurist.store.interactions import Interaction

LOOKS: Final = 52
"""That one chance of a false alarm is spread over: a year of weeks."""
_ORDER: Final = (Origin.REAL, Origin.AUTHORED, Origin.SYNTHETIC)


@dataclass(frozen=True, slots=True)
class Week:
    """What was asked in a week, beside what the system was evaluated on."""

    begins: str
    """Its Monday, as a date."""
    asked: int
    """Questions in all."""
    people: int
    """Whose: so many were compared, if not more than `analysis.drift.MOST`."""
    complete: bool
    """Whether the log goes beyond its end."""
    found: Drift | None
    """`None`: too few people."""

    @property
    def p_adjusted(self) -> float:
        """Corrected for `LOOKS`; 1 where nothing was tested."""
        return 1.0 if self.found is None else min(1.0, LOOKS * self.found.p_value)

    @property
    def moved(self) -> bool:
        """Whether the mix of questions is shown to be another one."""
        return self.p_adjusted <= 1 - CONFIDENCE


@dataclass(frozen=True, slots=True)
class WeeklyDrift:
    """The weeks of a log, the oldest first."""

    cases: int
    """That the weeks are held against."""
    weeks: tuple[Week, ...]
    undated: int
    """Attempts that are in no week, or have no question."""

    @property
    def newest(self) -> Week | None:
        """The last complete week, by which a gate decides."""
        return next((week for week in reversed(self.weeks) if week.complete), None)


def questions_of_cases(cases: Iterable[Case]) -> list[str]:
    """One question a case: a real one where there is one, else an authored one.

    Raises:
        InputError: Too few cases have one.
    """
    texts = [
        min(case.questions, key=lambda each: (_ORDER.index(each.origin), each.id)).text
        for case in cases
        if case.questions
    ]
    refuse_few(len(texts))
    return texts


def refuse_few(cases: int) -> None:
    """Raise `InputError` where there are too few cases with questions to compare with."""
    if cases < LEAST:
        raise InputError(
            f"{cases} cases have a question",
            expected=f"at least {LEAST}, to compare what people ask with",
            fix="name more cases, or a run that asked more",
        )


def weekly_drift(
    evaluated: list[str],
    attempts: Iterable[Interaction],
    *,
    weeks: int = LOOKS,
    seed: int = 0,
    advance: Callable[[int, int], None],
) -> WeeklyDrift:
    """Hold the questions of each week against those that a system is evaluated on.

    Args:
        evaluated: One question a case.
        attempts: What happened; see `interactions`.
        weeks: Only the last so many.
        seed: Of draws, folds and permutations.
        advance: Told after each week how many are done, and of how many.
    """
    asked: dict[datetime, dict[str, tuple[bytes, str]]] = {}
    counts: dict[datetime, int] = {}
    undated, end = 0, 0
    for told in attempts:
        end = max(end, told.seen_at or 0, told.began_at or 0)
        if told.began_at is None or not (told.question or "").strip():
            undated += 1
            continue
        begins = monday_of(told.began_at)
        counts[begins] = counts.get(begins, 0) + 1
        of_week = asked.setdefault(begins, {})
        mine = blake2b(told.key.encode(), digest_size=8).digest(), told.question or ""
        of_week[told.cluster] = min(of_week.get(told.cluster, mine), mine)
    chosen = sorted(asked)[-weeks:]
    found: list[Week] = []
    for begins in chosen:
        found.append(_week(begins, counts[begins], asked[begins], evaluated, end, seed))
        advance(len(found), len(chosen))
    return WeeklyDrift(len(evaluated), tuple(found), undated)


def _week(
    begins: datetime,
    asked: int,
    of_week: Mapping[str, tuple[bytes, str]],
    evaluated: list[str],
    end: int,
    seed: int,
) -> Week:
    texts = [of_week[person][1] for person in sorted(of_week)]
    enough = min(len(texts), len(evaluated)) >= LEAST
    return Week(
        begins.date().isoformat(),
        asked,
        len(texts),
        end >= (begins + timedelta(days=7)).timestamp() * 1000,
        drift(evaluated, texts, seed=seed) if enough else None,
    )


def monday_of(moment: int) -> datetime:
    """The beginning of the week of a moment in milliseconds since 1970, in UTC."""
    day = datetime.fromtimestamp(moment / 1000, UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return day - timedelta(days=day.weekday())
