"""Which written questions are asked, and how tables and reports count them."""

from __future__ import annotations

import io
import json
from pathlib import Path

from jurist.records import CheckedBy, Origin
from jurist.report.as_json import write_json
from jurist.report.build import page_of, survey_of
from jurist.report.questions import QuestionCounts
from jurist.runs import parse_study, results, run_study, writings
from jurist.store import Store, open_store
from studies import write_dataset, write_module

ANSWERS = """
    def ask(case, workspace):
        from jurist.records import CheckedBy, Faithfulness, Origin, Question

        number = case.reference.split()[-1]
        proved = Faithfulness(True, "read back", by=CheckedBy.PROOF)
        refuted = Faithfulness(False, "read back", "it selects others")
        return [
            f"everybody older than {number}",
            f"everybody older than {number} on the plan of the year",
            f"everybody older than {int(number) + 50}",
            Question("own", "as told", Origin.SYNTHETIC, faithfulness=proved),
            Question("other", "as not told", Origin.SYNTHETIC, faithfulness=refuted),
        ]

    def answer(question):
        return "trait('age') > 1"

    def judge(question, reference, candidate, workspace):
        return 3.0
"""


def run(folder: Path, more: str) -> tuple[Store, str]:
    write_dataset(folder, cases=2)
    module = write_module(folder, ANSWERS)
    text = f"""
name: asked
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: synthetic, generator: "{module}:ask"{more}}}
generators: [{{callable: "{module}:answer", name: g}}]
judges: [{{callable: "{module}:judge", name: j}}]
"""
    store = open_store(str(folder / "s.db"))
    return store, run_study(parse_study(text, folder=folder), store, workers=1).run


def asked(store: Store, run_id: str) -> list[str]:
    return [result.question.text for result in results(store, run_id)]


def test_what_nothing_found_faithful_is_not_asked_and_each_table_says_so(tmp_path: Path) -> None:
    store, made = run(tmp_path, "")
    assert asked(store, made) == [
        "everybody older than 0",
        "as told",
        "everybody older than 1",
        "as told",
    ]
    survey = survey_of(store, made)
    assert survey.questions == QuestionCounts(
        by_proof=2, by_mention=2, unasked_unfaithful=2, unasked_unchecked=4
    )
    assert (
        "4 synthetic questions: 2 proved to say what their query says, "
        "2 found to say what their query mentions, 0 unchecked. Not asked: 2 proved to say "
        "something else, 4 that nothing found faithful (ask_unchecked asks them)."
    ) in survey.notes
    page = page_of(store, made, survey)
    write_json(page, written := io.BytesIO())
    document = json.loads(written.getvalue())
    assert document["questions"]["unasked_unchecked"] == 4
    assert [item["checked_by"] for item in document["items"]] == ["mention", "proof"] * 2
    store.close()


def test_a_study_may_ask_what_nothing_found_faithful(tmp_path: Path) -> None:
    store, made = run(tmp_path, ", ask_unchecked: true")
    texts = asked(store, made)
    assert len(texts) == 8
    assert "as not told" not in texts  # that it says something else is proved
    assert survey_of(store, made).questions == QuestionCounts(
        by_proof=2, by_mention=2, unchecked=4, unasked_unfaithful=2
    )
    store.close()


def test_each_written_question_is_stored_with_its_check(tmp_path: Path) -> None:
    store, made = run(tmp_path, "")
    written = [question for each in writings(store, made) for question in each.questions]
    assert {question.origin for question in written} == {Origin.SYNTHETIC}
    found = [question.faithfulness for question in written]
    assert [each.by if each else None for each in found[:5]] == [
        CheckedBy.MENTION,
        None,
        None,
        CheckedBy.PROOF,
        None,
    ]
    reasons = [each.reason if each else "" for each in found]
    assert "it says 50, which the query lacks" in reasons[2]
    store.close()


def test_the_realizer_s_questions_are_its_own_sentences(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    text = """
name: realized
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: synthetic}
generators: [rules]
"""
    store = open_store(str(tmp_path / "s.db"))
    made = run_study(parse_study(text, folder=tmp_path), store, workers=1).run
    survey = survey_of(store, made)
    assert survey.questions == QuestionCounts(by_realizer=3)
    assert "3 synthetic questions: 3 the realizer's own sentences, 0 unchecked." in survey.notes
    store.close()


def test_a_run_without_written_questions_says_nothing_of_them(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=2)
    text = """
name: own
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [rules]
"""
    store = open_store(str(tmp_path / "s.db"))
    made = run_study(parse_study(text, folder=tmp_path), store, workers=1).run
    survey = survey_of(store, made)
    assert survey.questions == QuestionCounts()
    assert not any("synthetic" in note for note in survey.notes)
    store.close()
