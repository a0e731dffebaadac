"""In which way a candidate differs from its reference: read from the two trees.

The labels that only one tree has are paired by likeness, and each pair says one kind of
difference. It needs no proof and no schema, so it also sorts what nobody could decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from jurist.errors import InputError
from jurist.languages.base import Language, Part
from jurist.records import Candidate


class DifferenceKind(StrEnum):
    """What a disagreement is about."""

    REFUSAL = "refusal"
    """A refusal where a query was right, or a query where a refusal was."""
    UNREADABLE = "not a query"
    FUNNEL = "funnel"
    """Order of events, or the time between them."""
    NULL = "null"
    """What happens to those without a value: `!=` against NOT `=`, exists, absent."""
    WINDOW = "window"
    JUNCTION = "AND, OR and grouping"
    NEGATION = "negation"
    QUANTIFIER = "quantifier"
    AGGREGATE = "aggregate"
    EVENT = "event or entity"
    PROPERTY = "property or trait"
    THRESHOLD = "threshold"
    LITERAL = "literal"
    CONDITION = "condition missing or too many"
    SEVERAL = "several differences"
    WORDING = "wording alone"
    """The queries have the same parts, or are proved to mean the same."""


def difference_kind(
    reference: str | None, candidate: Candidate, language: Language
) -> DifferenceKind:
    """The kind of a candidate's difference from its reference."""
    if reference is None or candidate.query is None:
        return DifferenceKind.REFUSAL
    try:
        first = language.tree(language.parse(reference))
        second = language.tree(language.parse(candidate.query))
    except InputError:
        return DifferenceKind.UNREADABLE
    return kind_of_trees(first, second)


def kind_of_trees(reference: Part, candidate: Part) -> DifferenceKind:
    """The kind of difference between two trees."""
    first, second = Counter(_labels(reference)), Counter(_labels(candidate))
    if first == second:
        return _rearranged(reference, candidate, first)
    gone, new = first - second, second - first
    kinds = set(_kinds(gone.elements(), new.elements()))
    if DifferenceKind.CONDITION in kinds and not (gone and new):
        return DifferenceKind.CONDITION  # whatever hung on it went with it
    if DifferenceKind.NULL in kinds:  # `!=` for NOT `=` takes a NOT away with it
        kinds.discard(DifferenceKind.NEGATION)
    if len(kinds) > 1:  # a condition that is gone takes its AND with it
        kinds.discard(DifferenceKind.JUNCTION)
    if len(kinds) > 1 and DifferenceKind.FUNNEL in kinds:
        kinds -= {DifferenceKind.CONDITION, DifferenceKind.EVENT}
    if not kinds:
        return DifferenceKind.CONDITION
    return kinds.pop() if len(kinds) == 1 else DifferenceKind.SEVERAL


_JUNCTIONS: Final = frozenset({"AND", "OR"})
_QUANTIFIERS: Final = frozenset({"ANY", "ALL"})
_WINDOW: Final = re.compile(r"^(within|between)\(")
_PRESENCE: Final = re.compile(r"\.(exists|absent)\(\)|\bIS (NOT )?NULL\b")
_RELATIVE: Final = re.compile(r"\.(within_last|within_next|before_last|after_next)\(")
_SOURCE: Final = re.compile(r"^(event|entity)\(")
_REDUCER: Final = re.compile(r"^(\w+)\(.*?\)(?=\.count|\s|\.|$)")
_NAMED: Final = re.compile(r"\b(property|trait|context)\(([^()]*)\)")
_COMPARATOR: Final = re.compile(r"(!=|>=|<=|=|>|<)")
_TEXT: Final = re.compile(r"'(?:[^'\\]|\\.)*'")
_NUMBER: Final = re.compile(r"(?<![\w.'-])-?\d+(?:\.\d+)?(?![\w-])")
_REDUCERS: Final = frozenset(
    {"count", "sum", "avg", "min", "max", "first", "last", "mode", "unique"}
)


def _labels(part: Part) -> Iterator[str]:
    yield part.label
    for child in part.children:
        yield from _labels(child)


