"""Processes that stay: whatever they print, no answer is credited to another question."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jurist.languages import get_language
from jurist.records import Candidate, Origin, Question
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means

CQL = get_language("cql")
AT = Workspace(CQL, CQL.infer_schema(CQL.parse("trait('country') = 'Germany'")), "d")
ECHO = """
import json, sys
{before}
for number, line in enumerate(sys.stdin):
    asked = json.loads(line)
    answer = json.dumps({{"id": asked["id"], "query": asked["question"]}})
    {write}
    sys.stdout.flush()
"""
ONE = "print(answer)"
BANNER = "print('Model loaded.', flush=True)"
UNASKED = {
    "a banner": (BANNER, ONE),
    "a banner of JSON": ("print(json.dumps({'query': 'ready'}), flush=True)", ONE),
    "no id": ("", "print(json.dumps({'query': asked['question']}))"),
    "a note before each answer": ("", "print('thinking'); print(answer)"),
    "each answer twice": ("", "print(answer); print(answer)"),
    "its second answer twice": ("", "print(answer); number == 1 and print(answer)"),
    "a note in the end": ("", "print(answer); print('done')"),
}


async def _answers(folder: Path, before: str, write: str) -> list[Candidate]:
    (folder / "echo.py").write_text(ECHO.format(before=before, write=write))
    given = {"command": [sys.executable, "echo.py"], "processes": 1}
    generator = load_generator(read_spec(given, GENERATORS), Means(folder))
    asked = [Question(f"q{n}", f"question {n}", Origin.AUTHORED) for n in range(6)]
    async with generator:  # pyright: ignore[reportGeneralTypeIssues]
        return [await generator.answer(each, AT) for each in asked]


async def test_who_writes_a_line_for_a_line_is_believed(tmp_path: Path) -> None:
    answers = await _answers(tmp_path, "", ONE)
    assert [each.query for each in answers] == [f"question {n}" for n in range(6)]


@pytest.mark.parametrize("kind", UNASKED)
async def test_no_answer_is_credited_to_another_question(kind: str, tmp_path: Path) -> None:
    answers = await _answers(tmp_path, *UNASKED[kind])
    failures = [each.failure for each in answers if each.failure is not None]
    assert failures
    assert all("with the id that it was given" in failure.reason for failure in failures)
    credited = {n: each.query for n, each in enumerate(answers) if each.query is not None}
    assert credited.items() <= {n: f"question {n}" for n in range(6)}.items()
