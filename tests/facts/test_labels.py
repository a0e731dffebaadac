"""Labels: every field is there, every line has its source, and what nobody said is not guessed."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from jurist.cli import build_app
from jurist.data import recording_path, shipped_text
from jurist.facts import FIELDS, Basis, Facts, Label, facts_of_run, facts_of_study
from jurist.facts.rendering import render_markdown
from jurist.runs import parse_study, read_study, run_study
from jurist.runs.study import StudyFile
from jurist.store import Store, open_store
from model_server import ModelServer
from model_studies import model_study, play, run_beside
from studies import write_dataset

OWNER = """
feature:
  name: Generative audiences
  description: Writes an audience from a sentence
  privacy_ladder_level: 1
  optional: true
  human_in_the_loop: who asked reviews and edits the conditions before anything is saved
  vendors:
    openai: {data_retention: 30 days, trained_with_customer_data: false, source: our contract}
"""


def texts(label: Label, key: str) -> list[str]:
    return [statement.text for statement in label.fact(key).statements]


def bases(label: Label, key: str) -> set[Basis]:
    return {statement.basis for statement in label.fact(key).statements}


@contextmanager
def opened(place: Path) -> Generator[Store]:
    store = open_store(str(place))
    try:
        yield store
    finally:
        store.close()


def recorded_study() -> StudyFile:
    """The demo's study of a recorded model, as `jurist demo` runs it, with fewer cases."""
    replayed = f"replay:{recording_path()}#qwen2.5-coder-1.5b-instruct"
    text = shipped_text("demo-model.yaml").replace("MODEL", replayed).replace("20}", "6}")
    return parse_study(text, folder=recording_path().parent)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("recorded")
    with opened(folder / "jurist.db") as store:
        run_study(recorded_study(), store, workers=1)
        return facts_of_run(store, "demo-model")


def test_every_field_is_there_and_every_line_has_a_source(recorded: Facts) -> None:
    assert [label.subject for label in recorded.labels] == ["model", "demo-model"]
    for label in recorded.labels:
        assert [fact.key for fact in label.facts] == list(FIELDS)
        for fact in label.facts:
            assert fact.statements
            assert all(each.text and each.source for each in fact.statements)


def test_a_recorded_model_is_named_as_it_answered(recorded: Facts) -> None:
    configured, on_record = recorded.labels[0].fact("base_model").statements
    assert configured.text == "replies of qwen2.5-coder-1.5b-instruct from demo-ledger.jsonl.gz"
    assert (configured.basis, configured.source) == (Basis.STUDY, "generators[0]")
    assert "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf" in on_record.text
    assert "recorded by the Jurist team" in on_record.text
    assert on_record.source == "the recording demo-ledger.jsonl.gz"
    (shared,) = texts(recorded.labels[0], "shared_with_vendor")
    assert shared.startswith("Nothing is sent in this run")


def test_what_nobody_said_is_the_owners_to_fill_in(recorded: Facts) -> None:
    label = recorded.labels[0]
    for key in ("description", "optional", "training_data_anonymized", "human_in_the_loop"):
        assert bases(label, key) == {Basis.OPEN}
    assert bases(recorded.labels[1], "trained_with_customer_data") == {Basis.OPEN}


def test_a_model_card_says_what_was_not_tested(recorded: Facts) -> None:
    cards = {card.judge: card for card in recorded.cards}
    assert set(cards) == {"proof", "model-reasons", "model-scores"}
    assert not cards["proof"].not_tested
    gaps = [each.text for each in cards["model-reasons"].not_tested]
    assert "Against people: nobody labelled" in gaps
    assert "Queries in sql: none" in gaps
    assert "Questions that are real: none" in gaps
    tested = [each.text for each in cards["model-reasons"].tested]
    assert any(text.startswith("exact agreement: ") for text in tested)


async def test_a_live_run_names_model_server_and_replies(tmp_path: Path) -> None:
    async with ModelServer(reply=play) as server:
        path = model_study(tmp_path, server.url, cases=5, extra=OWNER)
        await run_beside(read_study(path), tmp_path / "jurist.db")
        stats, asked = server.counts.replies, server.counts.bodies
    with opened(tmp_path / "jurist.db") as store:
        facts = facts_of_run(store, "models")
    feature, evaluation = facts.labels
    assert feature.subject == "Generative audiences (writer)"
    configured, on_record = feature.fact("base_model").statements
    assert configured.text == f"{server.url}#test-model"
    assert f"{stats} replies" in on_record.text
    assert on_record.source == "the ledger of this store"
    shared, sent = feature.fact("shared_with_vendor").statements
    assert shared.text.startswith("127.0.0.1 is this machine; whom")
    assert "It is given each question" in shared.text
    answered = sum("You turn a marketer" in json.dumps(body) for body in asked)
    assert sent.text.startswith(f"{answered} requests of writer to {server.url}")
    assert sent.source.startswith("jurist ledger --sent models-")
    assert texts(feature, "optional") == ["Yes"]
    assert bases(feature, "human_in_the_loop") == {Basis.OWNER}
    assert feature.fact("description").statements[0].source == "the study's `feature:`, description"
    assert texts(evaluation, "human_in_the_loop") == [
        "No: no person has labelled an answer of this run"
    ]
    logged = texts(evaluation, "logging_and_auditing")
    assert any(text.startswith("writer: ") for text in logged)


