"""Facts as lines: what a schema says, said again, and what a person takes over."""

from __future__ import annotations

import pytest

from jurist.errors import SchemaError
from jurist.languages.places import Place
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.fact_lines import with_facts
from jurist.languages.sql.schemas.facts import facts
from jurist.languages.sql.schemas.schema import FactKind, FactOrigin, SqlSchema
from jurist.languages.sql.values import ValueType

DDL = """
CREATE TABLE airline (uid INTEGER PRIMARY KEY, "full name" TEXT UNIQUE);
CREATE TABLE flight (
  airline INT, number INT CHECK (number BETWEEN 1 AND 9), kind TEXT CHECK (kind IN ('it''s', 'b')),
  "at (day)" TEXT, CHECK (airline <> number),
  PRIMARY KEY (airline), FOREIGN KEY (airline) REFERENCES airline
);
"""
LINES = [
    "key airline(uid)",
    'key airline("full name")',
    "not null airline(uid)",
    "key flight(airline)",
    "foreign key flight(airline) references airline(uid)",
    "not null flight(airline)",
    "range flight(number) from 1 to 9",
    "values flight(kind) are 'it''s', 'b'",
    "check flight() airline <> number",
]


def declared(ddl: str = DDL) -> SqlSchema:
    return SqlSchema("x", Dialect.SQLITE, read_ddl(ddl, Dialect.SQLITE, where="x"))


def said(schema: SqlSchema, *lines: str) -> SqlSchema:
    return with_facts(schema, lines, FactOrigin.REPAIRED, Place("x"))


def test_all_that_is_declared_is_said_once():
    assert [str(fact) for fact in facts(declared())] == LINES


def test_what_is_said_of_a_bare_schema_makes_it_say_the_same():
    bare = declared(
        'CREATE TABLE airline (uid INTEGER, "full name" TEXT);'
        'CREATE TABLE flight (airline INT, number INT, kind TEXT, "at (day)" TEXT);'
    )
    lines = [line for line in LINES if not line.startswith("check")]
    schema = said(bare, *lines)
    assert [str(fact) for fact in facts(schema)] == [f"{line} (repaired)" for line in lines]
    assert schema.digest != bare.digest


def test_a_truncated_key_is_repaired_and_the_repair_is_printed():
    schema = load_schema(
        {
            "ddl": DDL,
            "dialect": "sqlite",
            "facts": {
                "repaired": ["no key flight(airline)", "key FLIGHT(Airline, number)"],
                "mined": ["not null flight(number)"],
                "confirmed": ["key airline(uid)"],
            },
        },
        where="x",
    )
    flight = schema.table("flight")
    assert flight is not None
    assert flight.keys == (("airline", "number"),)
    assert not flight.columns[1].nullable
    printed = schema.assumptions
    assert "key flight(airline) does not hold (repaired)" in printed
    assert "key flight(airline, number) (repaired)" in printed
    assert "not null flight(number) (mined)" in printed
    origins = {str(fact.kind): fact.origin for fact in facts(schema) if fact.table == "flight"}
    assert origins["key"] is FactOrigin.REPAIRED
    assert origins["foreign key"] is FactOrigin.DECLARED
    assert [fact.kind for fact in schema.confirmed] == [FactKind.KEY]


def test_types_foreign_keys_and_not_null_can_be_repaired():
    schema = said(
        declared(),
        'type flight("at (day)") date',
        "no foreign key flight(airline)",
        "no not null flight(airline)",
        "range flight(airline) to 2.5",
    )
    flight = schema.table("flight")
    assert flight is not None
    assert flight.columns[3].type is ValueType.DATE
    assert flight.foreign_keys == ()
    assert flight.columns[0].nullable
    assert (flight.columns[0].minimum, flight.columns[0].maximum) == (None, 2.5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("key flights(airline)", "'flights'"),
        ("key flight(airlin)", "'airlin'"),
        ("no key flight(number)", "no such fact"),
        ("no foreign key flight(number)", "no such fact"),
        ("no not null flight(number)", "no such fact"),
        ("no range flight(number) from 1", "no such fact"),
        ("unique flight(airline)", "is no fact"),
        ("key flight(airline) always", "says nothing"),
        ("foreign key flight(airline)", "no reference"),
        ('foreign key flight(airline) references airline(uid, "full name")', "length"),
        ("not null flight(airline, number)", "several columns"),
        ("values flight(kind) are new", "says nothing"),
        ("range flight(number) from one", "says nothing"),
        ("type flight(number) number", "says nothing"),
        ("key flight(" + "a," * 20_000, "is no fact"),
    ],
)
def test_lines_that_say_nothing_are_refused_with_their_place(line: str, problem: str):
    with pytest.raises(SchemaError) as caught:
        load_schema({"ddl": DDL, "facts": {"repaired": [line]}}, where="shop.yaml")
    assert problem in str(caught.value)
    assert "facts.repaired.0" in caught.value.where
    assert len(str(caught.value)) < 1_000


def test_every_reading_is_a_sentence():
    strict = load_schema({"ddl": DDL}, where="x").assumptions
    relaxed = load_schema(
        {"ddl": DDL, "dialect": "mysql", "readings": {"rows": "set", "round_to": 2}}, where="x"
    ).assumptions
    assert not any("relaxed" in sentence for sentence in strict)
    assert [sentence for sentence in relaxed if "relaxed" in sentence] == [
        "relaxed: duplicates do not count",
        "relaxed: numbers of results are rounded to 2 digits first",
    ]
    assert "mysql: LIKE ignores case, equality ignores it" in relaxed
