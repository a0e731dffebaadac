"""A pair of audiences and its pseudonyms have the same verdict: the proof judge is the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from constructed_pairs import construct
from jurist.data import cases_path, schema_path, shipped_text
from jurist.errors import InputError
from jurist.languages.base import Query
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.privacy import Level, NotCarriedError, Pseudonyms
from pseudonymised_pairs import KEY, Sameness, of_pair
from shared_data import shared_data

CQL = CqlLanguage()
WORKSPACES = ("shop", "b2b", "streaming")
HIDING = (Level.VALUES, Level.VALUES_AND_NAMES)


def lines(text: str) -> list[Mapping[str, object]]:
    return [msgspec.json.decode(line) for line in text.splitlines()]


@cache
def workspace(name: str) -> tuple[CqlSchema, Mapping[str, Query]]:
    schema = read_schema(schema_path(name))
    cases = lines(cases_path(name).read_text("utf-8"))
    references = {
        str(case["id"]): CQL.parse(str(case["reference"]))
        for case in cases
        if case.get("reference")
    }
    return schema, references


def pairs_of(name: str) -> Iterator[tuple[Query, Query]]:
    """References with what was answered, and with what they can be made into."""
    schema, references = workspace(name)
    for file in ("careful", "hasty", "small"):
        for answer in lines(shipped_text(f"answers-{file}.jsonl")):
            reference = references.get(str(answer["case"]))
            if not answer.get("query"):
                continue
            try:
                candidate = CQL.parse(str(answer["query"]))
            except InputError:
                continue
            if reference is not None:
                yield reference, candidate
    for reference in references.values():
        for variant in islice(CQL.mutants(reference, schema), 4):
            yield reference, variant.query
        for variant in islice(CQL.rewrites(reference, schema), 2):
            yield reference, variant.query


@pytest.mark.parametrize("level", HIDING)
@pytest.mark.parametrize("name", WORKSPACES)
def test_on_the_shipped_workspaces(name: str, level: Level) -> None:
    schema, references = workspace(name)
    pseudonyms = Pseudonyms(KEY, level, CQL, schema, references.values())
    outcome = Sameness()
    for reference, candidate in pairs_of(name):
        outcome.add(pseudonyms, CQL, schema, reference, candidate)
    assert outcome.changed == []
    assert outcome.less == 0
    assert outcome.pairs > 500
    assert outcome.refusals < 0.01, outcome.refused


def test_on_pairs_from_other_tools_bug_reports() -> None:
    outcome = Sameness()
    for row in lines(shared_data("cql/trial_pairs.jsonl").read_text("utf-8")):
        pair = [CQL.parse(str(row[side])) for side in ("reference", "candidate")]
        facts = cast("Mapping[str, object] | None", row["schema"])
        schema = (
            CQL.infer_schema(*pair)
            if facts is None
            else CQL.load_schema({"name": "trial", **facts}, where="trial")
        )
        outcome.add(of_pair(CQL, schema, pair), CQL, schema, *pair)
    assert outcome.changed == []
    assert outcome.less <= 1
    assert outcome.refusals < 0.15, outcome.refused


def on_constructed(seeds: list[str]) -> Sameness:
    outcome = Sameness()
    for seed in seeds:
        made = construct(seed)
        pair = (made.reference, made.candidate)
        outcome.add(of_pair(CQL, made.schema, pair), CQL, made.schema, *pair)
    return outcome


@pytest.mark.parametrize("share", range(4))
def test_on_random_pairs(share: int) -> None:
    outcome = on_constructed([f"pseudonyms-{share}-{i}" for i in range(100)])
    assert outcome.changed == []
    assert outcome.less <= 2
    assert outcome.refusals < 0.35, outcome.refused


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("share", range(20))
def test_on_many_random_pairs(share: int) -> None:
    seeds = [f"many-pseudonyms-{share}-{i}" for i in range(1_000)]
    seeds += [f"pseudonyms-{share}-{i}" for i in range(200)]
    outcome = on_constructed(seeds)
    assert outcome.changed == []
    assert outcome.less <= 12
    assert outcome.refusals < 0.35, outcome.refused


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_on_drawn_schemas(data: st.DataObject) -> None:
    schema = data.draw(strategies.schemas())
    pair = [data.draw(strategies.conditions(schema)) for _ in range(2)]
    outcome = Sameness()
    outcome.add(of_pair(CQL, schema, pair), CQL, schema, *pair)
    assert outcome.changed == []


@settings(max_examples=300, deadline=None)
@given(strategies.queries())
def test_every_query_that_goes_out_comes_back(query: Query) -> None:
    schema = CQL.infer_schema(query)
    for level in HIDING:
        pseudonyms = of_pair(CQL, schema, [query], level)
        try:
            sent = CQL.format(pseudonyms.query(query))
        except NotCarriedError:
            continue
        assert pseudonyms.reveal_query(sent, about=[query]) == CQL.format(query)


@pytest.mark.parametrize("name", ["aÆ", "ÆAb", "aΌ", "ΌAb", "aΒ", "αAb", "aЖ", "жAb"])
def test_a_name_is_cut_into_words_alike_under_its_pseudonym(name: str) -> None:
    query = CQL.parse(f"trait('{name}').exists()")
    pseudonyms = of_pair(CQL, CQL.infer_schema(query), [query], Level.VALUES_AND_NAMES)
    sent = CQL.format(pseudonyms.query(query))
    assert pseudonyms.reveal_query(sent, about=[query]) == CQL.format(query)
