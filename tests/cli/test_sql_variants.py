"""`jurist mutate` and `jurist challenge` on SQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jurist.cli import build_app
from jurist.languages.sql.variants.mutations import OPERATORS
from jurist.languages.sql.variants.rewrites import OPERATORS as REWRITES

DDL = """
CREATE TABLE band (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, founded INTEGER);
CREATE TABLE gig (id INTEGER PRIMARY KEY NOT NULL, band_id INTEGER NOT NULL REFERENCES band(id));
"""
QUERY = "SELECT name FROM band WHERE founded > 1990 AND id IN (SELECT band_id FROM gig)"
CASES = [
    {"id": "old", "reference": QUERY, "question": "Bands founded after 1990 that have played"},
    {
        "id": "all",
        "reference": "SELECT COUNT(*) FROM band",
        "question": "How many bands?",
    },
    {"id": "no", "reference": None, "question": "Which band is the best?"},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    document = {"name": "festival", "language": "sql", "dialect": "sqlite", "ddl": DDL}
    (tmp_path / "schema.yaml").write_text(json.dumps(document))
    lines = [
        {
            "id": case["id"],
            "reference": case["reference"],
            "questions": [
                {"id": f"{case['id']}/q", "text": case["question"], "origin": "authored"}
            ],
        }
        for case in CASES
    ]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mutated(*arguments: str) -> dict[str, Any]:
    schema = ("--schema", "schema.yaml", "--json")
    result = CliRunner().invoke(build_app(), ["mutate", QUERY, *schema, *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("folder")
def test_mutants_come_with_a_database_that_shows_them() -> None:
    made = mutated("--operator", "strict_for_loose")
    (variant,) = made["variants"]
    assert variant["operator"] in OPERATORS
    assert "founded >= 1990" in variant["query"]
    (witness,) = variant["evidence"]["witnesses"]
    assert [row[2] for row in witness["input"]["tables"]["band"]["rows"]] == [1990]
    assert witness["reference"] != witness["candidate"]


@pytest.mark.usefixtures("folder")
def test_rewrites_are_the_same_result() -> None:
    made = mutated("--rewrites")
    assert set(made["counts"]) == {"equivalent"}
    assert {each["operator"] for each in made["variants"]} <= set(REWRITES)
    assert any("EXISTS" in each["query"] for each in made["variants"])


@pytest.mark.usefixtures("folder")
def test_the_proof_sees_every_mistake_and_calls_every_rewrite_the_same() -> None:
    sizes = ("--sample", "1", "--metamorphic", "0", "--workers", "1", "--least", "3")
    arguments = ["challenge", "--judge", "proof", "--dataset", ".", "--out", "c.json", *sizes]
    result = CliRunner().invoke(build_app(), arguments)
    assert result.exit_code in {0, 3}, result.output
    made = json.loads(Path("c.json").read_text())
    assert made["items"] > 20
    assert {each["errors"] for each in made["operators"]} == {0}
    assert sum(each["unscored"] for each in made["operators"]) == 0
    assert {each["kind"] for each in made["operators"]} == {"mutant", "rewrite"}
