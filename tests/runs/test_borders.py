"""Keys of pseudonyms, and what a level changes in a run: its name, its record, what is sent."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

import jurist
from jurist.errors import StudyError
from jurist.privacy import Key
from jurist.runs import StudyFile, parse_study, results
from jurist.runs.borders import key_of
from jurist.runs.reaching import sketch
from jurist.store import open_store
from jurist.store.key_files import key_file_of
from jurist.store.runs import get_run
from model_server import Json, ModelServer
from model_studies import run_beside

SCHEMA = """
name: Small
language: cql
events: {Zither Tuned: {properties: {total: {type: number}}}}
traits:
  properties:
    plan: {type: string, enum: [bronze, platinum]}
    hamlet: {type: string, sensitive: true}
"""
CASES = (
    (
        "trait('plan') = 'platinum' AND trait('hamlet') = 'Aldersbach'",
        "platinum ones in Aldersbach",
    ),
    ("trait('plan') = 'bronze'", "those on bronze"),
)


def study(folder: Path, level: str, url: str) -> StudyFile:
    (folder / "schema.yaml").write_text(SCHEMA)
    lines = [
        {
            "id": f"c{n}",
            "reference": reference,
            "questions": [{"id": f"c{n}-q", "text": text, "origin": "authored"}],
        }
        for n, (reference, text) in enumerate(CASES)
    ]
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return parse_study(
        f"""
name: n
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [{{llm: "{url}#m", name: g}}]
judges: [proof, {{llm: "{url}#m", name: j}}]
privacy: {level}
""",
        folder=folder,
    )


def play(body: Json) -> str:
    """Answers with the question's own last word, and quotes what it judges."""
    messages = [message["content"] for message in body["messages"]]
    if '"score"' in messages[0]:
        return json.dumps({"reasoning": f"of {messages[-1].split()[-1]}", "score": 2})
    asked = messages[-1].split("\n")
    words = next(line for line in asked if " " in line and "<<" not in line).split()
    return json.dumps({"query": f"trait('hamlet') = '{words[-1]}'", "refusal": ""})


async def asked_at(folder: Path, level: str) -> tuple[str, list[str], list[str | None]]:
    """The run, what was sent, and the answers as they are kept."""
    async with ModelServer(reply=play) as server:
        outcome = await run_beside(study(folder, level, server.url), folder / "s.db")
        sent = [json.dumps(body) for body in server.counts.bodies]
    store = open_store(folder / "s.db")
    answers = [r.candidate.query for r in results(store, outcome.run) if r.judge == "j"]
    store.close()
    return outcome.run, sent, answers


async def test_answers_are_kept_with_the_originals_and_sent_without(tmp_path: Path) -> None:
    open_run, open_sent, open_answers = await asked_at(tmp_path, "off")
    run, sent, answers = await asked_at(tmp_path, "values")
    assert run != open_run
    assert answers[0] == open_answers[0] == "trait('hamlet') = 'Aldersbach'"
    assert not any("platinum" in body or "Aldersbach" in body for body in sent)
    assert any("platinum" in body for body in open_sent)


async def test_sensitive_values_leave_at_no_level(tmp_path: Path) -> None:
    _, sent, answers = await asked_at(tmp_path, "off")
    assert not any("Aldersbach" in body for body in sent)
    assert any("platinum" in body for body in sent)
    assert answers[0] == "trait('hamlet') = 'Aldersbach'"


async def test_the_key_is_its_owners_beside_the_store_and_the_run_knows_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _, _ = await asked_at(tmp_path, "values")
    path = key_file_of(tmp_path / "s.db")
    assert path == tmp_path / "s.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store = open_store(tmp_path / "s.db")
    assert get_run(store, run).key_mark == Key.read(path).mark
    store.close()
    secret = path.read_text().strip()
    assert secret not in (tmp_path / "s.db").read_bytes().decode("latin-1")
    path.unlink()
    with pytest.raises(StudyError, match=r"s\.db\.key is gone.*such as") as raised:
        await asked_at(tmp_path, "values")
    assert "JURIST_PRIVACY_KEY_FILE" in raised.value.fix
    other = tmp_path / "keys" / "mine.key"
    monkeypatch.setenv("JURIST_PRIVACY_KEY_FILE", str(other))
    again, _, _ = await asked_at(tmp_path, "values")
    assert again != run
    assert stat.S_IMODE(other.stat().st_mode) == 0o600


async def test_a_run_with_the_same_key_is_the_same_run(tmp_path: Path) -> None:
    first, sent, _ = await asked_at(tmp_path, "values and names")
    again, more, _ = await asked_at(tmp_path, "values and names")
    assert first != again  # the server is at another address
    assert [body.partition('"messages"')[2] for body in sorted(sent)] == [
        body.partition('"messages"')[2] for body in sorted(more)
    ]
    asked = [body for body in sent if '"assistant"' not in body]  # in others the model's own words
    assert not any("hamlet" in body or "Zither" in body for body in asked)


def test_a_sketch_leaves_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sketch(study(tmp_path, "values", "http://127.0.0.1:1/v1")).run_id
    assert not list(tmp_path.glob("*.key"))
    assert key_of("jurist.db") != key_of("jurist.db")


def test_a_server_has_its_key_in_the_users_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    one, other = (
        key_file_of(f"postgresql://me:{password}@db.example.com/jurist") for password in "ab"
    )
    assert one == other
    assert one.parent == tmp_path / "jurist"
    assert "db.example.com" not in one.name


def test_another_level_may_be_said_for_a_run_and_in_python(tmp_path: Path) -> None:
    file = study(tmp_path, "off", "http://127.0.0.1:1/v1")
    assert file.at_privacy("values and names").study.privacy.level == "values and names"
    with pytest.raises(StudyError, match="no level of privacy 'value'"):
        file.at_privacy("value")
    made = jurist.Study(["shop"], ["rules"], privacy="nothing leaves")
    assert made.file.study.privacy.level == "nothing leaves"
