"""What a model is told of SQL: its dialect on a page."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jurist.languages.sql.dialects import Dialect

_ONLY_IN = re.compile(r"(?:\{(?P<dialects>[\w ]+)\} )?(?P<text>.*)")
"""A line of the primer, which may begin with the dialects that it is about."""


@cache
def primer(dialect: Dialect) -> str:
    """SQL in a few hundred words, with what the dialect reads its own way."""
    text = files("jurist.languages.sql").joinpath("primer.md").read_text(encoding="utf-8")
    lines = [match for match in map(_ONLY_IN.fullmatch, text.splitlines()) if match]
    kept = [
        line["text"]
        for line in lines
        if line["dialects"] is None or dialect in line["dialects"].split()
    ]
    return "\n".join(kept).replace("DIALECT", _TITLES[dialect])


_TITLES = {
    Dialect.SQLITE: "SQLite",
    Dialect.POSTGRESQL: "PostgreSQL",
    Dialect.DUCKDB: "DuckDB",
    Dialect.MYSQL: "MySQL",
    Dialect.STANDARD: "standard SQL",
}
