"""All arms on pairs that look alike and are not, or do not and are."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from typing import Final

import pytest

from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.records import DifferenceAspect, Evidence, Relation
from shared_data import shared_data
from sql_traps import DDL, Trap, traps

_DIFFERENCES: Final = frozenset(Relation) - {
    *(Relation.EQUIVALENT, Relation.REFINES, Relation.UNDECIDED)
}
_RIGHT: Final = {
    "equivalent": {Relation.EQUIVALENT},
    "refines": {Relation.REFINES},
    "contains": {Relation.CONTAINS},
    "contained": {Relation.CONTAINED},
    "disjoint": {Relation.DISJOINT},
    "different": _DIFFERENCES,
    "duplicates": _DIFFERENCES,
    "columns": _DIFFERENCES,
}
"""By what a trap says: what a verdict may say. `different` leaves it open how."""
_ASPECTS: Final = {
    "duplicates": DifferenceAspect.DUPLICATES,
    "columns": DifferenceAspect.COLUMNS,
}
_EMPTY: Final = {"trap/08", "trap/86", "trap/114"}
"""A side of these is always empty, so that it is contained in the other *and* disjoint from it."""
_OPEN: Final = {
    *("trap/04", "trap/06", "trap/40"),  # different, and not that one contains the other
    *("trap/38", "trap/102", "trap/110"),  # equal, and not proved
}
"""Where a verdict on a recorded trap knows less than it might."""


@lru_cache
def _schema(ddl: str, dialect: str) -> SqlSchema:
    document = {"name": "traps", "dialect": dialect, "ddl": ddl}
    return load_schema(document, where="traps")


def _decided(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
    language = get_language("sql")
    return decide(language, parse(reference, schema), parse(candidate, schema), schema)


@pytest.mark.parametrize(
    "trap", list(traps()), ids=lambda trap: f"{trap.dialect}: {trap.reference}"[:80]
)
def test_our_traps_catch_nothing(trap: Trap) -> None:
    if trap.dialect != "sqlite" and find_spec("duckdb") is None:
        pytest.skip("DuckDB is not installed")
    evidence = _decided(trap.reference, trap.candidate, _schema(DDL, trap.dialect))
    if evidence.relation not in _RIGHT[trap.relation]:
        assert _knows_less(trap.relation, evidence.relation), evidence
        assert not trap.is_reached, evidence


def test_the_recorded_traps_catch_nothing() -> None:
    path = shared_data("sql/pairs/traps.jsonl")
    wrong: list[tuple[str, str, Evidence]] = []
    open_ones: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        schema = _schema(pair["ddl"], pair["dialect"])
        evidence = _decided(pair["reference"], pair["candidate"], schema)
        right = set(_RIGHT[pair["relation"]])
        if pair["id"] in _EMPTY:
            right |= {Relation.DISJOINT, Relation.CONTAINED, Relation.CONTAINS}
        aspect = _ASPECTS.get(pair["relation"])
        if evidence.relation in right and (aspect is None or aspect in evidence.aspects):
            continue
        if _knows_less(pair["relation"], evidence.relation):
            open_ones.add(pair["id"])
        else:
            wrong.append((pair["id"], pair["relation"], evidence))
    assert not wrong
    assert open_ones <= _OPEN


def _knows_less(right: str, relation: Relation) -> bool:
    """Whether a verdict leaves open what it does not say, and says nothing false."""
    if relation is Relation.DIFFERENT:
        return right not in {"equivalent", "refines"}
    return relation is Relation.UNDECIDED
