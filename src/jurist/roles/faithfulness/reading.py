"""A request taken apart: its words, the numbers with what stands around them, times, negations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from jurist.roles.faithfulness.lexicon import (
    LOOSE,
    MONTHS,
    NEGATIVES,
    NUMBERS,
    PHRASES,
    SCALES,
    TURNED,
    UNIT_HOURS,
    stem,
)

_TOKEN: Final = re.compile(
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?"
    r"|(?P<number>(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+)"
    r"(?P<suffix>k\b|m\b|st\b|nd\b|rd\b|th\b|\s?%|\+)?"
    r"|(?P<word>[^\W\d_]+(?:'s\b)?(?:-(?:than|from|out|to)\b)?|\w+)",
)
_QUOTE: Final = re.compile(r"(?<!\w)(?:'([^']{1,200})'|\"([^\"]{1,200})\"|“([^”]{1,200})”)(?!\w)")
_SENTENCE_END: Final = frozenset(".!?:\n")
_COMPARATIVE: Final = re.compile(
    r"(?:no|not) (?:\w+ )?(?:more|less|fewer|later|earlier|older|younger|greater|higher|lower|"
    r"above|over|below|under|before|after|exceed\w*|longer|beyond|sooner|larger|smaller)\b"
)

_NOT: Final = r"\b(?:no|not) (?:\w+ )?"
_BEFORE: Final = (
    (
        re.compile(_NOT + r"(?:more|greater|higher|older|later|longer|larger) than$"),
        "<=",
    ),
    (re.compile(_NOT + r"(?:less|fewer|lower|younger|earlier|smaller) than$"), ">="),
    (re.compile(_NOT + r"(?:over|above|exceed\w*|after)$"), "<="),
    (re.compile(_NOT + r"(?:under|below|before)$"), ">="),
    (re.compile(r"\b(?:at least|a minimum of|minimum of|at minimum|on or after)$"), ">="),
    (re.compile(r"\b(?:at most|up to|a maximum of|maximum of|on or before|at or below)$"), "<="),
    (re.compile(r"\b(?:greater|more|older|higher|larger|bigger|later) than or equal to$"), ">="),
    (re.compile(r"\b(?:less|fewer|lower|younger|smaller|earlier) than or equal to$"), "<="),
    (
        re.compile(
            r"\b(?:(?:more|greater|higher|older|longer|larger|bigger|later|heavier|taller) than|"
            r"over|above|exceed\w*|beyond|surpass\w*|after)$"
        ),
        ">",
    ),
    (
        re.compile(
            r"\b(?:(?:less|fewer|lower|younger|shorter|smaller|cheaper|earlier|lighter) than|"
            r"under|below|before)$"
        ),
        "<",
    ),
)
_AFTER: Final = (
    (
        re.compile(
            r"^(?:\w+ )?(?:or|and) (?:more|over|older|above|higher|greater|later|up|better)\b"
        ),
        ">=",
    ),
    (re.compile(r"^(?:\w+ )?(?:or|and) (?:less|fewer|under|younger|below|lower|earlier)\b"), "<="),
)
_BEFORE_UNITS: Final = frozenset({"a", "an", "past", "last", "next", "one", "coming", "same"})
_SMALL: Final = re.compile(
    rf"(?: (?:the|a|an|of|usd|age|year|date|value|\d+|{'|'.join(MONTHS)}))+$"
)
_BOUNDING: Final = frozenset(
    (
        *("more", "less", "fewer", "over", "older", "above", "higher", "greater", "later", "up"),
        *("under", "younger", "below", "lower", "earlier", "longer", "better", "worse", "beyond"),
        *("none", "not", "most", "equal", "equals", "exactly", "cheaper", "ago"),
    )
)
_REACH: Final = 7
_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its place among all tokens."""

    place: int
    text: str
    stem: str
    begins: bool = False
    """Whether it is the first of a sentence, where a capital says nothing."""


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number that a request says."""

    place: int
    text: str
    value: Decimal
    hours: frozenset[Decimal] = frozenset()
    """What it comes to as a length of time, where a unit of time follows."""
    comparison: str = ""
    """`<`, `<=`, `>`, `>=` where words around it say so."""
    loose: bool = False
    """Whether it may be said without any number being meant, as "one"."""
    percent: bool = False


@dataclass(frozen=True)
class Request:
    """A request taken apart."""

    text: str
    words: tuple[Word, ...]
    numbers: tuple[SaidNumber, ...]
    dates: frozenset[str]
    """Those in figures, as ISO 8601."""
    months: frozenset[int]
    quotes: tuple[str, ...]
    negatives: tuple[int, ...]
    """The places of words that deny."""
    bounds: frozenset[int]
    """The places of "or" in "or more" and the like."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """Those of all its words."""
        return frozenset(word.stem for word in self.words)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_number: bool = False
    suffix: str = ""
    date: str = ""
    begins: bool = False


def read(request: str) -> Request:
    """Take a request apart."""
    text = request[:_LONGEST]
    quotes = tuple(next(filter(None, match.groups())) for match in _QUOTE.finditer(text))
    for pattern, put in PHRASES:
        text = pattern.sub(put, text)
    tokens = tuple(_tokens(text))
    words = tuple(
        Word(place, token.text, stem(token.text), token.begins)
        for place, token in enumerate(tokens)
        if not token.is_number and not token.date
    )
    months = frozenset(MONTHS[name] for name in _months(tokens))
    return Request(
        request,
        words,
        tuple(_numbers(tokens)),
        frozenset(token.date for token in tokens if token.date),
        months,
        quotes,
        tuple(_negatives(tokens)),
        frozenset(_bounds(tokens)),
    )


def _tokens(text: str) -> Iterator[_Token]:
    end, begins = 0, True
    for match in _TOKEN.finditer(text):
        begins = begins or not _SENTENCE_END.isdisjoint(text[end : match.start()])
        end = match.end()
        if match["date"]:
            yield _Token(match["date"], date=match["date"], begins=begins)
        elif match["number"]:
            suffix = (match["suffix"] or "").strip()
            yield _Token(match["number"], is_number=True, suffix=suffix, begins=begins)
        else:
            yield _Token(match["word"], begins=begins)
        begins = False


def _months(tokens: Sequence[_Token]) -> Iterator[str]:
    for token in tokens:
        low = token.text.lower()
        if low in MONTHS and (low not in {"may", "march", "mar"} or token.text[0].isupper()):
            yield low


# --- numbers ------------------------------------------------------------------------------------


def _numbers(tokens: Sequence[_Token]) -> Iterator[SaidNumber]:
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.date:
            for part in token.date.split("-"):
                yield _number(tokens, place, place + 1, Decimal(part), token.text)
            place += 1
            continue
        value, length = _value(tokens, place)
        if value is None:
            lone = _lone_unit(tokens, place)
            if lone is not None:
                yield SaidNumber(place, f"a {tokens[place].text}", Decimal(1), lone, loose=True)
            place += 1
            continue
        text = " ".join(each.text for each in tokens[place : place + length])
        yield _number(tokens, place, place + length, value, text)
        place += length


def _value(tokens: Sequence[_Token], place: int) -> tuple[Decimal | None, int]:
    """A number in figures or in words, and how many tokens it takes."""
    token, length = tokens[place], 1
    if token.is_number:
        value = Decimal(token.text.replace(",", "").replace("−", "-"))
        value *= {"k": 1000, "m": 1_000_000}.get(token.suffix, 1)
    elif token.text.lower() in NUMBERS:
        value = Decimal(NUMBERS[token.text.lower()])
        after = tokens[place + 1].text.lower() if place + 1 < len(tokens) else ""
        if 20 <= value < 100 and 1 <= NUMBERS.get(after, 0) <= 9:
            value, length = value + NUMBERS[after], 2
    elif token.text.lower() in {"a", "an"} and _follows(tokens, place, SCALES):
        value = Decimal(1)
    else:
        return None, 1
    while _follows(tokens, place + length - 1, SCALES):
        value *= SCALES[tokens[place + length].text.lower()]
        length += 1
    return value, length


def _follows(tokens: Sequence[_Token], place: int, among: dict[str, int]) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1].text.lower() in among


def _lone_unit(tokens: Sequence[_Token], place: int) -> frozenset[Decimal] | None:
    """The hours of "a week", "the past month"."""
    lengths = UNIT_HOURS.get(stem(tokens[place].text))
    before = tokens[place - 1].text.lower() if place else ""
    if lengths is None or before not in _BEFORE_UNITS:
        return None
    half = place > 1 and tokens[place - 2].text.lower() == "half"
    return frozenset(Decimal(each) / (2 if half else 1) for each in lengths)


def _number(
    tokens: Sequence[_Token], start: int, end: int, value: Decimal, text: str
) -> SaidNumber:
    """A number with what the words around it say of it."""
    first, last = tokens[start], tokens[end - 1]
    hours: frozenset[Decimal] = frozenset()
    if end < len(tokens):
        lengths = UNIT_HOURS.get(stem(tokens[end].text), ())
        hours = frozenset(value * each for each in lengths)
    before = " ".join(each.text.lower() for each in tokens[max(0, start - _REACH) : start])
    after = " ".join(each.text.lower() for each in tokens[end : end + 4])
    comparison = next((op for pattern, op in _BEFORE if pattern.search(_bare(before))), "")
    if not comparison:
        comparison = ">=" if last.suffix == "+" else ""
        comparison = next((op for pattern, op in _AFTER if pattern.search(after)), comparison)
    loose = first.text.lower() in LOOSE or last.suffix in {"st", "nd", "rd", "th"}
    return SaidNumber(start, text, value, hours, comparison, loose, last.suffix == "%")


def _bare(before: str) -> str:
    """What stands before a number, without small words between."""
    return _SMALL.sub("", before)


def _bounds(tokens: Sequence[_Token]) -> Iterator[int]:
    for place, token in enumerate(tokens[:-1]):
        after = tokens[place + 1].text.lower()
        if token.text.lower() == "or" and after in _BOUNDING:
            yield place
        near = [each.text.lower() for each in tokens[max(0, place - 1) : place + 3]]
        if token.text.lower() == "or" and {"after", "before"} & set(near):
            yield place


# --- negations ----------------------------------------------------------------------------------


def _negatives(tokens: Sequence[_Token]) -> Iterator[int]:
    skip: set[int] = set()
    for place, token in enumerate(tokens):
        low = token.text.lower()
        if low not in NEGATIVES or place in skip:
            continue
        ahead = " ".join(each.text.lower() for each in tokens[place : place + 4])
        if low in {"no", "not"} and _COMPARATIVE.match(ahead):
            continue
        near = [each.text.lower() for each in tokens[place + 1 : place + 4]]
        turned = next((n for n, word in enumerate(near) if word in TURNED), None)
        if low == "not" and turned is not None:
            skip.add(place + 1 + turned)
            continue
        yield place
