"""Schemas in the layouts of Spider and BIRD, from folders made by hand and from the real one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.layouts import layout_of
from jurist.languages.sql.schemas.schema import ForeignKey
from jurist.languages.sql.values import ValueType
from shared_data import shared_data
from sql_workspaces import read_schema

AIR = {
    "db_id": "air",
    "table_names_original": ["airlines", "flights"],
    "table_names": ["airlines", "flights of a day"],
    "column_names_original": [
        [-1, "*"], [0, "uid"], [0, "Full Name"], [1, "Airline"], [1, "No"], [1, "Year"], [1, "Day"],
    ],
    "column_names": [
        [-1, "*"], [0, "uid"], [0, "full name"], [1, "airline"], [1, "flight number"],
        [1, "year"], [1, "day"],
    ],
    "column_types": ["text", "number", "text", "number", "number", "time", "time"],
    "primary_keys": [1, 3],
    "foreign_keys": [[3, 1]],
}  # fmt: skip


def folder(path: Path, *entries: object, name: str = "tables.json") -> Path:
    path.mkdir(exist_ok=True)
    (path / name).write_text(json.dumps(entries), encoding="utf-8")
    return path


def with_database(path: Path, parent: str) -> Path:
    place = path / parent / "air"
    place.mkdir(parents=True)
    connection = sqlite3.connect(place / "air.sqlite")
    connection.executescript(
        """CREATE TABLE airlines (uid INTEGER PRIMARY KEY, "Full Name" TEXT NOT NULL);
        CREATE TABLE flights (Airline INT REFERENCES airlines, No INT, Year TEXT, Day DATE,
                              PRIMARY KEY (Airline, No));"""
    )
    connection.close()
    return place


def test_tables_json_alone(tmp_path: Path):
    place = folder(tmp_path / "spider", AIR)
    schema = read_schema(place)
    assert (schema.name, schema.dialect) == ("air", Dialect.SQLITE)
    airlines, flights = schema.tables
    assert airlines.primary_key == ("uid",)
    assert [column.type for column in flights.columns] == [
        ValueType.INTEGER,
        ValueType.INTEGER,
        ValueType.INTEGER,
        ValueType.DATE,
    ]
    assert flights.primary_key == ("Airline",)
    assert flights.foreign_keys == (ForeignKey(("Airline",), "airlines", ("uid",)),)
    assert flights.description == "flights of a day"
    assert [column.description for column in flights.columns] == ["", "flight number", "", ""]
    assert read_schema(f"{place / 'tables.json'}#air") == schema


def test_a_database_that_is_there_counts_more_than_tables_json(tmp_path: Path):
    place = folder(tmp_path, AIR)
    with_database(place, "database")
    flights = read_schema(place).tables[1]
    assert flights.primary_key == ("Airline", "No")
    assert flights.columns[2].type is ValueType.TEXT
    assert flights.columns[1].description == "flight number"


def test_bird_describes_its_columns_in_csv_files(tmp_path: Path):
    types = ["text", "integer", "text", "integer", "real", "text", "date"]
    entry = AIR | {"primary_keys": [1, [3, 4]], "column_types": types}
    place = folder(tmp_path, entry, name="dev_tables.json")
    files = with_database(place, "dev_databases") / "database_description"
    files.mkdir()
    (files / "Flights.csv").write_bytes(
        "\ufefforiginal_column_name,column_name,column_description,data_format,value_description\n"
        'No,number,the flight\'s number,integer,"1: first,\n2: second"\n'
        "Gone,,what is not there,text,\n".encode()
    )
    (files / "latin.csv").write_bytes(b"original_column_name\n\xe9\n")
    no = read_schema(place).tables[1].columns[1]
    assert no.description == "number; the flight's number; 1: first, 2: second"


def test_a_key_of_several_columns_of_bird(tmp_path: Path):
    place = folder(tmp_path, AIR | {"primary_keys": [1, [3, 4]]}, name="dev_tables.json")
    assert read_schema(place).tables[1].primary_key == ("Airline", "No")


@pytest.mark.parametrize(
    ("entries", "name", "problem"),
    [
        ([AIR, AIR | {"db_id": "sea"}], "", "2 databases"),
        ([AIR], "#ai", "no database 'ai'"),
        ([AIR | {"primary_keys": [99]}], "#air", "not in the lists"),
        ([AIR | {"foreign_keys": [[3, -5]]}], "#air", "not in the lists"),
        ([AIR | {"db_id": "../air"}], "#../../air", "no database"),
        ([{"db_id": 3}], "#air", "no file of schemas"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, entries: list[object], name: str, problem: str):
    place = folder(tmp_path, *entries)
    with pytest.raises(SchemaError, match=problem):
        read_schema(f"{place}{name}")


def test_every_schema_of_spider_is_read():
    layout = layout_of(shared_data("sql/spider_dev"))
    assert layout is not None
    assert len(layout.names) == 166
    listed = json.loads(layout.tables.read_text("utf-8"))
    for entry in listed[::7]:
        schema = read_schema(f"{layout.tables}#{entry['db_id']}")
        assert [table.name for table in schema.tables] == entry["table_names_original"]
        assert sum(len(table.primary_key) for table in schema.tables) == len(entry["primary_keys"])
        keys = {tuple(key) for key in entry["foreign_keys"]}
        assert sum(len(table.foreign_keys) for table in schema.tables) == len(keys)
