"""Small-model proofs of texts: by which theorem, on which facts; and what is none."""
# ruff: noqa: E501 - a pair a line

from __future__ import annotations

from itertools import count

import pytest

from jurist.languages.sql.algebra.converting import convert
from jurist.languages.sql.algebra.nodes import Query
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import FactKind, SqlSchema
from jurist.languages.sql.searching.shapes import positive, products
from jurist.languages.sql.searching.small_model_proofs import SmallModelProof, prove_by_small_models
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import qualified

DDL = """
CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT, level INTEGER CHECK (level BETWEEN 1 AND 3));
CREATE TABLE o (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c (id), amount REAL NOT NULL);
"""
SCHEMA = SqlSchema("shop", Dialect.SQLITE, read_ddl(DDL, Dialect.SQLITE, where="here"))


def converted(*texts: str) -> list[Query]:
    fresh = count(1)
    return [convert(qualified(parse(text, SCHEMA), SCHEMA), SCHEMA, fresh) for text in texts]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT a.id FROM c a, c b", {"c": 2}),
        ("SELECT a.id FROM c a, c b UNION ALL SELECT o.id FROM o, c", {"c": 2, "o": 1}),
        ("SELECT x.id FROM (SELECT a.id FROM c a, c b) AS x, c", {"c": 3}),
        ("SELECT DISTINCT id FROM c", None),
        ("SELECT count(*) FROM c", None),
    ],
)
def test_rows_of_products(text: str, rows: dict[str, int] | None) -> None:
    assert products(converted(text)[0]) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT a.id FROM c a, c b UNION SELECT id FROM c", {"c": 2}),
        ("SELECT id FROM c INTERSECT SELECT c FROM o INTERSECT SELECT id FROM c", {"c": 2, "o": 1}),
        ("SELECT id FROM c WHERE id IN (SELECT c FROM o) OR EXISTS (SELECT 1 FROM o)", {"c": 1, "o": 2}),
        ("SELECT id FROM c WHERE id NOT IN (SELECT c FROM o)", None),
        ("SELECT id FROM c EXCEPT SELECT c FROM o", None),
        ("SELECT c.id FROM c LEFT JOIN o ON o.c = c.id", None),
        ("SELECT id FROM c LIMIT 1", None),
    ],
)  # fmt: skip
def test_rows_of_positive_queries(text: str, rows: dict[str, int] | None) -> None:
    assert positive(converted(text)[0]) == rows


def proved(reference: str, candidate: str) -> SmallModelProof | None:
    left, right = converted(reference, candidate)
    return prove_by_small_models(left, right, SCHEMA)


@pytest.mark.parametrize(
    ("reference", "candidate", "theorem", "kinds"),
    [
        ("SELECT name FROM c WHERE level > 1 OR level <= 1", "SELECT name FROM c WHERE level IS NOT NULL", "products", set[FactKind]()),
        ("SELECT name FROM c WHERE level > 1", "SELECT name FROM c WHERE level IN (2, 3)", "products", {FactKind.RANGE}),
        ("SELECT o.id FROM o JOIN c ON o.c = c.id", "SELECT id FROM o", "products", {FactKind.KEY, FactKind.FOREIGN_KEY, FactKind.NOT_NULL}),
        ("SELECT a.name FROM c a JOIN c b ON a.id = b.id", "SELECT name FROM c", "products", {FactKind.KEY, FactKind.NOT_NULL}),
        ("SELECT name FROM c WHERE level = 1 UNION ALL SELECT name FROM c WHERE level = 2", "SELECT name FROM c WHERE level IN (1, 2)", "products", set[FactKind]()),
        ("SELECT name FROM c ORDER BY level LIMIT 3", "SELECT c.name FROM c WHERE 1 = 1 ORDER BY c.level LIMIT 3", "products", set[FactKind]()),
        ("SELECT DISTINCT c.id FROM c JOIN o ON o.c = c.id", "SELECT id FROM c WHERE id IN (SELECT c FROM o)", "positive queries", {FactKind.KEY, FactKind.NOT_NULL}),
        ("SELECT level, name FROM c GROUP BY level, name", "SELECT DISTINCT level, name FROM c", "positive queries", set[FactKind]()),
        ("SELECT name FROM c WHERE NOT EXISTS (SELECT 1 FROM o WHERE o.c = c.id)", "SELECT name FROM c WHERE id NOT IN (SELECT c FROM o)", "one row and what exists", {FactKind.NOT_NULL}),
        ("SELECT c.name FROM c LEFT JOIN o ON o.c = c.id WHERE o.id IS NULL", "SELECT name FROM c WHERE NOT EXISTS (SELECT 1 FROM o WHERE o.c = c.id)", "a row and its partners", {FactKind.NOT_NULL}),
        ("SELECT count(name), level FROM c GROUP BY level", "SELECT sum(CASE WHEN name IS NULL THEN 0 ELSE 1 END), level FROM c GROUP BY level", "groups of a table", set[FactKind]()),
    ],
)  # fmt: skip
def test_a_proof(reference: str, candidate: str, theorem: str, kinds: set[FactKind]) -> None:
    proof = proved(reference, candidate)
    assert proof is not None
    assert proof.theorem == theorem
    assert {fact.kind for fact in proof.facts} == kinds


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT name FROM c WHERE level > 1", "SELECT name FROM c WHERE level = 3"),
        ("SELECT DISTINCT c.name FROM c JOIN o ON o.c = c.id", "SELECT name FROM c WHERE id IN (SELECT c FROM o)"),
        ("SELECT max(level) FROM c", "SELECT min(level) FROM c"),
        ("SELECT level FROM c GROUP BY level HAVING count(*) > 5", "SELECT level FROM c GROUP BY level HAVING count(*) > 6"),
        ("SELECT name FROM c ORDER BY level LIMIT 3", "SELECT name FROM c ORDER BY level LIMIT 4"),
        ("SELECT name FROM c ORDER BY level", "SELECT name FROM c"),
        ("SELECT name FROM c ORDER BY level", "SELECT name FROM c ORDER BY id"),
        ("SELECT count(DISTINCT level) FROM c", "SELECT count(level) FROM c"),
        ("SELECT name FROM c WHERE level = (SELECT max(level) FROM c)", "SELECT name FROM c WHERE level >= (SELECT max(level) FROM c)"),
        ("SELECT id, name FROM c", "SELECT id FROM c"),
    ],
)  # fmt: skip
def test_no_proof(reference: str, candidate: str) -> None:
    """They differ, or no theorem is about them."""
    assert proved(reference, candidate) is None
