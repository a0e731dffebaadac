"""Recordings: found by case and question, errors that name the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jurist.errors import DatasetError
from jurist.records import FailureKind, Origin, Question
from jurist.roles.recorded import read_recording
from workspaces import small_workspace


def _write(folder: Path, *lines: object) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


async def test_answers_are_found_by_id_then_text_then_case(tmp_path: Path) -> None:
    recording = read_recording(
        _write(
            tmp_path,
            {"case": "a", "query": "for the case"},
            {"case": "a", "question": "q1", "query": "by id"},
            {"case": "a", "question": "who?", "refusal": "by text"},
            {"case": "b", "failure": "it was down"},
        ),
        name="theirs",
    )

    async def ask(case: str, identity: str, text: str) -> tuple[object, ...]:
        question = Question(identity, text, Origin.AUTHORED)
        found = await recording.of_case(case).answer(question, small_workspace())
        return found.query, found.refusal, found.failure and found.failure.kind

    assert await ask("a", "q1", "who?") == ("by id", None, None)
    assert await ask("a", "q2", "who?") == (None, "by text", None)
    assert await ask("a", "q3", "where?") == ("for the case", None, None)
    assert await ask("b", "q1", "who?") == (None, None, FailureKind.ERROR)
    assert await ask("c", "q1", "who?") == (None, None, FailureKind.MISSING)


def test_the_version_is_the_content(tmp_path: Path) -> None:
    first = read_recording(_write(tmp_path, {"case": "a", "query": "x"}), name="n").version
    again = read_recording(_write(tmp_path, {"case": "a", "query": "x"}), name="n").version
    other = read_recording(_write(tmp_path, {"case": "a", "query": "y"}), name="n").version
    assert first == again != other


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"case": "a"}, "0 of query, refusal and failure"),
        ({"case": "a", "query": "x", "refusal": "y"}, "2 of query, refusal and failure"),
        ({"query": "x"}, "case"),
        ({"case": "a", "querry": "x"}, "querry"),
        ({"case": "first", "query": "x"}, "a second answer"),
        ([], "no JSON object"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, problem: str) -> None:
    path = _write(tmp_path, {"case": "first", "query": "x"}, line)
    with pytest.raises(DatasetError, match=problem) as caught:
        read_recording(path, name="n")
    assert "line 2" in str(caught.value)


def test_hostile_files_are_errors(tmp_path: Path) -> None:
    for content in (b"\xff\n", b"[" * 1_000_000, b"\x00", b'{"case": "\\ud800", "query": "x"}'):
        path = tmp_path / "bad.jsonl"
        path.write_bytes(content)
        with pytest.raises(DatasetError, match="line 1"):
            read_recording(path, name="n")
    with pytest.raises(DatasetError, match="there is no file"):
        read_recording(tmp_path / "none.jsonl", name="n")
