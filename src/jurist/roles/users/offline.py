"""The simulated user that needs no model: it says the facts that were asked for, and no other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from jurist.errors import InputError, UnsupportedError
from jurist.languages.capabilities import Mentions, require
from jurist.languages.effort import OutOfSteps
from jurist.languages.mentions import MentionKind
from jurist.languages.sources import source_digest
from jurist.records import Case, Question, Speaker
from jurist.roles.conversations import MOST_TURNS, Exchange, Reply
from jurist.roles.faithfulness.lexicon import EVERYDAY
from jurist.roles.faithfulness.naming import stems_of
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means, RoleSpec, digest_of
from jurist.roles.users.facts import Fact, facts_of, open_facts

NOTHING_TO_ADD: Final = "I have nothing to add to my question."
NO_MATTER: Final = "That makes no difference to me."
_USUAL_TURNS: Final = 5
MOST_FACTS: Final = 2
"""That one reply says: who asks for everything at once is told the first of it."""
_CUES: Final = {
    MentionKind.NUMBER: r"how \w+|number|amount|threshold|minimum|maximum|at least",
    MentionKind.DURATION: r"how (long|recent|far|old)|when|time|period|window|days|weeks|month",
    MentionKind.MOMENT: r"when|dates?\b|since|before|after|year|month|period|time|day",
    MentionKind.TEXT: r"which|what|values?\b|kinds?\b|types?\b|categor|who",
    MentionKind.NAME: r"which|what|mean|counts? as|exactly",
}


@dataclass(frozen=True)
class OfflineUser:
    """Says of the reference's facts those that the question leaves open, when asked for them."""

    name: str
    turns: int
    english_version: str

    @cached_property
    def version(self) -> str:
        """A digest of this code, of the language's English and of the number of turns."""
        code = source_digest("jurist.roles.users"), source_digest("jurist.roles.faithfulness")
        return digest_of(*code, self.english_version, self.turns)

    async def reply(self, asked: str, exchange: Exchange) -> Reply:
        """What was asked for, where the reference says it."""
        facts = reference_facts(exchange.case, exchange.workspace)
        if not facts:
            return Reply(NOTHING_TO_ADD)
        unsaid = open_facts(facts, said_in(exchange), exchange.workspace)
        wanted = [each for each in unsaid if not each.mention.optional]
        determined = is_determined(exchange.question, wanted)
        about = asked_for(asked, wanted) if not determined else []
        if about:
            return Reply(_sentence(about), needed=True)
        needed = False if determined else None
        known = asked_for(
            asked, [each for each in facts if each not in unsaid and not each.mention.optional]
        )
        if known:
            return Reply(f"As I said: {_joined(known)}.", needed=needed)
        return Reply(NO_MATTER if wanted else NOTHING_TO_ADD, needed=needed)


def reference_facts(case: Case, workspace: Workspace) -> tuple[Fact, ...]:
    """The facts of a case's reference; none of a case that cannot be built, or cannot be told."""
    if case.reference is None:
        return ()
    try:
        query = workspace.language.parse(case.reference, workspace.schema)
        return facts_of(query, workspace)
    except (InputError, UnsupportedError, OutOfSteps):
        return ()


def said_in(exchange: Exchange) -> tuple[str, ...]:
    """What the person said so far: the question, and what they replied."""
    told = [turn.text for turn in exchange.transcript if turn.speaker is Speaker.USER]
    return (exchange.question.text, *told)


def is_determined(question: Question, wanted: Sequence[Fact]) -> bool:
    """Whether a question says all that its query says, by proof or by what it mentions."""
    found = question.faithfulness
    return not wanted or (found is not None and found.faithful is True)


def asked_for(asked: str, facts: Sequence[Fact]) -> list[Fact]:
    """The facts that a question is about: by the words of their names, else by their kinds."""
    stems = frozenset(stems_of(asked)) - EVERYDAY
    named = [fact for fact in facts if _names(fact) & stems]
    if named:
        values = [fact for fact in named if fact.about is not None]
        return (values or named)[:MOST_FACTS]
    low = asked.lower()
    return [fact for fact in facts if re.search(_CUES[fact.mention.kind], low)][:MOST_FACTS]


def _names(fact: Fact) -> frozenset[str]:
    named = fact.about or fact.mention
    texts = (named.text, fact.mention.text, *named.descriptions)
    return frozenset(stem for text in texts for stem in stems_of(text)) - EVERYDAY


def _sentence(facts: Sequence[Fact]) -> str:
    text = _joined(facts)
    return (
        f"{text[0].upper()}{text[1:]}."
        if facts[0].mention.kind is not MentionKind.TEXT
        else (f"{text}.")
    )


def _joined(facts: Sequence[Fact]) -> str:
    return " and ".join(dict.fromkeys(fact.english for fact in facts))


def make(spec: RoleSpec, means: Means) -> OfflineUser:
    """The user that `simulated` names."""
    spec.take_only("turns")
    if means.language is not None:
        require(
            means.language,
            Mentions,
            needed_by="the simulated user",
            fix="let a model play the user: user: {llm: MODEL}",
        )
    return OfflineUser(spec.name or "simulated", turns_of(spec), means.english_version)


def turns_of(spec: RoleSpec) -> int:
    """How often a generator may ask, as the study says."""
    return spec.whole("turns", _USUAL_TURNS, least=1, most=MOST_TURNS)


__all__ = ["MOST_FACTS", "NOTHING_TO_ADD", "NO_MATTER", "OfflineUser", "make"]
