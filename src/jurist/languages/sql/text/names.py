"""Names in the schema's spelling, quoted where they must be; strings told from names.

In SQLite a double-quoted word that is no column where it stands is a string:
https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.grammars import RESERVED

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ROW_IDS = frozenset({"rowid", "oid", "_rowid_"})


def spell_names(tree: exp.Query, schema: SqlSchema | None, dialect: Dialect) -> None:
    """Write every name as the schema, or else its first mention, does."""
    for named in tree.find_all(exp.Table, exp.Column):
        named.set("db", None)  # the schema's own place, or it had been refused
    spelling = _spellings(tree, schema)
    for name in tree.find_all(exp.Identifier):
        name.set("this", _spelled(name, name.this, schema, spelling))
        name.set("quoted", is_quoted(name, dialect))


def is_quoted(name: exp.Identifier, dialect: Dialect) -> bool:
    """Whether a name is in quotes: no plain word, or a word of some dialect's grammar.

    In PostgreSQL also one that was in quotes and has capitals, which it would lose without them.
    """
    text: str = name.this
    keeps_case = dialect is Dialect.POSTGRESQL and name.quoted and text != text.lower()
    return keeps_case or not _PLAIN.fullmatch(text) or text.lower() in RESERVED


def _spelled(
    name: exp.Identifier, written: str, schema: SqlSchema | None, spelling: dict[str, str]
) -> str:
    if schema and isinstance(name.parent, exp.Table) and name.arg_key == "this":
        table = schema.table(written)
        if table:
            return table.name
    return spelling.get(written.lower(), written)


def _spellings(tree: exp.Query, schema: SqlSchema | None) -> dict[str, str]:
    """The spelling of each lower-cased name: of the tables that are named, then as it comes."""
    spelling: dict[str, str] = {}
    if schema:
        named = [schema.table(table.name) for table in tree.find_all(exp.Table)]
        for table in filter(None, named):
            for column in table.columns:
                spelling.setdefault(column.name.lower(), column.name)
        for table in filter(None, named):
            spelling.setdefault(table.name.lower(), table.name)
    for alias in tree.find_all(exp.TableAlias, exp.Alias):
        for name in _defined(alias):
            spelling.setdefault(name.lower(), name)
    for name in tree.find_all(exp.Identifier):
        spelling.setdefault(name.name.lower(), name.name)
    return spelling


def _defined(alias: exp.TableAlias | exp.Alias) -> Iterator[str]:
    if alias.alias:
        yield alias.alias
    elif isinstance(alias, exp.TableAlias):
        yield alias.name
    for column in alias.args.get("columns") or ():
        yield column.name


def tell_strings(tree: exp.Query, schema: SqlSchema, text: str) -> None:
    """Make strings of the double-quoted words that name no column where they stand.

    Args:
        tree: Changed in place.
        schema: Its dialect reads unknown double-quoted words so.
        text: What was parsed: brackets and backticks always make a name.
    """
    if not habits(schema.dialect).quoted_unknown_is_text:
        return
    for column in list(tree.find_all(exp.Column)):
        name = column.this
        if column.table or not isinstance(name, exp.Identifier) or not name.quoted:
            continue
        if name.name.lower() in _visible(column, schema):
            continue
        start = name.meta.get("start")
        if not isinstance(start, int) or text[start : start + 1] == '"':
            string = exp.Literal.string(name.name)
            string.meta.update(name.meta)
            column.replace(string)


def _visible(column: exp.Column, schema: SqlSchema) -> set[str]:
    """The lower-cased names that an unqualified word may mean at a place."""
    visible = set(_ROW_IDS)
    node: exp.Expr = column
    is_inside = False
    while node.parent is not None:
        parent = node.parent
        if isinstance(parent, exp.Select):
            if not is_inside:
                visible |= _source_columns(parent, schema)
                visible |= {p.alias.lower() for p in parent.expressions if p.alias}
            is_inside = False
        elif isinstance(parent, exp.SetOperation) and node.arg_key not in {"this", "expression"}:
            visible |= set(_outputs(parent, schema))
        # A query in FROM sees no source beside it; what stands in WITH sees none at all.
        is_source = isinstance(parent, exp.From | exp.Join) and node.arg_key == "this"
        is_inside |= is_source or isinstance(parent, exp.CTE)
        node = parent
    return visible


def _source_columns(select: exp.Select, schema: SqlSchema) -> set[str]:
    names: set[str] = set()
    for source in sources(select):
        alias = source.args.get("alias")
        if isinstance(alias, exp.TableAlias) and alias.columns:
            names |= {column.name.lower() for column in alias.columns}
        names |= set(_outputs_of_source(source, schema))
    return names


def sources(select: exp.Select) -> Iterator[exp.Expr]:
    """What stands in FROM and in joins, in order."""
    begin = select.args.get("from_")
    if begin is not None:
        yield begin.this
        yield from (join.this for join in begin.this.args.get("joins") or ())
    for join in select.args.get("joins") or ():
        yield join.this
        yield from (inner.this for inner in join.this.args.get("joins") or ())


def _outputs_of_source(source: exp.Expr, schema: SqlSchema) -> Iterator[str]:
    if isinstance(source, exp.Subquery):
        inner = source.this
        if isinstance(inner, exp.Query):
            yield from _outputs(inner, schema)
        elif isinstance(inner, exp.Expr):
            yield from _outputs_of_source(inner, schema)
            for join in inner.args.get("joins") or ():
                yield from _outputs_of_source(join.this, schema)
    elif isinstance(source, exp.Table):
        common = common_table(source)
        table = schema.table(source.name)
        if common is not None:
            alias = common.args["alias"]
            yield from (column.name.lower() for column in alias.columns)
            yield from _outputs(common.this, schema)
        elif table is not None:
            yield from (column.name.lower() for column in table.columns)


def common_table(table: exp.Table) -> exp.CTE | None:
    """The common table expression that a source names, if it names one around it."""
    name = table.name.lower()
    node: exp.Expr | None = table
    while node is not None:
        own = node if isinstance(node, exp.CTE) else None
        clause = node.parent.args.get("with_") if node.parent is not None else None
        for common in clause.expressions if clause is not None and clause is not node else ():
            if common.alias.lower() == name and common is not own:
                return common
        if own is not None and own.parent is not None:
            for common in own.parent.expressions:
                if common is own:
                    break
                if common.alias.lower() == name:
                    return common
        node = node.parent
    return None


def _outputs(query: exp.Expr, schema: SqlSchema) -> Iterator[str]:
    """The lower-cased names of a query's columns."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select):
        return
    for projection in query.expressions:
        if projection.is_star:
            yield from _source_columns(query, schema)
        else:
            yield projection.alias_or_name.lower()
