"""How far an exact procedure goes before it says `undecided`."""

from __future__ import annotations

from jurist.languages.cql.semantics.values import MAX_DIGITS

OUT_OF_STEPS = "the steps for this pair were used up"

LARGEST_SPACE = 1 << 20
"""Points of one product of dimensions: a set of them is 128 kilobytes."""
LARGEST_LISTED = 1 << 14
"""The same where single points are looked for: beyond it branching is quicker."""
MOST_REGIONS = 4_000
"""Kinds of events that the streams of both queries tell apart."""
MOST_COUNT_STEPS = 6_000
"""Steps of the search over saturated counts; beyond it the solver takes over."""
MOST_TEXT_STATES = 6_000
"""States of the product of text automata."""
MOST_CASES = 400
"""Orders of `now` among the absolute dates times placements of compared traits."""

MOST_SHOWN = 25_000
"""Items of one group in a witness, which must be built, replayed and shown."""
LONGEST_TEXT = 500
"""Characters of a text constant."""
MOST_ARGUMENTS = 1_000
"""Texts that one comparison searches for; a list of values may be as long as a query."""
LARGEST_NUMBER = 10**28
"""Of a constant: what is added up to reach it must stay a number that can be written."""
MOST_DIGITS = MAX_DIGITS
"""Of one run of digits in a text that is compared; a longer one is no number any more."""

TEXTS_AND_NUMBERS = "a value both as a number and as the text that says it"
SPELLED_MOMENTS = "different moments beside the texts that say them"
NO_EXAMPLE = "a value with all of this, of which no example was found"
SEARCHES = "a search for a value that is read from the customer"
MODES = "a most frequent value beside so much else that is asked of the same events"
WHOLE = "an array or object as a whole beside what is inside it"
"""What is left open in several places."""


class TooWide(Exception):  # noqa: N818 - says what happened
    """The exact procedure would take too long; the text says which part, and how far it got."""


class Beyond(Exception):  # noqa: N818 - says what happened
    """A construct that the exact procedure does not reach; the text names it."""
