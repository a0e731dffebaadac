"""Fitting the query of a known request to a new one that names other values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from jurist.languages.capabilities import Slot
from jurist.languages.sql.english.slots import SlotKind, number_of
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.text.writing import canonical

_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.DOTALL)
_Waiting = dict[Slot, list[Slot]]


def adapt(query: SqlQuery, known: Sequence[Slot], asked: Sequence[Slot]) -> SqlQuery:
    """A known request's query with the values that another request names.

    Slots are matched by kind and in order. A month or a year moves the days of the query that
    begin or end it; what has no partner stays.
    """
    waiting: _Waiting = defaultdict(list)
    for kind in SlotKind:
        old = [slot for slot in known if slot.kind == kind]
        new = [slot for slot in asked if slot.kind == kind]
        for before, after in zip(old, new, strict=False):
            waiting[before].append(after)
    tree = query.tree.copy()
    for literal in list(tree.find_all(exp.Literal)):
        text = _fitted(literal, waiting)
        if text is not None:
            literal.set("this", text)
    return SqlQuery(canonical(tree, query.dialect), query.dialect, tree)


def _fitted(literal: exp.Literal, waiting: _Waiting) -> str | None:
    text = str(literal.this)
    if not literal.is_string:
        after = _next(waiting, Slot(SlotKind.NUMBER, number_of(text)))
        return None if after is None else str(after.value)
    if date := _DATE.fullmatch(text):
        return _moved(text, date, waiting)
    bare = text.strip("%")
    after = _next(waiting, Slot(SlotKind.TEXT, bare))
    if after is None or not bare:
        return None
    start = text.index(bare)
    return f"{text[:start]}{after.value}{text[start + len(bare) :]}"


def _moved(text: str, date: re.Match[str], waiting: _Waiting) -> str | None:
    """A day of the query where another day, month or year is asked for."""
    year, month, day, rest = int(date[1]), int(date[2]), date[3], date[4]
    after = _next(waiting, Slot(SlotKind.DAY, text[:10]))
    if after is not None:
        return f"{after.value}{rest}"
    for ahead in (0, 1):  # the first day after a span is named by the span
        of = year * 12 + month - 1 - ahead
        after = _peek(waiting, Slot(SlotKind.MONTH, f"{of // 12}-{of % 12 + 1:02}"))
        if after is not None and (not ahead or day == "01"):
            other = int(str(after.value)[:4]) * 12 + int(str(after.value)[5:]) - 1 + ahead
            last = monthrange(other // 12, other % 12 + 1)[1]
            return f"{other // 12:04}-{other % 12 + 1:02}-{min(int(day), last):02}{rest}"
        after = _peek(waiting, Slot(SlotKind.YEAR, year - ahead))
        if after is not None and (not ahead or text[5:10] == "01-01"):
            return f"{int(after.value) + ahead:04}{text[4:]}"
    return None


def _next(waiting: _Waiting, slot: Slot) -> Slot | None:
    """What stands in for a slot: in order where it comes more than once, the last one serves on."""
    line = waiting.get(slot)
    if not line:
        return None
    return line.pop(0) if len(line) > 1 else line[0]


def _peek(waiting: _Waiting, slot: Slot) -> Slot | None:
    """What stands in for a span, whose two ends both ask."""
    line = waiting.get(slot)
    return line[0] if line else None
