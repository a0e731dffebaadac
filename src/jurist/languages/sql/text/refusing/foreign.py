"""Words of other dialects that the parser takes in every one, where no engine is at hand to ask.

What is listed is an error there: MySQL 8.4's manual, chapter 15.2.13, and PostgreSQL 17's, SELECT.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from jurist.languages.mistakes import Mistake
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import start_of

_NAMES: Final = {Dialect.MYSQL: "MySQL", Dialect.POSTGRESQL: "PostgreSQL"}
_NODES: Final[dict[Dialect, dict[type[exp.Expr], str]]] = {
    Dialect.MYSQL: {
        exp.Cube: "CUBE",
        exp.Fetch: "FETCH",
        exp.Filter: "FILTER",
        exp.Glob: "GLOB",
        exp.GroupingSets: "GROUPING SETS",
        exp.ILike: "ILIKE",
        exp.Qualify: "QUALIFY",
        exp.SimilarTo: "SIMILAR TO",
    },
    Dialect.POSTGRESQL: {exp.Glob: "GLOB", exp.Qualify: "QUALIFY", exp.Xor: "XOR"},
}
_WORDS: Final = {
    Dialect.MYSQL: {TokenType.DCOLON: "::"},
    Dialect.POSTGRESQL: {TokenType.NULLSAFE_EQ: "<=>"},
}
_PHRASES: Final = {
    Dialect.MYSQL: ("IS DISTINCT FROM", "NOT DISTINCT FROM", "NULLS FIRST", "NULLS LAST"),
    Dialect.POSTGRESQL: ("WITH ROLLUP", "RLIKE", "REGEXP"),
}


def refuse_foreign_words(tokens: Sequence[Token], tree: exp.Expr, dialect: Dialect) -> None:
    """Refuse what another dialect has, and this one does not.

    Args:
        tokens: The words of the text.
        tree: What the parser made of them.
        dialect: Looked at where it is MySQL or PostgreSQL.

    Raises:
        Mistake: Names it.
    """
    if dialect not in _NAMES:
        return
    for what, at in (*_of_words(tokens, dialect), *_of_tree(tree, dialect)):
        raise Mistake(
            f"{_NAMES[dialect]} has no {what}", at=at, hint=f"write it in the dialect {dialect}"
        )


def _of_words(tokens: Sequence[Token], dialect: Dialect) -> Iterator[tuple[str, int]]:
    names = {TokenType.IDENTIFIER, TokenType.STRING}
    texts = ["" if token.token_type in names else token.text.upper() for token in tokens]
    phrases = [phrase.split() for phrase in _PHRASES[dialect]]
    for place, token in enumerate(tokens):
        if token.token_type in _WORDS[dialect]:
            yield _WORDS[dialect][token.token_type], token.start
        for phrase in phrases:
            if texts[place : place + len(phrase)] == phrase:
                yield " ".join(phrase), token.start
        if what := _of_limits(tokens, place, dialect):
            yield what, token.start
        is_alone = texts[place] == "ROLLUP" and texts[place - 1] != "WITH"
        if dialect is Dialect.MYSQL and is_alone:
            yield "ROLLUP but WITH ROLLUP", token.start


def _of_limits(tokens: Sequence[Token], place: int, dialect: Dialect) -> str:
    kinds = [token.token_type for token in tokens[place : place + 3]]
    if dialect is Dialect.POSTGRESQL:
        return "LIMIT with a comma" if kinds == _TWO_LIMITS else ""
    begins = [token.token_type for token in tokens[max(place - 2, 0) : place]]
    is_lonely = kinds[:2] == [TokenType.OFFSET, TokenType.NUMBER]
    return "OFFSET without a LIMIT before it" if is_lonely and TokenType.LIMIT not in begins else ""


_TWO_LIMITS: Final = [TokenType.LIMIT, TokenType.NUMBER, TokenType.COMMA]


def _of_tree(tree: exp.Expr, dialect: Dialect) -> Iterator[tuple[str, int]]:
    lacks = _NODES[dialect]
    for node in tree.find_all(*lacks):
        yield next(name for kind, name in lacks.items() if isinstance(node, kind)), start_of(node)
    if dialect is Dialect.MYSQL:
        for join in tree.find_all(exp.Join):
            if join.side.upper() == "FULL":
                yield "FULL JOIN", start_of(join)
        for distinct in tree.find_all(exp.Distinct):
            if distinct.args.get("on") is not None:
                yield "DISTINCT ON", start_of(distinct)
