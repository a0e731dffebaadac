"""What a parser's failure means to the person who wrote the query."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from jurist.languages.cql.operators import Operator, Reducer
from jurist.languages.cql.text.idioms import argument, infix, other_language, unopened
from jurist.languages.mistakes import Mistake, place, shown

_NAMED = ("event", "entity", "trait", "property", "context", "literal")
"""What begins a condition or a value; everything else follows a dot."""
_FILTERS = ("where", "sources", "within", "between", "expires_after")
_FUNCTIONS = (
    *_NAMED,
    *_FILTERS,
    *(reducer.value for reducer in Reducer if reducer is not Reducer.UNIQUE_COUNT),
    *(operator.value for operator in Operator),
)
_OTHER_WORDS = {
    **dict.fromkeys(("average", "mean"), "avg"),
    "total": "sum",
    "maximum": "max",
    "minimum": "min",
    "filter": "where",
    "in": "one_of",
    "not_in": "none_of",
    **dict.fromkeys(("not_contains", "does_not_contain"), "omits"),
    "not_equals": "differs",
    "not_exists": "absent",
    "before": "before_date",
    "after": "after_date",
    **dict.fromkeys(("track", "events"), "event"),
    **dict.fromkeys(("user", "attribute"), "trait"),
    "prop": "property",
    "distinct": "unique",
    "size": "count",
}
_SIGNS = {
    **dict.fromkeys(("&&", "&"), "use AND"),
    **dict.fromkeys(("||", "|"), "use OR"),
    **dict.fromkeys(("<>", "!=="), "use !="),
    "=>": "use >=",
    "=<": "use <=",
    "===": "use =",
    "!": "use NOT",
    "~": "use contains('...'), starts_with('...') or ends_with('...')",
    ";": "a query is one expression: join conditions with AND or OR",
    "[": "brackets stand only around the constants of a call, such as one_of(['a', 'b'])",
    "{": "braces stand only in sources({exclude: '...'})",
    "%": "write a share as a number, such as 0.8",
    "$": "write the number alone, and names in quotes",
}
_VALUES = {
    **dict.fromkeys(("true", "false"), "booleans are written as text: 'true' or 'false'"),
    **dict.fromkeys(("null", "none", "nil"), "for a missing value use .absent() or .exists()"),
}
_QUOTES = (
    "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f`\u00b4\u2032\u2033\u00ab\u00bb\uff02\uff07"
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_NUMBER_BEFORE = re.compile(r"(?<![A-Za-z_'\"])[0-9][ \t]*$")
_SIGN = re.compile(r"&&?|\|\|?|<>|=>|=<|!==|===|.", re.DOTALL)
_STRING = re.compile(r"""'(?:[^'\\\r\n]|\\[^\r\n])*+'|"(?:[^"\\\r\n]|\\[^\r\n])*+\"""")
_SCAN = re.compile(r"""'(?:[^'\\\r\n]|\\[^\r\n])*+'?|"(?:[^"\\\r\n]|\\[^\r\n])*+"?|[][(){}]""")
_COMPARE = "compare it, such as `= 'true'`, `>= 1` or `.exists()`"
_EXPECTED = {
    "DOT": "`.`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "BRACKET": "`[`",
    "RSQB": "`]`",
    "SYMBOL": "a comparison",
    "COMPARISON": "a comparison",
    "CAST": "string, number or array",
    "STRING": "text in quotes",
    "NUMBER": "a number",
    "DATE": "a date",
    "TIMESTAMP": "a timestamp",
    "WORD": "a unit of time",
    "AND": "AND",
    "OR": "OR",
    "EXCLUDE": "`exclude:`",
    "$END": "the end",
}
_AFTER_STREAM = frozenset({"DOT"})
_AFTER_NAME = frozenset({"LPAR"})
_STARTS = frozenset({"EVENT", "ENTITY", "NOT"})


