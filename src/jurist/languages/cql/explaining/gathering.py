"""What one query's explanation says about each event, entity and trait of a subject.

The explanation is a tree of the query; a picture has a place for each name. Here the tree is
taken apart: which conditions are asked where, which events they count, which time they read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jurist.languages.base import NodeKind
from jurist.languages.cql.explaining.readings import truth
from jurist.languages.cql.semantics.values import moment_of
from jurist.languages.cql.text.literals import read_string
from jurist.languages.explanations import Explanation
from jurist.languages.pictures import Band, Reading, Term
from jurist.records import Side

SUBJECT = -1
"""Instead of a user's number: the customer, or the account itself."""
_JOINS = (NodeKind.JUNCTION, NodeKind.NEGATION, NodeKind.QUANTIFIER)


@dataclass
class SubjectReadings:
    """What a query reads of one user, or of the subject itself."""

    readings: dict[str, list[Reading]] = field(default_factory=dict[str, list[Reading]])
    """By the source's text; of facts by the condition itself."""
    counted: set[str] = field(default_factory=set[str])
    """Pointers to the events and rows that a condition counts."""
    bands: dict[str, list[Band]] = field(default_factory=dict[str, list[Band]])
    inner: dict[tuple[str, str, str], list[Reading]] = field(
        default_factory=dict[tuple[str, str, str], list[Reading]]
    )
    """By source, condition, and the stream of each of whose items it is asked: the readings."""


class Gathered:
    """All that one explanation says, by user.

    Args:
        side: Whose it is.
        root: The explanation.
        now: The moment of evaluation.
        letters: Of each condition that has one; those of both queries share it.
    """

    def __init__(self, side: Side, root: Explanation, now: int, letters: dict[str, str]) -> None:
        self.side = side
        self.users: dict[int, SubjectReadings] = {SUBJECT: SubjectReadings()}
        self.sources: dict[str, None] = {}
        self._now = now
        self._letters = letters if needs_formula(root) else {}
        self._walk(root, SUBJECT, decides=True)
        for subject in self.users.values():
            for (source, condition, asked_of), readings in subject.inner.items():
                reading = _of_several(condition, asked_of, readings)
                subject.readings.setdefault(source, []).append(reading)

    def _walk(self, node: Explanation, user: int, *, decides: bool) -> None:
        if node.kind in _JOINS:
            settled = node.holds is not None and node.holds is node.settled_by
            for child in node.children:
                alone = decides and (
                    node.kind is NodeKind.NEGATION or (settled and child.holds is node.holds)
                )
                if child.kind is NodeKind.ITEM:
                    place = int(child.items[0].rsplit("/", 1)[1])
                    for below in child.children:
                        self._walk(below, place, decides=alone)
                else:
                    self._walk(child, user, decides=alone)
            return
        reading = self._reading(node, decides=decides)
        subject = self.users.setdefault(user, SubjectReadings())
        if node.kind is not NodeKind.AGGREGATE:
            subject.readings.setdefault(reading.condition, []).append(reading)
            for stream in _streams(node):  # on the right of the comparison
                self._stream(stream, subject)
            return
        source = node.children[0].label
        subject.readings.setdefault(source, []).append(reading)
        self._stream(node, subject)

    def _reading(self, node: Explanation, *, decides: bool) -> Reading:
        condition = condition_text(node)
        text = node.reading.removesuffix(f", {truth(node.holds)}")
        letter = self._letters.get(condition, "")
        decides = decides and node.holds is not None
        return Reading(condition, text, node.holds, letter, decides=decides)

    def _stream(self, node: Explanation, subject: SubjectReadings) -> None:
        """The events that an aggregate counts, its time, and those of the streams within it."""
        source, *filters = _without_streams(node)
        self.sources.setdefault(source.label)
        subject.counted.update(node.items)
        if source.reading:
            bands = subject.bands.setdefault(source.label, [])
            bands += [band for band in self._bands(filters) if band not in bands]
        for part in filters:
            for item in part.children:
                below = item.children if item.kind is NodeKind.ITEM else (item,)
                for condition in below:
                    self._inner(condition, subject, source.label, negated=False)
        for stream in _streams(node):
            self._stream(stream, subject)

    def _inner(
        self, node: Explanation, subject: SubjectReadings, outer: str, *, negated: bool
    ) -> None:
        """A condition that is asked of each item of the stream `outer`."""
        if node.kind is not NodeKind.AGGREGATE:
            for child in node.children:
                self._inner(child, subject, outer, negated=node.kind is NodeKind.NEGATION)
            return
        reading = self._reading(node, decides=False)
        if negated:
            holds = None if reading.holds is None else not reading.holds
            text = reading.text and f"NOT {reading.text}"
            reading = Reading(f"NOT {reading.condition}", text, holds)
        key = node.children[0].label, reading.condition, outer
        subject.inner.setdefault(key, []).extend([reading] if node.holds is not None else [])
        self._stream(node, subject)

    def _bands(self, filters: list[Explanation]) -> Iterator[Band]:
        """The one time that all windows of a stream leave; whatever is past where it has none."""
        windows = [part for part in filters if part.kind in {NodeKind.WINDOW, NodeKind.SEQUENCE}]
        label = ".".join(part.label for part in windows)
        if not windows:
            yield Band(self.side, None, 0, "all time")
            return
        first, last = 0, 0
        for number, part in enumerate(windows):
            if part.window is None:
                return
            begin, end = (moment_of(text) or 0 for text in part.window)
            first = begin if number == 0 else max(first, begin)
            last = end if number == 0 else min(last, end)
        if first <= last:
            yield Band(self.side, self._now - first, self._now - last, label)


