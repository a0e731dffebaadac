"""From words to the values and conditions of a query, as SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.english import wording
from jurist.languages.sql.english.cursors import Cursor, NotUnderstood, TokenKind
from jurist.languages.sql.english.frames import Frame

_WINDOWS: Final = {"rank": "RANK", "rownumber": "ROW_NUMBER", "denserank": "DENSE_RANK"}
_LITERALS: Final = {"true", "false", "nothing"}
_LIKE: Final = {
    wording.CONTAINS: "%{}%",
    wording.STARTS: "{}%",
    wording.ENDS: "%{}",
    wording.MATCHES: "{}",
}

Inner = Callable[[Cursor, Frame], str]


@dataclass(frozen=True, slots=True)
class Values:
    """Reads values and conditions; each method goes past what it has read.

    All raise `NotUnderstood` where something else stands.
    """

    dialect: Dialect
    query: Inner
    """Reads a query in brackets."""
    rows: Inner
    """Reads the rows of EXISTS: what follows SELECT 1."""

    # --- values ---

    def value(self, cursor: Cursor, frame: Frame) -> str:
        """A value, with or without its article."""
        if cursor.stands("("):
            return self._bracketed(cursor.brackets(), frame)
        literal = self.literal(cursor)
        if literal is not None:
            return literal
        start, furthest, found = cursor.at, cursor.at, ""
        for read in (self._column, self._rows_counted, self._collected, self._called):
            cursor.at = start
            with suppress(NotUnderstood):
                said = read(cursor, frame)
                if said is not None and cursor.at > furthest:
                    furthest, found = cursor.at, said
        cursor.at = furthest
        if not found:
            raise NotUnderstood(f"{cursor.here}, which names no value")
        return found

    @staticmethod
    def _column(cursor: Cursor, frame: Frame) -> str | None:
        return frame.column(cursor)

    def literal(self, cursor: Cursor) -> str | None:
        """A literal, if one stands here."""
        if cursor.is_done:
            return None
        token = cursor.tokens[cursor.at]
        match token.kind:
            case TokenKind.DATE:
                said = f"'{token.text}'"
            case TokenKind.TEXT | TokenKind.NUMBER:
                said = token.text
            case TokenKind.WORD if token.low in _LITERALS:
                said = self._word(token.low)
            case _:
                return None
        cursor.at += 1
        return said

    def _word(self, word: str) -> str:
        if word == "nothing":
            return "NULL"
        if self.dialect in {Dialect.SQLITE, Dialect.MYSQL}:
            return "1" if word == "true" else "0"
        return word.upper()

    def _bracketed(self, inside: Cursor, frame: Frame) -> str:
        if inside.find([", otherwise"]) is not None:
            return self._case(inside, frame)
        if inside.find(["where missing"]) == inside.end - 2:
            value = self.value(inside, frame)
            inside.need([", or"])
            other = self.value(inside, frame)
            return f"COALESCE({value}, {other})"
        window = self._window(inside, frame)
        if window is not None:
            return window
        start = inside.at
        try:
            return self._arithmetic(inside, frame)
        except NotUnderstood:
            inside.at = start
            return f"({self.query(inside, frame)})"

    def _arithmetic(self, cursor: Cursor, frame: Frame) -> str:
        left = self.value(cursor, frame)
        for operator, phrases in wording.OPERATORS.items():
            if cursor.take(phrases):
                right = self.value(cursor, frame)
                cursor.finish()
                sign = "/" if operator == "div" else operator
                return f"({left} {sign} {right})"
        raise NotUnderstood(f"{cursor.here} where arithmetic was expected")

    def _case(self, cursor: Cursor, frame: Frame) -> str:
        branches: list[str] = []
        while not cursor.take([", otherwise"]):
            if branches:
                cursor.need([","])
            value = self.value(cursor, frame)
            cursor.need(["if"])
            branches.append(f"WHEN {self.condition(cursor, frame)} THEN {value}")
        other = self.value(cursor, frame)
        cursor.finish()
        return f"CASE {' '.join(branches)} ELSE {other} END"

    def _window(self, cursor: Cursor, frame: Frame) -> str | None:
        function = ""
        for name, phrases in wording.WINDOWS.items():
            if not function and cursor.take(phrases):
                function = f"{_WINDOWS[name]}()"
        for name, phrases in wording.PREVIOUS.items():
            if not function and cursor.take(phrases):
                function = f"{name.upper()}({self.value(cursor, frame)})"
        if not function:
            return None
        over: list[str] = []
        if cursor.take(wording.WITHIN):
            over.append(f"PARTITION BY {', '.join(self.listed(cursor, frame))}")
        cursor.need([","])
        over.append(self.order(cursor, frame))
        cursor.finish()
        return f"{function} OVER ({' '.join(over)})"

    def _rows_counted(self, cursor: Cursor, frame: Frame) -> str | None:
        if not cursor.take(_lenient(wording.ROWS)):
            return None
        if cursor.take([wording.DIFFERENT]):
            return f"COUNT(DISTINCT {self.value(cursor, frame)})"
        counted = ["rows", *(" ".join(root.nouns.plural) for root in frame.roots.values())]
        return "COUNT(*)" if cursor.take(counted) else None

    def _collected(self, cursor: Cursor, frame: Frame) -> str | None:
        for collects, phrases in wording.COLLECTS.items():
            if cursor.take(_lenient(phrases)):
                different = "DISTINCT " if cursor.take([wording.DIFFERENT]) else ""
                return f"{collects.upper()}({different}{self.value(cursor, frame)})"
        return None

    def _called(self, cursor: Cursor, frame: Frame) -> str | None:
        for pattern, phrases in wording.FUNCTIONS.items():
            if self.dialect is Dialect.SQLITE and cursor.take(_lenient(phrases)):
                return f"STRFTIME('{pattern}', {self.value(cursor, frame)})"
        for name, phrases in wording.CALLS.items():
            if cursor.take(_lenient(phrases)):
                return f"{name.upper()}({self.value(cursor, frame)})"
        return None

    def listed(self, cursor: Cursor, frame: Frame) -> list[str]:
        """Values as `a, b and c`."""
        values = [self.value(cursor, frame)]
        while True:
            start = cursor.at
            if not cursor.take([",", "and"]):
                return values
            try:
                values.append(self.value(cursor, frame))
            except NotUnderstood:
                cursor.at = start
                return values

    def order(self, cursor: Cursor, frame: Frame) -> str:
        """What rows are sorted by, as ORDER BY."""
        cursor.need(wording.SORTED)
        keys: list[str] = []
        while True:
            key = self.value(cursor, frame)
            keys.append(f"{key} DESC" if cursor.take(wording.DESCENDING) else key)
            if not cursor.take([f", {then}" for then in wording.THEN]):
                return f"ORDER BY {', '.join(keys)}"

    # --- conditions ---

    def condition(self, cursor: Cursor, frame: Frame) -> str:
        """Conditions that are joined by "and" alone, or by "or" alone."""
        parts, word = self.parts(cursor, frame)
        return word.join(parts)

    def parts(self, cursor: Cursor, frame: Frame) -> tuple[list[str], str]:
        """Conditions, and what joins them: ` AND ` (also where there is but one) or ` OR `."""
        parts = [self._part(cursor, frame)]
        word = "or" if cursor.stands("or") else "and"
        while cursor.take([word]):
            parts.append(self._part(cursor, frame))
        return parts, f" {word.upper()} "

    def _part(self, cursor: Cursor, frame: Frame) -> str:
        if cursor.take(["not ("]):
            cursor.at -= 1
            return f"NOT ({self._whole(cursor.brackets(), frame)})"
        start = cursor.at
        cursor.take(["where"])
        for phrases, negation in ((wording.NOT_EXISTS, "NOT "), (wording.EXISTS, "")):
            if cursor.take(phrases):
                return f"{negation}EXISTS (SELECT 1 {self.rows(cursor.brackets(), frame)})"
        cursor.at = start
        if cursor.stands("("):
            try:
                return f"({self._whole(cursor.brackets(), frame)})"
            except NotUnderstood:
                cursor.at = start
        cursor.take(["whose"])
        return self._predicate(self.value(cursor, frame), cursor, frame)

    def _whole(self, cursor: Cursor, frame: Frame) -> str:
        found = self.condition(cursor, frame)
        cursor.finish()
        return found

    def _predicate(self, left: str, cursor: Cursor, frame: Frame) -> str:
        """What is said of a value: the longest phrase that stands here decides."""
        found = max(
            (phrase for phrase in _PREDICATES if cursor.stands(phrase)), key=len, default=""
        )
        kind, detail = _PREDICATES.get(found, ("", ""))
        cursor.take([found] if found else [])
        match kind:
            case "compares":
                return f"{left} {detail} {self.value(cursor, frame)}"
            case "is":
                return f"{left} {detail}"
            case "list":
                return f"{left} {detail} ({', '.join(self._literals(cursor))})"
            case "query":
                return f"{left} {detail} ({self.query(cursor.brackets(), frame)})"
            case "like" | "not like":
                text = self.literal(cursor)
                if text is None or not text.startswith("'"):
                    raise NotUnderstood(f"{cursor.here} where a text was expected")
                return f"{left} {kind.upper()} '{detail.format(text[1:-1])}'"
            case _:
                raise NotUnderstood(f"{cursor.here}, which says nothing of {left}")

    def _literals(self, cursor: Cursor) -> list[str]:
        found = [self._must_be_literal(cursor)]
        while True:
            start = cursor.at
            if not cursor.take([",", "or"]):
                return found
            literal = self.literal(cursor)
            if literal is None:
                cursor.at = start
                return found
            found.append(literal)

    def _must_be_literal(self, cursor: Cursor) -> str:
        literal = self.literal(cursor)
        if literal is None:
            raise NotUnderstood(f"{cursor.here} where a value was expected")
        return literal


def _lenient(phrases: Sequence[str]) -> list[str]:
    """Phrases with and without their article."""
    return [*phrases, *(phrase.removeprefix("the ") for phrase in phrases)]


_PREDICATES: Final[dict[str, tuple[str, str]]] = {
    **{
        phrase: ("compares", str(compares))
        for table in (wording.COMPARES, wording.TIMES)
        for compares, phrases in table.items()
        for phrase in phrases
    },
    **dict.fromkeys(wording.IS_MISSING, ("is", "IS NULL")),
    **dict.fromkeys(wording.IS_KNOWN, ("is", "IS NOT NULL")),
    **dict.fromkeys(wording.IN_LIST, ("list", "IN")),
    **dict.fromkeys(wording.NOT_IN_LIST, ("list", "NOT IN")),
    **dict.fromkeys(wording.IN_QUERY, ("query", "IN")),
    **dict.fromkeys(wording.NOT_IN_QUERY, ("query", "NOT IN")),
    **{phrase: ("like", _LIKE[kind]) for kind in _LIKE for phrase in kind},
    **{
        phrase: ("not like", _LIKE[kind])
        for kind, phrases in wording.NOT_LIKE.items()
        for phrase in phrases
    },
}
"""What each phrase is: its kind, and its operator or pattern."""
