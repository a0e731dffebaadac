"""Whether names and values are said: those that a request must say, and those it must not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from jurist.languages.base import Language, Schema
from jurist.languages.capabilities import VALUE, Quoted, Quotes
from jurist.languages.mentions import Mention, MentionKind
from jurist.roles.faithfulness.lexicon import ALIKE, EVERYDAY, NEGATIVES, SAID_FOR, USUAL, stem
from jurist.roles.faithfulness.reading import Request

_PIECE: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+|\d+")
_BEGINNING: Final = re.compile(r"[^,;:(.]*")
_IDS: Final = frozenset({"id", "identifier"})
_ENOUGH: Final = 0.5
_GAP: Final = 2
"""How many other words may stand among those of a name."""
_SHORTEST_PLACE, _PLACE_ENDING = 4, 3
_FUZZY: Final = 6
"""Letters of a word in which one may be wrong."""


def stems_of(text: str) -> tuple[str, ...]:
    """The stems of a name's or a text's words, each once."""
    return tuple(dict.fromkeys(stem(piece) for piece in _PIECE.findall(text)))


@dataclass(frozen=True, slots=True)
class Term:
    """A name or a value that a schema lists."""

    text: str
    stems: tuple[str, ...]
    is_value: bool


@dataclass(frozen=True)
class Terms:
    """All that a schema lists."""

    all: tuple[Term, ...]

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How much more a stem tells, the fewer names have it."""
        names = [term for term in self.all if not term.is_value]
        counts = Counter(each for term in names for each in term.stems)
        return {each: math.log1p(len(names) / number) for each, number in counts.items()}

    @cached_property
    def by_stem(self) -> dict[str, tuple[Term, ...]]:
        """Those that say something, by the stems that they may begin with in a request."""
        terms: dict[str, list[Term]] = {}
        for term in self.all:
            if not EVERYDAY.issuperset(term.stems):
                for piece in _telling(term) if not term.is_value else term.stems[:1]:
                    terms.setdefault(piece, []).append(term)
        return {piece: tuple(those) for piece, those in terms.items()}

    def weight(self, piece: str) -> float:
        """How much a stem of a name tells."""
        return self.rarity.get(piece, math.log1p(len(self.rarity) or 1))


def _telling(term: Term) -> tuple[str, ...]:
    """The stems that must be said for a name to be said; of a value all."""
    if term.is_value:
        return term.stems
    return tuple(each for each in term.stems if each not in EVERYDAY) or term.stems


@lru_cache(maxsize=16)
def terms_of(language: Language, schema: Schema) -> Terms:
    """What may be said of a schema; nothing where the language does not list it."""
    if not isinstance(language, Quotes):
        return Terms(())
    listed = sorted({_plain(each) for each in language.listed(schema)})
    terms = (Term(text, stems_of(text), is_value) for text, is_value in listed)
    return Terms(tuple(term for term in terms if term.stems))


def _plain(quoted: Quoted) -> tuple[str, bool]:
    return quoted.text, quoted.kind == VALUE


# --- what must be said ----------------------------------------------------------------------------


def is_name_said(mention: Mention, request: Request, terms: Terms) -> bool:
    """Whether a name is said, in its words or those of its description."""
    if _share(stems_of(mention.text), request, terms) >= _ENOUGH:
        return True
    for description in mention.descriptions:
        beginning = _BEGINNING.match(description)
        stems = stems_of(beginning[0] if beginning else "")
        telling = tuple(each for each in stems if each not in EVERYDAY) or stems
        if telling and _share(telling, request, terms) > _ENOUGH:
            return True
    return False


def _share(stems: Sequence[str], request: Request, terms: Terms) -> float:
    """How much of a name is said, from 0 to 1; what goes without saying does not count."""
    telling = [each for each in stems if each not in USUAL and not each.isdigit()]
    if not telling:
        return float(any(_is_said(each, request) for each in stems))
    total = math.fsum(terms.weight(each) for each in telling)
    said = math.fsum(terms.weight(each) for each in telling if _is_said(each, request))
    return said / total if total else 1.0


def _is_said(piece: str, request: Request) -> bool:
    if piece in request.stems or not ALIKE.get(piece, frozenset()).isdisjoint(request.stems):
        return True
    if piece.isdigit():
        return any(number.text == piece for number in request.numbers)
    joined = request.text.lower()
    if len(piece) >= _FUZZY and piece in joined.replace(" ", "").replace("-", ""):
        return True
    return any(_near(piece, word) or _is_half(word, piece) for word in request.stems)


def _is_half(word: str, piece: str) -> bool:
    """Whether a word is the greater part of two that were written as one."""
    return len(word) >= _FUZZY - 1 and word in piece and 2 * len(word) >= len(piece)


