"""References that are no queries: a run scores no answer to them, and says whose fault it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from jurist.records import FailureKind
from jurist.report.build import survey_of
from jurist.roles.spec import RoleSpec
from jurist.runs import Ending, results, run_study
from jurist.store import open_store
from studies import small_study

SOURCE = """
    def answer(question):
        if question == "fails":
            raise ValueError("no idea")
        return {"is right": "trait('age') > 1", "is no query": "SELECT"}.get(question)

    def judge(question, reference, candidate, workspace):
        return 3.0
"""
ASKED = ("is right", "is no query", "is refused", "fails")


def test_no_answer_to_a_broken_reference_has_a_score(tmp_path: Path, store_url: str) -> None:
    base = small_study(tmp_path, cases=1, source=SOURCE)
    references = {"broken": "trait(", "unknown": "trait('nope') > 1", "sound": "trait('age') > 1"}
    (tmp_path / "cases.jsonl").write_text(
        "\n".join(
            json.dumps(
                {
                    "id": f"{name} {text}",
                    "reference": reference,
                    "questions": [{"id": f"{name} {text}", "text": text, "origin": "authored"}],
                }
            )
            for name, reference in references.items()
            for text in ASKED
        )
    )
    store = open_store(store_url)
    outcome = run_study(
        replace(base, roles=replace(base.roles, judges=(RoleSpec("proof"),))), store
    )
    assert outcome.ending is Ending.FINISHED
    found = {each.case.id: each for each in results(store, outcome.run)}
    assert len(found) == len(references) * len(ASKED)
    for name in ("broken", "unknown"):
        for text in ASKED:
            verdict = found[f"{name} {text}"].verdict
            assert verdict.score is None
            assert verdict.unscored is not None
            assert verdict.unscored.kind is FailureKind.ERROR
            assert verdict.unscored.reason.startswith("the reference is no query")
    assert [found[f"sound {text}"].verdict.score for text in ASKED] == [5, 1, 1, None]
    survey = survey_of(store, outcome.run)
    standing = survey.standings[0]
    assert (standing.answers, standing.scored, standing.unanswered, standing.unjudged) == (
        12,
        3,
        3,
        6,
    )
    assert (standing.due_refusals, standing.undue_refusals) == (0, 3)
    assert any("the reference is no query" in note for note in survey.notes)
    store.close()
