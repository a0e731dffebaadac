"""What people saved becomes cases: whose answer anchors them, and how it relates, by proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.production.logs import stored

from commands import run_process
from jurist.languages.schema_files import read_schema
from jurist.production import Interaction, SavedCases, saved_cases
from jurist.roles.protocols import Workspace
from jurist.runs.case_files import read_cases
from studies import SCHEMA

ATTEMPTS = (
    # Two attempts that are one case: the same words but for spaces, the same query respelt.
    ("1", "v1", "over 30", "trait('age') > 30", "trait('age') > 30"),
    ("2", "v1", "over  30 ", "trait('age') > 30", "(trait('age') > 30)"),
    # The same question and save after an answer of another version: another anchor.
    ("3", "v2", "over 30", "trait('age') >= 30", "trait('age') > 30"),
    (
        "4",
        "v2",
        "pro",
        "trait('age') >= 18",
        "trait('age') >= 18 AND trait('plan') = 'pro'",
    ),
    ("5", "v2", "broken answer", "trait('age' >", "trait('age') > 5"),
    ("6", "v2", "broken save", "trait('age') > 5", "trait('colour') = 'red'"),
    ("7", "v2", "left", "trait('age') > 5", None),
    ("8", "v2", "   ", "trait('age') > 5", "trait('age') > 5"),
    ("9", "v2", "no answer", None, "trait('age') > 5"),
)


def attempts() -> list[Interaction]:
    made = [
        Interaction(
            system="copilot",
            question_id=identity,
            version=version,
            question=question,
            answer=answer,
            saved=saved,
            refusal="cannot" if identity == "9" else None,
        )
        for identity, version, question, answer, saved in ATTEMPTS
    ]
    return sorted(made, key=lambda each: each.key)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SavedCases:
    path = tmp_path_factory.mktemp("cases") / "schema.yaml"
    path.write_text(SCHEMA)
    found = read_schema(str(path))
    seen: list[tuple[int, int]] = []
    result = saved_cases(
        attempts(),
        Workspace(found.language, found.schema, "small"),
        workers=1,
        advance=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] == len(seen)
    return result


def test_each_attempt_is_in_a_case_or_has_a_reason(made: SavedCases) -> None:
    in_cases = sum(each.attempts for each in made.cases)
    assert in_cases + sum(lost.rows for lost in made.unusable) == made.attempts == len(ATTEMPTS)
    reasons = {lost.reason: lost for lost in made.unusable}
    assert len(reasons) == 4
    assert reasons["nothing was saved"].places == ("copilot/7",)
    assert reasons["it has no question"].places == ("copilot/8",)
    assert reasons["a refusal was answered"].places == ("copilot/9",)
    (unreadable,) = [reason for reason in reasons if "none of this workspace" in reason]
    assert "colour" in unreadable


def test_what_was_saved_is_the_reference_and_its_relation_to_the_answer_is_proved(
    made: SavedCases,
) -> None:
    told = {
        (each.case.questions[0].text, each.case.anchored_by): (each.relation, each.attempts)
        for each in made.cases
    }
    assert told == {
        ("over 30", "copilot v1"): ("equivalent", 2),
        ("over 30", "copilot v2"): ("contained", 1),  # > 30 is part of >= 30
        ("pro", "copilot v2"): ("contained", 1),
        ("broken answer", "copilot v2"): ("no query", 1),
    }
    assert made.merged == 1
    for each in made.cases:
        assert each.case.tags == (f"answer {each.relation}",)
        assert each.relation in each.case.note
        assert each.case.questions[0].origin == "real"


def test_the_command_writes_a_dataset_that_a_study_takes(tmp_path: Path) -> None:
    store = stored(tmp_path / "jurist.db", attempts())
    store.close()
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    words = ["production", "cases", "--schema", "schema.yaml", "--out", "saved.jsonl"]
    done = run_process(*words, "--workers", "1", folder=tmp_path)
    assert done.code == 0, done.err
    assert "copilot v2" in done.out
    assert "4 cases in saved.jsonl, of 9 attempts: 1 attempt merged with others" in done.err
    cases = list(read_cases(tmp_path / "saved.jsonl"))
    assert {case.anchored_by for case in cases} == {"copilot v1", "copilot v2"}
    again = run_process(*words, "--workers", "1", folder=tmp_path)
    assert again.code == 2
    told = run_process(*words[:-1], "other.jsonl", "--json", "--system", "none", folder=tmp_path)
    assert told.code == 1
    assert json.loads(told.out)["cases"] == []
    assert not (tmp_path / "other.jsonl").exists()
