"""The lanes of a session: one a role, with how much of it is under way at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from jurist.errors import StudyError
from jurist.languages.texts import nearest_hint
from jurist.roles.border.behind import role_itself
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.own_sources import SaysSources
from jurist.roles.panels import Cascade, Panel
from jurist.roles.protocols import Role
from jurist.runs.plan import Plan
from jurist.store.queue import Claim, Stage

PAGE: Final = 500
"""Most tasks that are claimed at once."""
_SHARE: Final = 8
"""A large page is this part of what is open."""
_LEAST_COMMITTED: Final = 256
"""Quick tasks are committed so many at a time at least."""
_PAGE_S: Final = 2.0
"""A large page is what a lane does in so many seconds: they are less than a claim is held for."""
GIVEN_UP_AT: Final = 3
"""A task that was lost so often with its session is not tried again: but for the first time it was
alone there, and a session that is killed for another reason always hits some task."""


@dataclass(slots=True, eq=False)
class Lane:
    """The tasks of one role."""

    stage: Stage
    role: str
    window: int
    """So many are under way at once."""
    careful: bool
    """Whether what it does may end a session: then it counts how often a task was lost with one."""
    queue: asyncio.Queue[Claim | None]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    room: asyncio.Semaphore = field(init=False)
    """For tasks that are begun and not committed."""
    done: int = 0
    """So many were done since `since`."""
    since: float = field(default_factory=time.monotonic)
    pace: float = 0.0
    """Tasks a second from the claim before the last to the last; 0: none are known."""

    def __post_init__(self) -> None:
        self.room = asyncio.Semaphore(self.most_begun)

    @property
    def most_begun(self) -> int:
        """Most tasks that are being done, or are done and not committed."""
        return max(2 * self.window, _LEAST_COMMITTED)

    def page(self, open_: int) -> int:
        """How many tasks a session claims at once that shares the run with others.

        Two windows, or as many as are done soon: where tasks are quick (proofs, functions,
        replies that are known), claims are what is dear; calls take their time.

        Args:
            open_: So many of the stage are open: where there is little, others get their share.
        """
        soon = min(int(_PAGE_S * self.pace), open_ // _SHARE)
        return min(max(2 * self.window, soon), PAGE)

    def measure(self) -> None:
        """Measure the pace since this was called before, as the lane is to claim again."""
        now = time.monotonic()
        self.pace = self.done / max(now - self.since, 1e-6)
        self.done, self.since = 0, now


def lanes_of(plan: Plan, proofs: int) -> list[Lane]:
    """All lanes of a plan.

    Args:
        plan: The study with its roles.
        proofs: Proofs under way at once.
    """
    lanes: dict[tuple[Stage, str], Lane] = {}
    usual = plan.study.concurrency
    # A batch of calls takes hours: there nothing is done a few at a time.
    in_batches = plan.study.models.batch != "never"

    def add(stage: Stage, role: Role) -> None:
        window = max(usual, proofs) if isinstance(role, ProofJudge | Cascade) else usual
        careful = not in_batches and _may_end_a_session(role)
        lanes[stage, role.name] = Lane(stage, role.name, window, careful, asyncio.Queue(window))

    for cast in plan.casts.values():
        if cast.questions is not None:
            add(Stage.QUESTIONS, cast.questions)
        for generator in cast.generators.values():
            add(Stage.CANDIDATES, generator)
        for judge in cast.judges.values():
            add(Stage.VERDICTS, judge)
    return list(lanes.values())


@dataclass(frozen=True, slots=True)
class Share:
    """What of a run a session does."""

    lanes: tuple[Lane, ...]
    awaited: tuple[tuple[Stage, str | None], ...] = ()
    """Where tasks may be open that are its own, or that its own follow from; empty: anywhere."""


def share_of(lanes: Sequence[Lane], only: Sequence[str]) -> Share:
    """The lanes that a session does.

    Args:
        lanes: All of a run.
        only: Those it is to do, as `stage:role`, or `stage` for all roles of one; empty: all.

    Raises:
        StudyError: There is no such stage or role in the run.
    """
    if not only:
        return Share(tuple(lanes))
    chosen: dict[tuple[Stage, str], Lane] = {}
    for text in only:
        stage, _, role = text.partition(":")
        matching = [lane for lane in lanes if lane.stage == stage and role in ("", lane.role)]
        if not matching:
            known = ", ".join(f"{lane.stage}:{lane.role}" for lane in lanes)
            raise StudyError(
                f"nothing in the run is {text!r}",
                expected=f"one of {known}",
                fix=nearest_hint(text, [f"{lane.stage}:{lane.role}" for lane in lanes]),
            )
        chosen |= {(lane.stage, lane.role): lane for lane in matching}
    stages = list(Stage)
    last = max(stages.index(stage) for stage, _ in chosen)
    return Share(
        tuple(chosen.values()),
        (*chosen, *((stage, None) for stage in stages[:last])),
    )


def _may_end_a_session(role: Role) -> bool:
    """Whether it runs proofs or code of the user's own; models and look-ups end no process."""
    itself = role_itself(role)
    members: Collection[Role] = itself.members if isinstance(itself, Panel | Cascade) else ()
    return isinstance(itself, ProofJudge | SaysSources) or any(map(_may_end_a_session, members))
