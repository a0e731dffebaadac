"""Prose as it may leave, and back: what stands for its words, numbers and dates.

What is hidden is known by words: those of literals, of listed values, of names, of quoted
texts and of personal data. A literal that is no plain words (a code, an address of mail)
is found whole. Numbers follow the constant that they equal; where one equals a constant
and a count alike, nobody can say which is meant, and nothing is sent.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from jurist.privacy.alphabets import in_word
from jurist.privacy.calendar import dates
from jurist.privacy.cipher import TextCipher, pieces
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.finding import CODE, is_joined, quotations, stands_whole
from jurist.privacy.numerals import Numeral, numerals
from jurist.privacy.scales import Scale, plain, text_of
from jurist.privacy.spelling import ascii_digits
from jurist.privacy.vocabulary import FUNCTION_WORDS, Vocabulary, name_parts

Number = int | Decimal
SAYS_NOTHING: Final = 12
"""Whole numbers up to here are left as they are where no constant equals them."""


_OF_A_CODE: Final = 3
"""Digits that a word of letters and digits has at least, to be one."""
_UNIT: Final = re.compile(
    r"[0-9]+(?:st|nd|rd|th|k|m|bn|d|h|x|s|ms|usd|eur|gbp|sek)|(?:usd|eur|gbp|sek)[0-9]+", re.I
)
_WITH_LETTERS: Final = re.compile(r"(?<=[^\W\d_])[0-9]{2,15}(?![0-9])|[0-9]{2,15}(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden in a text, and what stands for it."""

    vocabulary: Vocabulary
    texts: frozenset[str] = frozenset()
    """Literals and personal data of what is spoken of, as they are spelled."""
    odd: frozenset[str] = frozenset()
    """Those of these and of the dataset that are looked for as a whole."""
    plain_texts: tuple[frozenset[str], ...] = ()
    """As they are looked up: those of the dataset (never copied: they may be many), and these."""
    names: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts that are numbers but for their zeros, with what stands for each."""
    numbers: Mapping[Number, frozenset[Number]] = field(
        default_factory=dict[int | Decimal, "frozenset[int | Decimal]"]
    )
    """Each number of a constant with all that stands for it (one, unless classes differ)."""
    near: Mapping[Number, frozenset[Number]] = field(
        default_factory=dict[int | Decimal, "frozenset[int | Decimal]"]
    )
    """Integers that come before or after a constant, alike: a question may say these instead."""
    kept: frozenset[Number] = frozenset()
    """Numbers that stay: counts, lengths of time."""
    named: frozenset[str] = frozenset()
    """Words of names that have digits, in small letters: no numbers and no codes."""
    days: frozenset[datetime.date] = frozenset()
    everything: bool = True
    """Whether all that prose says of values is hidden, or these alone."""
    unknown: Scale | None = None
    """The scale of numbers that are neither; `None`: they stay."""

    def knows(self, number: object) -> bool:
        """Whether a number is one of a constant's, or beside one."""
        return number in self.numbers or number in self.near or number == 0


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


def quoted_texts(text: str) -> Iterator[str]:
    """What a text quotes, and the codes in it."""
    yield from (text[start:end] for start, end in quotations(text))
    yield from (text[start:end] for start, end in _codes(text))


def _codes(text: str) -> Iterator[tuple[int, int]]:
    """Where words of letters and several digits stand: numbers of orders, tickets, machines."""
    end = 0
    for is_word, piece in pieces(text):
        start, end = end, end + len(piece)
        digits = sum(map(str.isdecimal, piece)) if is_word else 0
        if _OF_A_CODE <= digits < len(piece) and not _UNIT.fullmatch(piece):
            yield start, end


def put_prose(text: str, hidden: Hidden, cipher: TextCipher, by: datetime.timedelta) -> str:
    """A text as it may leave; `by` is how far its dates move.

    Raises:
        NotCarriedError: What a number in it means cannot be told.
    """
    found = _before_numbers(text, hidden, cipher, by)
    _add(found, _numbers(text, hidden, free=lambda n: not _overlaps(found, n.start, n.end)))

    def words(part: str) -> str:
        return "".join(
            cipher.put_words(each) if hidden.vocabulary.has(each) else each
            for each in name_parts(part)
        )

    return _joined(text, found, words)


