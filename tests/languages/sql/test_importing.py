"""Published datasets as cases: folders made by hand, and Spider's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jurist.errors import DatasetError, InputError
from jurist.languages.sql.importing import imported
from jurist.languages.sql.schemas.documents import load_schema
from shared_data import shared_data

TABLES = {
    "table_names_original": ["t"],
    "column_names_original": [[-1, "*"], [0, "a"]],
    "column_types": ["text", "number"],
    "primary_keys": [1],
    "foreign_keys": [],
}


def spider(folder: Path, rows: object, name: str = "dev.json") -> Path:
    entries = [{"db_id": database} | TABLES for database in ("one", "two")]
    (folder / "tables.json").write_text(json.dumps(entries), encoding="utf-8")
    (folder / name).write_text(json.dumps(rows), encoding="utf-8")
    return folder


ROWS: list[dict[str, str]] = [
    {"db_id": "two", "question": "How many?", "query": "SELECT  count(*)\nFROM t"},
    {"db_id": "one", "question": "Which?", "query": "SELECT a FROM t"},
    {"db_id": "two", "question": "What number?", "query": "SELECT count(*) FROM t"},
]


def test_each_database_is_a_dataset_and_one_reference_one_case(tmp_path: Path):
    two, one = imported("spider", spider(tmp_path, ROWS))
    assert (two.name, one.name) == ("two", "one")
    (case,) = two.cases
    assert (case.id, case.reference) == ("dev-1", "SELECT count(*) FROM t")
    assert [(question.id, question.text) for question in case.questions] == [
        ("dev-1", "How many?"),
        ("dev-3", "What number?"),
    ]
    assert load_schema(two.schema, where="two.yaml").tables[0].primary_key == ("a",)


def test_bird_says_beside_a_question_what_its_words_mean(tmp_path: Path):
    row = {
        "question_id": 7, "db_id": "one", "question": "Who is old?", "SQL": "SELECT a FROM t",
        "evidence": "old means a > 60", "difficulty": "simple",
    }  # fmt: skip
    (dataset,) = imported("bird", spider(tmp_path, [row, {"prediction": 3}]))
    (case,) = dataset.cases
    assert case.questions[0].text == "Who is old?\nHint: old means a > 60"
    assert case.tags == ("simple",)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], "no questions"),
        ([{"db_id": "one", "question": "Who?"}], "no query or SQL"),
        ([{"db_id": "one", "question": " ", "query": "SELECT 1"}], "no question"),
        ([{"db_id": "three", "question": "Who?", "query": "SELECT 1"}], "no database 'three'"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, rows: object, problem: str):
    with pytest.raises(InputError, match=problem):
        list(imported("spider", spider(tmp_path, rows)))


def test_a_folder_without_schemas_is_none(tmp_path: Path):
    with pytest.raises(DatasetError, match="no files of schemas"):
        list(imported("spider", tmp_path))


def test_the_shared_half_of_spider():
    datasets = list(imported("spider", shared_data("sql/spider_dev")))
    assert len(datasets) == 20
    assert sum(len(case.questions) for dataset in datasets for case in dataset.cases) == 517
    for dataset in datasets:
        assert load_schema(dataset.schema, where=dataset.name).tables
