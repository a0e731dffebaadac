"""Columns of two levels that are compared: "the total is over that account's limit"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from jurist.languages.cql.english.reading.names import Hit, Index, Known
from jurist.languages.cql.english.reading.pieces import Clause
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE
from jurist.languages.cql.syntax import Comparison, Condition, Not, Operator, Property

_COMPARED: Final = (
    (("the", "same", "as"), Operator.EQUALS),
    (("equal", "to"), Operator.EQUALS),
    (("other", "than"), Operator.DIFFERS),
    (("different", "from"), Operator.DIFFERS),
    (("more", "than"), Operator.GREATER_THAN),
    (("greater", "than"), Operator.GREATER_THAN),
    (("over",), Operator.GREATER_THAN),
    (("above",), Operator.GREATER_THAN),
    (("at", "least"), Operator.AT_LEAST),
    (("less", "than"), Operator.LESS_THAN),
    (("below",), Operator.LESS_THAN),
    (("under",), Operator.LESS_THAN),
    (("at", "most"), Operator.AT_MOST),
    (("before",), Operator.BEFORE_DATE),
    (("after",), Operator.AFTER_DATE),
)
_POINTING: Final = frozenset({"that", "the", "its", "their", "this"})
_MOST_BETWEEN: Final = 4
"""Words between a column and what it is compared by: "is", "not" and the like."""
_LONGEST: Final = 4
"""Words of a column's name."""


def compared_columns(
    index: Index, clause: Clause, inner: Sequence[Known], outer: Known, columns: Sequence[Known]
) -> Iterator[Condition]:
    """The comparisons of a row's columns with those of the row around it.

    Args:
        index: The schema's names.
        clause: The words; those that say such a comparison are accounted for.
        inner: The columns of the row.
        outer: The entity of the row around it.
        columns: Its columns.
    """
    for place, word in enumerate(clause.low):
        owned = word.endswith(("'s", "’s", "s'")) and clause.stems[place] in outer.stems
        if not owned:
            continue
        start = place - (clause.low[place - 1] in _POINTING)
        operator, first = _operator_before(clause.low[:start])
        right = _named_at(clause, columns, place + 1)
        if operator is None or right is None:
            continue
        reached = range(max(first - _MOST_BETWEEN - _LONGEST, 0), first)
        left = _last_named(index, clause, inner, reached)
        if left is None:
            continue
        between = range(max(left.words) + 1, first)
        clause.take([*left.words, *between, *range(first, place + 1 + len(right.stems))])
        other = Property(right.name, parent=True)
        comparison = Comparison(Property(left.known.name), operator, (other,))
        negations = sum(clause.low[n] in NEGATIVE for n in between)
        if operator is Operator.EQUALS and "set" in {clause.low[n].strip(",") for n in between}:
            comparison = replace(comparison, operator=Operator.DIFFERS)  # "set, but not the same"
            negations -= 1
        yield Not(comparison) if negations > 0 else comparison


def _operator_before(words: Sequence[str]) -> tuple[Operator | None, int]:
    """What the last words compare by, and where they begin."""
    for phrase, operator in _COMPARED:
        first = len(words) - len(phrase)
        if first > 0 and tuple(words[first:]) == phrase:
            return operator, first
    return None, 0


def _named_at(clause: Clause, among: Sequence[Known], start: int) -> Known | None:
    """The column whose words stand at a place; of several the one of most words."""
    named = [
        known
        for known in among
        if known.stems and tuple(clause.stems[start : start + len(known.stems)]) == known.stems
    ]
    return max(named, key=lambda known: len(known.stems), default=None)


def _last_named(index: Index, clause: Clause, among: Sequence[Known], reached: range) -> Hit | None:
    """The last column that some words name."""
    left = clause.left()
    words = [part if n in reached else "" for n, part in enumerate(left)]
    hits = index.find(words, among)
    return max(hits, key=lambda hit: (max(hit.words), hit.score), default=None)