def test_a_study_that_has_not_run_has_a_label_of_what_is_configured(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    study = f"""
name: planned
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
generators:
  - {{llm: "openai:gpt-5", repairs: 2, neighbours: 3, embeddings: "openai:text-embedding-3-small"}}
  - {{http: "https://feature.example.com/ask", name: ours}}
  - {{command: [python, mine.py]}}
judges: [{{cascade: [proof, {{llm: "anthropic:claude-x", style: reference-free}}]}}]
{OWNER}
"""
    facts = facts_of_study(parse_study(study, folder=tmp_path))
    assert facts.run == ""
    model, ours, command, evaluation = facts.labels
    assert texts(model, "base_model") == ["openai:gpt-5", "openai:text-embedding-3-small"]
    question, embedded = texts(model, "shared_with_vendor")
    assert "openai is given each question" in question
    assert "3 saved questions with their queries" in question
    as_they_are = "as they are, but for values of what the schema marks sensitive"
    assert embedded == f"openai is given each question; every saved question; {as_they_are}"
    assert texts(model, "data_retention") == ["openai: 30 days (our contract)"]
    assert texts(model, "trained_with_customer_data") == ["openai: No (our contract)"]
    assert bases(model, "data_deletion") == {Basis.OPEN}
    assert texts(model, "guardrails") == ["The checker's errors are sent back up to 2 times"]
    (shared,) = texts(ours, "shared_with_vendor")
    assert shared.startswith("feature.example.com is given")
    assert texts(ours, "data_retention") == ["feature.example.com: to be filled in by the owner"]
    (own,) = texts(command, "shared_with_vendor")
    assert own.startswith("The owner's own code is given")
    given = texts(evaluation, "shared_with_vendor")
    assert any(text.startswith("anthropic is given each question; each answer") for text in given)
    assert "each saved query" not in given[-1]
    assert not facts.cards
    assert facts.notes == ()


def test_terms_of_a_vendor_who_is_sent_nothing_are_told(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    study = """
name: misspelt
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
generators: [{llm: "openai:gpt-5"}]
feature: {vendors: {opnai: {data_retention: 30 days}}}
"""
    (note,) = facts_of_study(parse_study(study, folder=tmp_path)).notes
    assert note == "feature.vendors: opnai is sent nothing by this study, openai is"


def test_a_label_says_at_which_level_of_privacy_data_is_given(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    study = """
name: careful
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
generators: [{llm: "openai:gpt-5"}]
judges: [proof, {llm: "http://[::1]:8000/v1#mine"}]
user: simulated
privacy: values and names
"""
    feature, evaluation = facts_of_study(parse_study(study, folder=tmp_path)).labels
    pseudonyms = "values and names as pseudonyms, whose key stays here"
    (shared,) = texts(feature, "shared_with_vendor")
    assert shared.endswith(pseudonyms)
    assert texts(evaluation, "privacy_ladder_level") == ["Level of privacy: values and names"]
    user, proof, model = texts(evaluation, "shared_with_vendor")[-3:]
    assert user == proof == "No: nothing leaves this machine"
    assert model.startswith("::1 is this machine; whom")
    assert model.endswith(pseudonyms)
    assert "as they are" not in model


def test_labels_are_harmless_whatever_stands_in_them(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    hostile = "<script>alert(1)</script> [x](http://evil) \\u202e"
    study = {
        "name": "<b>n</b>",
        "datasets": [{"name": "small", "schema": "schema.yaml", "cases": "cases.jsonl"}],
        "generators": ["rules"],
        "feature": {"name": hostile, "description": hostile},
    }
    path = tmp_path / "study.json"
    path.write_text(json.dumps(study))
    page = tmp_path / "label.html"
    done = CliRunner().invoke(build_app(["facts"]), ["facts", str(path), "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert "<script>" not in page.read_text()
    assert "<b>n</b>" not in page.read_text()
    text = render_markdown(facts_of_study(read_study(path)))
    assert "<script>" not in text
    assert "[x](" not in text


def test_the_owners_words_can_come_from_a_later_study(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    plain = (
        "name: n\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [rules]\nquestions: {use: authored}\n"
    )
    (tmp_path / "study.yaml").write_text(plain)
    (tmp_path / "later.yaml").write_text(plain + OWNER)
    with opened(tmp_path / "jurist.db") as store:
        run_study(read_study(tmp_path / "study.yaml"), store, workers=1)
    arguments = ["facts", "n", "--store", str(tmp_path / "jurist.db"), "--format", "json"]
    app = build_app(["facts"])
    before = msgspec.json.decode(CliRunner().invoke(app, arguments).stdout)
    assert before["labels"][0]["subject"] == "rules"
    later = CliRunner().invoke(app, [*arguments, "--owner", str(tmp_path / "later.yaml")])
    after = msgspec.json.decode(later.stdout)
    assert after["labels"][0]["subject"] == "Generative audiences (rules)"
    unsaid = CliRunner().invoke(app, [*arguments, "--owner", str(tmp_path / "study.yaml")])
    assert unsaid.exit_code != 0


def test_terms_of_the_judges_vendors_are_in_the_label_of_the_evaluation(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [rules]\njudges: [proof, {llm: 'openai:gpt-5-mini', name: judge}]\n" + OWNER
    )
    label = facts_of_study(read_study(tmp_path / "study.yaml")).labels[-1]
    assert "openai: 30 days (our contract)" in texts(label, "data_retention")
    assert texts(label, "trained_with_customer_data") == ["openai: No (our contract)"]
    assert "openai: to be filled in by the owner" in texts(label, "data_deletion")


def test_whom_a_program_on_this_machine_passes_data_on_to_is_not_guessed(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [{http: 'http://127.0.0.1:9/answer', name: gateway}]\njudges: [proof]\n"
    )
    label = facts_of_study(read_study(tmp_path / "study.yaml")).labels[0]
    (shared,) = texts(label, "shared_with_vendor")
    assert not shared.startswith("No")
    assert "passes data on to is not known here" in shared
