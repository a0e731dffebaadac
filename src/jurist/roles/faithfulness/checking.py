"""Whether a request says what its query says, by what both mention: no model, no reading.

Every name, value, number, date and negation of the query is to be said, and nothing that the
schema lists or that is a number may be said that the query lacks. What words mean together is
not looked at: their order, what a negation or an OR is about, what is sorted how.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jurist.languages.base import Query
from jurist.languages.capabilities import Mentions, require
from jurist.languages.mentions import Alternatives, Extreme, Mention, Mentioned, MentionKind
from jurist.roles.faithfulness import naming, quantities
from jurist.roles.faithfulness.lexicon import (
    AFFIXES,
    ALTERNATIVE,
    EVERYDAY,
    HIGH,
    LEADS,
    LISTING,
    LOW,
    MEANS,
    MONTHS,
    PEOPLE,
    stem,
)
from jurist.roles.faithfulness.naming import Terms, terms_of
from jurist.roles.faithfulness.reading import Request, Word, read
from jurist.roles.protocols import Workspace

_WEEKDAYS: Final = frozenset(
    map(stem, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
)


def unsaid_or_added(
    request: str, query: Query, workspace: Workspace, example: str = ""
) -> tuple[str, ...]:
    """What a request leaves out, changes or adds, one clause each; empty where nothing is found.

    Args:
        request: What a person would type, in English.
        query: What it is to ask for.
        workspace: Where the query belongs; its language must have `Mentions`.
        example: What the prompt showed that the request answers; no answer may copy its words.

    Raises:
        UnsupportedError: The parts of the query cannot be told.
    """
    language = require(workspace.language, Mentions, needed_by="the check of questions")
    mentioned = language.mentioned(query, workspace.schema)
    words = workspace.language.words
    around = f"{words.input} {words.inputs} {words.asker} {words.result} {words.results}"
    check = _Check(
        read(request),
        mentioned,
        terms_of(workspace.language, workspace.schema),
        naming.explained_by(mentioned.mentions, around.split()),
        example,
        words.inputs,
        of_people=words.asked_for == "whom",
    )
    return tuple(dict.fromkeys(check.findings()))


def lacking(said: str, mentions: Sequence[Mention], workspace: Workspace) -> tuple[Mention, ...]:
    """Those mentions that a text does not say."""
    request, terms = read(said), terms_of(workspace.language, workspace.schema)
    durations = _durations(mentions)
    return tuple(each for each in mentions if _lacking(each, request, terms, durations))


def _durations(mentions: Sequence[Mention]) -> Sequence[Mention]:
    return [each for each in mentions if each.kind is MentionKind.DURATION]


def _lacking(mention: Mention, request: Request, terms: Terms, durations: Sequence[Mention]) -> str:
    match mention.kind:
        case MentionKind.NAME:
            if mention.optional or naming.is_name_said(mention, request, terms):
                return ""
        case MentionKind.TEXT:
            if naming.is_text_said(mention.text, request):
                return ""
        case _:
            return quantities.lacking(mention, request, durations)
    return f"it does not say {mention.text!r}"


@dataclass(frozen=True)
class _Check:
    request: Request
    mentioned: Mentioned
    terms: Terms
    explained: frozenset[str]
    example: str
    inputs: str
    of_people: bool
    """Whether the query selects somebody, whom the request has to ask for."""

    @property
    def mentions(self) -> Sequence[Mention]:
        return self.mentioned.mentions

    def findings(self) -> Iterator[str]:
        durations = _durations(self.mentions)
        for mention in self.mentions:
            if unsaid := _lacking(mention, self.request, self.terms, durations):
                yield unsaid
        yield from self._denials()
        yield from self._alternatives()
        yield from self._summed_up()
        asks = self.of_people and LEADS.match(self.request.text) is not None
        if asks and PEOPLE.isdisjoint(self.request.stems):
            yield f"it does not ask for {self.inputs}"
        for number in quantities.others(self.mentions, self.request):
            yield f"it says {number}, which the query lacks"
        if quantities.other_months(self.mentions, self.request):
            yield "it names a month, and the query no date"
        for text in naming.other_terms(self.request, self.terms, self.mentions, self.explained):
            yield f"it says {text!r}, which the query lacks"
        yield from self._other_texts()
        yield from self._copied()

    # --- negations ----------------------------------------------------------------------------

    def _denials(self) -> Iterator[str]:
        least, most = self.mentioned.negations.least, self.mentioned.negations.most
        of_names = naming.denying_names(self.mentions, self.request)
        places = self.request.negatives
        said = len(places) + self._denied_by_affix()
        if said > most + of_names:
            yield "it denies more than the query"
        elif said + self._zeros() < least and not (said and self._is_listed(places)):
            yield "it leaves out a negation"

    def _denied_by_affix(self) -> int:
        """Words such as "inactive" for a flag called active."""
        return sum(
            1
            for word in self.request.words
            for affix in AFFIXES
            if word.text.lower().startswith(affix)
            and word.stem not in self.explained
            and stem(word.text[len(affix) :].lstrip("-")) in self.explained
            and len(word.text) - len(affix) > 3
        )

    def _zeros(self) -> int:
        return sum(1 for each in self.request.numbers if each.value == 0 and not each.comparison)

    def _is_listed(self, places: Sequence[int]) -> bool:
        """Whether a negation is carried over to others, as in "neither A nor B"."""
        first = places[0] if places else 0
        return any(
            word.text.lower() in LISTING and word.place >= first - 1 for word in self.request.words
        )

    # --- or, and which end --------------------------------------------------------------------

    def _alternatives(self) -> Iterator[str]:
        words = [word.text.lower() for word in self.request.words]
        has_or = any(
            word == "or" and self.request.words[place].place not in self.request.bounds
            for place, word in enumerate(words)
        )
        alternatives = self.mentioned.alternatives
        if alternatives is Alternatives.NONE and has_or and not self.request.negatives:
            yield "it says 'or', which the query lacks"
        if alternatives is Alternatives.SOME and ALTERNATIVE.isdisjoint(words):
            yield "it does not say 'or'"

    def _summed_up(self) -> Iterator[str]:
        words = [word.text.lower() for word in self.request.words]
        bounds = {word for before, word in pairwise(words) if before == "at"}
        low, high = not LOW.isdisjoint({*words} - bounds), not HIGH.isdisjoint({*words} - bounds)
        if self.mentioned.extremes == frozenset({Extreme.HIGH}) and low and not high:
            yield "it asks for the lowest, and the query for the highest"
        if self.mentioned.extremes == frozenset({Extreme.LOW}) and high and not low:
            yield "it asks for the highest, and the query for the lowest"
        named = not MEANS.isdisjoint(self.explained)
        averages = not MEANS.isdisjoint(words)
        if self.mentioned.averages and not averages:
            yield "it does not say 'average'"
        if averages and not (self.mentioned.averages or named):
            yield "it says 'average', which the query lacks"

    # --- what nobody listed -------------------------------------------------------------------

    def _other_texts(self) -> Iterator[str]:
        """What is quoted, or has a capital as names have, and is not of the query."""
        for quote in self.request.quotes:
            if not self._is_known(quote):
                yield f"it quotes {quote!r}, which the query lacks"
        for word in self.request.words:
            if word.text[0].isupper() and not word.begins and not self._is_usual(word):
                yield f"it says {word.text!r}, which the query lacks"

    def _is_usual(self, word: Word) -> bool:
        low = word.text.lower()
        return low in MONTHS or word.stem in _WEEKDAYS or len(low) == 1 or self._is_known(word.text)

    def _is_known(self, text: str) -> bool:
        if any(text.lower() in mention.text.lower() for mention in self.mentions):
            return True
        return all(
            each in EVERYDAY or each.isdigit() or naming.is_explained(each, self.explained)
            for each in naming.stems_of(text)
        )

    def _copied(self) -> Iterator[str]:
        """The words of the prompt's example that the query does not account for."""
        copied = {stem(word) for word in self.example.split()} - EVERYDAY
        for word in self.request.words:
            if word.stem in copied and not naming.is_explained(word.stem, self.explained):
                yield f"it says {word.text!r} as the prompt's example does, and the query does not"
