"""MySQL's default collation (utf8mb4_0900_ai_ci): case and accents make no difference.

It is the same as letter by letter equality, of databases and queries in small letters without
accents: every function that is listed here gives equal texts for equal texts, so a query gives of
any database what it gives of that one in small letters, up to spelling. What is looked at, run
and proved is that: texts are folded where queries are converted and where rows are loaded. No
function that tells spellings apart (REPLACE, HEX, BINARY) is let through.

The argument wants printable ASCII, which the readings say of a database: a letter of ASCII has
one weight, other texts have several or none ('ß' equals 'ss', a control character nothing).
https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-sets.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import Column, SqlSchema
from jurist.languages.sql.text.functions import words
from jurist.languages.sql.text.kinds import type_of
from jurist.languages.sql.values import Value, ValueType

_BLIND: Final = words(
    # what all functions are to sqlglot that are no functions in SQL
    "and or xor case if coalesce nullif cast trycast exists extract tsordstodate "
    "tsordstotimestamp "
    # of texts; each gives of texts that are equal texts that are
    "lower upper length concat concatws substring left right trim reverse repeat pad strposition "
    "greatest least dpipe "
    # aggregates and windows
    "count sum avg min max groupconcat stddev stddevpop stddevsamp variance variancepop "
    "anyvalue rownumber rank denserank percentrank cumedist ntile lag lead firstvalue lastvalue "
    "nthvalue grouping "
    # of numbers and times alone
    "abs acos asin atan atan2 ceil cos cot degrees exp floor ln log mod pi pow radians rand round "
    "sign sin sqrt tan trunc date datediff dateadd datesub timestampdiff timestampadd datetrunc "
    "day dayofmonth dayofweek dayofyear hour minute second month quarter week weekofyear year "
    "lastday currentdate currenttime currenttimestamp currentdatetime localtime localtimestamp "
    "unixtotime timetounix timetostr strtodate strtotime makedate fromdays todays "
    "now unix_timestamp weekday adddate subdate period_diff period_add mid octet_length "
)
"""By the parser's keys, and by their names where it has no node of their own."""
_NUMBERS_OF_TIMES: Final = re.compile(r"%-?[YymdHMSjfGuVUWwI]")
"""Of a format; what is left may spell names, with large letters."""
_OF_GRAMMAR: Final = frozenset({"format", "unit", "zone"})
"""Arguments that are no texts of the database's."""
_ORDER: Final = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
"""Printable ASCII as the collation sorts it (DUCET), large letters folded."""
_PLACES: Final = {letter: place for place, letter in enumerate(_ORDER)}
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d+)?)?)?")
_SORTS: Final = (
    *(exp.Ordered, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between),
    *(exp.Min, exp.Max, exp.Greatest, exp.Least),
)


