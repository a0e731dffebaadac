"""What is done more often than something else: "ordered more often than they returned"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from jurist.languages.cql.english.reading.pieces import Clause, Happening, NotUnderstood
from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Bound, Times
from jurist.languages.cql.operators import Operator
from jurist.languages.cql.syntax import And, Comparison, Context, Where

_OFTEN: Final = (
    ("at least as often as", Operator.AT_LEAST),
    ("at most as often as", Operator.AT_MOST),
    ("just as often as", Operator.EQUALS),
    ("exactly as often as", Operator.EQUALS),
    ("more often than", Operator.GREATER_THAN),
    ("more times than", Operator.GREATER_THAN),
    ("less often than", Operator.LESS_THAN),
    ("fewer times than", Operator.LESS_THAN),
    ("differently often than", Operator.DIFFERS),
)
_MORE: Final = {
    "more": Operator.GREATER_THAN,
    "fewer": Operator.LESS_THAN,
    "less": Operator.LESS_THAN,
}


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_THAN: Final = r"\b(?:over|below|at least|at most|same as|before|after)"
_REDUCED: Final = (
    r"(?:number of|sum of|average|smallest|largest|first|latest|most frequent|list of)\b"
)
_OUT_OF_REACH: Final = (
    (
        (
            _any_case(rf"{_THAN} (?:the )?{_REDUCED}"),
            _any_case(r"\btimes (?:\(|they)|\b(?:their|its) "),
        ),
        "a value is compared with one that is worked out from what was done",
    ),
    (
        (
            _any_case(r"\btimes (?:\(|they)|\b(?:over|number of) (?:their|its) "),
            _any_case(rf"{_THAN} (?:own|their|the \w+'s) "),
        ),
        "what is worked out from what was done is compared with another value",
    ),
    (
        (_any_case(rf"\b(?:is|are|not|the) {_THAN} (?:own|their) "),),
        "a value is compared with another one",
    ),
    (
        (_any_case(r"\b(?:that|earlier) event's "),),
        "a value is compared with one of another event",
    ),
    (
        (
            _any_case("|".join(phrase for phrase, _ in _OFTEN)),
            _any_case(r"\b(?:counting only|leaving out|of those only|user is one|there is)\b"),
        ),
        "it says how often, and of which times or users",
    ),
)
"""What is said but not read: where all of some patterns are found, and why it is refused."""
_AS_ONE: Final = (
    (_any_case(r"\bmore often or less often than\b"), "differently often than"),
    (_any_case(r"\bbefore or afterwards\b"), "afterwards"),
)
"""What has an "or" in it that joins no conditions, and words that are read instead.

An event that is only said to come afterwards is read as one that may lie anywhere (U8): the
language has no order of events without a length of time.
"""
_LITTLE: Final = (
    "a all an are at customer customers did find folks had has have in is it me of on people show "
    "that the their them they those to user users was were where which who whose with"
)
_FUNCTION_WORDS: Final = frozenset(_LITTLE.split())
"""Words that say nothing of which events are meant."""
_OF_OTHERS: Final = frozenset({"set", "something", "other-than"})
_SAID_BY: Final[Mapping[Operator, frozenset[str]]] = {
    Operator.DIFFERS: _OF_OTHERS,
    Operator.NONE_OF: _OF_OTHERS,
    Operator.EXISTS: frozenset({"known"}),
    Operator.CONTAINS: frozenset({"contains", "contain"}),
    Operator.STARTS_WITH: frozenset({"starts", "start"}),
    Operator.ENDS_WITH: frozenset({"ends", "end"}),
}
"""Words that a condition says where it is the only one on an event."""


class ComparedDeeds(NamedTuple):
    """Two things that were done, and how often the one against the other."""

    left: Sequence[Word]
    operator: Operator
    right: Sequence[Word]
    is_of_frequency: bool = True
    """Whether nothing else can be meant: not so of "more ... than"."""


def compared_deeds(words: Sequence[Word]) -> ComparedDeeds | None:
    """The two parts of a comparison of how often; `None` where the words are none."""
    low = [word.text.lower() if word.span is None else "" for word in words]
    for phrase, operator in _OFTEN:
        parts = phrase.split()
        for start in range(1, len(low) - len(parts)):
            if low[start : start + len(parts)] == parts:
                return ComparedDeeds(words[:start], operator, words[start + len(parts) :])
    if any(isinstance(word.span, Bound | Times) for word in words) or "than" not in low:
        return None
    than = low.index("than")
    start = next((n for n in range(than) if low[n] in _MORE), None)
    if start is None or not start + 1 < than < len(low) - 1:
        return None
    return ComparedDeeds(
        words[start + 1 : than], _MORE[low[start]], words[than + 1 :], is_of_frequency=False
    )


def prepared(request: str, unquoted: str) -> str:
    """A request whose words for how often are read as one.

    Args:
        request: The request.
        unquoted: The same without what stands in quotation marks.

    Raises:
        NotUnderstood: It compares streams in a way that is said but not read.
    """
    for patterns, reason in _OUT_OF_REACH:
        if all(pattern.search(unquoted) for pattern in patterns):
            raise NotUnderstood(reason)
    for pattern, plain in _AS_ONE:
        if len(pattern.findall(request)) > len(pattern.findall(unquoted)):
            raise NotUnderstood("it quotes words that say how often or when")
        request = pattern.sub(plain, request)
    return request


def check_side(clause: Clause, happening: Happening) -> None:
    """Refuse a side of a comparison of how often that says more than was read of it.

    Beside another thing nothing may be guessed: each word that tells something is one that the
    condition on the event says.

    Raises:
        NotUnderstood: Some word of it is not accounted for.
    """
    conditions = [part.condition for part in happening.filters if isinstance(part, Where)]
    only = conditions[0] if len(conditions) == 1 else None
    said = set(_FUNCTION_WORDS)
    if isinstance(only, And) and len(only.operands) == clause.low.count("and") + 1:
        said.add("and")
    if isinstance(only, Comparison):
        said |= {"or"} if len(only.arguments) > 1 else set()
        said |= _SAID_BY.get(only.operator, frozenset())
        said |= {"time", "event"} if isinstance(only.left, Context) else set()
    left = [
        word.text
        for place, word in enumerate(clause.words)
        if place not in clause.taken and word.text.lower() not in said
    ]
    if left or happening != Happening(happening.event, happening.filters):
        words = ", ".join(map(repr, left[:4])) or "the number of times"
        raise NotUnderstood(f"beside how often something else was done, {words} cannot be read")
