"""The service that judges: so many places, a deadline each, and verdicts that are remembered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from jurist.errors import InputError, InternalContradiction, ModelError
from jurist.languages.effort import STEPS, limited
from jurist.records import Failure, FailureKind, Verdict
from jurist.roles.foreign import outcome_of
from jurist.roles.offline.proof_pool import ProofPool, Rehearsal
from jurist.roles.protocols import Judge
from jurist.roles.spec import digest_of
from jurist.store import Store
from jurist.store.triples import triple_of
from jurist.web.judging.asking import Asking, Judged
from jurist.web.judging.figures import Figures
from jurist.web.judging.judges import Bench, seated_bench
from jurist.web.judging.remembered import Remembered
from jurist.web.judging.workspaces import Known, Workspaces
from jurist.web.problems import BusyError

WAITING: Final = 64
"""Requests that may wait; of more, each is told at once to come again."""
_REHEARSED: Final = ("event('Order Completed').count() > 1", "event('Order Completed').count() > 2")
_SHIPPED: Final = "shop"
_log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Judging:
    """The service. Used from one event loop."""

    bench: Bench
    workspaces: Workspaces
    pool: ProofPool
    kept_warm: int
    """Processes that are kept ready to prove; 0: each starts when it is needed."""
    figures: Figures = field(default_factory=Figures)
    remembered: Remembered = field(default_factory=Remembered)
    taken: int = 0
    """Places that are taken."""

    @property
    def places(self) -> int:
        """How many requests there may be at a time: those that are worked on, and those waiting."""
        return WAITING + self.pool.workers

    @property
    def waiting(self) -> int:
        """Requests for which nothing is done yet."""
        return max(0, self.taken - self.pool.workers)

    @property
    def is_warm(self) -> bool:
        """Whether a proof would begin at once."""
        return self.pool.ready >= self.kept_warm

    def require_place(self) -> None:
        """Raise `BusyError` where all places are taken."""
        if self.taken >= self.places:
            self.figures.refused += 1
            raise BusyError(self.places)

    @contextmanager
    def taken_place(self) -> Generator[None]:
        """A place for one request that was let in."""
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    @contextmanager
    def place(self) -> Generator[None]:
        """A place for one request.

        Raises:
            BusyError: All are taken.
        """
        self.require_place()
        with self.taken_place():
            yield

    async def workspace_of(self, asking: Asking, before: Known | None = None) -> Known:
        """The workspace of a triple, or that of the one before.

        Raises:
            InputError: It names none, or one that cannot be used.
        """
        if asking.workspace is not None:
            return await self.workspaces.find(asking.workspace)
        if before is None:
            raise InputError(
                "no workspace is named",
                expected="where the queries belong: a shipped workspace, a dataset or a schema",
                fix='add "workspace": "shop", or "workspace": {"schema": {...}}',
                where="workspace",
            )
        return before

    async def judge(self, asking: Asking, known: Known, started: float) -> Judged:
        """The verdict on a triple; by its deadline there is one, if only that there is none.

        Args:
            asking: The triple.
            known: Its workspace.
            started: When it came, by `perf_counter`.

        Raises:
            MissingError: There is no such judge.
            WorkerError: No process that proves can be started.
        """
        seated = self.bench.find(known.workspace.language.name, asking.judge)
        answered = asking.answered
        digest = known.workspace.schema.digest
        triple = triple_of(
            digest, asking.question, asking.reference, answered.query, answered.refusal
        )
        key = digest_of("verdicts", triple, asking.judge, seated.version)
        verdict = self.remembered.find(key)
        cached = verdict is not None
        if verdict is None:
            left_s = asking.timeout_ms / 1000 - (perf_counter() - started)
            verdict = await _by_deadline(seated.judge, asking, known, left_s)
            self.remembered.keep(key, verdict)
        ms = (perf_counter() - started) * 1000
        self.figures.count(asking.judge, verdict, ms, cached=cached)
        return Judged(verdict, known.told, cached, round(ms, 3), asking.id)


async def _by_deadline(judge: Judge, asking: Asking, known: Known, left_s: float) -> Verdict:
    verdict: Verdict | None = None
    try:
        with limited(STEPS, wall_s=left_s):
            async with asyncio.timeout(left_s):
                verdict = await _ruled(judge, asking, known)
    except TimeoutError:
        verdict = None
    late = verdict is None or (
        verdict.unscored is not None and verdict.unscored.kind is FailureKind.TIMEOUT
    )
    if verdict is None or (late and not verdict.members):
        reason = f"not decided within the {asking.timeout_ms:,} ms that the request allows"
        return Verdict(asking.judge, None, "", Failure(FailureKind.TIMEOUT, reason))
    return verdict


async def _ruled(judge: Judge, asking: Asking, known: Known) -> Verdict:
    """What a judge says; what goes wrong is a verdict without a score."""
    try:
        work = judge.judge(asking.asked, asking.case, asking.answered, known.workspace)
        ruled = await outcome_of(judge, work)
    except ModelError as error:
        ruled = error.failure
    except InternalContradiction as error:
        _log.error("two methods of ours disagree: %s", error)
        reason = f"a bug in Jurist: {str(error).partition(chr(10))[0]}"[:500]
        ruled = Failure(FailureKind.ERROR, reason)
    return Verdict(judge.name, None, unscored=ruled) if isinstance(ruled, Failure) else ruled


@asynccontextmanager
async def judging_service(
    store: Store, *, study: Path | None = None, provers: int = 0
) -> AsyncGenerator[Judging]:
    """The service, open as long as the block lasts.

    Args:
        store: Whose datasets may be named, and whose ledger keeps calls of models.
        study: A file whose judges are offered beside the proof.
        provers: Processes that are kept ready; 0: one a core, each started when it is needed.

    Raises:
        InputError: The study or one of its judges cannot be used.
    """
    workspaces = Workspaces(store)
    shop = await workspaces.find(_SHIPPED)
    rehearsal = Rehearsal(*_REHEARSED, shop.workspace) if provers else None
    async with (
        ProofPool(provers or None, batch=1, ahead=1, rehearsal=rehearsal) as pool,
        seated_bench(study, store, pool) as bench,
    ):
        if provers:
            pool.start()
        yield Judging(bench, workspaces, pool, provers)