def told_numbers(
    text: str, hidden: Hidden, cipher: TextCipher, by: datetime.timedelta
) -> Iterator[tuple[Number, Number]]:
    """What stands in a told text for its numbers, each with the number: itself where it stays.

    Raises:
        NotCarriedError: As `put_prose`.
    """
    found = _before_numbers(text, hidden, cipher, by)
    for numeral in numerals(text):
        if _overlaps(found, numeral.start, numeral.end):
            continue
        put = _put_number(numeral, hidden)
        told = numeral.value if put is None else put
        for divisor in sorted({1, numeral.divided}):
            yield plain(Decimal(told) / divisor), plain(Decimal(numeral.value) / divisor)


def _before_numbers(
    text: str, hidden: Hidden, cipher: TextCipher, by: datetime.timedelta
) -> list[_Piece]:
    """The dates, codes and texts of a prose: what digits they have are no numbers of it."""
    found: list[_Piece] = []
    found += _dates(text, by, hidden, hidden.days)
    _add(found, _whole(text, hidden.codes, hidden.codes.__getitem__))
    _add(found, _whole(text, hidden.odd, cipher.put_words))
    if hidden.everything:
        _add(found, _quoted(text, hidden, cipher))
    return found


def reveal_prose(
    text: str,
    hidden: Hidden,
    images: Mapping[str, str],
    cipher: TextCipher,
    by: datetime.timedelta,
    told: Mapping[Number, frozenset[Number]],
) -> str:
    """What a model wrote, with what its pseudonyms stand for.

    Args:
        text: As it wrote it.
        hidden: What is hidden.
        images: The hidden texts by what stands for each, where that is looked for as a whole.
        cipher: What puts words, and takes them back.
        by: How far its dates were moved.
        told: The numbers of prose that was sent, by what stands for each.
    """
    found: list[_Piece] = []
    found += _dates(text, -by, hidden, {day + by for day in hidden.days})
    codes = {put: code for code, put in hidden.codes.items()}
    _add(found, _whole(text, codes, codes.__getitem__))
    _add(found, _whole(text, images, lambda whole: images.get(whole) or cipher.words_back(whole)))
    _add(found, _numbers_back(text, hidden, told))

    def words(part: str) -> str:
        return "".join(word_back(each, hidden.vocabulary, cipher) for each in name_parts(part))

    return _joined(text, found, words)


def word_back(part: str, vocabulary: Vocabulary, cipher: TextCipher) -> str:
    """A word with what it stands for, where that is a hidden one; else the writer's own."""
    back = cipher.words_back(part)
    return back if back != part and vocabulary.has(back) else part


def _dates(
    text: str, by: datetime.timedelta, hidden: Hidden, known: Collection[datetime.date]
) -> Iterator[_Piece]:
    """Dates, moved: all, or those with a day that is hidden."""
    moved = {day + by for day in known}
    for each in dates(text, by, known):
        is_hidden = each.days is not None and any(
            each.days[0] <= day <= each.days[1] for day in moved
        )
        if hidden.everything or is_hidden:
            yield _Piece(each.start, each.end, each.text)


# --- texts ----------------------------------------------------------------------------------


def _whole(text: str, known: Collection[str], change: Callable[[str], str]) -> Iterator[_Piece]:
    """Where texts stand as a whole: those that words alone do not tell, and short codes."""
    small = text.lower()
    there = [each for each in known if each.lower() in small]
    odd = sorted(there, key=len, reverse=True)
    for each in odd:
        for match in stands_whole(each).finditer(text):
            yield _Piece(match.start(), match.end(), change(match[0]))


def _quoted(text: str, hidden: Hidden, cipher: TextCipher) -> Iterator[_Piece]:
    """Quoted texts and codes, whatever they say; numbers, dates and names are looked at as such."""
    for start, end in quotations(text):
        content = text[start:end]
        if any(map(str.isalpha, content)) and content not in hidden.names:
            yield _Piece(start, end, cipher.put(content))
    for start, end in _codes(text):
        if text[start:end].lower() not in hidden.named:
            yield _Piece(start, end, cipher.put_words(text[start:end]))


