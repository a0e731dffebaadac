"""`jurist demo`: the whole way on the shipped data; the same numbers every time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from commands import Jurist

README = Path(__file__).parents[2] / "README.md"


def test_a_folder_that_cannot_be_made_is_named(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = jurist("demo", "--folder", "file")
    assert said.code == 2
    assert "lie in a file, or be a folder where a file is" in said.err


def test_a_model_that_cannot_be_asked_is_said_before_any_work(
    jurist: Jurist, tmp_path: Path
) -> None:
    said = jurist("demo", "--model", "gpt-4o")
    assert said.code == 2
    assert "'gpt-4o' names no model" in said.err
    assert said.out == ""
    assert not list(tmp_path.iterdir())


def rows(report: Path) -> list[dict[str, Any]]:
    """What the report's answers are chosen by: their texts, scores and relations."""
    raw = re.findall(r'id="index"[^>]*>(.*?)</script>', report.read_text("utf-8"), re.DOTALL)[0]
    return json.loads(raw)


@pytest.mark.long
def test_two_demos_show_the_same_numbers_and_the_readme_has_them(
    jurist: Jurist, tmp_path: Path
) -> None:
    first = jurist("demo")
    second = jurist("demo", "--folder", "other")
    assert first.code == second.code == 0
    assert first.out == second.out
    readme = README.read_text("utf-8").splitlines()
    for line in first.out.splitlines():
        assert line in readme
    for name in ("demo.html", "demo-sql.html", "demo-model.html"):
        assert f"report: jurist-demo/{name}" in first.err
        one, other = (rows(tmp_path / folder / name) for folder in ("jurist-demo", "other"))
        assert len(one) > 50
        assert one == other
    again = jurist("demo")
    assert again.out == first.out
    assert ": 0 tasks done" in again.err
