"""The parsers of the dialects: sqlglot's, with what decides meanings set as `Habits` have it."""

from __future__ import annotations

import logging
from functools import cache
from typing import Final

from sqlglot import Dialect as Grammar
from sqlglot import exp
from sqlglot.generators.sqlite import SQLiteGenerator
from sqlglot.parsers.sqlite import SQLiteParser
from sqlglot.tokenizer_core import TokenType

from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.schemas.statements import NumericString
from jurist.languages.sql.text.functions import words

# The parser warns of what it goes on without; we refuse what it makes of that, or let it be.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())


class Standard(Grammar):
    """The parser's superset of the standard, in which NULLs sort last and integers divide so."""

    NULL_ORDERING = "nulls_are_large"
    TYPED_DIVISION = True


class _PlusParser(SQLiteParser):
    """`+x`, which in SQLite takes the affinity of a column away, and which sqlglot drops.

    COALESCE(x, NULL) is the same value, without an affinity as well.
    """

    def _parse_unary(self) -> exp.Expr | None:
        if not self._match(TokenType.PLUS):
            return super()._parse_unary()
        part = self._parse_unary()
        if part is None or part.find(exp.Column) is None:
            return part
        return exp.Coalesce(this=part, expressions=[exp.Null()])


class _BackticksGenerator(SQLiteGenerator):
    """A column in double quotes could be read as a string: it alone is put in backticks."""

    def identifier_sql(self, expression: exp.Identifier) -> str:
        column = expression.parent
        if expression.quoted and isinstance(column, exp.Column) and not column.table:
            return f"`{expression.name.replace('`', '``')}`"
        return super().identifier_sql(expression)


class LooseSQLite(NumericString):
    """SQLite, in whose text a name is one whatever there is in the schema."""

    Parser = _PlusParser
    Generator = _BackticksGenerator


@cache
def grammar(dialect: Dialect) -> Grammar:
    """The parser and printer of a dialect."""
    own = {Dialect.SQLITE: LooseSQLite, Dialect.STANDARD: Standard}
    return Grammar.get_or_raise(own.get(dialect, habits(dialect).sqlglot))


RESERVED: Final = words(
    "all and any as asc between both by case cast check collate column create cross "
    "current_date current_time current_timestamp current_user default desc distinct div else "
    "end escape except exists false fetch filter for foreign from full glob group grouping "
    "having if in index inner insert intersect interval into is isnull join key lateral "
    "leading left like limit match natural not notnull null offset on or order outer over "
    "partition primary qualify range references regexp right rlike rollup row rows select "
    "session_user set similar some symmetric table tablesample then to trailing true union "
    "unique unnest update user using values when where window with xor delete drop alter add "
    "pivot unpivot rank dense_rank row_number system cube groups lead lag ignore first_value "
    "last_value nth_value ntile recursive require returning asof semi anti positional kill "
    "use show straight_join replace end_of_query option read sql condition call change "
    "database databases delayed describe each exit explain force fulltext grant infile keys "
    "leave linear lines load lock long loop mod optimize out outfile precision procedure "
    "purge release rename repeat require resignal restrict return revoke schema schemas "
    "separator signal spatial ssl starting terminated trigger undo unlock unsigned usage "
    "varying while write zerofill char character date time timestamp "
)
"""Words that are quoted where they are names: those of any dialect, for quotes do no harm."""