def diagnose(text: str, at: int, expected: frozenset[str]) -> Mistake:
    """The mistake behind a parse that failed at `at`.

    Args:
        text: The whole query.
        at: Offset of the first thing that does not fit.
        expected: Names of the grammar's words that would have fitted.
    """
    expected = frozenset(name.removeprefix("_") for name in expected)
    while at < len(text) and text[at].isspace() and text[at] in " \t\r\n":
        at += 1
    if at >= len(text):
        return _ended(text, expected)
    expected = _closable(text, at, expected)
    if expected == _AFTER_NAME and text[at] == "[":
        return Mistake(
            "unexpected `[`", at=at, hint="parentheses come first, such as one_of(['a', 'b'])"
        )
    begin = at
    while begin and (text[begin - 1].isalnum() or text[begin - 1] == "_"):
        begin -= 1
    while begin < at and text[begin].isdigit():
        begin += 1
    match = _WORD.match(text, begin)
    place_of = begin if match else at
    if hint := _from_elsewhere(text, place_of, expected):
        return Mistake(f"unexpected {shown(_piece(text, place_of))!r}", at=place_of, hint=hint)
    if match:
        return _misplaced_word(text, begin, match.group(), expected)
    return _misplaced_sign(text, at, expected)


def _piece(text: str, at: int) -> str:
    """The text in quotes, the word or the sign that begins there."""
    piece = _STRING.match(text, at) or _WORD.match(text, at)
    return (piece[0] if piece else text[at])[:40]


def _from_elsewhere(text: str, at: int, expected: frozenset[str]) -> str:
    """How it is written here, where it is known from another language."""
    if at == 0 and (hint := other_language(text)):
        return hint
    if {"DOT", "SYMBOL"} <= expected:
        return infix(text, at)
    if expected == _AFTER_NAME and not text[at].isalpha():
        return unopened(text, at)
    return argument(text, at)


def _closable(text: str, at: int, expected: frozenset[str]) -> frozenset[str]:
    """The expected words without closing brackets that would close nothing."""
    opened = _open_bracket(text[:at])
    sign = text[opened] if opened >= 0 else ""
    return expected - {
        name for name, mate in (("RPAR", "("), ("RBRACE", "{"), ("RSQB", "[")) if sign != mate
    }


def _ended(text: str, expected: frozenset[str]) -> Mistake:
    end = len(text)
    if not text.strip():
        return Mistake("the query is empty", at=0, hint="write one, such as trait('plan') = 'pro'")
    if incomplete := _incomplete(expected):
        return Mistake(f"the query ends too early: {incomplete[0]}", at=end, hint=incomplete[1])
    if (opened := _open_bracket(text)) >= 0:
        sign = {"(": "parenthesis", "{": "brace", "[": "bracket"}[text[opened]]
        return Mistake(
            "the query ends too early",
            at=end,
            hint=f"close the {sign} opened at {place(text, opened)}",
        )
    return Mistake("the query ends too early", at=end, hint=_hint(expected))


