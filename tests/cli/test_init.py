"""`jurist init`: a study to start from that runs as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Jurist
from jurist.runs.study import Study, parse_study, read_study


def test_it_writes_a_study_that_can_be_read(jurist: Jurist, tmp_path: Path) -> None:
    said = jurist("init")
    assert (said.code, said.out) == (0, "")
    assert said.err == "wrote study.yaml; run it with: jurist run study.yaml\n"
    study = read_study(tmp_path / "study.yaml").study
    assert study.name == "my-study"


def test_every_key_of_a_study_is_in_it(jurist: Jurist, tmp_path: Path) -> None:
    jurist("init")
    text = (tmp_path / "study.yaml").read_text()
    left_to_the_reference = {"concurrency", "models"}
    for key in set(Study.model_fields) - left_to_the_reference:
        assert f"\n{key}:" in text or f"\n# {key}:" in text or text.startswith(f"{key}:"), key


def test_its_commented_choices_are_right_too(jurist: Jurist, tmp_path: Path) -> None:
    jurist("init")
    text = (tmp_path / "study.yaml").read_text()
    for line in ("  - {recorded: answers.jsonl}", "budget: {usd: 5}", "gate: {max_drop"):
        assert line.strip() in text
    opened = text.replace("# budget:", "budget:").replace("# gate:", "gate:")
    assert parse_study(opened, folder=tmp_path).study.budget.usd == 5
    assert parse_study(opened, folder=tmp_path).study.gate.max_drop == 0.1


def test_a_file_that_is_there_stays_unless_forced(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("mine")
    said = jurist("init")
    assert said.code == 2
    assert "study.yaml is there already" in said.err
    assert (tmp_path / "study.yaml").read_text() == "mine"
    assert jurist("init", "--force").code == 0
    assert (tmp_path / "study.yaml").read_text() != "mine"


def test_what_cannot_be_replaced_is_not_lost(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("mine")
    (tmp_path / "study.yaml.partial").mkdir()  # the new one cannot be written
    assert jurist("init", "--force").code == 2
    assert (tmp_path / "study.yaml").read_text() == "mine"


def test_a_link_stays_and_what_it_leads_to_is_replaced(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "mine.yaml").write_text("mine")
    (tmp_path / "study.yaml").symlink_to("deep/mine.yaml")
    assert jurist("init", "--force").code == 0
    assert (tmp_path / "study.yaml").is_symlink()
    assert "datasets:" in (tmp_path / "deep" / "mine.yaml").read_text()
    assert sorted(path.name for path in tmp_path.rglob("*.partial")) == []


def test_folders_come_into_being_where_they_can(jurist: Jurist, tmp_path: Path) -> None:
    assert jurist("init", "deep/er/study.yaml").code == 0
    assert (tmp_path / "deep" / "er" / "study.yaml").exists()
    said = jurist("init", "deep/er/study.yaml/below.yaml")
    assert said.code == 2
    assert "lie in a file" in said.err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_place_that_cannot_be_written_is_named(jurist: Jurist) -> None:
    said = jurist("init", "/proc/nowhere/study.yaml")
    assert said.code == 2
    assert "/proc/nowhere" in said.err
    assert "Traceback" not in said.err
