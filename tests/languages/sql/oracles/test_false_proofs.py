"""Pairs that were once proved equal and are not: what closed worlds and reading found."""

from __future__ import annotations

import pytest

from jurist.languages.sql.proving.proof import prove
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.text.parsing import parse

_ELEVEN = "SELECT COUNT(*) FROM u AS a, " + ", ".join(f"t AS b{i}" for i in range(10))  # noqa: S608
_FALSE = {
    "an unknown `c` of number 11 is not `c1` of number 1": (
        "CREATE TABLE t (c INTEGER NOT NULL); CREATE TABLE u (c1 INTEGER NOT NULL)",
        _ELEVEN + " WHERE b9.c = a.c1",
        _ELEVEN,
    ),
    "NOT LIKE is no LIKE": (
        "CREATE TABLE t (a TEXT NOT NULL)",
        "SELECT a FROM t WHERE a NOT LIKE 'x%'",
        "SELECT a FROM t WHERE a LIKE 'x%'",
    ),
}


@pytest.mark.parametrize("name", _FALSE)
def test_what_is_not_equal_is_not_proved_equal(name: str) -> None:
    ddl, reference, candidate = _FALSE[name]
    schema = load_schema({"name": "t", "dialect": "sqlite", "ddl": ddl}, where="t")
    proof = prove(parse(reference, schema), parse(candidate, schema), schema)
    assert proof is None or proof.relation != "equivalent"