def _near(one: str, other: str) -> bool:
    """Whether two stems are of one family, or one is the other misspelt."""
    short, long = sorted((one, other), key=len)
    if len(short) < _FUZZY - 1:
        return False
    if _common_prefix(short, long) >= max(5, len(short) - 1):
        return True
    return len(short) >= _FUZZY and _is_one_off(short, long)


def _common_prefix(short: str, long: str) -> int:
    """How many letters both begin with."""
    letters = enumerate(zip(short, long, strict=False))
    return next((n for n, (a, b) in letters if a != b), len(short))


def _is_one_off(short: str, long: str) -> bool:
    """Whether one letter is missing, wrong, or has changed places with the next."""
    if len(long) - len(short) > 1:
        return False
    n = _common_prefix(short, long)
    if len(long) > len(short):
        return short[n:] == long[n + 1 :]
    swapped = short[n : n + 2] == long[n : n + 2][::-1]
    return short[n + 1 :] == long[n + 1 :] or (swapped and short[n + 2 :] == long[n + 2 :])


def is_text_said(text: str, request: Request) -> bool:
    """Whether a value is said: as it stands, or its words one after the other."""
    if not (stems := stems_of(text)):
        return text.strip() in request.text
    low, asked = text.lower().strip(), request.text.lower()
    if re.search(rf"(?<!\w){re.escape(low)}(?!\w)", asked):
        return True
    words = [word.stem for word in request.words]
    pieces = [each for each in stems if not each.isdigit()]
    if len(pieces) < len(stems):
        numbers = {number.text.lstrip("0") for number in request.numbers}
        if any(each.lstrip("0") not in numbers for each in stems if each.isdigit()):
            return low.replace(" ", "") in asked.replace(" ", "")
    return not pieces or any(
        all(_same(words[start + n], piece) for n, piece in enumerate(pieces))
        for start in range(len(words) - len(pieces) + 1)
    )


def _same(word: str, piece: str) -> bool:
    is_of_place = len(piece) >= _SHORTEST_PLACE and word.startswith(piece)
    if is_of_place and len(word) - len(piece) <= _PLACE_ENDING:
        return True  # European for Europe
    return word == piece or (len(piece) >= _FUZZY and _near(word, piece))


# --- what must not be said ------------------------------------------------------------------------


def explained_by(mentions: Iterable[Mention], more: Iterable[str]) -> frozenset[str]:
    """The stems that the query's own names, values and their descriptions account for."""
    stems = set(map(stem, more))
    for mention in mentions:
        if mention.kind in (MentionKind.NAME, MentionKind.TEXT):
            own = stems_of(mention.text)
            stems.update(own)
            for text in mention.descriptions:
                stems.update(stems_of(text))
            for each in own:
                stems.update(ALIKE.get(each, ()), SAID_FOR.get(each, ()))
    return frozenset(stems)


def other_terms(
    request: Request, terms: Terms, mentions: Sequence[Mention], explained: frozenset[str]
) -> Iterator[str]:
    """What the schema lists and the request says, and its query does not name."""
    own = {mention.text.lower() for mention in mentions}
    words = request.words
    if not _IDS.isdisjoint(request.stems) and _IDS.isdisjoint(explained):
        yield "id"
    for place, word in enumerate(words):
        for term in terms.by_stem.get(word.stem, ()):
            if term.text.lower() in own:
                continue
            run = _run([each.stem for each in words[place:]], _telling(term), term)
            said = [words[place + n] for n in run]
            if said and not all(is_explained(each.stem, explained) for each in said):
                yield term.text


def is_explained(word: str, explained: frozenset[str]) -> bool:
    """Whether the query accounts for a word."""
    return word in explained or (
        len(word) >= _FUZZY - 1 and any(_near(word, each) or word in each for each in explained)
    )


def _run(words: Sequence[str], pieces: Sequence[str], term: Term) -> tuple[int, ...]:
    """Where all pieces stand from the first word on; empty where they do not."""
    if term.is_value:
        is_there = tuple(words[: len(pieces)]) == tuple(pieces)
        return tuple(range(len(pieces))) if is_there else ()
    reach = words[: len(pieces) + _GAP]
    places = [reach.index(piece) for piece in pieces if piece in reach]
    return tuple(places) if len(places) == len(pieces) else ()


def denying_names(mentions: Iterable[Mention], request: Request) -> int:
    """How many negative words the names and values that are said bring along."""
    return sum(
        1
        for mention in mentions
        if mention.kind in (MentionKind.NAME, MentionKind.TEXT)
        for piece in map(str.lower, _PIECE.findall(mention.text))
        if piece in NEGATIVES and stem(piece) in request.stems
    )
