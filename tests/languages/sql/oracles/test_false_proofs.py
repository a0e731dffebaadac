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


def test_a_sorted_union_is_proved_whatever_its_sides_come_to() -> None:
    ddl = "CREATE TABLE t (a INTEGER, b INTEGER); CREATE TABLE u (c INTEGER)"
    schema = load_schema({"name": "t", "dialect": "sqlite", "ddl": ddl}, where="t")
    union = "SELECT * FROM (SELECT COALESCE(a, 1) FROM t EXCEPT SELECT c FROM u) UNION ALL SELECT c"
    reference = union + " FROM u ORDER BY 1 LIMIT 2"
    for tail, is_equal in ((" ORDER BY 1 LIMIT 2", True), (" ORDER BY 1 DESC LIMIT 2", False)):
        candidate = union + " FROM u WHERE c IS NULL OR c IS NOT NULL" + tail
        proof = prove(parse(reference, schema), parse(candidate, schema), schema)
        assert (proof is not None and proof.relation == "equivalent") is is_equal
