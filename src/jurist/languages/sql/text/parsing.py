"""From text to a query: parsed, held to what a query may do, its names in the schema's spelling."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from jurist.languages.mistakes import Mistake, located
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.sql.text.names import spell_names
from jurist.languages.sql.text.refusing.allow_list import (
    refuse_lenience,
    refuse_statement,
    refuse_wrapping,
    unknown_call,
    unknown_node,
)
from jurist.languages.sql.text.refusing.clauses import refuse_broken_clauses
from jurist.languages.sql.text.refusing.engine_syntax import refuse_other_dialects
from jurist.languages.sql.text.refusing.foreign import refuse_foreign_words
from jurist.languages.sql.text.refusing.limits import (
    check_depth,
    check_text,
    check_tokens,
    too_deep,
)
from jurist.languages.sql.text.refusing.syntax_errors import problem_of
from jurist.languages.sql.text.strings import tell_strings
from jurist.languages.sql.text.writing import canonical


def parse(text: str, schema: SqlSchema | None) -> SqlQuery:
    """Read a query in the dialect of a schema.

    Args:
        text: One SELECT, or set operation of such; comments and a last semicolon are dropped.
        schema: What its names are; without one the dialect is the standard.

    Raises:
        QuerySyntaxError: It does not parse, is too large, or does what no query may.
    """
    dialect = schema.dialect if schema else Dialect.STANDARD
    try:
        check_text(text)
        tokens = _tokens(text, dialect)
        tree = _tree(tokens, text, dialect)
        check_depth(tree)
        unknown = unknown_node(tokens, tree), unknown_call(tokens, tree, dialect)  # both may refuse
        refuse_broken_clauses(tokens, tree, dialect)
        refuse_foreign_words(tokens, tree, dialect)
        refuse_other_dialects(text, tokens, dialect)
        if schema:
            tell_strings(tree, schema, text)
        spell_names(tree, schema, dialect)
        written = text[tokens[0].start : tokens[-1].end + 1]
        lacks = unknown[0] or unknown[1]
        return SqlQuery(canonical(tree, dialect), dialect, tree, lacks, written)
    except Mistake as mistake:
        raise located(text, mistake) from None


def _tokens(text: str, dialect: Dialect) -> list[Token]:
    """The words of the text without comments, which could speak to the parser.

    Raises:
        Mistake: They are none, too many, or begin no query.
    """
    refuse_wrapping(text)
    try:
        tokens = grammar(dialect).tokenize(text)
    except TokenError:
        raise Mistake(
            "a string, a quoted name or a comment does not end",
            at=_unclosed(text),
            hint="close it; within quotes, write the quote twice",
        ) from None
    kept = [token for token in tokens if token.token_type is not TokenType.HINT]
    while kept and kept[-1].token_type is TokenType.SEMICOLON:
        kept.pop()
    for token in kept:
        token.comments = []
        if token.token_type is TokenType.SEMICOLON:
            raise Mistake("a second statement follows", at=token.start, hint="write a single query")
    check_tokens(kept)
    refuse_statement(kept, dialect)
    refuse_lenience(kept, dialect)
    return kept


def _tree(tokens: list[Token], text: str, dialect: Dialect) -> exp.Query:
    parser = grammar(dialect).parser(error_level=ErrorLevel.IMMEDIATE)
    try:
        trees = parser.parse(tokens, text)
    except ParseError as error:
        raise problem_of(error, text) from None
    except RecursionError:
        raise too_deep(0) from None
    tree = trees[0] if trees else None
    if not isinstance(tree, exp.Query):
        raise Mistake("this is no query", at=tokens[0].start, hint="write a single SELECT")
    return tree


def _unclosed(text: str) -> int:
    """Where the quote or comment begins that does not end."""
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        if text[at] in "'\"`":
            end, size = text.find(text[at], at + 1), 1
        elif pair == "--":
            end, size = text.find("\n", at), 1
            end = len(text) if end < 0 else end
        elif pair == "/*":
            end, size = text.find("*/", at + 2), 2
        else:
            at += 1
            continue
        if end < 0:
            return at
        at = end + size
    return len(text)
