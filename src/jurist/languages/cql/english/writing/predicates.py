"""What is said of a value: each operator, plain and negated.

`!=` and `NOT =` differ where the value is missing, so they never get the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jurist.languages.cql.syntax import Comparison, Duration, Operator
from jurist.languages.cql.text.literals import duration_text

_COPULAR: Final = {
    Operator.EQUALS: "{}",
    Operator.DIFFERS: "set to something other than {}",
    Operator.GREATER_THAN: "over {}",
    Operator.AT_LEAST: "at least {}",
    Operator.LESS_THAN: "below {}",
    Operator.AT_MOST: "at most {}",
    Operator.ABSENT: "unknown",
    Operator.EXISTS: "known",
    Operator.ONE_OF: "{}",
    Operator.NONE_OF: "set to something other than {}",
    Operator.BEFORE_DATE: "before {}",
    Operator.AFTER_DATE: "after {}",
    Operator.WITHIN_LAST: "in the last {}",
    Operator.WITHIN_NEXT: "in the next {}",
    Operator.BEFORE_LAST: "{} ago or longer",
    Operator.AFTER_NEXT: "{} from now or later",
}
_SAME: Final = {Operator.EQUALS: "the same as {}", Operator.DIFFERS: "set, but not the same as {}"}
_VERBAL: Final = {
    Operator.CONTAINS: "contain {}",
    Operator.STARTS_WITH: "start with {}",
    Operator.ENDS_WITH: "end with {}",
}
OFTEN: Final = {
    Operator.EQUALS: "just as often as",
    Operator.DIFFERS: "more often or less often than",
    Operator.GREATER_THAN: "more often than",
    Operator.AT_LEAST: "at least as often as",
    Operator.LESS_THAN: "less often than",
    Operator.AT_MOST: "at most as often as",
}
"""How often something was done, held against another thing."""
_PLURAL: Final = re.compile(r"[a-z]{2,}(?<![isu])s")
_TAIL: Final = re.compile(r" (?:of|in) ")
_ONLY_ONE: Final = frozenset({"gps", "has", "ios", "lens", "news", "series", "sms", "was"})
_PAST: Final = frozenset({Operator.WITHIN_LAST, Operator.BEFORE_LAST})


def predicate(
    comparison: Comparison,
    arguments: Sequence[str],
    *,
    negated: bool,
    terse: bool,
    is_reference: bool,
    subject: str,
) -> str:
    """All of a comparison after its left side.

    Args:
        comparison: The comparison.
        arguments: Its arguments in English, lengths of time apart.
        negated: Whether its opposite is to be said, which is true of a missing value.
        terse: Whether "is" is left out.
        is_reference: Whether the argument is another value, not a constant.
        subject: The left side in English, by whose number the verb goes.
    """
    operator = comparison.operator
    lengths = [
        duration_text(argument) for argument in comparison.arguments if type(argument) is Duration
    ]
    many = _is_plural(subject)
    if operator is Operator.OMITS:
        operator, negated = Operator.CONTAINS, not negated
    if operator in _VERBAL:
        rest = _VERBAL[operator].format(" or ".join(arguments))
        if negated:
            return f"{'do' if many else 'does'} not {rest}"
        verb, space, what = rest.partition(" ")
        return rest if many else f"{verb}s{space}{what}"
    pattern = _SAME.get(operator, "") if is_reference else ""
    rest = (pattern or _COPULAR[operator]).format(" or ".join([*arguments, *lengths]))
    be = (("were", "was") if operator in _PAST else ("are", "is"))[not many]
    copula = "" if terse else f"{be} "
    return f"{copula}not {rest}" if negated else f"{copula}{rest}"


@lru_cache(maxsize=1_024)  # a schema has so many names, and each is a subject again and again
def _is_plural(subject: str) -> bool:
    """Whether a name's words speak of several things: "loyalty points", not "address"."""
    head = _TAIL.split(subject, maxsplit=1)[0].rsplit(" ", 1)[-1]
    return _PLURAL.fullmatch(head) is not None and head not in _ONLY_ONE
