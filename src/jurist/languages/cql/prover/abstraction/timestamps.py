"""The time of an event compared as text: which moments have such a text.

A moment is written to the second, with its milliseconds only where they are not 0, and
`.` comes before `Z`. So texts lie in the order of seconds, but within a second the whole
one comes last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from jurist.languages.cql.boolean import FALSE, TRUE, Formula, conjunction, disjunction
from jurist.languages.cql.boolean import negation as no
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    IS,
    IS_PRESENT,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    STARTS,
    Leaf,
    Primitive,
)
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    moment_of,
    moment_text,
)

_LAST_CHARACTER = chr(0x10FFFF)
_SECONDS = range(FIRST_MOMENT // 1_000, LAST_MOMENT // 1_000 + 1)


@dataclass(frozen=True, slots=True)
class TimestampLeaf:
    """The text of a moment that another leaf says facts about; the moment is there."""

    moment: Leaf

    def atom(self, fact: Primitive) -> Formula:
        """The fact about the text, as facts about the moment."""
        kind, text = fact.kind, fact.text
        if fact == IS_PRESENT:
            return self.moment.atom(IS_PRESENT)
        if kind == MOMENT:
            return self.moment.atom(fact)
        if kind == NUMBER:
            return FALSE
        if kind in {IS, OTHER_IS}:
            at = moment_of(text)
            is_own = at is not None and moment_text(at) == text
            return self.moment.atom(Primitive(MOMENT, at, at)) if is_own else FALSE
        if kind in {BEFORE, OTHER_BEFORE}:
            return self._before(text)
        if kind == STARTS:
            return conjunction((self._before(text + _LAST_CHARACTER), no(self._before(text))))
        raise Beyond("an event's time searched as text")

    def _before(self, text: str) -> Formula:
        whole, last = _seconds_before(text)
        parts = [Primitive(MOMENT, None, whole - 1)] if whole > FIRST_MOMENT else []
        parts += [Primitive(MOMENT, whole + 1, last)] if last > whole else []
        return disjunction(self.moment.atom(part) for part in parts)


@dataclass(frozen=True, slots=True)
class TimeLeaf:
    """The time of an event, which is never missing."""

    time: Leaf

    def atom(self, fact: Primitive) -> Formula:
        """The fact."""
        return TRUE if fact == IS_PRESENT else self.time.atom(fact)


def cuts_of(text: str) -> Iterator[int]:
    """Where the moments begin and end whose texts come before a text, or begin with it."""
    for bound in (text, text + _LAST_CHARACTER):
        whole, last = _seconds_before(bound)
        yield from (whole, whole + 1, last + 1)


def _seconds_before(text: str) -> tuple[int, int]:
    """All moments up to a whole second have earlier texts, and after it those up to a last one."""
    index = bisect_left(_SECONDS, text, key=lambda second: moment_text(second * 1_000))
    if index == len(_SECONDS):
        return LAST_MOMENT + 1, LAST_MOMENT + 1
    whole = _SECONDS[index] * 1_000
    later = bisect_left(range(1, 1_000), text, key=lambda ms: moment_text(whole + ms))
    return whole, whole + later
