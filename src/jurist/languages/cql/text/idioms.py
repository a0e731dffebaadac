"""What people write who know another language, and how that is said in this one."""

from __future__ import annotations

import re
from typing import Final

from jurist.languages.cql.operators import Reducer

_QUOTED: Final = r"""(?:'[^'\r\n]{0,80}'|"[^"\r\n]{0,80}")"""
_CALL: Final = re.compile(r"([A-Za-z_][A-Za-z_0-9]*)[ \t]*\([ \t]*(parent[ \t]*:[ \t]*)?$")
_LENGTH: Final = re.compile(
    r"""['"]?[ \t]*(?:last[ \t]+|past[ \t]+)?([0-9]{1,9})[ \t]*([A-Za-z]+)"""
)
_LAST_WORD: Final = re.compile(r"([A-Za-z_][A-Za-z_0-9]*)[ \t]*$")
_VALUE: Final = re.compile(_QUOTED)
_INFIX: Final = re.compile(
    rf"""(?P<words>is\s+not\s+null|is\s+null|is\s+not|not\s+in|not\s+like|is|in|like|ilike|matches|equals|contains|omits
    |starts_with|ends_with|one_of|none_of|between|exists|absent)\b\s*(?P<value>{_QUOTED})?""",
    re.IGNORECASE | re.VERBOSE,
)
_SPELLINGS: Final = {
    "is": "= {}",
    "equals": "= {}",
    "is not": "!= {}",
    "contains": ".contains({})",
    "omits": ".omits({})",
    "not like": ".omits({})",
    "starts_with": ".starts_with({})",
    "ends_with": ".ends_with({})",
    "matches": ".contains({})",
    **dict.fromkeys(("in", "one_of"), ".one_of('a', 'b')"),
    **dict.fromkeys(("not in", "none_of"), ".none_of('a', 'b')"),
    **dict.fromkeys(("exists", "is not null"), ".exists()"),
    **dict.fromkeys(("absent", "is null"), ".absent()"),
}
"""How a comparison is written whose words are those of another language."""
_CALLS: Final = frozenset(
    {"contains", "omits", "starts_with", "ends_with", "matches", "one_of", "none_of"}
    | {"exists", "absent", "is not null", "is null"}
)
"""Before a parenthesis they lack but their dot."""
_REDUCERS: Final = frozenset(Reducer) - {Reducer.COUNT, Reducer.UNIQUE_COUNT}
_WINDOWS: Final = frozenset({"within", "between"})
_BARE_NAME: Final = re.compile(r"(?!(?:not|any|all)\b)[A-Za-z_][A-Za-z_0-9.]{0,40}+(?!\s*\()", re.I)
_SQL: Final = re.compile(r"(?:select|with|insert|update|delete)\s", re.IGNORECASE)


def infix(text: str, at: int) -> str:
    """How the comparison that a value's follower means is written; empty: it means none.

    Args:
        text: The whole query.
        at: Where the follower stands, right after a value.
    """
    match = _INFIX.match(text, at)
    if match is None:
        return ""
    words = " ".join(match["words"].lower().split())
    if words in _CALLS and text[match.end() :].lstrip().startswith("("):
        return ""
    value = match["value"] or "'...'"
    if words in {"like", "ilike"}:
        return f"write .{_like(value)}"
    if words in _SPELLINGS:
        return f"write {_SPELLINGS[words].format(value)}"
    return "join two comparisons with AND, such as ... >= 1 AND ... <= 5"


def _like(value: str) -> str:
    """The comparison that a pattern of SQL means."""
    if value.endswith(("%'", '%"')) and value[1:2] != "%":
        return f"starts_with({value.replace('%', '')})"
    if value[1:2] == "%" and not value.endswith(("%'", '%"')):
        return f"ends_with({value.replace('%', '')})"
    return f"contains({value.replace('%', '')})"


def argument(text: str, at: int) -> str:
    """How the argument that begins at `at` is written in the call around it; empty: unknown."""
    call = _CALL.search(text[max(0, at - 60) : at])
    if call is None:
        return ""
    name = call[1].lower()
    length = _LENGTH.match(text, at)
    if name in _WINDOWS and length is not None:
        written = f"within({call[2] or ''}{length[1]} {length[2].lower()})"
        return f"write {written}: a number and its unit, no quotes"
    if name in {"first", "last"} and length is not None:
        return (
            f"a window is within({length[1]} {length[2].lower()}); "
            f"{name} takes the {name} value of a property"
        )
    if name in _REDUCERS:
        inner = _VALUE.match(text, at)
        quoted = inner[0] if inner else "'...'"
        return f"write {name}(property({quoted}))"
    if name == "where":
        word = _BARE_NAME.match(text, at)
        if word is not None:
            return f"write where(property('{word[0]}') ...): names are quoted, in a call"
    return ""


def unopened(text: str, at: int) -> str:
    """How a call without its parentheses is written, where what `at` follows is one."""
    word = _LAST_WORD.search(text[max(0, at - 60) : at])
    if word is None:
        return ""
    value = _VALUE.match(text, at)
    return f"write {word[1]}({value[0] if value else ''})"


def other_language(text: str) -> str:
    """What to do about a text that is written in a language of databases; empty: it is not."""
    if _SQL.match(text.lstrip()):
        return "this reads as SQL: write it as conditions, such as trait('plan') = 'pro'"
    return ""
