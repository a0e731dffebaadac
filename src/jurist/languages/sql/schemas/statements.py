"""DDL text to statements, each with its line, before anything is made of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect, habits

MAX_LENGTH: Final = 5_000_000
MAX_NESTING: Final = 60
"""Of parentheses: the parser recurses through each of them some ten calls deep."""
MAX_CHAIN: Final = 2_000
"""Of tokens in one definition within a statement: `NOT NOT NOT ...` recurses as well."""


def _words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_READ: Final = frozenset({"CREATE", "ALTER", "DROP"})
"""What says something of tables. Other statements (of dumps) are passed over, never run."""
_PASSED_OVER: Final = _words(
    "AGGREGATE CAST COLLATION CONVERSION DATABASE DOMAIN EVENT EXTENSION FUNCTION INDEX LANGUAGE "
    "OPERATOR POLICY PROCEDURE PUBLICATION ROLE RULE SCHEMA SEQUENCE SERVER STATISTICS "
    "SUBSCRIPTION TABLESPACE TEXT TRIGGER USER"
)
"""What these are about is no table, nor what rows of one obey."""
_BESIDE: Final = _words(
    "OR REPLACE TEMP TEMPORARY CONSTRAINT DEFAULT EVENT FULLTEXT SPATIAL TRUSTED"
)
"""Words that may stand between."""
_NO_FACTS: Final = (
    ("OWNER", "TO"),
    ("CLUSTER", "ON"),
    ("ENABLE", "ROW"),
    ("DISABLE", "ROW"),
    ("FORCE", "ROW"),
    ("REPLICA", "IDENTITY"),
    ("ENABLE", "TRIGGER"),
    ("DISABLE", "TRIGGER"),
    ("SET", "TABLESPACE"),
    ("SET", "SCHEMA"),
)
"""What an ALTER TABLE says behind the table's name, of rows nothing."""


class _Quiet(logging.Filter):
    """What sqlglot cannot parse is said by an error of ours, and not on standard error as well."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Falling back to parsing as a 'Command'" not in record.getMessage()


logging.getLogger("sqlglot").addFilter(_Quiet())


class NumericString(SQLite):
    """SQLite, whose type STRING has the affinity of NAME, which is NUMERIC, and not of TEXT."""

    class Tokenizer(SQLite.Tokenizer):
        """With STRING as it is there."""

        KEYWORDS: ClassVar = {**SQLite.Tokenizer.KEYWORDS, "STRING": TokenType.NAME}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that defines something."""

    tree: exp.Expr
    line: int
    """On which it begins, from 1."""


def statements(ddl: str, dialect: Dialect, *, where: str) -> Iterator[Statement]:
    """The statements that say something of tables, in order.

    Args:
        ddl: Any number of statements, with comments.
        dialect: Whose grammar it is in.
        where: The file's name, for errors.

    Raises:
        SchemaError: One does not parse, is nested too deeply, or the text is too long.
    """
    if len(ddl) > MAX_LENGTH:
        raise SchemaError(
            f"the DDL has {len(ddl):,} characters",
            expected=f"at most {MAX_LENGTH:,}",
            fix="leave out what is no table's definition, such as INSERT statements",
            where=where,
        )
    own = NumericString if dialect is Dialect.SQLITE else habits(dialect).sqlglot or None
    grammar = Grammar.get_or_raise(own)
    try:
        tokens = grammar.tokenize(ddl)
    except SqlglotError as error:
        raise _unreadable(str(error), dialect, where=where) from None
    for chunk in _chunks(tokens):
        if _says_nothing([token.text.upper() for token in chunk[:12]]):
            continue
        line = chunk[0].line
        place = f"{where}, line {line}"
        _refuse_deep(chunk, place)
        chunk = _without_options(chunk)
        try:
            trees = grammar.parser().parse(list(chunk), ddl)
        except (SqlglotError, RecursionError) as error:
            raise _unreadable(str(error), dialect, where=place) from None
        for tree in trees:
            if tree is None or isinstance(tree, exp.Command):
                shown = " ".join(token.text for token in chunk[:6])[:80]
                raise _unreadable(f"{shown} ... is not understood", dialect, where=place)
            yield Statement(tree, line)


def _chunks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    chunk: list[Token] = []
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            if chunk:
                yield chunk
            chunk = []
        else:
            chunk.append(token)
    if chunk:
        yield chunk


def _says_nothing(words: Sequence[str]) -> bool:
    """Whether a statement that begins so says nothing of tables and their rows."""
    if words[0] not in _READ:
        return True
    behind = [word for word in words[1:] if word not in _BESIDE]
    if words[1:2] == ["DEFINER"]:  # = user @ host
        behind = [word for word in behind if word in _PASSED_OVER] or behind
    if not behind or behind[0] in _PASSED_OVER:
        return bool(behind)
    if words[0] != "ALTER" or behind[0] != "TABLE":
        return False
    name = 1
    while behind[name : name + 1] and behind[name] in {"ONLY", "IF", "EXISTS"}:
        name += 1
    rest = behind[name + 1 :]
    while rest[:1] == ["."]:
        rest = rest[2:]
    return tuple(rest[:2]) in _NO_FACTS


def _refuse_deep(chunk: Sequence[Token], place: str) -> None:
    depth = chain = 0
    for token in chunk:
        if token.token_type in {TokenType.L_PAREN, TokenType.L_BRACKET}:
            depth += 1
        elif token.token_type in {TokenType.R_PAREN, TokenType.R_BRACKET}:
            depth -= 1
        chain = 0 if token.token_type is TokenType.COMMA else chain + 1
        if depth > MAX_NESTING or (chain > MAX_CHAIN and token.token_type is not TokenType.STRING):
            raise SchemaError(
                "a definition is nested too deeply or too long",
                expected=f"at most {MAX_NESTING} levels of parentheses",
                fix="leave out the CHECK that has them",
                where=place,
            )


_OPTIONS: Final[dict[tuple[str, ...], int]] = {
    ("ON", "CONFLICT"): 3,  # SQLite, with what is done then
    ("WITHOUT", "ROWID"): 2,
    ("NO", "INHERIT"): 2,  # PostgreSQL, of a check
    ("USING", "BTREE"): 2,  # MySQL, of a key
    ("USING", "HASH"): 2,
}
"""How many words an option has that sqlglot does not know, and that says nothing of rows."""


def _without_options(chunk: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    index = 0
    while index < len(chunk):
        words = tuple(token.text.upper() for token in chunk[index : index + 2])
        size = _OPTIONS.get(words, 0) if chunk[index].token_type is not TokenType.STRING else 0
        if not size:
            kept.append(chunk[index])
        index += size or 1
        if size and words[0] == "WITHOUT" and _is_comma(chunk, index):
            index += 1
    return kept


def _is_comma(chunk: Sequence[Token], index: int) -> bool:
    return index < len(chunk) and chunk[index].token_type is TokenType.COMMA


def _unreadable(problem: str, dialect: Dialect, *, where: str) -> SchemaError:
    plain = problem.replace("\x1b[4m", "").replace("\x1b[0m", "").splitlines()
    return SchemaError(
        f"the DDL cannot be read: {' '.join(plain)[:300]}",
        expected=f"CREATE TABLE statements in the dialect {dialect}",
        fix="mend the statement, name its dialect, or leave it out",
        where=where,
    )
