"""Every reading of CQL that Segment's documents leave open, named, in one place.

The keys U1-U13 are those of the project's reading of the language; the others are
decisions that an exact procedure forces. Six have a second reading that a schema may
choose under `assumptions:`; the interpreter, the prover and the normal form obey it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache

from jurist.languages.cql.operators import Operator


class SumOfNothing(StrEnum):
    """U2: the sum over no events (or over none that has the property)."""

    NULL = "null"
    ZERO = "zero"


class NoneOfMissing(StrEnum):
    """U4: whether `none_of` holds for a missing value."""

    FALSE = "false"
    TRUE = "true"


class WindowEdges(StrEnum):
    """U6, U7: whether an event exactly at the edge of `within` or `between` is inside."""

    CLOSED = "closed"
    OPEN = "open"


class ParentTies(StrEnum):
    """U8: whether an event at the very moment of its parent counts as after it."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class NumberLikeText(StrEnum):
    """U10: whether text that reads as a number is compared as that number."""

    NUMBER = "number"
    TEXT = "text"


class StringEquality(StrEnum):
    """U10: how `=`, `!=`, `one_of` and `none_of` compare what the schema calls a `string`."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings that a schema can choose; the defaults are the project's own."""

    sum_of_nothing: SumOfNothing = SumOfNothing.NULL
    none_of_missing: NoneOfMissing = NoneOfMissing.FALSE
    window_edges: WindowEdges = WindowEdges.CLOSED
    parent_ties: ParentTies = ParentTies.EXCLUDED
    number_like_text: NumberLikeText = NumberLikeText.NUMBER
    string_equality: StringEquality = StringEquality.TEXT

    def holds_for_missing(self, operator: Operator) -> bool:
        """Whether a comparison holds where the value is missing (U4)."""
        if operator is Operator.NONE_OF:
            return self.none_of_missing is NoneOfMissing.TRUE
        return operator.holds_for_missing


@lru_cache(maxsize=64)  # every piece of evidence lists them
def sentences(readings: Readings) -> tuple[str, ...]:
    """All readings as one sentence each, the chosen ones as chosen, with their keys."""
    chosen = [_CHOICES[f"{f.name}={getattr(readings, f.name)}"] for f in fields(readings)]
    return tuple(sorted([*_FIXED, *chosen], key=_order))


def _order(sentence: str) -> tuple[bool, int, str]:
    key = sentence.split(":", 1)[0].split(",")[0]
    return key[0] != "U", int(key[1:]), sentence


_CHOICES = {
    "sum_of_nothing=null": "U2: the sum of no values is missing, so comparisons with it are false",
    "sum_of_nothing=zero": "U2: the sum of no values is 0",
    "none_of_missing=false": "U4: `none_of` is false for a missing value, as `!=` is",
    "none_of_missing=true": "U4: `none_of` is true for a missing value",
    "window_edges=closed": "U6, U7: both ends of `within` and `between` are inside the window",
    "window_edges=open": "U6, U7: the far and near ends of `within` and `between` are outside",
    "parent_ties=excluded": "U8: an event at the moment of its parent is not after it",
    "parent_ties=included": "U8: an event at the moment of its parent counts as after it",
    "number_like_text=number": (
        "U10: two values that both read as decimal numbers are compared as numbers, "
        "all others as text, case-sensitively"
    ),
    "number_like_text=text": (
        "U10: values are compared as numbers only where both are numbers, "
        "all others as text, case-sensitively"
    ),
    "string_equality=text": (
        "U10: where the schema says `string` of either side, `=`, `!=`, `one_of` and `none_of` "
        "compare text with text: '1.10' is not '1.1'; the orders still read numbers"
    ),
    "string_equality=number": (
        "U10: what the schema calls a `string` is compared like any other text"
    ),
}

