"""Conversations across the border: what is asked back is heard, what is replied is told."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import cast

import msgspec

from jurist.errors import ModelError
from jurist.privacy import NotCarriedError
from jurist.records import Candidate, Case, Failure, Question, Speaker, Turn
from jurist.roles.border.behind import Behind, private, revealed_failure
from jurist.roles.border.crossing import Telling
from jurist.roles.border.generators import BorderedGenerator
from jurist.roles.conversations import (
    AsksBack,
    Conversation,
    Exchange,
    Reply,
    SimulatedUser,
)
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import Generator, Workspace
from jurist.screening import screened


class ToldConversation(Conversation):
    """A conversation as a generator beyond the border has it.

    Args:
        user: The conversation on this side, which counts, bounds and writes down.
        telling: What stands for what.
        question: As it is told.
        workspace: As it may leave.
    """

    def __init__(
        self, user: Conversation, telling: Telling, question: Question, workspace: Workspace
    ) -> None:
        super().__init__(None, question, None, workspace)
        self._within = user
        self._telling = telling

    async def ask(self, text: object) -> str:
        """What the user replies, as it may leave."""
        asked = self._telling.heard(text) if isinstance(text, str) else text
        try:
            reply = await self._within.ask(asked)
            told = self._telling.told(reply)
            screened(msgspec.json.encode(told))
        except NotCarriedError as error:
            self._within.failure = private(error)
            raise ModelError(self._within.failure) from None
        finally:
            self.failure = self._within.failure
            self.waited_ms = self._within.waited_ms
        self.turns += (Turn(Speaker.GENERATOR, str(text)), Turn(Speaker.USER, told))
        return told


@dataclass(frozen=True)
class BorderedConversant(BorderedGenerator):
    """A generator behind the border that may ask back."""

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """The answer, after as many turns as it takes."""

        def ask(
            inner: Generator, told: Question, outside: Workspace, telling: Telling | None
        ) -> Awaitable[Candidate]:
            talk = user if telling is None else ToldConversation(user, telling, told, outside)
            return cast("AsksBack", inner).converse(told, outside, talk)

        return await self.answered(question, workspace, ask)


@dataclass(frozen=True)
class BorderedUser(Behind[SimulatedUser]):
    """A simulated user that leaves, such as a model: it knows the reference by pseudonyms."""

    @property
    def turns(self) -> int:
        """How often a generator may ask before it answers."""
        return self.inner.turns

    async def reply(self, asked: str, exchange: Exchange) -> Reply:
        """The reply, with the originals in place of the pseudonyms.

        Raises:
            ModelError: The case cannot be told, or nothing usable came back.
        """
        crossing = await self.border.crossing(exchange.workspace)
        if crossing.is_open:
            return await self.inner.reply(asked, exchange)
        case, turns = exchange.case, exchange.transcript
        about = crossing.parsed(case.reference)
        telling = crossing.telling(
            about, (exchange.question.text, asked, *(turn.text for turn in turns))
        )
        try:
            question = telling.told_question(exchange.question)
            reference = next(iter(telling.told_queries(*about)), None)
            said = tuple(replace(turn, text=telling.told(turn.text)) for turn in turns)
            told = Exchange(question, Case(case.id, reference, (question,)), crossing.outside, said)
            heard = telling.told(asked)
        except NotCarriedError as error:
            raise ModelError(private(error)) from None
        with self.watched(telling, question.text, reference or "", heard):
            reply = await outcome_of(self.inner, self.inner.reply(heard, told))
        if isinstance(reply, Failure):
            raise ModelError(revealed_failure(reply, telling))
        return replace(reply, text=telling.heard(reply.text))
