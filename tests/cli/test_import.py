"""`jurist import`: a published dataset becomes a study that can be checked and run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist

TABLES = {
    "table_names_original": ["singer", "song"],
    "column_names_original": [
        [-1, "*"], [0, "id"], [0, "name"], [1, "singer"], [1, "number"], [1, "title"],
    ],
    "column_types": ["text", "number", "text", "number", "number", "text"],
    "primary_keys": [1, 3],
    "foreign_keys": [[3, 1]],
}  # fmt: skip
ROWS = [
    {"db_id": "music", "question": "How many singers?", "query": "SELECT count(*) FROM singer"},
    {"db_id": "music", "question": "Their names?", "query": "SELECT name FROM singer"},
    {"db_id": "other", "question": "All titles?", "query": "SELECT title FROM song"},
]


def folder(tmp_path: Path, *names: str) -> Path:
    place = tmp_path / "published"
    place.mkdir()
    (place / "tables.json").write_text(json.dumps([{"db_id": name} | TABLES for name in names]))
    (place / "dev.json").write_text(json.dumps([row for row in ROWS if row["db_id"] in names]))
    return place


def test_a_study_that_can_be_checked(jurist: Jurist, tmp_path: Path):
    said = jurist("import", "spider", str(folder(tmp_path, "music", "other")))
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("wrote 2 datasets with 3 cases to spider; check them with: ")
    checked = jurist("check", "--study", "spider/study.yaml", "--quiet")
    assert checked.code == 1
    assert "schema: truncated key: key song(singer) is declared" in checked.out
    assert "`key song(singer, number)`" in checked.out
    assert "unreadable" not in checked.out
    assert "misfit" not in checked.out


def test_only_some_of_the_databases(jurist: Jurist, tmp_path: Path):
    place = str(folder(tmp_path, "music", "other"))
    said = jurist("import", "spider", place, "--only", "music", "--to", "half", "--quiet")
    assert (said.code, said.err) == (0, "")
    assert sorted(path.name for path in Path("half").iterdir()) == ["music", "study.yaml"]
    again = jurist("import", "spider", place, "--to", "half")
    assert again.code == 2
    assert "half is there already" in again.err
    unknown = jurist("import", "spider", place, "--only", "musik", "--to", "new")
    assert "did you mean 'music'?" in unknown.err
    assert not Path("new").exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(jurist: Jurist, tmp_path: Path):
    place = folder(tmp_path, "music")
    (place / "tables.json").write_text(json.dumps([{"db_id": "../out"} | TABLES]))
    (place / "dev.json").write_text(json.dumps([ROWS[0] | {"db_id": "../out"}]))
    said = jurist("import", "spider", str(place))
    assert said.code == 2
    assert "cannot be a folder's name" in said.err
    assert not Path("out").exists()


def test_a_layout_that_nobody_knows(jurist: Jurist):
    said = jurist("import", "spidr", ".")
    assert said.code == 2
    assert "unknown layout 'spidr'" in said.err


@pytest.mark.parametrize("layout", ["spider", "segment"])
def test_a_folder_that_is_not_there(jurist: Jurist, layout: str):
    said = jurist("import", layout, "nowhere")
    assert said.code == 2
    assert "there is no folder nowhere" in said.err


SPACE = """
name: Space
language: cql
audience_type: LINKED
events:
  Shoes Bought: {properties: {price: {type: number, minimum: 0.5}}}
entities: {profile-pets: {properties: {kind: {type: string}}}}
"""
SHOES: dict[str, object] = {
    "id": "aud_1",
    "key": "shoes",
    "name": "Shoes",
    "description": "bought shoes at least once",
    "audienceType": "LINKED",
    "definition": {
        "query": "event('Shoes Bought').count() >= 1",
        "targetEntity": "profile-pets",
    },
    "options": {
        "filterByExternalIds": ["email", "user_id"],
        "includeHistoricalData": True,
        "backfillEventDataDays": 30,
    },
}


def space(tmp_path: Path, *audiences: dict[str, object], following: str | None = None) -> Path:
    place = tmp_path / "space"
    place.mkdir()
    (place / "schema.yaml").write_text(SPACE)
    paging = {"current": "a", "next": following}
    answer = {"data": {"audiences": list(audiences), "pagination": paging}}
    (place / "audiences.json").write_text(json.dumps(answer))
    return place


def test_audiences_of_the_api_come_with_their_options(jurist: Jurist, tmp_path: Path):
    of_users = SHOES | {
        "key": "all",
        "audienceType": None,
        "definition": {"query": "event('Shoes Bought').count() >= 2", "type": "users"},
        "options": {"includeHistoricalData": False},
    }
    said = jurist("import", "segment", str(space(tmp_path, SHOES, of_users)))
    assert (said.code, said.out) == (0, "")
    case = json.loads(Path("segment/linked/cases.jsonl").read_text())
    assert case["reference"] == "event('Shoes Bought').count() >= 1"
    assert case["questions"][0]["text"] == "bought shoes at least once"
    assert case["options"] == {
        "audienceType": "LINKED",
        "targetEntity": "profile-pets",
        "filterByExternalIds": ["email", "user_id"],
        "includeHistoricalData": True,
        "backfillEventDataDays": 30,
    }
    other = json.loads(Path("segment/users/cases.jsonl").read_text())
    assert other["options"] == {"audienceType": "USERS", "includeHistoricalData": False}
    checked = jurist("check", "--study", "segment/study.yaml", "--quiet")
    assert checked.code == 0, checked.out + checked.err


@pytest.mark.parametrize(
    ("change", "problem", "fix"),
    [
        ({"options": {"backfillEventDataDays": "30"}}, "the option backfillEventDataDays is '30'",
         "a whole number of days"),
        ({"options": {"includeHistoricalData": "yes"}}, "includeHistoricalData", "true or false"),
        ({"options": {"includeHistory": True}}, "includeHistory", "did you mean"),
        ({"options": {"filterByExternalIds": {"a": 1}}}, "filterByExternalIds", "a list of texts"),
        ({"audienceType": "PETS"}, "type of audience is 'PETS'", "USERS, ACCOUNTS, LINKED"),
        ({"definition": {"query": "true", "targetEntity": "pets"}}, "targetEntity names the entity",
         "profile-pets"),
        ({"definition": {}}, "there is no definition.query", "leave it out"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_an_error_with_its_place(
    jurist: Jurist, tmp_path: Path, change: dict[str, object], problem: str, fix: str
):
    said = jurist("import", "segment", str(space(tmp_path, SHOES, SHOES | {"key": "b"} | change)))
    assert said.code == 2
    told = " ".join(said.err.split())
    assert "audiences.json, audience 2 ('Shoes')" in told
    assert problem in told
    assert fix in told
    assert not Path("segment").exists()


def test_one_page_of_several_is_refused(jurist: Jurist, tmp_path: Path):
    said = jurist("import", "segment", str(space(tmp_path, SHOES, following="b")))
    assert said.code == 2
    assert "one page of several" in said.err