def _of_several(condition: str, asked_of: str, readings: list[Reading]) -> Reading:
    """A condition that is asked of each item of a stream, in one reading."""
    name = source_name(asked_of)
    if len(readings) == 1:
        return replace(readings[0], asked_of=name)
    if not readings:
        return Reading(condition, asked_of=name)
    share = f"{sum(bool(reading.holds) for reading in readings)} of {len(readings)}"
    return Reading(condition, share, asked_of=name)


def source_name(source: str) -> str:
    """The name in `event('...')` or `entity('...')`."""
    return read_string(source[source.index("(") + 1 : -1])


# --- conditions as text ------------------------------------------------------------------------


def condition_text(node: Explanation) -> str:
    """A condition as it is written, from its explanation."""
    match node.kind:
        case NodeKind.JUNCTION:
            return f"({f' {node.label} '.join(map(condition_text, node.children))})"
        case NodeKind.NEGATION | NodeKind.QUANTIFIER | NodeKind.ITEM:
            below = node.children[:1]
            text = "".join(map(condition_text, below))
            return text if node.kind is NodeKind.ITEM else f"{node.label} {text}"
        case NodeKind.AGGREGATE:
            return ".".join([*map(_part, _without_streams(node)), node.label])
        case _:
            return node.label


def _streams(node: Explanation) -> list[Explanation]:
    """The streams that the left side of a comparison is compared with."""
    return [child for child in node.children if child.kind is NodeKind.AGGREGATE]


def _without_streams(node: Explanation) -> list[Explanation]:
    return [child for child in node.children if child.kind is not NodeKind.AGGREGATE]


def _part(node: Explanation) -> str:
    if node.kind is not NodeKind.FILTER:
        return node.label
    first = node.children[0] if node.children else None
    conditions = (
        first.children if first is not None and first.kind is NodeKind.ITEM else node.children
    )
    return f"{node.label}({' AND '.join(map(condition_text, conditions))})"


# --- formulas ----------------------------------------------------------------------------------


def needs_formula(root: Explanation) -> bool:
    """Whether a query is more than conditions all of which have to hold."""
    parts = root.children if root.kind is NodeKind.JUNCTION and root.label == "AND" else (root,)
    return any(part.kind in _JOINS for part in parts)


def letters_of(*roots: Explanation) -> dict[str, str]:
    """A letter for each condition that is joined to others; two alike have the same."""
    texts: dict[str, str] = {}
    for root in filter(needs_formula, roots):
        for leaf in _leaves(root):
            texts.setdefault(condition_text(leaf), _letter(len(texts)))
    return texts


def _letter(number: int) -> str:
    return chr(ord("a") + number) if number < 26 else f"a{number - 25}"


def _leaves(node: Explanation) -> Iterator[Explanation]:
    if node.kind not in _JOINS and node.kind is not NodeKind.ITEM:
        yield node
        return
    # Users are asked the same: the first stands for all of them.
    of_users = any(child.kind is NodeKind.ITEM for child in node.children)
    for child in node.children[:1] if of_users else node.children:
        yield from _leaves(child)


def formula_of(root: Explanation, letters: dict[str, str]) -> tuple[Term, ...]:
    """How the conditions make the outcome; nothing where all of them simply have to hold."""
    if not needs_formula(root):
        return ()
    return tuple(_terms(root, letters, around=False, known=True))


def _terms(
    node: Explanation, letters: dict[str, str], *, around: bool, known: bool
) -> Iterator[Term]:
    """The pieces of a node.

    Args:
        node: Any but an item.
        letters: Of conditions.
        around: Whether parentheses are needed where it joins.
        known: Whether its truth is that of the whole, not of one user.
    """
    holds = node.holds if known else None
    match node.kind:
        case NodeKind.JUNCTION:
            if around:
                yield Term("(")
            for number, child in enumerate(node.children):
                if number:
                    yield Term(node.label)
                yield from _terms(child, letters, around=True, known=known)
            if around:
                yield Term(")", holds)
        case NodeKind.NEGATION:
            yield Term(node.label)
            for child in node.children:
                yield from _terms(child, letters, around=True, known=known)
        case NodeKind.QUANTIFIER:
            yield Term(f"{node.label} user")
            if not node.children:
                yield Term("(no users)", holds)
                return
            yield Term("(")
            for child in node.children[:1]:
                below = child.children[0] if child.kind is NodeKind.ITEM else child
                yield from _terms(below, letters, around=False, known=False)
            share = node.reading.removesuffix(f", {truth(node.holds)}")
            of = f": {share}" if " of " in share else ""
            yield Term(f"){of}", holds)
        case _:
            yield Term(letters.get(condition_text(node), "?"), holds, is_letter=True)