def fold(text: str) -> str:
    """The text that stands for all that the collation takes for equal to it."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parts if unicodedata.category(letter) != "Mn").lower()


def fold_value(value: Value) -> Value:
    """A text folded; another value as it is."""
    return fold(value) if isinstance(value, str) else value


@lru_cache(maxsize=8)
def folded_schema(schema: SqlSchema) -> SqlSchema:
    """The schema, with the values of its columns folded where the dialect takes them so."""
    if not habits(schema.dialect).equality_ignores_case:
        return schema

    def folded(column: Column) -> Column:
        if column.values is None:
            return column
        return replace(column, values=tuple(dict.fromkeys(map(fold_value, column.values))))

    tables = (replace(table, columns=tuple(map(folded, table.columns))) for table in schema.tables)
    return replace(schema, tables=tuple(tables))


def fold_tree(tree: exp.Query, schema: SqlSchema) -> None:
    """Write a qualified tree for a database of folded texts, in place, if the dialect takes it so.

    Raises:
        UnsupportedError: Something in it may tell equal texts apart, or a text is not known to be
            equal to one of ASCII.
    """
    if not habits(schema.dialect).equality_ignores_case:
        return
    counts_bytes = any(length.args.get("binary") for length in tree.find_all(exp.Length))
    for node in list(tree.walk()):
        if node.is_string:
            if counts_bytes and not node.name.isascii():
                raise _tells_apart("LENGTH")
            if node.arg_key not in _OF_GRAMMAR:
                node.set("this", _known(node.name))
        elif isinstance(node, exp.Collate):
            if node.expression.name.lower() != "utf8mb4_0900_ai_ci":
                raise _tells_apart(f"COLLATE {node.expression.name}")
            node.replace(node.this)
        elif isinstance(node, exp.Func | exp.Binary):
            _refuse_telling(node)
    for node in list(tree.find_all(exp.Lower, exp.Upper)):
        inner = node.this
        if _is_text(inner, schema):
            node.replace(exp.paren(inner, copy=False))
        elif isinstance(node, exp.Upper):
            node.replace(exp.Lower(this=inner))


def _known(text: str) -> str:
    """A constant folded.

    Raises:
        UnsupportedError: It is not known which others it is equal to.
    """
    folded = fold(text)
    composed = unicodedata.normalize("NFC", text)
    if not folded.isascii() or not folded.isprintable() or len(folded) != len(composed):
        raise UnsupportedError(
            f"which texts MySQL takes for equal to {text[:40]!r} is not modelled",
            expected="texts of printable ASCII, or of letters that are one of it with an accent",
            fix="rely on a database of your own for this pair",
        )
    return folded


def _refuse_telling(node: exp.Func | exp.Binary) -> None:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
    if isinstance(node, exp.Func) and name not in _BLIND:
        raise _tells_apart(node.sql("mysql")[:60])
    kind = node.args.get("to") if isinstance(node, exp.Cast) else None
    is_binary = isinstance(kind, exp.DataType) and kind.this not in {
        *exp.DataType.NUMERIC_TYPES,
        *exp.DataType.TEXT_TYPES,
        *exp.DataType.TEMPORAL_TYPES,
    }
    pattern = node.args.get("format") if isinstance(node, exp.TimeToStr) else None
    spells = pattern is not None and (
        not isinstance(pattern, exp.Literal)
        or re.search("[A-Za-z%]", _NUMBERS_OF_TIMES.sub("", pattern.name)) is not None
    )
    cuts = isinstance(node, exp.Trim) and node.expression is not None
    if is_binary or spells or cuts:
        raise _tells_apart(node.sql("mysql")[:60])


def _tells_apart(what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{what} may tell texts apart that MySQL takes for equal",
        expected="what gives the same of texts that differ in case or accents",
        fix="write the query without it, or rely on a database of your own for this pair",
    )


def _is_text(node: exp.Expr, schema: SqlSchema) -> bool:
    inner = node.unnest()
    makes_text = exp.Lower, exp.Upper, exp.Concat, exp.Substring, exp.Trim, exp.Left, exp.Right
    return isinstance(inner, makes_text) or type_of(inner, schema) is ValueType.TEXT


# --- order and spelling ---------------------------------------------------------------------


def refuse_other_order(schema: SqlSchema, *queries: SqlQuery) -> None:
    """Refuse queries that sort texts with signs which the collation sorts unlike SQLite and z3.

    Raises:
        UnsupportedError: They do, in a dialect with a collation of its own.
    """
    if not habits(schema.dialect).equality_ignores_case:
        return
    if any(query.tree.find(*_SORTS) for query in queries):
        signs = _misplaced(_constants(queries))
        if signs:
            raise UnsupportedError(
                f"the order of texts with {signs[0]!r} and {signs[1]!r} is not MySQL's here",
                expected="texts of letters, digits and spaces where they are sorted",
                fix="rely on a database of your own for this pair",
            )


def sorts_alike(schema: SqlSchema, texts: Iterable[str], *queries: SqlQuery) -> bool:
    """Whether texts of a database stand, with the queries' own, in the order of the dialect."""
    if not habits(schema.dialect).equality_ignores_case:
        return True
    if not any(query.tree.find(*_SORTS) for query in queries):
        return True
    return not _misplaced((*texts, *_constants(queries)))


def _constants(queries: Iterable[SqlQuery]) -> tuple[str, ...]:
    literals = (each for query in queries for each in query.tree.find_all(exp.Literal))
    return tuple(each.name for each in literals if each.is_string)


def _misplaced(texts: Iterable[str]) -> tuple[str, str] | None:
    """Two signs of texts, times aside, that the collation sorts otherwise than their codes."""
    plain = (text for text in texts if not _TIME.fullmatch(text))
    signs = sorted({letter for text in plain for letter in fold(text)})
    for before, after in pairwise(signs):
        if _PLACES.get(before, -1) > _PLACES.get(after, len(_ORDER)):
            return before, after
    return None


def refuse_other_spelling(schema: SqlSchema, *queries: SqlQuery) -> None:
    """Refuse queries whose results may differ in nothing but case or accents.

    They are equal as MySQL compares texts; that they are the same is not said.

    Raises:
        UnsupportedError: Their outputs spell texts otherwise.
    """
    if not habits(schema.dialect).equality_ignores_case:
        return
    spellings = [_spellings(query.tree) for query in queries]
    if any(others != spellings[0] for others in spellings):
        raise UnsupportedError(
            "the results may differ in the spelling of texts that MySQL takes for equal",
            expected="the same constants, LOWER and UPPER in the outputs of both",
            fix="write the outputs alike",
        )


def _spellings(tree: exp.Expr) -> frozenset[str]:
    """What of the outputs decides how a text is spelled."""
    spells: set[str] = set()
    for select in tree.find_all(exp.Select):
        if not _is_seen(select):
            continue
        for output in select.expressions:
            for node in output.find_all(exp.Literal, exp.Lower, exp.Upper):
                if not _is_seen(node):
                    continue
                if not isinstance(node, exp.Literal):
                    spells.add(node.key)
                elif node.is_string and node.name.lower() != node.name.upper():
                    spells.add(node.name)
    return frozenset(spells)


def _is_seen(node: exp.Expr) -> bool:
    """Whether a text may come to stand in a result, and is not only compared or counted."""
    parent = node.parent
    while isinstance(parent, exp.Subquery) or not isinstance(parent, exp.Query | None):
        if isinstance(parent, exp.Predicate | exp.Count | exp.All | exp.Any):
            return False
        parent = parent.parent
    return True