def _incomplete(expected: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong and how to mend it, where a stream or a value was left as it is."""
    if expected == _AFTER_STREAM:
        return (
            "events and entities must be reduced to one value",
            "add a reducer, such as .count() >= 1",
        )
    if {"DOT", "SYMBOL"} <= expected:
        return "a value alone is no condition", _COMPARE
    return None


def _open_bracket(text: str) -> int:
    """Where the innermost bracket that is still open stands; -1 where none is."""
    opened: list[int] = []
    for match in _SCAN.finditer(text):
        if match.group() in {"(", "{", "["}:
            opened.append(match.start())
        elif match.group() in {")", "}", "]"} and opened:
            opened.pop()
    return opened[-1] if opened else -1


def _misplaced_word(text: str, at: int, word: str, expected: frozenset[str]) -> Mistake:
    name = word[:40]
    lower = word.lower()
    called = text[at + len(word) : at + len(word) + 80].lstrip().startswith("(")
    if "STRING" in expected and "NUMBER" not in expected:
        return Mistake(f"{name!r} is not in quotes", at=at, hint=f"write it as '{name}'")
    if "NUMBER" in expected and not called and not expected >= _STARTS:
        hint = _VALUES.get(lower, f"write text in quotes: '{name}'")
        return Mistake(f"{name!r} is no value", at=at, hint=hint)
    if expected == _AFTER_NAME:
        return _misplaced_function(at, name, frozenset({"WHERE"}))
    if lower in {"and", "or"}:
        if incomplete := _incomplete(expected):
            return Mistake(f"{incomplete[0]}, found {name}", at=at, hint=incomplete[1])
        return Mistake(f"{name} joins two conditions, and one is missing here", at=at)
    if lower in {"not", "any", "all"}:
        hint = "write NOT before the whole condition: NOT trait('x') = 'y'"
        return Mistake(f"{name} cannot stand here", at=at, hint=hint if lower == "not" else "")
    if _NUMBER_BEFORE.search(text[max(0, at - 40) : at]) and not (called and name in _FUNCTIONS):
        return Mistake(
            f"a number cannot be followed by {name!r}",
            at=at,
            hint="numbers are written out, such as 100000; "
            "a length of time stands only in calls such as within_last(7 days)",
        )
    if called:
        return _misplaced_function(at, name, expected)
    if incomplete := _incomplete(expected):
        return Mistake(f"unexpected {name!r}: {incomplete[0]}", at=at, hint=incomplete[1])
    hint = "names are written in calls, such as trait('plan') or event('Order Completed')"
    if not expected & _STARTS:
        hint = f"write {_listed(expected)} here"
    return Mistake(f"unexpected {name!r}", at=at, hint=hint)


def _misplaced_function(at: int, name: str, expected: frozenset[str]) -> Mistake:
    lower = name.lower()
    if name not in _FUNCTIONS:
        near = _OTHER_WORDS.get(lower) or next(iter(get_close_matches(lower, _FUNCTIONS, 1)), None)
        hint = f"did you mean `{near}`?" if near else "see the language's list of functions"
        return Mistake(f"unknown function `{name}`", at=at, hint=hint)
    if "DOT" in expected and name not in _NAMED:
        hint = f"a dot is missing: write `.{name}(...)`"
    elif "AND" in expected and name in _FILTERS:
        hint = f"filters stand before the reducer: event('...').{name}(...).count() >= 1"
    elif "AND" in expected and name not in _NAMED:
        hint = f"`{name}` follows a value and a dot, and this condition is finished without it"
    elif lower.startswith(("within_", "before_", "after_")) and "WHERE" in expected:
        hint = "it compares a date, such as trait('...'); for a stream of events use within(7 days)"
    elif lower in {"within", "between"}:
        hint = "windows filter events: event('...').within(7 days).count() >= 1"
    elif "WHERE" in expected:
        hint = "reduce the events first, such as .count() >= 1"
    elif "COMPARISON" in expected:
        hint = "after a value comes a comparison, such as .exists() or .one_of('a', 'b')"
    elif "AND" in expected:
        hint = "this condition is finished: join the next one with AND or OR"
    elif incomplete := _incomplete(expected):
        hint = f"{incomplete[0]}: {incomplete[1]}"
    else:
        hint = f"write {_listed(expected)} here"
    return Mistake(f"`{name}` cannot stand here", at=at, hint=hint)


def _misplaced_sign(text: str, at: int, expected: frozenset[str]) -> Mistake:
    match = _SIGN.match(text, at)
    sign = text[at] if match is None else match.group()
    if sign in _SIGNS:
        return Mistake(f"unexpected `{sign}`", at=at, hint=_SIGNS[sign])
    if sign in "'\"":
        if _STRING.match(text, at):
            return Mistake("text in quotes cannot stand here", at=at, hint=_hint(expected))
        return Mistake(
            "this text is never closed", at=at, hint=f"end it with {sign} on the same line"
        )
    if sign in _QUOTES:
        return Mistake(
            f"unexpected typographic quote {sign}", at=at, hint="use straight quotes: '...'"
        )
    if sign in ")}]" and _open_bracket(text[:at]) < 0:
        return Mistake(f"`{sign}` closes nothing", at=at, hint="remove it")
    if incomplete := _incomplete(expected):
        return Mistake(f"{incomplete[0]}, found `{shown(sign)}`", at=at, hint=incomplete[1])
    if not sign.isascii():
        name = unicodedata.name(sign, "no name")
        return Mistake(
            f"unexpected character U+{ord(sign):04X} ({name})", at=at, hint=_hint(expected)
        )
    return Mistake(f"unexpected `{shown(sign)}`", at=at, hint=_hint(expected))


def _hint(expected: frozenset[str]) -> str:
    return f"write {_listed(expected)} here" if expected else ""


def _listed(expected: frozenset[str]) -> str:
    """What would have fitted, in words, at most five of it."""
    if expected >= _STARTS:
        return "a condition, such as trait('plan') = 'pro'"
    if {"WHERE", "REDUCER"} <= expected:
        return "a filter or a reducer, such as within(7 days) or count()"
    names = sorted({_EXPECTED.get(name, f"`{name.lower()}`") for name in expected})
    head, last = names[:5], "" if len(names) <= 5 else " ..."
    return " or ".join(head) + last
