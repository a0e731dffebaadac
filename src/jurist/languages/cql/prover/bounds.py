"""What is not even tried: constants so large that no time-out could hold in time."""

from __future__ import annotations

import re
from functools import lru_cache

from jurist.languages.cql.prover.limits import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_ARGUMENTS,
    MOST_COUNTED,
    MOST_DIGITS,
)
from jurist.languages.cql.semantics.values import Atom, read_number, text_of
from jurist.languages.cql.syntax import Comparison, CqlQuery, Number, Reducer, Reduction, Text
from jurist.languages.cql.tree import walk

_TOO_MANY_DIGITS = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")
_COUNTS = frozenset({Reducer.COUNT, Reducer.UNIQUE_COUNT})


@lru_cache(maxsize=4_096)
def out_of_bounds(query: CqlQuery) -> str:
    """Why a query is beyond what a proof is tried on, or nothing."""
    for node, _ in walk(query):
        if isinstance(node, Comparison):
            reason = _too_large(node)
            if reason:
                return reason
    return ""


def _too_large(node: Comparison) -> str:
    if len(node.arguments) > MOST_ARGUMENTS:
        return f"a comparison with {len(node.arguments)} constants, more than {MOST_ARGUMENTS}"
    counted = isinstance(node.left, Reduction) and node.left.reducer in _COUNTS
    for argument in node.arguments:
        if isinstance(argument, Text) and len(argument.value) > LONGEST_TEXT:
            return f"a text of {len(argument.value)} characters, more than {LONGEST_TEXT}"
        if isinstance(argument, Text) and _TOO_MANY_DIGITS.search(argument.value):
            return f"a text with more than {MOST_DIGITS} digits in a row"
        if isinstance(argument, Number | Text) and _is_too_large(argument.value):
            return f"a number of {text_of(argument.value)}, beyond {LARGEST_NUMBER}"
        if counted and isinstance(argument, Number) and argument.value > MOST_COUNTED:
            return f"a count of {argument.value}, more than {MOST_COUNTED}"
    return ""


def _is_too_large(value: Atom) -> bool:
    number = read_number(value) if isinstance(value, str) else value
    return number is not None and abs(number) > LARGEST_NUMBER
