"""DDL text to statements, each with its line, before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect, habits

MAX_LENGTH: Final = 5_000_000
MAX_NESTING: Final = 60
"""Of parentheses: the parser recurses through each of them some ten calls deep."""
MAX_CHAIN: Final = 2_000
"""Of tokens in one definition within a statement: `NOT NOT NOT ...` recurses as well."""

_READ: Final = frozenset({"CREATE", "ALTER", "DROP"})
"""What says something of tables. Other statements (of dumps) are passed over, never run."""
_PASSED_OVER: Final = (
    ("CREATE", "DATABASE"),
    ("CREATE", "SCHEMA"),
    ("CREATE", "SEQUENCE"),
    ("CREATE", "EXTENSION"),
    ("CREATE", "INDEX"),
    ("ALTER", "SEQUENCE"),
    ("ALTER", "DATABASE"),
    ("DROP", "DATABASE"),
    ("DROP", "SCHEMA"),
    ("DROP", "INDEX"),
    ("DROP", "SEQUENCE"),
)


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
    grammar = Grammar.get_or_raise(habits(dialect).sqlglot or None)
    try:
        tokens = grammar.tokenize(ddl)
    except SqlglotError as error:
        raise _unreadable(str(error), dialect, where=where) from None
    for chunk in _chunks(tokens):
        words = [token.text.upper() for token in chunk[:3]]
        if words[0] not in _READ or any(
            tuple(words[: len(passed)]) == passed for passed in _PASSED_OVER
        ):
            continue
        if "OWNER" in (token.text.upper() for token in chunk[:8]):
            continue
        line = chunk[0].line
        place = f"{where}, line {line}"
        _refuse_deep(chunk, place)
        chunk = _without_options(chunk) if dialect is Dialect.SQLITE else chunk
        try:
            trees = grammar.parser().parse(list(chunk), ddl)
        except SqlglotError as error:
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


def _without_options(chunk: Sequence[Token]) -> list[Token]:
    """Without what SQLite allows, sqlglot does not know, and says nothing of what tables hold."""
    kept: list[Token] = []
    index = 0
    while index < len(chunk):
        words = [token.text.upper() for token in chunk[index : index + 2]]
        if words == ["ON", "CONFLICT"]:
            index += 3
        elif words == ["WITHOUT", "ROWID"]:
            index += 2
            if index < len(chunk) and chunk[index].token_type is TokenType.COMMA:
                index += 1
        else:
            kept.append(chunk[index])
            index += 1
    return kept


def _unreadable(problem: str, dialect: Dialect, *, where: str) -> SchemaError:
    plain = problem.replace("\x1b[4m", "").replace("\x1b[0m", "").splitlines()
    return SchemaError(
        f"the DDL cannot be read: {' '.join(plain)[:300]}",
        expected=f"CREATE TABLE statements in the dialect {dialect}",
        fix="mend the statement, name its dialect, or leave it out",
        where=where,
    )
