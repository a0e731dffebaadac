"""`jurist import`: a published dataset becomes a study that can be checked and run."""

from __future__ import annotations

import json
from pathlib import Path

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
