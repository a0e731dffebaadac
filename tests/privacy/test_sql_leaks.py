"""No marked value is left in a query, a schema or a fact of it; nor a name, where these go too."""

from __future__ import annotations

import pytest

from jurist.errors import SchemaError
from jurist.languages import get_language
from jurist.languages.capabilities import Teaches, require
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms

LANGUAGE = get_language("sql")
TEACHES = require(LANGUAGE, Teaches, needed_by="the tests")
KEY = Key(bytes(range(3, 35)))
MARKS = ("zqtxa", "Zqtxb", "zqtxc", "zqtxd", "884123", "884124", "2031-07-19", "88.4125")
DDL = """
CREATE TABLE zqowners (zqid INTEGER PRIMARY KEY, zqcity TEXT DEFAULT 'zqtxd', zqborn DATE);
CREATE TABLE zqvisits (
  zqid INTEGER PRIMARY KEY,
  zqowner INTEGER NOT NULL REFERENCES zqowners (zqid),
  zqkind TEXT NOT NULL CHECK (zqkind IN ('zqtxa', 'Zqtxb')),
  zqcost REAL CHECK (zqcost <= 88.4125),
  zqstays INTEGER CHECK (zqstays > 884123),
  zqwhen DATE CHECK (zqwhen > '2031-07-19'),
  zqnote TEXT CHECK (zqnote <> 'zqtxc' OR zqcost > 88.4125)
);
"""
DOCUMENT = {
    "name": "Zqhouse",
    "language": "sql",
    "dialect": "sqlite",
    "ddl": DDL,
    "descriptions": {"zqvisits.zqkind": "zqtxa for the first, Zqtxb for others"},
    "facts": {
        "mined": [
            "values zqowners(zqcity) are 'zqtxc', 'zqtxd'",
            "range zqvisits(zqcost) from 0 to 88.4125",
            "foreign key zqvisits(zqid) references zqowners(zqid)",
        ]
    },
}
QUERIES = [
    "SELECT zqid FROM zqvisits WHERE zqkind = 'zqtxa' AND zqcost > 88.4125",
    "SELECT zqid AS zqalias FROM zqowners WHERE zqcity LIKE 'zqtxc%' OR zqcity IN ('zqtxd')",
    "SELECT CASE WHEN zqstays > 884124 THEN 'zqtxa' ELSE 'Zqtxb' END FROM zqvisits",
    "WITH zqold AS (SELECT zqborn FROM zqowners WHERE zqborn < '2031-07-19') SELECT * FROM zqold",
    "SELECT COALESCE(zqnote, 'zqtxc') || ', zqtxd' FROM zqvisits zqv WHERE zqv.zqstays = 884123",
]


def pseudonyms(level: Level, **more: object) -> Pseudonyms:
    schema = LANGUAGE.load_schema({**DOCUMENT, **more}, where="a test")
    queries = [LANGUAGE.parse(text, schema) for text in QUERIES]
    return Pseudonyms(KEY, level, LANGUAGE, schema, queries)


def sent(put: Pseudonyms) -> str:
    """All that prompts are made of."""
    schema = put.schema
    lines = [*TEACHES.names(schema), *schema.assumptions, TEACHES.primer(schema), repr(schema)]
    return "\n".join([*lines, *map(put.text, QUERIES)])


@pytest.mark.parametrize("level", [Level.VALUES, Level.VALUES_AND_NAMES])
def test_no_marked_value_is_left(level: Level) -> None:
    said = sent(pseudonyms(level)).lower()
    assert [mark for mark in MARKS if mark.lower() in said] == []


def test_no_marked_name_is_left() -> None:
    assert "zq" in sent(pseudonyms(Level.VALUES))
    said = sent(pseudonyms(Level.VALUES_AND_NAMES)).lower()
    names = ("zqowners", "zqvisits", "zqcity", "zqkind", "zqcost", "zqalias", "zqold", "zqhouse")
    assert [name for name in names if name in said] == []


@pytest.mark.parametrize("level", [Level.VALUES, Level.VALUES_AND_NAMES])
@pytest.mark.parametrize("text", QUERIES)
def test_what_comes_back_is_what_went_out(level: Level, text: str) -> None:
    put = pseudonyms(level)
    original = LANGUAGE.parse(text, put.original)
    assert put.reveal_query(put.text(text), about=[original]) == LANGUAGE.format(original)


def test_without_a_level_a_sensitive_column_is_hidden_alone() -> None:
    put = pseudonyms(Level.OFF, sensitive=["zqowners.zqcity", "zqowners.zqborn"])
    assert put.text(QUERIES[0]) == LANGUAGE.format(LANGUAGE.parse(QUERIES[0], put.original))
    said = f"{put.schema!r} {put.text(QUERIES[1])} {put.text(QUERIES[3])}".lower()
    assert "zqtxc%" not in said
    assert "'zqtxd'" not in said
    assert "< '2031-07-19'" not in said
    assert "88.4125" in said


def test_a_table_can_be_sensitive_whole_and_unknown_ones_are_refused() -> None:
    schema = LANGUAGE.load_schema({**DOCUMENT, "sensitive": ["zqvisits"]}, where="a test")
    plain = LANGUAGE.load_schema(DOCUMENT, where="a test")
    assert schema.digest != plain.digest
    with pytest.raises(SchemaError, match="zqcosts"):
        LANGUAGE.load_schema({**DOCUMENT, "sensitive": ["zqvisits.zqcosts"]}, where="a test")


def test_the_reason_of_a_refusal_holds_no_value() -> None:
    put = pseudonyms(Level.VALUES)
    for text in (
        "SELECT zqid FROM zqowners WHERE SUBSTR(zqcity, 3, 2) = 'zqtxa'",
        "SELECT zqid FROM zqvisits WHERE STRFTIME('%Y', zqwhen) = '884123'",
    ):
        with pytest.raises(NotCarriedError) as caught:
            put.text(text)
        assert not any(mark in str(caught.value) for mark in MARKS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT zqid FROM zqowners WHERE SUBSTR(zqcity, 3, 2) = 'zqtxa'",
        "SELECT zqid FROM zqowners WHERE zqcity REGEXP 'zqtxa'",
        "SELECT zqid FROM zqowners WHERE no_such_column = 'zqtxa'",
        "SELECT zqid FROM zqowners WHERE zqborn LIKE 'zqtxa-2031%'",
    ],
)
def test_a_question_about_a_query_that_is_refused_hides_its_constants_too(text: str) -> None:
    put = pseudonyms(Level.VALUES)
    query = LANGUAGE.parse(text, put.original)
    with pytest.raises(NotCarriedError):
        put.queries(query)
    assert "zqtxa" not in put.prose("owners with zqtxa in it", about=[query]).lower()
