"""The simulated user that a model plays: told the reference's facts in English, never the query.

A reply that says something as only a query does, or more facts than anybody asks for at a time (a
generator may talk the model into telling all), is sent back once; then the user that needs no model
replies instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Final

import msgspec

from jurist.languages.words import NEUTRAL, Words
from jurist.models import Models
from jurist.models.types import Reply as ModelReply
from jurist.models.types import Request
from jurist.records import Cost, Turn
from jurist.roles.conversations import MOST_TURNS, Exchange, Reply
from jurist.roles.llm.costs import cost_of
from jurist.roles.llm.fence import fence
from jurist.roles.llm.templates import Template, load_template
from jurist.roles.spec import digest_of
from jurist.roles.users.facts import Fact, open_facts
from jurist.roles.users.leaks import leaks
from jurist.roles.users.offline import MOST_FACTS, OfflineUser, reference_facts, said_in

_TRIES: Final = 2


# Its name and docstring go into the request, and so into its key.
class Said(msgspec.Struct, frozen=True):
    """What the person answers."""

    reply: str


@dataclass(frozen=True, slots=True)
class UserOptions:
    """All that shapes a model user's replies, besides its prompt's text."""

    model: str
    turns: Annotated[int, msgspec.Meta(ge=1, le=MOST_TURNS)] = 5
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = 0.0
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 200
    seed: int = 0


@dataclass(frozen=True)
class ModelUser:
    """Replies as the person would; what was needed is measured as the offline user measures it."""

    name: str
    options: UserOptions
    models: Models = field(repr=False)
    offline: OfflineUser
    words: Words = NEUTRAL

    @property
    def turns(self) -> int:
        """How often a generator may ask."""
        return self.options.turns

    @cached_property
    def _template(self) -> Template:
        return load_template("user", self.words)

    @cached_property
    def version(self) -> str:
        """Digest of the prompt's text, every option, and the user that stands in."""
        return digest_of(self._template.version, self.options, self.offline.version)

    async def reply(self, asked: str, exchange: Exchange) -> Reply:
        """The model's reply, or the offline user's where the model's would give the query away.

        Raises:
            ModelError: The model cannot be reached, or gave nothing that can be read.
        """
        plain = await self.offline.reply(asked, exchange)
        reference = exchange.case.reference
        facts = () if reference is None else reference_facts(exchange.case, exchange.workspace)
        known = (exchange.question.text, asked, *(fact.english for fact in facts))
        cost, feedback = Cost(), ""
        for _ in range(_TRIES):
            said, replied = await self._ask(asked, exchange, facts, feedback)
            cost += cost_of(replied)
            found = leaks(said.reply, reference or "", known)
            told_much = _says_too_much(said.reply, facts, exchange)
            if said.reply.strip() and not found and not told_much:
                return Reply(said.reply.strip(), plain.needed, cost)
            feedback = (
                f"Do not say {', '.join(map(repr, found))[:200]}: use everyday words."
                if found
                else f"Say what was asked and no more: at most {MOST_FACTS} of the facts."
            )
        return Reply(plain.text, plain.needed, cost)

    async def _ask(
        self, asked: str, exchange: Exchange, facts: tuple[Fact, ...], feedback: str
    ) -> tuple[Said, ModelReply]:
        listed = "\n".join(f"- {fact.english}" for fact in facts) or "none but the request"
        messages = self._template.render(
            request=fence("REQUEST", exchange.question.text),
            facts=fence("FACTS", listed),
            conversation=talk(exchange.transcript),
            asked=fence("QUESTION", asked),
            feedback=feedback,
        )
        options = self.options
        return await self.models.call_json(
            Request(
                options.model,
                messages,
                msgspec.json.schema(Said),
                options.temperature,
                options.max_tokens,
                options.seed,
            ),
            Said,
        )


def _says_too_much(reply: str, facts: Sequence[Fact], exchange: Exchange) -> bool:
    """Whether a reply is the first to say more names, or more values, than one reply may."""
    said = said_in(exchange)
    unsaid = [
        fact for fact in open_facts(facts, said, exchange.workspace) if not fact.mention.optional
    ]
    still = open_facts(unsaid, (*said, reply), exchange.workspace)
    told = Counter(fact.about is None for fact in unsaid if fact not in still)
    return any(number > MOST_FACTS for number in told.values())


def talk(turns: tuple[Turn, ...]) -> str:
    """What was said so far, fenced; empty where nothing was."""
    if not turns:
        return ""
    return fence("CONVERSATION", "\n".join(f"{turn.speaker}: {turn.text}" for turn in turns))
