"""Values of a live database that a request names; none unless the schema asks for it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from jurist.errors import SchemaError
from jurist.languages.sql.english.linking import relevant_lines
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.schemas.value_index import MOST_VALUES, value_index

DDL = "CREATE TABLE shop (id INTEGER, city TEXT, owner TEXT); CREATE TABLE kind (name TEXT)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    connection = sqlite3.connect("shop.db")
    connection.executescript(DDL)
    rows = [(1, "New York", "Ann"), (2, "York", "O'Hara"), (3, None, "ann")]
    connection.executemany("INSERT INTO shop VALUES (?, ?, ?)", rows)
    kinds = [("Fish & Chips",), ("x" * 200,), ("!!!",), ("York",)]
    connection.executemany("INSERT INTO kind VALUES (?)", kinds)
    connection.commit()
    connection.close()
    return tmp_path


def schema(**database: object) -> SqlSchema:
    document = {"ddl": DDL, "dialect": "sqlite", "database": {"address": "shop.db"} | database}
    return load_schema(document, where="schema.yaml")


def found(request: str) -> list[str]:
    index = value_index(schema(values="shown"))
    assert index is not None
    return [str(place) for place in index.named(request)]


@pytest.mark.usefixtures("folder")
def test_values_are_found_by_their_words():
    assert found("Which shops in new york sell fish-and-chips?") == ["shop.city = 'New York'"]
    assert found("all fish, chips") == ["kind.name = 'Fish & Chips'"]
    assert found("shops of ANN or o'hara") == [
        "shop.owner = 'O''Hara'",
        "shop.owner = 'Ann'",
        "shop.owner = 'ann'",
    ]
    assert found("in York") == ["shop.city = 'York'", "kind.name = 'York'"]
    assert found("in London") == []
    assert found("") == []


@pytest.mark.usefixtures("folder")
def test_it_is_off_unless_asked_for_and_printed_where_it_is_on():
    assert value_index(schema()) is None
    assert value_index(schema(witness=True, rows="shown")) is None
    assert not any("models" in each for each in schema().assumptions)
    assert any("are shown to models" in each for each in schema(values="shown").assumptions)
    with pytest.raises(SchemaError, match="'show'"):
        schema(values="show")


@pytest.mark.usefixtures("folder")
def test_a_prompt_carries_what_a_request_names_and_no_other_value():
    request = "Which shops are in new york?"
    whole = relevant_lines(schema(values="shown"), request, limit=1_000)
    assert whole[-1] == "in the database: shop.city = 'New York'"
    assert len(whole) == 3
    assert "O'Hara" not in "\n".join(whole)
    assert whole[:-1] == relevant_lines(schema(), request, limit=1_000)
    assert relevant_lines(schema(values="shown"), "Which shops?", limit=1_000) == whole[:-1]
    for limit in range(60, 300, 7):
        lines = relevant_lines(schema(values="shown"), request, limit=limit)
        assert sum(len(line) + 1 for line in lines) <= limit


@pytest.mark.usefixtures("folder")
def test_a_column_of_many_values_is_cut():
    connection = sqlite3.connect("shop.db")
    rows = ((f"w{number:06}",) for number in range(MOST_VALUES + 10))
    connection.executemany("INSERT INTO kind VALUES (?)", rows)
    connection.commit()
    connection.close()
    document = {"ddl": "CREATE TABLE kind (name TEXT)", "dialect": "sqlite",
                "database": {"address": "shop.db", "values": "shown"}}  # fmt: skip
    index = value_index(load_schema(document, where="other.yaml"))
    assert index is not None
    assert len(index.places) <= MOST_VALUES
