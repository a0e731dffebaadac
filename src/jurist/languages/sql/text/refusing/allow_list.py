"""What no query may do: an allow-list over the words of a text, and over the nodes of its tree.

Read-only by construction. What is known to do more than read is no query. A node that is not
listed here, or a function that `functions` does not list, makes a query that can be shown and is
never run: `qualifying` and `transpiling`, which all engines' text comes from, refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from jurist.languages.mistakes import Mistake, quoted
from jurist.languages.nearest import NearestNames
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import start_of
from jurist.languages.sql.text.functions import (
    all_are_known,
    allowed,
    allowed_anywhere,
    why_refused,
    words,
)

_ONLY_QUERIES: Final = "write a single SELECT, or UNION, INTERSECT and EXCEPT of such"

_NODES: Final = words(
    # queries
    "CTE Cube Distinct Except Fetch From Group GroupingSets Having Intersect Join Limit "
    "LimitOptions Offset Order Ordered Paren Qualify Rollup Select Star Subquery Table TableAlias "
    "Union Values Where With "
    # values
    "Add Alias AtTimeZone BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift "
    "BitwiseXor Boolean Collate Column ColumnDef DPipe DataType DataTypeParam Div Identifier "
    "IntDiv Interval IntervalSpan Literal Mod Mul Neg Null Sub Tuple Var "
    # conditions
    "All And Any Between EQ Escape Exists GT GTE Glob ILike In Is LT LTE Like NEQ Not "
    "NullSafeEQ NullSafeNEQ Or Overlaps RegexpLike RegexpILike SimilarTo Xor "
    # aggregates and windows
    "Filter IgnoreNulls RespectNulls Window WindowSpec WithinGroup "
    # functions that the parser makes of words and of other functions
    "Anonymous Case Cast CurrentDate CurrentTime CurrentTimestamp CurrentDatetime DateFromParts "
    "DateToDateStr DateStrToDate Extract If JSONExtract JSONExtractScalar JSONPath JSONPathKey "
    "JSONPathRoot JSONPathSubscript Localtime Localtimestamp StrPosition StrToDate StrToTime "
    "StrToUnix TimeToStr TimestampTrunc ToChar Trim TryCast TsOrDsAdd TsOrDsDiff TsOrDsToDate "
    "TsOrDsToDateStr TsOrDsToTime TsOrDsToTimestamp TimeStrToTime UnixToStr UnixToTime "
    "Date Day DayOfMonth DayOfWeek DayOfYear Month Year Quarter Week Rand Chr Unicode Unhex Hex "
    "GroupConcat ArrayAgg ApproxDistinct Quantile PercentileCont PercentileDisc LogicalAnd "
    "LogicalOr Stddev StddevPop StddevSamp Variance VariancePop JSONObject JSONKeyValue "
    "DateAdd DateSub DateDiff DateTrunc DatetimeAdd DatetimeSub DatetimeDiff TimestampAdd "
    "TimestampSub TimestampDiff LastDay RegexpReplace RegexpExtract ArgMax ArgMin AnyValue First "
    "Last Pad Pow Convert Ceil Floor Round Log Ln Greatest Least Contains StartsWith EndsWith "
    "JSONArrayAgg JSONObjectAgg JSONArray FormatJson CountIf"
)
_REFUSED_NODES: Final = {
    "Into": "SELECT ... INTO makes a table",
    "Lock": "FOR UPDATE locks rows",
    "Insert": "INSERT writes",
    "Update": "UPDATE writes",
    "Delete": "DELETE writes",
    "Merge": "MERGE writes",
    "Command": "it is a command",
    "SessionParameter": "it names a setting of a session",
    "NextValueFor": "NEXT VALUE FOR changes a sequence",
    **dict.fromkeys(
        ("CurrentUser", "SessionUser", "CurrentRole", "CurrentSchema", "CurrentCatalog"),
        "it names who asks, or where",
    ),
}
_NO_CALLS: Final = words(
    "all and any array as between by case character check cube current decimal distinct else "
    "escape except exists filter following from full glob group groups having ilike in inner "
    "intersect interval is join lateral like limit match materialized natural not numeric "
    "offset on or order outer over partition preceding range recursive regexp rlike rollup row "
    "rows select set sets similar some symmetric table then to union using values varbinary "
    "varchar varying when where window with within xor nchar nvarchar fetch "
)
"""Words before a parenthesis that call nothing: of the grammar, and types in CONVERT."""


def refuse_wrapping(text: str) -> None:
    """Refuse a text that holds a query as a document does, or names a file.

    Raises:
        Mistake: Says which.
    """
    bare = text.strip()
    if bare.startswith("```"):
        raise Mistake(
            "a Markdown fence stands around the query",
            at=text.index("`"),
            hint="leave the fence out: an answer is the query alone",
        )
    if _FILE.fullmatch(bare):
        raise Mistake(
            f"{quoted(bare)} is no query, and no such file is there",
            at=text.index(bare),
            hint="check the path, or " + _ONLY_QUERIES,
        )


_FILE: Final = re.compile(r"@?[^\s'\"();]+\.sql", re.IGNORECASE)


def refuse_statement(tokens: Sequence[Token], dialect: Dialect) -> None:
    """Refuse a text that begins, by its first word, with anything but a query.

    Raises:
        Mistake: Says what it is.
    """
    if not tokens:
        raise Mistake("there is no query", at=0, hint=_ONLY_QUERIES)
    begin = next((t for t in tokens if t.token_type is not TokenType.L_PAREN), tokens[0])
    begins = {TokenType.SELECT, TokenType.WITH}
    if dialect is Dialect.DUCKDB:
        begins.add(TokenType.FROM)
    if begin.token_type not in begins:
        raise Mistake(
            f"a query begins with SELECT or WITH, not with {quoted(begin.text)}",
            at=begin.start,
            hint=_ONLY_QUERIES,
        )


def refuse_lenience(tokens: Sequence[Token], dialect: Dialect) -> None:
    """Refuse what the parser lets pass and no engine of the dialect does.

    Raises:
        Mistake: A comma with nothing beside it, or a FROM without its SELECT.
    """
    for token, following in pairwise(tokens):
        kinds = token.token_type, following.token_type
        if kinds[0] is TokenType.COMMA and kinds[1] in _AFTER_NOTHING:
            raise Mistake("nothing follows this comma", at=token.start, hint="remove it")
        if kinds[1] is TokenType.COMMA and kinds[0] in _BEFORE_NOTHING:
            raise Mistake("nothing stands before this comma", at=following.start, hint="remove it")
        if kinds[1] is TokenType.L_BRACE and dialect is not Dialect.DUCKDB:
            raise Mistake("there are no braces here", at=following.start, hint="remove them")
        if kinds == (TokenType.L_PAREN, TokenType.FROM) and dialect is not Dialect.DUCKDB:
            raise Mistake(
                "a query begins with SELECT or WITH, not with FROM",
                at=following.start,
                hint=_ONLY_QUERIES,
            )
    if tokens[-1].token_type is TokenType.COMMA:
        raise Mistake("nothing follows this comma", at=tokens[-1].start, hint="remove it")


_AFTER_NOTHING: Final = {
    TokenType.COMMA,
    TokenType.FROM,
    TokenType.R_PAREN,
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.ORDER_BY,
    TokenType.HAVING,
    TokenType.LIMIT,
}
_BEFORE_NOTHING: Final = {TokenType.SELECT, TokenType.L_PAREN, TokenType.FROM, TokenType.DISTINCT}


def unknown_call(tokens: Sequence[Token], tree: exp.Expr, dialect: Dialect) -> str:
    """A function that is not known here, though the dialect may have it; empty: there is none.

    Functions are known by the names with which the text calls them.

    Raises:
        Mistake: A function does what no query may, or is none of the dialect.
    """
    known = allowed(dialect)
    aliases = {
        alias.name.lower() for alias in tree.find_all(exp.TableAlias) if alias.args.get("columns")
    }
    unknown = ""
    for call in calls(tokens):
        name = call.text.lower()
        if name in _FORMATS and dialect is not Dialect.MYSQL:  # whose FORMAT is of numbers
            _refuse_wide_format(call, tokens)
        if name in known:
            continue
        if why := why_refused(name):
            raise Mistake(
                f"{quoted(call.text)} may not be called: it {why}",
                at=call.start,
                hint="put it without this function",
            )
        if name in aliases:
            continue
        if all_are_known(dialect):
            nearest = NearestNames(sorted(known)).nearest(name)
            hint = f"did you mean {nearest!r}?" if nearest else "put it without this function"
            raise Mistake(f"there is no function {quoted(call.text)}", at=call.start, hint=hint)
        unknown = unknown or f"the function {quoted(call.text)}"
    return unknown


_FORMATS: Final = {"printf", "format"}
_WIDE: Final = re.compile(r"\*|\d{4}")


def _refuse_wide_format(call: Token, tokens: Sequence[Token]) -> None:
    """A width is no text that is made in steps: SQLite spends seconds on one of a billion.

    Raises:
        Mistake: The format is no plain text, or takes a width from elsewhere, or a large one.
    """
    after = [token for token in tokens if token.start > call.start][1:3]
    ends = {TokenType.COMMA, TokenType.R_PAREN}
    is_text = len(after) == 2 and after[0].token_type is TokenType.STRING
    if not is_text or after[1].token_type not in ends or _WIDE.search(after[0].text):
        raise Mistake(
            f"{quoted(call.text)} may not be called so: it makes values of any size",
            at=call.start,
            hint="write its format as a text, with widths below 1000",
        )


def calls(tokens: Sequence[Token]) -> Iterator[Token]:
    """The names before parentheses that call a function, or may."""
    before = None
    for token, following in pairwise(tokens):
        if (
            following.token_type is TokenType.L_PAREN
            and before not in {TokenType.ALIAS, TokenType.DCOLON}
            and (token.token_type is TokenType.IDENTIFIER or _is_name(token.text))
            and token.token_type is not TokenType.STRING
        ):
            yield token
        before = token.token_type


def _is_name(word: str) -> bool:
    return word.isidentifier() and word.lower() not in _NO_CALLS


def unknown_node(tokens: Sequence[Token], tree: exp.Expr) -> str:
    """A construct that is not known here, though the dialect may have it; empty: there is none.

    Raises:
        Mistake: A node does what no query may.
    """
    unknown = ""
    for node in tree.walk():
        kind = type(node).__name__
        if isinstance(node, exp.Placeholder | exp.Parameter):
            at = next((each.start for each in tokens if each.token_type in _STANDS_IN), 0)
            problem = "this stands for a value that is not given"
            raise Mistake(problem, at=at, hint="write the value itself")
        if why := _REFUSED_NODES.get(kind):
            raise Mistake(f"{why}, which no query may", at=start_of(node), hint=_ONLY_QUERIES)
        if isinstance(node, exp.DDL):
            raise Mistake("this is no query", at=start_of(node), hint=_ONLY_QUERIES)
        if isinstance(node, exp.Select) and not isinstance(node.parent, _AROUND_QUERIES):
            _refuse_bare_query(node)
        if isinstance(node, exp.Table):
            _refuse_source(node, tokens)
        if isinstance(node, exp.Select) and not node.expressions:
            raise Mistake("SELECT names no column", at=start_of(node), hint="name one, or *")
        if kind not in _NODES and not _is_allowed_call(node) and not unknown:
            unknown = quoted(node.sql()[:60])
        elif isinstance(node, exp.Select) and _modifiers(node):
            unknown = unknown or "a SELECT with modifiers"
    return unknown


_AROUND_QUERIES: Final = (
    *(exp.Subquery, exp.Paren, exp.CTE, exp.SetOperation),
    *(exp.Exists, exp.All, exp.Any, exp.In, exp.Func),
)


def _refuse_bare_query(select: exp.Select) -> None:
    if select.parent is not None:
        raise Mistake(
            "a query within a query stands in parentheses",
            at=start_of(select),
            hint="put it in parentheses",
        )


def _modifiers(select: exp.Select) -> bool:
    return bool(select.args.get("operation_modifiers") or select.args.get("kind"))


def _is_allowed_call(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Func):
        return False
    return any(name.lower() in allowed_anywhere() for name in node.sql_names())


_OWN: Final = {"main", "public"}
"""What the engines call the place of a schema's own tables."""


_STANDS_IN: Final = {TokenType.PLACEHOLDER, TokenType.PARAMETER, TokenType.COLON}


def _refuse_source(table: exp.Table, tokens: Sequence[Token]) -> None:
    """Tables by their names alone: a function may read files."""
    if table.catalog or (table.db and table.db.lower() not in _OWN):
        raise Mistake(
            f"{quoted(f'{table.db}.{table.name}')} names another database",
            at=start_of(table.args["db"]),
            hint="name the schema's own tables, without anything before them",
        )
    if not isinstance(table.this, exp.Identifier):
        at = start_of(table.this)
        name = next((token.text for token in tokens if token.start == at), "")
        raise Mistake(
            f"rows come from tables and queries alone, not from the function {quoted(name)}",
            at=at,
            hint="name a table of the schema",
        )
