"""Runs whose generators ask back: the transcript is kept, and the user is part of the keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jurist.errors import StudyError
from jurist.records import FailureKind
from jurist.report.items import make_item
from jurist.report.rows import row_of
from jurist.roles.users.leaks import leaks, share_given_away
from jurist.runs import StudyFile, plan, results, run_study
from jurist.runs.results import workspaces
from jurist.store import open_store
from studies import small_study

SOURCE = """
async def answer(question, workspace, user):
    age = await user.ask("How old should they be?")
    return f"trait('age') > {age.strip('.').split()[-1]}"

def judge(question, reference, candidate, workspace):
    return 5.0 if candidate == reference else 1.0
"""


def _study(folder: Path, user: str) -> StudyFile:
    file = small_study(folder, cases=5, source=SOURCE, extra=f"user: {user}" if user else "")
    lines = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()[2:]]
    for line in lines:
        line["questions"][0]["text"] = "older customers"
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_the_transcript_stands_in_the_record_the_report_and_the_rows(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    outcome = run_study(_study(tmp_path, "simulated"), store)
    places = workspaces(store, outcome.run)
    found = list(results(store, outcome.run))
    assert len(found) == 3
    for each in found:
        assert each.verdict.score == 5.0
        turns = each.candidate.transcript
        number = (each.case.reference or "").split()[-1]
        assert [turn.text for turn in turns] == [
            "How old should they be?",
            f"More than {number}.",
        ]
        assert turns[0].needed is True
        assert turns[1].given_away == 1 / 3  # of trait, age and the number
        item = make_item([each], places[each.dataset])
        assert [said.who for said in item.origins.transcript] == ["asked back", "the user said"]
        row = row_of(outcome.run, each)
        assert row["asked_back"] == 1
        assert row["transcript"] == f"generator: {turns[0].text}\nuser: {turns[1].text}"


def test_without_a_user_asking_back_is_a_failure(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    outcome = run_study(_study(tmp_path, ""), store)
    for each in results(store, outcome.run):
        assert each.candidate.failure is not None
        assert each.candidate.failure.kind is FailureKind.ERROR
        assert "user: simulated" in each.candidate.failure.reason
        assert each.verdict.score is None


def test_who_the_user_is_shapes_the_keys_of_those_that_ask(tmp_path: Path) -> None:
    keys = {
        user: tuple(task.key for task in plan(_study(tmp_path, user)).tasks())
        for user in ("", "simulated", "{simulated: , turns: 2}")
    }
    assert len(set(keys.values())) == 3


@pytest.mark.parametrize("user", ["nobody", "{simulated: , turns: 0}", "{simulated: , x: 1}"])
def test_a_user_that_there_is_not_is_explained(user: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="user"):
        plan(_study(tmp_path, user))


def test_leaks_are_what_only_a_query_says() -> None:
    reference = "SELECT full_name FROM customers WHERE signed_up >= '2024-01-01' AND tier = 'gold'"
    assert leaks("Those with gold, from 1 January 2024 on.", reference, ()) == ()
    assert leaks("signed_up >= '2024-01-01'", reference, ()) == (">=", "signed_up", *_runs())
    assert leaks("signed_up", reference, ("the column signed_up",)) == ()
    assert leaks("customers where signed up", reference, ()) == ()
    assert share_given_away("gold ones", "tier = 'gold'", ("who?",)) == 0.5
    assert share_given_away("gold ones", "tier = 'gold'", ("gold?",)) == 0.0


def _runs() -> tuple[str, ...]:
    return ("signed_up 2024 01 01",)
