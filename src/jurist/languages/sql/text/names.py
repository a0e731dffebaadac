"""Names in the schema's spelling, quoted where they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.grammars import RESERVED

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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
    return keeps_case or not is_plain(text)


def is_plain(name: str) -> bool:
    """Whether it is a plain word, and none of some dialect's grammar."""
    return _PLAIN.fullmatch(name) is not None and name.lower() not in RESERVED


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
        for name in defined(alias):
            spelling.setdefault(name.lower(), name)
    for name in tree.find_all(exp.Identifier):
        spelling.setdefault(name.name.lower(), name.name)
    return spelling


def defined(alias: exp.TableAlias | exp.Alias) -> Iterator[str]:
    """The names that an alias gives: to a source or an output, and to columns."""
    if alias.alias:
        yield alias.alias
    elif isinstance(alias, exp.TableAlias):
        yield alias.name
    for column in alias.args.get("columns") or ():
        yield column.name
