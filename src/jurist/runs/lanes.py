"""The lanes of a session: one a role, with how much of it is under way at once."""

from __future__ import annotations

import asyncio
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
    proves: bool
    """Whether its tasks are proofs: they are quick, so that claims are what is dear."""
    queue: asyncio.Queue[Claim | None]
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def page(self, open_: int) -> int:
        """How many tasks a session claims at once that shares the run with others.

        Args:
            open_: So many of the stage are open: where there is little, others get their share.
        """
        few = 2 * self.window
        return min(max(few, open_ // _SHARE) if self.proves else few, PAGE)


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
        proves = isinstance(role, ProofJudge | Cascade)
        window = max(usual, proofs) if proves else usual
        careful = not in_batches and _may_end_a_session(role)
        lanes[stage, role.name] = Lane(
            stage, role.name, window, careful, proves, asyncio.Queue(window)
        )

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
