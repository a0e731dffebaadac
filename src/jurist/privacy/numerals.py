"""Numbers in prose: digits with separators, `500k`, percentages, and numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from jurist.privacy.scales import plain, text_of
from jurist.privacy.spelling import ascii_digits

_SCALES: Final = {
    **dict.fromkeys(("k", "thousand"), 1_000),
    **dict.fromkeys(("m", "mn", "mio", "million"), 1_000_000),
    **dict.fromkeys(("bn", "billion"), 1_000_000_000),
}
_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Final = {
    **{word: number for number, word in enumerate(_SMALL)},
    **{word: 10 * tens for tens, word in enumerate(_TENS, start=2)},
}
_LARGE: Final = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_WORD: Final = "|".join(sorted([*_WORDS, *_LARGE], key=len, reverse=True))  # longest first
_CURRENCY: Final = ("USD", "EUR", "GBP", "SEK")
_ATTACHED: Final = "|".join(_CURRENCY)
_GROUPS: Final = (
    r"[0-9]{1,3}(?:[, _'\u2019\u00a0\u2009\u202f][0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"  # as India writes them
)
_BEHIND_CURRENCY: Final = "|".join(f"(?<={each})" for each in _CURRENCY)
_DIGITS: Final = re.compile(
    rf"(?:(?<![\w.,])|{_BEHIND_CURRENCY})"
    rf"(?P<sign>[-\u2212])?(?P<whole>{_GROUPS}|[0-9]{{1,30}}|(?=\.[0-9]))"
    r"(?:\.(?P<rest>[0-9]{1,30}))?(?:e\+?(?P<power>-?(?:1[0-5]|[0-9])))?"
    r"(?: ?(?P<scale>k|mn|mio|m|bn|thousand|million|billion)(?![\w]))?(?P<percent> ?%| percent\b)?"
    rf"(?:(?=(?:{_ATTACHED})\b)|(?![\w]|[.,][0-9]))",
    re.IGNORECASE,
)
_WITH_COMMA: Final = re.compile(
    r"(?<![\w.,])(?P<sign>[-\u2212])?(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,30})"
    r",(?P<rest>[0-9]{1,2})(?P<percent> ?%)?(?![\w]|[.,][0-9])"
)
"""As most of Europe writes them: `1.234,50`."""
_SPELLED: Final = re.compile(
    rf"(?<![\w-])(?:{_WORD})(?:(?: and |[ -])(?:{_WORD}))*(?![\w-])", re.IGNORECASE
)
_ONE_WORD: Final = re.compile(rf"(?<![^\W_])(?:{_WORD})(?![^\W_])", re.IGNORECASE)
_TIME: Final = re.compile(
    r"[ -]?(?:second|minute|hour|day|night|week|weekend|fortnight|month|quarter|year)s?\b"
    r"|[ -]?(?:times?|x)\b|(?:st|nd|rd|th)\b|[hd]\b"
    r"| (?:best|top|largest|biggest|smallest|most|newest|oldest|latest)\b",
    re.IGNORECASE,
)
_RANKED: Final = re.compile(r"(?:\b(?:top|first|last|past|next|bottom)|#) ?$", re.IGNORECASE)
_MONEY: Final = re.compile(rf"(?:[$€£¥₹]|\b(?:{_ATTACHED})) ?$")
_MONEY_AFTER: Final = re.compile(rf" ?(?:[$€£¥₹]|(?:{_ATTACHED}|dollars?|euros?|pounds?)\b)", re.I)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number of a text."""

    start: int
    end: int
    value: int | Decimal
    counts: bool
    """Whether what stands around it says that it counts: a length of time, a rank, times."""
    measures: bool
    """Whether it is an amount of money or a share."""
    divided: int = 1
    """By what the number that is written is divided: 100 of a percentage that may be a share."""
    thousands: str = ""
    """What stands between its groups of three digits."""
    tail: str = ""
    """What stays behind it: `%`."""
    point: str = "."

    def written(self, value: int | Decimal) -> str:
        """Another number, written alike in digits."""
        whole, _, rest = text_of(value).partition(".")
        sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        if self.thousands:
            groups = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole)
            whole = groups.replace(",", self.thousands)
        return f"{sign}{whole}{self.point + rest if rest else ''}{self.tail}"


def numerals(text: str) -> Iterator[Numeral]:
    """The numbers of a text, in order; those within words and codes are none."""
    text = ascii_digits(text)
    found = [*_digits(text), *_spelled(text)]
    yield from sorted(found, key=lambda numeral: numeral.start)


def _digits(text: str) -> Iterator[Numeral]:
    for match in _WITH_COMMA.finditer(text):
        whole, rest = match["whole"].replace(".", ""), match["rest"]
        value = plain(Decimal(f"{'-' if match['sign'] else ''}{whole}.{rest}"))
        thousands = "." if "." in match["whole"] else ""
        numeral = _numeral(text, match, value, thousands, match["percent"] or "")
        yield replace(numeral, point=",")
    for match in _DIGITS.finditer(text):
        whole = re.sub(r"[^0-9]", "", match["whole"])
        separators = re.sub(r"[0-9]", "", match["whole"])
        value = Decimal(f"{whole or '0'}.{match['rest'] or '0'}")
        value *= _SCALES.get((match["scale"] or "").lower(), 1)
        value = plain(value.scaleb(int(match["power"] or 0)))
        between, tail = separators[:1], match["percent"] or ""
        numeral = _numeral(text, match, -value if match["sign"] else value, between, tail)
        yield replace(numeral, point="," if between == "." else ".")


def _spelled(text: str) -> Iterator[Numeral]:
    for match in _SPELLED.finditer(text):
        value = _value(re.findall(_WORD, match[0].lower()))
        if value is not None:
            yield _numeral(text, match, value, "", "")
            continue
        for word in _ONE_WORD.finditer(text, match.start(), match.end()):
            yield _numeral(text, word, _value([word[0].lower()]) or 0, "", "")


def _numeral(
    text: str, match: re.Match[str], value: int | Decimal, thousands: str, tail: str
) -> Numeral:
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() :]
    return Numeral(
        match.start(),
        match.end(),
        value,
        counts=_TIME.match(after) is not None or _RANKED.search(before) is not None,
        measures=bool(tail or _MONEY.search(before) or _MONEY_AFTER.match(after)),
        divided=100 if tail else 1,
        thousands=thousands,
        tail=tail,
    )


def _value(words: list[str]) -> int | None:
    """What number words say together; `None` where they are several numbers."""
    total, group, last = 0, 0, 10_000
    for word in words:
        if word in _WORDS:
            number = _WORDS[word]
            if number >= last or (last == 1 and group):
                return None
            group, last = group + number, 10 if number >= 20 else 1
        elif word == "hundred":
            group, last = (group or 1) * 100, 100
        else:
            total, group, last = total + (group or 1) * _LARGE[word], 0, 10_000
    return total + group
