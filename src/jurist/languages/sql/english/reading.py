"""From a request to a query: the grammar that `describing` says, and nothing wider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from jurist.languages.sql.english import wording
from jurist.languages.sql.english.cursors import Cursor, NotUnderstood, TokenKind, tokens_of
from jurist.languages.sql.english.frames import Frame
from jurist.languages.sql.english.nouns import Nouns, TableNouns, nouns_of
from jurist.languages.sql.english.reading_values import Values
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.checking import check
from jurist.languages.sql.text.parsing import parse

_KNOWN: Final = " IS NOT NULL"


def read(request: str, schema: SqlSchema) -> SqlQuery:
    """The query that a request asks for.

    Raises:
        NotUnderstood: It is no sentence of the grammar, names what the schema does not have, or
            asks for what no query can (the average of a largest value).
    """
    tokens = tokens_of(request)
    cursor = Cursor(tokens, 0, len(tokens))
    cursor.take([lead for leads in wording.LEADS.values() for lead in leads if lead])
    text = _Reader(schema, nouns_of(schema), (f"t{number}" for number in count(1))).query(cursor)
    query = parse(text, schema)
    for issue in check(query, schema, text=text):
        raise NotUnderstood(f"{issue.found}, where {issue.expected} was expected")
    return query


@dataclass
class _Reader:
    schema: SqlSchema
    nouns: Nouns
    names: Iterator[str]

    @property
    def values(self) -> Values:
        """What reads values and conditions."""
        return Values(self.schema.dialect, self.query, self._inner_rows)

    def query(self, cursor: Cursor, outer: Frame | None = None) -> str:
        """A query, to the cursor's end."""
        cut = cursor.find([";"])
        if cut is None:
            return self._select(cursor, outer)
        left = self._select(cursor.part(cursor.at, cut), outer)
        cursor.at = cut + 1
        for (combines, every), phrases in wording.COMBINES.items():
            if cursor.take(phrases):
                words = f"{combines.upper()} ALL" if every else combines.upper()
                right = self._select(cursor, outer)
                return f"{left} {words} {right}"
        raise NotUnderstood(f"{cursor.here} after a semicolon")

    def _inner_rows(self, cursor: Cursor, outer: Frame) -> str:
        frame = self._frame(outer)
        where = self._rows(cursor, frame)
        cursor.finish()
        return _joined([f"FROM {frame.text}", where])

    def _frame(self, outer: Frame | None) -> Frame:
        return Frame(self.names, self.nouns, outer)

    def _select(self, cursor: Cursor, outer: Frame | None) -> str:
        frame, values = self._frame(outer), self.values
        marks = (*wording.EACH, *wording.AMONG)
        cut = cursor.find(marks)
        group = ""
        if cut is None:
            cursor.need([*wording.ROWS, *(p.removeprefix("the ") for p in wording.ROWS)])
            where = self._rows(cursor, frame)
            outputs = ["COUNT(*)"]
        else:
            before = cursor.part(cursor.at, cut)
            cursor.at = cut
            cursor.take(marks)
            head = self._head(cursor, frame)
            outputs = values.listed(before, frame)
            if before.take(wording.GROUPED):
                group = f"GROUP BY {', '.join(values.listed(before, frame))}"
            before.finish()
            where = self._where(cursor, frame, head)
        tail = self._tail(cursor, frame)
        cursor.finish()
        distinct = "DISTINCT " if tail.pop("once", "") else ""
        rest = (tail.get(part, "") for part in ("having", "order", "limit"))
        return _joined(
            [
                f"SELECT {distinct}{', '.join(outputs)}",
                f"FROM {frame.text}",
                *(where, group, *rest),
            ]
        )

    def _tail(self, cursor: Cursor, frame: Frame) -> dict[str, str]:
        """What follows the rows, in the order in which it is said."""
        clauses: dict[str, str] = {}
        offset = 0
        while cursor.take([","]):
            if cursor.take(wording.HAVING):
                clauses["having"] = f"HAVING {self.values.condition(cursor, frame)}"
            elif cursor.take(wording.ONCE):
                clauses["once"] = "once"
            elif cursor.take(wording.OFFSET):
                offset = self._number(cursor)
                clauses["limit"] = f"LIMIT -1 OFFSET {offset}"
            elif cursor.take(wording.FIRST):
                limit = f"LIMIT {self._number(cursor)}"
                clauses["limit"] = f"{limit} OFFSET {offset}" if offset else limit
            else:
                clauses["order"] = self.values.order(cursor, frame)
        return clauses

    @staticmethod
    def _number(cursor: Cursor) -> int:
        token = None if cursor.is_done else cursor.tokens[cursor.at]
        if token is None or token.kind is not TokenKind.NUMBER or not token.text.isdecimal():
            raise NotUnderstood(f"{cursor.here} where a number was expected")
        cursor.at += 1
        return int(token.text)

    # --- rows ---

    def _rows(self, cursor: Cursor, frame: Frame) -> str:
        return self._where(cursor, frame, self._head(cursor, frame))

    def _head(self, cursor: Cursor, frame: Frame) -> str:
        """The tables that rows are of; a condition where they belong to the row around."""
        if cursor.take(wording.COMBINATION):
            while True:
                nouns = self._table(cursor)
                frame.add_root(nouns, cursor.tokens[cursor.at].text)
                cursor.at += 1
                if not cursor.take([",", "and"]):
                    return ""
        root = self._table(cursor)
        place = frame.add_root(root)
        while cursor.take(wording.WITH_EACH):
            child = self._table(cursor)
            keys = [key for key in child.table.foreign_keys if key.table == root.table.name]
            if len(keys) != 1:
                raise NotUnderstood(f"{' '.join(child.plural)}, which no one key ties to the rest")
            frame.add_down(child, keys[0], optional=cursor.take(wording.OR_NONE))
        if not cursor.take(wording.BELONGING):
            return ""
        around = frame.outer.roots.get("") if frame.outer else None
        if around is None or not cursor.take([" ".join(around.nouns.singular)]):
            raise NotUnderstood(f"{cursor.here}, which is not around")
        keys = [key for key in root.table.foreign_keys if key.table == around.nouns.table.name]
        if len(keys) != 1 or len(keys[0].columns) != 1:
            raise NotUnderstood(f"{' '.join(root.plural)}, which no one key ties to what is around")
        mine, theirs = frame.quote(keys[0].columns[0]), frame.quote(keys[0].parents[0])
        return f"{place.alias}.{mine} = {around.alias}.{theirs}"

    def _table(self, cursor: Cursor) -> TableNouns:
        for noun, end in cursor.nouns(cursor.at):
            table = self.nouns.plural.get(noun) or self.nouns.singular.get(noun)
            if table is not None:
                cursor.at = end
                return table
        raise NotUnderstood(f"{cursor.here}, which names no table")

    def _where(self, cursor: Cursor, frame: Frame, belonging: str) -> str:
        conditions = [belonging] if belonging else []
        if not cursor.is_done and not cursor.stands(","):
            parts, word = self.values.parts(cursor, frame)
            if word == " AND ":
                known = (part.removesuffix(_KNOWN) for part in parts if part.endswith(_KNOWN))
                frame.known.update(known)
            said = word.join(parts)
            conditions.append(f"({said})" if belonging else said)
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _joined(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)
