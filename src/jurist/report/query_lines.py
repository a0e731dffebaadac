"""Two queries as lines in pieces, with what only one of them has marked.

Marked is what the trees of the two queries differ in, found line by line: an order that means
nothing is no difference, and what is proved to mean the same is not marked as if it did not.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from jurist.errors import InputError, UnsupportedError
from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import Highlights
from jurist.languages.effort import STEPS
from jurist.languages.tokens import Token, TokenKind
from jurist.records import Method, Relation

_BY_TEXT: Final = frozenset({Method.IDENTICAL, Method.NORMAL_FORM})
_MOST_COMPARED: Final = 4
"""Lines of a query that are compared in meaning with lines of the other."""
_MOSTLY: Final = 0.6
"""Of a line more of whose pieces differ, the line alone is marked."""
_ALIKE: Final = 0.5
"""From this share of pieces on, two lines are shown as one that was changed."""


class LineMark(StrEnum):
    """What a line is."""

    NONE = ""
    ONLY = "only"
    """The other query has no such line."""
    ALIKE = "alike"
    """The other query says the same in other words."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A token, and whether the line that stands for this one has another in its place."""

    text: str
    kind: TokenKind
    means: str
    """What is compared of it: usually its text."""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A line of a query."""

    pieces: tuple[Piece, ...]
    mark: LineMark = LineMark.NONE


Lines = tuple[QueryLine, ...]


def lines_of(language: Language, text: str) -> Lines:
    """A text as lines, nothing marked."""
    tokens = language.tokens(text) if isinstance(language, Highlights) else (Token(text),)
    lines = tuple(QueryLine(tuple(map(_piece, line))) for line in _broken(tokens))
    return lines if len(lines) == 1 else tuple(part for line in lines for part in _parts(line))


def _piece(token: Token) -> Piece:
    means = token.text if token.means is None else token.means
    return Piece(token.text, token.kind, means.strip())


def _parts(line: QueryLine) -> Iterator[QueryLine]:
    """A line of conditions that are joined by a word, as a line for each."""
    pieces = line.pieces
    indent = pieces[:1] if pieces and not pieces[0].text.strip() else ()
    depth = 0
    part: list[Piece] = []
    for piece in pieces:
        if piece.kind is TokenKind.PLAIN:
            depth += piece.text.count("(") - piece.text.count(")")
        joins = piece.kind is TokenKind.JOIN and piece.text.isalpha() and depth == 0
        if joins and any(each.means for each in part):
            yield QueryLine(tuple(part))
            part = [*indent]
        part.append(piece)
    yield QueryLine(tuple(part))


def compared(
    reference: Lines, candidate: Lines, language: Language, schema: Schema, *, equal: bool
) -> tuple[Lines, Lines]:
    """Both with what differs marked.

    Args:
        reference: Of a query that parses.
        candidate: The same.
        language: Of both.
        schema: Of both.
        equal: Whether the two are proved to mean the same.
    """
    if not equal and (len(reference) == 1) is not (len(candidate) == 1):
        return _by_pieces(reference, candidate)
    ours, theirs = _keys(reference), _keys(candidate)
    left, right = _without(ours, theirs), _without(theirs, ours)
    if equal:
        return _marked(reference, left, LineMark.ALIKE), _marked(candidate, right, LineMark.ALIKE)
    alike = _alike(reference, candidate, left, right, language, schema)
    for one, other in alike:
        left.remove(one)
        right.remove(other)
    first = _marked(reference, left, LineMark.ONLY)
    second = _marked(candidate, right, LineMark.ONLY)
    first = _marked(first, [one for one, _ in alike], LineMark.ALIKE)
    second = _marked(second, [other for _, other in alike], LineMark.ALIKE)
    first, second = _with_changes(first, second, left, right)
    return _with_joins(first, second), _with_joins(second, first)


def _broken(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for token in tokens:
        first, *others = token.text.split("\n")
        line.append(replace(token, text=first))
        for text in others:
            yield line
            line = [replace(token, text=text)]
    yield line


def _marked(lines: Lines, places: Sequence[int], mark: LineMark) -> Lines:
    chosen = frozenset(places)
    return tuple(
        replace(line, mark=mark) if place in chosen else line for place, line in enumerate(lines)
    )


# --- which lines the other query has too ---------------------------------------------------------

_Key = tuple[str, tuple[str, ...]]


def _keys(lines: Lines) -> list[_Key]:
    """What each line says, and under which heading, such as the `WHERE` above it.

    What joins it to its neighbours is no part of it: where conditions stand means nothing.
    """
    keys: list[_Key] = []
    heading = ""
    for line in lines:
        said = tuple(piece.means for piece in _own(line) if piece.means)
        if _is_heading(line):
            heading = " ".join(said)
        keys.append((heading, said))
    return keys


def _own(line: QueryLine) -> Sequence[Piece]:
    """A line without what joins it to its neighbours."""
    written = [piece for piece in line.pieces if piece.means]
    first = 1 if written and written[0].kind is TokenKind.JOIN else 0
    last = -1 if len(written) > 1 and written[-1].kind is TokenKind.JOIN else None
    return written[first:last]


def _is_heading(line: QueryLine) -> bool:
    """Whether it is made of words alone, and begins where lines begin."""
    kinds = {piece.kind for piece in line.pieces if piece.text.strip()}
    is_indented = line.pieces[0].text[:1].isspace() if line.pieces else True
    return kinds == {TokenKind.WORD} and not is_indented


def _without(keys: Sequence[_Key], others: Sequence[_Key]) -> list[int]:
    """The lines that the other query has not, or not as often."""
    left = Counter(others)
    only: list[int] = []
    for place, key in enumerate(keys):
        if left[key]:
            left[key] -= 1
        elif any(any(map(str.isalnum, text)) for text in key[1]):
            only.append(place)
    return only


def _alike(
    reference: Lines,
    candidate: Lines,
    left: Sequence[int],
    right: Sequence[int],
    language: Language,
    schema: Schema,
) -> list[tuple[int, int]]:
    """Lines that are queries of their own and have the same normal form."""
    ours = _queries(reference, left, language, schema)
    theirs = _queries(candidate, right, language, schema)
    pairs: list[tuple[int, int]] = []
    for one, query in ours.items():
        for other, another in theirs.items():
            if any(other == taken for _, taken in pairs):
                continue
            if _same(query, another, language, schema):
                pairs.append((one, other))
                break
    return pairs


def _queries(
    lines: Lines, places: Sequence[int], language: Language, schema: Schema
) -> dict[int, Query]:
    queries: dict[int, Query] = {}
    for place in places[:_MOST_COMPARED]:
        text = " ".join(piece.text.strip() for piece in _own(lines[place]))
        try:
            queries[place] = language.parse(text, schema)
        except InputError:
            continue
    return queries


def _same(one: Query, other: Query, language: Language, schema: Schema) -> bool:
    try:
        arms = itertools.takewhile(
            lambda arm: arm.method in _BY_TEXT, language.arms(one, other, schema)
        )
        return any(arm.evidence(STEPS).relation is Relation.EQUIVALENT for arm in arms)
    except UnsupportedError:
        return False


# --- what is different inside lines --------------------------------------------------------------


def _with_changes(
    reference: Lines, candidate: Lines, left: Sequence[int], right: Sequence[int]
) -> tuple[Lines, Lines]:
    """Of lines that stand for each other, the pieces that differ."""
    ours, theirs = list(reference), list(candidate)
    waiting = list(right)
    for one in left:
        texts = _saying(ours[one])
        best, share = None, _ALIKE
        for other in waiting:
            found = SequenceMatcher(None, texts, _saying(theirs[other]), autojunk=False).ratio()
            if found > share:
                best, share = other, found
        if best is not None:
            waiting.remove(best)
            ours[one], theirs[best] = _changed(ours[one], theirs[best])
    return tuple(ours), tuple(theirs)


def _changed(one: QueryLine, other: QueryLine) -> tuple[QueryLine, QueryLine]:
    texts = [piece.means for piece in one.pieces], [piece.means for piece in other.pieces]
    ours, theirs = list(one.pieces), list(other.pieces)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag != "equal":
            ours[i1:i2] = map(_as_changed, ours[i1:i2])
            theirs[j1:j2] = map(_as_changed, theirs[j1:j2])
    left, right = replace(one, pieces=tuple(ours)), replace(other, pieces=tuple(theirs))
    return _unless_mostly(left), _unless_mostly(right)


def _as_changed(piece: Piece) -> Piece:
    return replace(piece, changed=_says(piece) and piece.kind is not TokenKind.JOIN)


def _says(piece: Piece) -> bool:
    """Whether it is more than punctuation."""
    is_more = piece.kind is not TokenKind.PLAIN or any(map(str.isalnum, piece.text))
    return is_more and bool(piece.means)


def _saying(line: QueryLine) -> list[str]:
    return [piece.means for piece in line.pieces if _says(piece)]


def _by_pieces(reference: Lines, candidate: Lines) -> tuple[Lines, Lines]:
    """Both where one is written on one line and the other on many: piece by piece."""
    texts = [[text for line in lines for text in _saying(line)] for lines in (reference, candidate)]
    left, right = set[int](), set[int]()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag != "equal":
            left.update(range(i1, i2))
            right.update(range(j1, j2))
    first, second = _with_pieces(reference, left), _with_pieces(candidate, right)
    if not (_changed_joins(first) and _changed_joins(second)):
        first, second = _without_joins(first), _without_joins(second)
    return tuple(map(_unless_mostly, first)), tuple(map(_unless_mostly, second))


def _unless_mostly(line: QueryLine) -> QueryLine:
    """The line, without marks inside it where nearly all of it would be marked."""
    saying = [piece for piece in line.pieces if _says(piece)]
    if sum(piece.changed for piece in saying) <= _MOSTLY * len(saying):
        return line
    return replace(line, pieces=tuple(replace(piece, changed=False) for piece in line.pieces))


def _changed_joins(lines: Lines) -> bool:
    return any(
        piece.changed and piece.kind is TokenKind.JOIN for line in lines for piece in line.pieces
    )


def _without_joins(lines: Lines) -> Lines:
    """The lines without marks of words that only join what one query has alone."""
    plain: list[QueryLine] = []
    for line in lines:
        pieces = [
            replace(piece, changed=piece.changed and piece.kind is not TokenKind.JOIN)
            for piece in line.pieces
        ]
        is_changed = any(piece.changed for piece in pieces)
        plain.append(QueryLine(tuple(pieces), line.mark if is_changed else LineMark.NONE))
    return tuple(plain)


def _with_pieces(lines: Lines, changed: Collection[int]) -> Lines:
    """The lines with some of the pieces that say something marked, and the lines of these."""
    numbers = itertools.count()
    marked: list[QueryLine] = []
    for line in lines:
        pieces = [
            replace(piece, changed=True) if _says(piece) and next(numbers) in changed else piece
            for piece in line.pieces
        ]
        is_changed = any(piece.changed for piece in pieces)
        mark = LineMark.ONLY if is_changed else line.mark
        marked.append(QueryLine(tuple(pieces), mark))
    return tuple(marked)


def _with_joins(lines: Lines, others: Lines) -> Lines:
    """The lines in which conditions are joined by a word that the other query has less often."""
    surplus = _joins(lines) - _joins(others)
    if not surplus or not _joins(others) - _joins(lines):
        return lines
    return tuple(_with_join(line, surplus) for line in lines)


def _joins(lines: Lines) -> Counter[str]:
    joining = (line.pieces[_at_join(line)].text for line in lines if _at_join(line) >= 0)
    return Counter(joining)


def _at_join(line: QueryLine) -> int:
    """The place of the word by which a line is joined to what is above it; -1: there is none."""
    for place, piece in enumerate(line.pieces):
        if piece.text.strip():
            is_word = piece.kind is TokenKind.JOIN and piece.text.isalpha()
            return place if is_word else -1
    return -1


def _with_join(line: QueryLine, surplus: Counter[str]) -> QueryLine:
    place = _at_join(line)
    if place < 0 or not surplus[line.pieces[place].text]:
        return line
    pieces = list(line.pieces)
    pieces[place] = replace(pieces[place], changed=True)
    return QueryLine(tuple(pieces), LineMark.ONLY)
