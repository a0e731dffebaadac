"""What is not even tried: constants so large that no time-out could hold in time."""

from __future__ import annotations

from functools import lru_cache

from jurist.languages.cql.prover.limits import LONGEST_TEXT, MOST_ARGUMENTS, MOST_COUNTED
from jurist.languages.cql.syntax import Comparison, CqlQuery, Number, Reducer, Reduction, Text
from jurist.languages.cql.walk import walk

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
        if counted and isinstance(argument, Number) and argument.value > MOST_COUNTED:
            return f"a count of {argument.value}, more than {MOST_COUNTED}"
    return ""
