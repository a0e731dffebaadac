"""Random queries: accepted by `check`, varied, reproducible."""

import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cql_sampler import sample, sample_computed_trait
from jurist.errors import InputError
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, EntitySpec, Field, Kind
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.syntax import (
    Condition,
    Operator,
    Reducer,
    Scalar,
)
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from strategies import conditions, schemas

_SHIPPED = Path(__file__).resolve().parents[3] / "src" / "jurist" / "data"


@pytest.fixture(scope="module", params=["shop", "b2b", "streaming"])
def shipped(request: pytest.FixtureRequest) -> CqlSchema:
    return read_schema(_SHIPPED / str(request.param) / "schema.yaml")


def test_shipped_schemas_give_queries_that_check_accepts(shipped: CqlSchema) -> None:
    rng = random.Random(7)
    for _ in range(400):
        for query in (sample(shipped, rng), sample_computed_trait(shipped, rng)):
            text = format_query(query)
            assert parse(text) == query
            assert check(parse(text), shipped, text=text) == ()


@settings(max_examples=150, deadline=None)
@given(schemas(), st.randoms(use_true_random=False))
def test_any_schema_gives_queries_that_check_accepts(schema: CqlSchema, rng: random.Random) -> None:
    for query in (sample(schema, rng), sample_computed_trait(schema, rng)):
        text = format_query(query)
        assert check(parse(text), schema, text=text) == ()
        assert parse(msgspec.json.encode(query).decode()) == query


def test_the_same_seed_gives_the_same_queries(shipped: CqlSchema) -> None:
    once, again = random.Random(3), random.Random(3)
    assert [sample(shipped, once) for _ in range(50)] == [sample(shipped, again) for _ in range(50)]


def test_the_whole_language_comes_up(shipped: CqlSchema) -> None:
    rng = random.Random(11)
    audiences = [format_query(sample(shipped, rng)) for _ in range(3_000)]
    traits = [format_query(sample_computed_trait(shipped, rng)) for _ in range(300)]
    everything = "\n".join(audiences + traits)
    words = [f".{operator}(" for operator in Operator if not operator.symbol]
    words += [f".{reducer}(" for reducer in Reducer if reducer is not Reducer.UNIQUE_COUNT]
    words += [" = ", " != ", " > ", " >= ", " < ", " <= ", " AND ", " OR ", "NOT ", "NOT ("]
    words += ["parent: ", "between(", "within(", "sources(", "expires_after(", "context("]
    words += [").count() >= 1", "property(parent: '", "as string"]
    if shipped.audience_type is AudienceType.ACCOUNTS:
        words += ["ANY ", "ALL "]
    assert [word for word in words if word not in everything] == []
    assert len(set(audiences)) > 2_500


def test_the_mix_is_that_of_real_audiences() -> None:
    schema = read_schema(_SHIPPED / "shop" / "schema.yaml")
    rng = random.Random(5)
    seen: Counter[str] = Counter()
    for _ in range(1_000):
        text = format_query(sample(schema, rng))
        seen["trait"] += "trait(" in text
        seen["event"] += "event(" in text
        seen["funnel"] += "parent:" in text or text.count("where(event(") > 0
        seen["aggregate"] += any(f".{word}(" in text for word in ("sum", "avg", "min", "max"))
    assert seen["trait"] > 500
    assert seen["event"] > 500
    assert 50 < seen["funnel"] < seen["event"] / 2
    assert 50 < seen["aggregate"] < seen["event"] / 2


def test_linked_audiences_walk_the_graph() -> None:
    items = EntitySpec({"price": Field(Kind.NUMBER, minimum=0)})
    orders = EntitySpec({"status": Field(Kind.STRING, enum=("open", "paid"))}, {"items": items})
    schema = CqlSchema(audience_type=AudienceType.LINKED, entities={"orders": orders})
    rng = random.Random(1)
    texts = [format_query(sample(schema, rng)) for _ in range(300)]
    assert any("where(entity('items')" in text for text in texts)
    for text in texts:
        assert check(parse(text), schema, text=text) == ()


def test_a_schema_without_names_is_an_error() -> None:
    with pytest.raises(InputError, match="at least one event or trait"):
        sample(CqlSchema(), random.Random(1))
    with pytest.raises(InputError, match="no events"):
        sample_computed_trait(CqlSchema(), random.Random(1))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_drawn_conditions_name_what_the_schema_has(data: st.DataObject) -> None:
    """The strategies' own conditions, which other tests rely on, suit their schema."""
    schema = data.draw(schemas())
    query: Condition | Scalar = data.draw(conditions(schema))
    text = format_query(query)
    kinds = {issue.kind for issue in check(parse(text), schema, text=text)}
    assert kinds <= {"impossible_value", "entity_count", "entity_none_with_filter"}
