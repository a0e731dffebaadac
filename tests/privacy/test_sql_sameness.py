"""Pairs of SQL and their pseudonyms have the same verdict, and nothing of theirs is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

import msgspec
import pytest

from jurist import data
from jurist.errors import InputError
from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.capabilities import Mutates, require
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms
from jurist.records import Evidence, Relation
from sql_pairs import pairs, schema_of_pair
from sql_workspaces import NAMES, references, schema

LANGUAGE = get_language("sql")
VARIANTS = require(LANGUAGE, Mutates, needed_by="the tests")
KEY = Key(bytes(range(7, 39)))
Pair = tuple[SqlQuery, SqlQuery]


@dataclass
class Carried:
    """How many pairs were carried, and why others were not."""

    pairs: int = 0
    exactly: int = 0
    """Those with the same kind of difference too."""
    undecided: int = 0
    """Those that one search decided, and the other did not."""
    reasons: Counter[str] = field(default_factory=Counter[str])

    @property
    def share(self) -> float:
        return self.pairs / (self.pairs + self.reasons.total())


def check(of: SqlSchema, given: Iterable[Pair], put: Pseudonyms, *, least: float = 0.9) -> Carried:
    """Hold that each pair that is carried has the same verdict before and after."""
    carried = Carried()
    for reference, candidate in given:
        try:
            mine, theirs = put.queries(reference, candidate)
        except NotCarriedError as error:
            carried.reasons[error.reason] += 1
            continue
        carried.pairs += 1
        before = decide(LANGUAGE, reference, candidate, of)
        after = decide(LANGUAGE, mine, theirs, put.schema)
        texts = [LANGUAGE.format(query) for query in (reference, candidate, mine, theirs)]
        found = {verdict(before), verdict(after)}
        assert not {"equivalent", "different"} <= found, texts
        carried.exactly += before.relation is after.relation
        carried.undecided += len(found) > 1
    assert carried.exactly >= least * carried.pairs
    assert carried.undecided <= max(1, 0.01 * carried.pairs)
    return carried


def verdict(evidence: Evidence) -> str:
    """Which kind of a difference is found, and where the search ends, depends on what is tried."""
    if evidence.relation in {Relation.EQUIVALENT, Relation.REFINES}:
        return "equivalent"
    return "undecided" if evidence.relation is Relation.UNDECIDED else "different"


@cache
def answers(name: str) -> list[Pair]:
    """The recorded answers of a shipped workspace that are queries, with their references."""
    known = references(name)
    found: list[Pair] = []
    for which in ("careful", "hasty"):
        path = data.schema_path(name).parents[1] / f"answers-{which}.jsonl"
        for line in path.read_bytes().splitlines():
            answer = msgspec.json.decode(line, type=dict[str, object])
            reference = known.get(str(answer.get("case")))
            text = answer.get("query")
            if reference is None or not isinstance(text, str):
                continue
            try:
                query = LANGUAGE.parse(text, schema(name))
            except InputError:
                continue
            assert isinstance(query, SqlQuery)
            found.append((reference, query))
    return found


def variants(name: str, most: int) -> Iterable[Pair]:
    """References with mutants and rewrites of theirs."""
    for query in references(name).values():
        made = (
            *islice(VARIANTS.mutants(query, schema(name)), most),
            *islice(VARIANTS.rewrites(query, schema(name)), most),
        )
        for variant in made:
            assert isinstance(variant.query, SqlQuery)
            yield query, variant.query


def pseudonyms(name: str, level: Level = Level.VALUES) -> Pseudonyms:
    return Pseudonyms(KEY, level, LANGUAGE, schema(name), references(name).values())


@pytest.mark.parametrize("level", [Level.VALUES, Level.VALUES_AND_NAMES])
@pytest.mark.parametrize("name", NAMES)
def test_answers_to_shipped_questions_have_the_verdict_of_their_pseudonyms(
    name: str, level: Level
) -> None:
    carried = check(schema(name), answers(name)[::4], pseudonyms(name, level))
    assert carried.share > 0.9, carried


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_mutants_and_rewrites_have_the_verdict_of_their_pseudonyms(name: str) -> None:
    carried = check(schema(name), variants(name, 8), pseudonyms(name))
    assert carried.share > 0.85, carried


@pytest.mark.parametrize(
    ("name", "every", "least"),
    [("traps", 3, 0.9), ("spider_dail", 40, 0.95), ("bird_dail", 60, 0.8)],
)
def test_a_sample_of_public_pairs(name: str, every: int, least: float) -> None:
    assert of_public_pairs(pairs(name)[::every]).share >= least


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("traps", 0.95),
        ("spider_dail", 0.98),
        ("bird_dail", 0.85),
        ("lss_eq", 0.9),
        ("lss_neq", 0.98),
        ("sqlsolver_spark", 0.9),
    ],
)
def test_all_public_pairs(name: str, least: float) -> None:
    assert of_public_pairs(pairs(name)).share >= least


def of_public_pairs(given: Sequence[dict[str, str]]) -> Carried:
    whole = Carried()
    for pair in given:
        of = schema_of_pair(pair)
        texts = (pair["reference"], pair["candidate"])
        try:
            queries = [LANGUAGE.parse(text, of) for text in texts]
        except InputError:
            continue
        if any(LANGUAGE.check(q, of, text=t) for q, t in zip(queries, texts, strict=True)):
            continue
        reference, candidate = queries
        put = Pseudonyms(KEY, Level.VALUES, LANGUAGE, of, queries)
        assert isinstance(reference, SqlQuery)
        assert isinstance(candidate, SqlQuery)
        carried = check(of, [(reference, candidate)], put, least=0)
        whole.pairs += carried.pairs
        whole.exactly += carried.exactly
        whole.reasons += carried.reasons
    assert whole.exactly >= 0.9 * whole.pairs
    return whole
