"""Judging what comes, as it comes: drawn by known chances, within a budget a day, resumable.

Saved answers are judged by proof, against what was saved. Where nothing was saved for a while, a
judge that needs no reference rules on the answer. The two are different questions, asked about
different answers, and no figure mixes them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import Final

from jurist.errors import BudgetExceeded, InputError
from jurist.event_loops import run_to_end
from jurist.evidence.reading import read_query
from jurist.evidence.verdicts import NO_QUERY
from jurist.interrupts import listening
from jurist.models import BudgetLimits
from jurist.production.following import Following
from jurist.records import Candidate, Case, Failure, FailureKind, Origin, Question, Verdict
from jurist.roles.foreign import outcome_of
from jurist.roles.llm.styles import Style
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Judge
from jurist.runs.plan import Cast, Plan, plan
from jurist.runs.reaching import reach_models_for, sketch
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.interactions import Interaction
from jurist.store.lock import hold_run
from jurist.store.online_verdicts import (
    Draws,
    Way,
    count_open,
    draw_due,
    keep_verdict,
    open_attempts,
)

_AT_ONCE: Final = 32
_PASSING: Final = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMEOUT})
"""Failures of a model after which the same answer is judged later."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How what comes is drawn and judged."""

    study: StudyFile
    """Whose dataset says what queries may name, and whose judges rule."""
    dataset: str | None
    """`None`: the study's only one."""
    rate: float
    """The chance with which each attempt is judged, above 0, at most 1."""
    limits: BudgetLimits
    """What models may cost in a day."""
    zone: tzinfo
    """Of days."""
    patience_s: float
    """How long nothing must have been saved for an answer to be judged without a reference."""

    def day(self, moment: int) -> str:
        """The day of a moment in milliseconds since 1970."""
        return datetime.fromtimestamp(moment / 1000, self.zone).date().isoformat()


@dataclass(slots=True)
class Progress:
    """What this process has done, and what is left."""

    drawn: int = 0
    """Attempts that were looked at."""
    judged: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    failed: int = 0
    """Verdicts without a score, for another reason than that nothing is certain."""
    waiting: Mapping[Way, int] = field(default_factory=dict[Way, int])
    """Drawn and not judged yet."""
    exhausted: str = ""
    """The day whose budget is used up."""
    unreachable: str = ""
    """Why the model could not be reached the last time."""
    began: float = field(default_factory=time.monotonic)

    @property
    def rate_words(self) -> str:
        """How many verdicts a minute were given since this process began."""
        minutes = max(1.0, time.monotonic() - self.began) / 60
        return f"{sum(self.judged.values()) / minutes:.0f} a minute"


def is_drawn(key: str, way: Way, rate: float) -> bool:
    """Whether an attempt is judged: by a digest of its key, so always the same.

    Who is drawn at a rate is drawn at every higher one too.
    """
    digest = blake2b(f"{way.value} {key}".encode(), digest_size=8, person=b"online").digest()
    return int.from_bytes(digest) < rate * 2**64


def account_of(day: str) -> str:
    """The account in the ledger that a day's calls are drawn from."""
    return f"production {day}"


class Watcher:
    """Draws and judges what is in a store; one at a time on a store in a file.

    Args:
        store: Where attempts are.
        terms: How they are drawn and judged.
        pool: Where proofs are computed.
        clock: The time in milliseconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        terms: Terms,
        pool: ProofPool,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._store, self._terms, self._pool, self._clock = store, terms, pool, clock
        self._exhausted = ""
        self.progress = Progress()
        cast = cast_of(sketch(terms.study), terms)
        self._workspace = cast.dataset.workspace
        self._free = free_judge_of(cast, terms.study)

    @property
    def free_judge(self) -> str | None:
        """The name of the judge that needs no reference, if the study has one."""
        return self._free

    async def look(self, stop: asyncio.Event) -> int:
        """Draw what came to be due, and judge what is open; how many verdicts were given."""
        terms, now = self._terms, self._clock()
        for way in Way:
            if way is Way.SAVED or self._free is not None:
                draws = Draws(
                    lambda key, way=way: is_drawn(key, way, terms.rate), terms.rate, terms.day
                )
                before = now - round(terms.patience_s * 1000)
                self.progress.drawn += await asyncio.to_thread(
                    draw_due, self._store, way, draws, before=before
                )
        before = sum(self.progress.judged.values())
        await self._judge_saved(stop)
        if self._free is not None and self._exhausted != terms.day(self._clock()):
            await self._judge_unsaved(self._free, stop)
        self.progress.waiting = await asyncio.to_thread(count_open, self._store)
        return sum(self.progress.judged.values()) - before

    async def _judge_saved(self, stop: asyncio.Event) -> None:
        judge = ProofJudge(pool=self._pool, language=self._workspace.language)
        await self._judge(Way.SAVED, judge, stop, until="")

    async def _judge_unsaved(self, name: str, stop: asyncio.Event) -> None:
        """With the rest of today's budget; what a day does not hold waits for the next."""
        day = self._terms.day(self._clock())
        if not await asyncio.to_thread(open_attempts, self._store, Way.UNSAVED, 1):
            return
        async with _judge_of_day(self._store, self._terms, self._pool, name, day) as judge:
            await self._judge(Way.UNSAVED, judge, stop, until=day)

    async def _judge(self, way: Way, judge: Judge, stop: asyncio.Event, *, until: str) -> None:
        """Judge all that is open, a few at once, until a day is over that is named."""
        while not stop.is_set() and (not until or self._terms.day(self._clock()) == until):
            attempts = await asyncio.to_thread(open_attempts, self._store, way, _AT_ONCE)
            outcomes = await asyncio.gather(
                *(self._ruled(way, judge, each) for each in attempts), return_exceptions=True
            )
            kept = 0
            for attempt, outcome in zip(attempts, outcomes, strict=True):
                if isinstance(outcome, BudgetExceeded):
                    self._exhausted = self.progress.exhausted = until
                elif isinstance(outcome, BaseException):
                    raise outcome
                elif outcome.unscored is not None and outcome.unscored.kind in _PASSING:
                    self.progress.unreachable = outcome.unscored.reason
                else:
                    await asyncio.to_thread(
                        keep_verdict,
                        self._store,
                        attempt,
                        way,
                        outcome,
                        judge.version,
                        at=self._clock(),
                    )
                    kept += 1
                    self.progress.judged[way] += 1
                    self.progress.failed += (
                        outcome.unscored is not None
                        and outcome.unscored.kind is not FailureKind.UNDECIDED
                    )
            if kept < len(attempts) or not attempts:
                return

    async def _ruled(self, way: Way, judge: Judge, attempt: Interaction) -> Verdict:
        """A verdict on an attempt's answer."""
        answer = attempt.answer or ""
        if way is Way.UNSAVED:
            read = read_query(self._workspace.language, answer, self._workspace.schema)
            if isinstance(read, str):  # so no judge need be asked, as in a run
                return Verdict(judge.name, 1.0, NO_QUERY + read)
        # A judge that needs none reads no reference: the answer stands there for form.
        reference = attempt.saved if way is Way.SAVED else answer
        question = Question("asked", attempt.question or "", Origin.REAL)
        given = Candidate(query=answer)
        asked = judge.judge(question, Case("asked", reference), given, self._workspace)
        ruled = await outcome_of(judge, asked)
        failed = isinstance(ruled, Failure)
        return Verdict(judge.name, None, unscored=ruled) if failed else ruled