def is_odd(text: str) -> bool:
    """Whether a text is looked for as a whole: its words alone do not tell it, or it is short."""
    if not text.strip() or text in FUNCTION_WORDS:
        return False
    return (
        len(text) <= CODE
        or is_joined(text)
        or any(c.isdecimal() or not (c.isalnum() or c == " ") for c in text)
    )


# --- numbers --------------------------------------------------------------------------------


def _numbers(text: str, hidden: Hidden, free: Callable[[Numeral], bool]) -> Iterator[_Piece]:
    for numeral in filter(free, numerals(text)):
        is_name = text[numeral.start : numeral.end].lower() in hidden.named
        if is_name and numeral.value not in hidden.numbers:
            continue
        put = _put_number(numeral, hidden)
        if put is not None:
            yield _Piece(numeral.start, numeral.end, numeral.written(put))
    for match in _WITH_LETTERS.finditer(ascii_digits(text)):  # `37yo`
        images, value = hidden.numbers.get(int(match[0]), ()), int(match[0])
        if len(images) == 1 and value not in hidden.kept and not _names(text, match, hidden):
            yield _Piece(match.start(), match.end(), text_of(next(iter(images))))


def _names(text: str, match: re.Match[str], hidden: Hidden) -> bool:
    """Whether digits are of a word that a name has."""
    start, end = match.span()
    while start and in_word(text[start - 1]):
        start -= 1
    while end < len(text) and in_word(text[end]):
        end += 1
    return text[start:end].lower() in hidden.named


def _put_number(numeral: Numeral, hidden: Hidden) -> Number | None:
    """What stands for a number; `None` where it stays.

    Raises:
        NotCarriedError: It may be several.
    """
    images: set[Number] = set()
    for divisor in {1, numeral.divided}:
        share = Decimal(numeral.value) / divisor
        images |= {image * divisor for image in hidden.numbers.get(share, ())}
    is_kept = numeral.value in hidden.kept
    if numeral.counts and (is_kept or not images):
        return None
    if images:
        if len(images) > 1 or (is_kept and images != {numeral.value} and not numeral.measures):
            raise NotCarriedError("a number of the text may be a value or a count")
        return images.pop()
    near = () if is_kept else hidden.near.get(numeral.value, ())
    if len(near) == 1:
        return next(iter(near))
    is_small = isinstance(numeral.value, int) and 0 <= numeral.value <= SAYS_NOTHING
    if is_kept or hidden.unknown is None or (is_small and not numeral.measures):
        return None
    return hidden.unknown.put(numeral.value)


def _numbers_back(
    text: str, hidden: Hidden, told: Mapping[Number, frozenset[Number]]
) -> Iterator[_Piece]:
    back = {put: set(numbers) for put, numbers in told.items() if put not in hidden.kept}
    for images in hidden.numbers.values():
        for image in images:
            back.pop(image, None)  # a constant's is surer
    for number, images in hidden.numbers.items():
        for image in images:
            back.setdefault(image, set()).add(number)
    for numeral in numerals(text):
        if numeral.counts and numeral.value in hidden.kept:
            continue
        for divisor in sorted({1, numeral.divided}):
            meant = back.get(Decimal(numeral.value) / divisor, set())
            if len(meant) == 1:
                number = next(iter(meant)) * divisor
                yield _Piece(numeral.start, numeral.end, numeral.written(number))
                break


# --- pieces ---------------------------------------------------------------------------------


def _add(found: list[_Piece], more: Iterable[_Piece]) -> None:
    for piece in more:
        if not _overlaps(found, piece.start, piece.end):
            found.append(piece)


def _overlaps(found: Iterable[_Piece], start: int, end: int) -> bool:
    return any(piece.start < end and start < piece.end for piece in found)


def _joined(text: str, found: list[_Piece], words: Callable[[str], str]) -> str:
    made: list[str] = []
    end = 0
    for piece in sorted(found, key=lambda each: each.start):
        made += (words(text[end : piece.start]), piece.text)
        end = piece.end
    return "".join((*made, words(text[end:])))