_FIXED = (
    "U1: the count of no events is 0",
    "U3: avg, min, max, first, last and mode of no values are missing",
    "U4: a comparison with a missing value is false, except `absent` and `omits`",
    "U4: a name that is missing is found nowhere: `contains` is false, `omits` is true",
    "U5: NOT is the complement: true exactly where its operand is false",
    "U6: `within(d)` keeps now - d to now; no condition sees an event later than now",
    "U7: `between(a, b)` keeps now - b to now - a; a must not be longer than b",
    "U8: `within(parent: d)` keeps what follows the parent event by at most d, "
    "`between(parent: a, b)` by a to b; without `parent:` a nested event may lie anywhere",
    "U9: `property(parent: 'p')` reads the event or row right around the one at hand; windows "
    "after the parent follow the nearest event around",
    "U11: an event without a window looks at the whole history",
    "U12: words such as 'recently' have no one right number; a proof compares numbers as written",
    "U13: filters of one stream commute, and repeated ones intersect; `sources` keeps events "
    "without a source",
    "A1: ALL over an account without users is true, ANY is false",
    "A2: in an account audience an event or entity condition outside ANY and ALL means ANY",
    "A3: `before_date` and `after_date` are strict; the four relative ones include their edge, "
    "but `after_next(n days)` of a bare date is after the last day of `within_next(n days)`",
    "A4: a bare date is a day in UTC: relative operators in days count it from today, "
    "all others take its midnight; a timestamp without a zone is in UTC",
    "A5: times are whole milliseconds, numbers have at most 30 digits on each side of the point",
    "A6: `mode` breaks ties by the first in text order; `first` and `last` skip missing values "
    "and break ties of time by the order of the history",
    "A7: `p.$` unrolls an array, in conditions and reducers: each entry counts as an item of its "
    "own, for all names of the stream that go into that array; an item without entries counts once",
    "A8: `expires_after(d)` keeps the latest run of events with no gap longer than d, "
    "and nothing once d has passed since its last event",
    "A8: `expires_after(parent: d)` keeps what follows the parent event up to the first gap "
    "longer than d, counted from the parent event on",
    "A9: an array or object compared as a whole, as a trait too, is its compact JSON text",
    "A11: a condition on `trait('t.$')` holds where some entry meets it; `!=` and `none_of` where "
    "there are entries and none is equal, `omits` and `absent` where none contains it or is there",
    "A12: `first`, `last` and `mode` of a trait take, of each event, the trait of the user who "
    "did it",
    "A10: properties of an entity are compared in their own type: text never equals a number; "
    "of dates and timestamps that is when they are, also to `unique`; a number in "
    "quotes is a number beside a column of numbers",
    "U1: the number of different values of nothing is 0",
    "U4: what is null is missing, also in arrays and objects; an empty text and an empty array "
    "are values",
    "U10: only digits, with a `-` before and a `.` among them, read as a number: no `+`, "
    "exponent, space, or more than 30 digits on a side",
    "U10: `sum`, `avg`, `min` and `max` take a text as the number that it would be compared as, "
    "and leave out what is none",
    "A2: inside such a condition a trait is the user's; a computed trait of an account reads the "
    "account's traits, and the events and rows of all its users as one history",
    "A4: a date is `yyyy-mm-dd`, alone or with `T`, a time and perhaps a zone; a number or another "
    "text is neither before nor after any date",
    "A5: an average is exact where it is compared with numbers, and given to 12 decimal places",
    "A6: equal events and equal rows count each; rows are in the order in which they are listed",
    "A8: a session is one of all events of that name, whatever else is filtered",
    "A11: `trait('t.$')` is compared with constants only; `trait('t.$.u.$')` are the entries in "
    "all entries",
    "A13: texts and names are told apart by code points, case-sensitively, and texts are put in "
    "order so; a number is searched as its shortest decimal, true and false are the texts 'true' "
    "and 'false', an event's time is `2026-01-31T08:00:00Z`; every value has the empty text in it",
)