def _kinds(left: Iterable[str], right: Iterable[str]) -> Iterator[DifferenceKind]:
    waiting = list(right)
    for label in left:
        near = max(waiting, key=lambda other: _likeness(label, other), default=None)
        if near is None or _likeness(label, near) < _ALIKE:
            yield from _alone(label)
            continue
        waiting.remove(near)
        yield _pair(label, near)
    for label in waiting:
        yield from _alone(label)


_ALIKE: Final = 0.5


def _likeness(one: str, other: str) -> float:
    if {one, other} <= _JUNCTIONS or {one, other} <= _QUANTIFIERS:
        return 1.0
    families = [_family(label) for label in (one, other)]
    if families[0] != families[1]:
        return 0.0
    alike = SequenceMatcher(None, one, other, autojunk=False).ratio()
    both_reduce = bool(_reducer(one) and _reducer(other))
    return max(alike, _ALIKE) if both_reduce or families[0] in {"source", "window"} else alike


def _family(label: str) -> str:
    if label in _JUNCTIONS or label in _QUANTIFIERS or label in {"NOT", "where"}:
        return label
    if _WINDOW.match(label):
        return "window"
    return "source" if _SOURCE.match(label) else "condition"


def _alone(label: str) -> Iterator[DifferenceKind]:
    """What a label says that has no counterpart."""
    if label == "NOT":
        yield DifferenceKind.NEGATION
    elif label in _QUANTIFIERS:
        yield DifferenceKind.QUANTIFIER
    elif label in _JUNCTIONS:
        yield DifferenceKind.JUNCTION
    elif _WINDOW.match(label):
        yield DifferenceKind.FUNNEL if "parent" in label else DifferenceKind.WINDOW
    elif _PRESENCE.search(label):
        yield DifferenceKind.NULL
    elif label != "where" and not _SOURCE.match(label):
        yield DifferenceKind.CONDITION


def _pair(one: str, other: str) -> DifferenceKind:
    """What two labels say that stand for each other."""
    labels = one, other
    if {*labels} <= _JUNCTIONS:
        return DifferenceKind.JUNCTION
    if {*labels} <= _QUANTIFIERS:
        return DifferenceKind.QUANTIFIER
    if _WINDOW.match(one):
        funnel = any("parent" in label for label in labels)
        return DifferenceKind.FUNNEL if funnel else DifferenceKind.WINDOW
    if _SOURCE.match(one):
        return DifferenceKind.EVENT
    reducers = [_reducer(label) for label in labels]
    if reducers[0] != reducers[1]:
        return DifferenceKind.AGGREGATE
    if _NAMED.findall(one) != _NAMED.findall(other):
        return DifferenceKind.PROPERTY
    if any(_PRESENCE.search(label) for label in labels):
        return DifferenceKind.NULL
    operators = [_COMPARATOR.findall(_TEXT.sub("''", label)) for label in labels]
    if operators[0] != operators[1] and any("!=" in each for each in operators):
        return DifferenceKind.NULL
    if all(_RELATIVE.search(label) for label in labels):
        return DifferenceKind.WINDOW
    if not all(operators):  # `=` for `contains`, or another way to compare a text
        return DifferenceKind.LITERAL
    numbers = [_NUMBER.findall(_TEXT.sub("''", label)) for label in labels]
    if numbers[0] != numbers[1] or operators[0] != operators[1]:
        return DifferenceKind.THRESHOLD
    return DifferenceKind.LITERAL


def _reducer(label: str) -> str:
    found = _REDUCER.match(label)
    return found[1] if found and found[1] in _REDUCERS else ""


def _rearranged(reference: Part, candidate: Part, labels: Counter[str]) -> DifferenceKind:
    """Both trees have the same labels, in another place or order."""
    if _unordered(reference) == _unordered(candidate):
        return DifferenceKind.WORDING
    if any("parent" in label for label in labels):
        return DifferenceKind.FUNNEL
    if labels["NOT"]:
        return DifferenceKind.NEGATION
    if _JUNCTIONS & labels.keys():
        return DifferenceKind.JUNCTION
    return DifferenceKind.CONDITION


def _unordered(part: Part) -> object:
    return part.label, sorted(map(repr, map(_unordered, part.children)))
