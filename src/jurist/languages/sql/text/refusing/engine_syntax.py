"""What the parser reads and the dialect's own engine does not: written for another dialect.

The parser takes `x::text`, QUALIFY or FETCH in every dialect, and the canonical text has them in
the words of this one. A candidate would be mended on its way: its engine is asked first, as far
as one is at hand, about the text as it was written. It only compiles: no name is looked up.
"""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import threading
from collections.abc import Sequence
from typing import Final

from sqlglot.tokenizer_core import Token

from jurist.languages.mistakes import Mistake
from jurist.languages.sql.dialects import Dialect

_SYNTAX: Final = re.compile(
    r"syntax error|incomplete input|unrecognized token|unknown join type|clause should come"
)
"""What SQLite says of the text itself; all else is about names, and comes after."""
_NEAR: Final = re.compile(r'(?:near|unrecognized token:) "(.+)"')


class _Compiler(threading.local):
    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)


_compiler = _Compiler()


def refuse_other_dialects(text: str, tokens: Sequence[Token], dialect: Dialect) -> None:
    """Refuse a text that the dialect's own engine cannot read.

    Args:
        text: As it was written.
        tokens: Its words, at least one, without the last semicolons.
        dialect: Of MySQL, PostgreSQL and the standard no engine is at hand: all is let pass.

    Raises:
        Mistake: With the engine's words.
    """
    written = text[tokens[0].start : tokens[-1].end + 1]
    if dialect is Dialect.SQLITE:
        engine, problem = "SQLite", _sqlite_problem(written)
    elif dialect is Dialect.DUCKDB and importlib.util.find_spec("duckdb") is not None:
        engine, problem = "DuckDB", _duckdb_problem(written)
    else:
        return
    if problem:
        raise Mistake(
            f"{engine} cannot read this: {problem}",
            at=_place(problem, tokens),
            hint=f"write it in the dialect {dialect}",
        )


def _sqlite_problem(text: str) -> str:
    try:
        _compiler.connection.execute(f"EXPLAIN {text}")
    except sqlite3.OperationalError as error:
        problem = str(error)
        return problem if _SYNTAX.search(problem) else ""
    except (sqlite3.Error, sqlite3.Warning, UnicodeError):
        return ""
    return ""


def _duckdb_problem(text: str) -> str:
    import duckdb

    try:
        duckdb.extract_statements(text)
    except duckdb.ParserException as error:
        return str(error).splitlines()[0].removeprefix("Parser Error: ")
    except (duckdb.Error, UnicodeError):
        return ""
    return ""


def _place(problem: str, tokens: Sequence[Token]) -> int:
    """Where the word stands that the engine names; the beginning where it stands more than once."""
    near = _NEAR.search(problem)
    word = near[1].upper() if near else ""
    places = [token.start for token in tokens if token.text.upper().split()[:1] == [word]]
    return places[0] if len(places) == 1 else tokens[0].start
