"""What is said between a question and its answer: a generator asks back, a simulated user replies.

The user knows the case's reference and the generator does not, so each turn goes through a
`Conversation`, which counts, bounds and writes down. A generator asks with `await user.ask(text)`
or, where it has no such call (an endpoint, a process), by answering with `Clarification`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

from jurist.errors import ModelError
from jurist.records import Candidate, Case, Cost, Failure, FailureKind, Question, Speaker, Turn
from jurist.roles.protocols import Role, Workspace
from jurist.roles.users.leaks import share_given_away

MOST_TURNS: Final = 20
FREE: Final = Cost()
_LONGEST: Final = 10_000
_NOBODY: Final = (
    "it asked back, and nobody answers in this study: add `user: simulated` to it, or let the"
    " generator answer at once"
)


@dataclass(frozen=True, slots=True)
class Clarification:
    """What a generator wants to know before it answers.

    `state` comes back with the reply, as it was: whoever keeps nothing between calls puts there
    what it needs to go on.
    """

    text: str
    state: object
    told: Candidate
    """What it told beside its question (cost, notes, trace id, steps): no answer yet."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a simulated user goes by."""

    question: Question
    case: Case
    workspace: Workspace
    transcript: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a simulated user says."""

    text: str
    needed: bool | None = None
    """Whether the question had left open what was asked; `None`: that is not known."""
    cost: Cost = FREE


class SimulatedUser(Role, Protocol):
    """Answers what a generator asks back, as the person would who asked the question."""

    @property
    def turns(self) -> int:
        """How often a generator may ask before it answers."""
        ...

    async def reply(self, asked: str, exchange: Exchange) -> Reply:
        """Only what was asked, in everyday words; never the reference itself."""
        ...


class Conversation:
    """One conversation about one question, from its first turn to the answer.

    Args:
        user: Who replies; `None`: nobody, so that asking is a failure.
        question: The question that is to be answered.
        case: Its case, which the generator never sees.
        workspace: Of both.
    """

    def __init__(
        self,
        user: SimulatedUser | None,
        question: Question,
        case: Case | None,
        workspace: Workspace,
    ) -> None:
        self._user = user
        self._exchange = None if case is None else Exchange(question, case, workspace)
        self.turns: tuple[Turn, ...] = ()
        self.failure: Failure | None = None
        """Why it ended without an answer; whatever the generator makes of it, this stands."""
        self.waited_ms = 0.0
        """For the user, which is no part of the answer's time."""
        self._turn = asyncio.Lock()
        self._is_over = False

    async def ask(self, text: object) -> str:
        """What the user replies; of several questions at once, to one after the other.

        Raises:
            ModelError: The generator asked too often, asked nothing, has answered already, or
                nobody replies.
        """
        async with self._turn:  # else all would pass the bound before the first is counted
            return await self._replied(text)

    async def _replied(self, text: object) -> str:
        if self.failure is not None:
            raise ModelError(self.failure)
        if self._is_over:
            raise ModelError(Failure(FailureKind.ERROR, "it asked back after it had answered"))
        user, exchange = self._user, self._exchange
        if user is None or exchange is None:
            raise self._ended(FailureKind.ERROR, _NOBODY)
        if not isinstance(text, str) or not 0 < len(text.strip()) <= _LONGEST:
            expected = f"expected text of 1 to {_LONGEST:,} characters"
            raise self._ended(FailureKind.ERROR, f"it asked back {text!r:.60}; {expected}")
        if len(self.turns) >= 2 * user.turns:
            raise self._ended(
                FailureKind.TURNS, f"it asked back more than {user.turns} times, and gave no answer"
            )
        started = time.perf_counter()
        exchange = replace(exchange, transcript=self.turns)
        try:
            reply = await user.reply(text, exchange)
        except ModelError as error:
            self.failure = replace(
                error.failure, reason=f"the simulated user: {error.failure.reason}"[:500]
            )
            raise
        finally:
            self.waited_ms += (time.perf_counter() - started) * 1000
        known = (exchange.question.text, text, *(turn.text for turn in self.turns))
        given_away = share_given_away(reply.text, exchange.case.reference or "", known)
        self.turns += (
            Turn(Speaker.GENERATOR, text, reply.needed),
            Turn(Speaker.USER, reply.text, given_away=given_away, cost=reply.cost),
        )
        return reply.text

    def _ended(self, kind: FailureKind, reason: str) -> ModelError:
        self.failure = Failure(kind, reason)
        return ModelError(self.failure)

    def closed(self, candidate: Candidate) -> Candidate:
        """The answer with the transcript; the failure where the conversation ended in one.

        Nobody replies any more from here on.
        """
        self._is_over = True
        if self.failure is not None:
            candidate = replace(candidate, query=None, refusal=None, failure=self.failure)
        return replace(candidate, transcript=self.turns) if self.turns else candidate


class BlockingUser:
    """The user for a plain function, which runs in a thread beside the conversation's loop."""

    def __init__(self, user: Conversation) -> None:
        self._user = user
        self._loop = asyncio.get_running_loop()

    def ask(self, text: str) -> str:
        """As `Conversation.ask`, but it waits for the reply itself."""
        return asyncio.run_coroutine_threadsafe(self._user.ask(text), self._loop).result()


@runtime_checkable
class AsksBack(Protocol):
    """A generator that may ask the user something before it answers.

    A run calls `converse` of such a generator, and never `answer`.
    """

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """One answer, after as many turns as it takes: `await user.ask(text)` is the reply."""
        ...


async def answered_at_once(
    generator: AsksBack, question: Question, workspace: Workspace
) -> Candidate:
    """The answer where nobody replies: to ask back is a failure then."""
    user = Conversation(None, question, None, workspace)
    try:
        return user.closed(await generator.converse(question, workspace, user))
    except ModelError as error:
        if user.failure is None:
            raise
        return Candidate(failure=error.failure)


async def round_trips(
    ask: Callable[[dict[str, object]], Awaitable[Candidate | Clarification]], user: Conversation
) -> Candidate:
    """The answer of who keeps nothing between calls: what it asked goes back with the reply.

    Args:
        ask: Calls it with what is to be added to the question: nothing, then `state`, `reply`
            and `transcript`.
        user: Who replies.

    Raises:
        ModelError: What it would be told may not leave, and it was told nothing before.
    """
    more: dict[str, object] = {}
    told: list[Candidate] = []
    while True:
        try:
            given = await ask(more)
            if isinstance(given, Candidate):
                return _with_told(given, told)
            told.append(given.told)
            reply = await user.ask(given.text)
        except ModelError as error:
            if not told:
                raise
            return _with_told(Candidate(failure=error.failure), told)
        said = [{"speaker": turn.speaker.value, "text": turn.text} for turn in user.turns]
        more = {"state": given.state, "reply": reply, "transcript": said}


def _with_told(answer: Candidate, before: Sequence[Candidate]) -> Candidate:
    """The answer with what was told beside the questions before it."""
    parts = (*before, answer)
    return replace(
        answer,
        cost=sum((part.cost for part in parts), start=FREE),
        notes=tuple(note for part in parts for note in part.notes),
        trace_id=next((part.trace_id for part in reversed(parts) if part.trace_id), ""),
        steps=tuple(step for part in parts for step in part.steps),
    )