def cast_of(made: Plan, terms: Terms) -> Cast:
    """The dataset that is meant, with its roles.

    Raises:
        InputError: The study has no such dataset, or several and none is named.
    """
    casts = made.casts
    name = terms.dataset or (next(iter(casts)) if len(casts) == 1 else "")
    if name not in casts:
        raise InputError(
            f"the study has no dataset {name!r}" if name else "the study has several datasets",
            expected=f"one of {', '.join(casts)}",
            fix="say which: --dataset NAME",
        )
    return casts[name]


def free_judge_of(cast: Cast, study: StudyFile) -> str | None:
    """The name of the study's judge that needs no reference; `None` where it has none.

    Raises:
        InputError: It has several.
    """
    named = zip(study.roles.judges, cast.judges, strict=True)
    free = [
        name
        for spec, name in named
        if spec.kind == "llm" and spec.options.get("style") == Style.REFERENCE_FREE
    ]
    if len(free) > 1:
        raise InputError(
            f"the study has several judges that need no reference: {', '.join(free)}",
            expected="one, so that each answer is judged once",
            fix="leave the others out",
        )
    return free[0] if free else None


@asynccontextmanager
async def _judge_of_day(
    store: Store, terms: Terms, pool: ProofPool, name: str, day: str
) -> AsyncGenerator[Judge]:
    """The judge that needs no reference, with what is left of a day's budget."""
    async with AsyncExitStack() as stack:
        reached = reach_models_for(terms.study, store, terms.limits, account_of(day))
        models = await stack.enter_async_context(reached)
        cast = cast_of(plan(terms.study, pool=pool, models=models), terms)
        yield cast.judges[name]


def watch_store(
    store: Store,
    terms: Terms,
    following: Following,
    tell: Callable[[Progress], None],
    *,
    every_s: float,
    once: bool,
    workers: int | None = None,
) -> Progress:
    """Read logs and judge what comes, until Ctrl-C; what `jurist production watch` does.

    Args:
        store: Where all is kept.
        terms: How attempts are drawn and judged.
        following: The logs.
        tell: Is given the progress after each look.
        every_s: Seconds between looks.
        once: End once nothing is left that can be judged now.
        workers: Processes for proofs; `None`: one a core.

    Raises:
        InputError: The study's roles cannot be used, or a model has no budget.
        StoreError: Another process watches this store.
    """

    async def work() -> Progress:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        with hold_run(store, "production watch"):
            async with ProofPool(workers) as pool:
                watcher = Watcher(store, terms, pool)
                if watcher.free_judge is not None and terms.limits == BudgetLimits():
                    raise InputError(
                        f"the judge {watcher.free_judge!r} calls a model, without a budget",
                        expected="what it may cost in a day",
                        fix="say --budget-usd 5, --budget-tokens or --budget-calls",
                    )
                with listening(lambda: loop.call_soon_threadsafe(stop.set)):
                    while not stop.is_set():
                        read = await asyncio.to_thread(following.look)
                        given = await watcher.look(stop)
                        tell(watcher.progress)
                        if once and not read and not given:
                            break
                        if not once:
                            with suppress(TimeoutError):
                                await asyncio.wait_for(stop.wait(), every_s)
                return watcher.progress

    return run_to_end(work)
