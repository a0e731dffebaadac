"""Marked values in all that people and models can say, through the commands; then forgotten."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from judged_runs import Folder, make_folder
from jurist.store import open_store
from jurist.store.annotations import Ruling, Settlement, settle
from jurist.store.runs import get_run
from jurist.store.sent import sent_requests
from model_server import Json, ModelServer
from threaded_server import prompt_of, serving

MARK = "anna.o'hara+7@example.com"
SCHEMA = """
name: Small
language: cql
traits:
  properties: {email: {type: string}, age: {type: integer}}
"""


def quoting(body: Json) -> str:
    """A model that quotes the address that it was asked about."""
    marked = re.search(r"[\w.+'\\]+@example\.com", prompt_of({"messages": body["messages"][-1:]}))
    reasoning = f"they want {marked[0] if marked else 'somebody'}"
    if body["model"] == "gen":
        return json.dumps({"reasoning": reasoning, "query": "trait('age').exists()"})
    return json.dumps({"reasoning": reasoning, "score": 4})


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with serving(quoting) as server:
        yield server


def sent_texts(server: ModelServer) -> list[str]:
    """What reached the server."""
    return [json.dumps(body, ensure_ascii=False) for body in server.counts.bodies]


def write_study(folder: Path, url: str, name: str, *, marked: bool) -> Path:
    who = MARK if marked else "bob@example.com"
    quoted = who.replace("'", "\\'")
    of_mail = f"trait('email') = '{quoted}'"
    cases = [
        {
            "id": f"case-{number}",
            "reference": of_mail if number == 1 else f"trait('age') > {number}",
            "questions": [
                {
                    "id": f"case-{number}-q",
                    "text": f"like {who}" if number == 2 else f"older than {number}",
                    "origin": "authored",
                }
            ],
        }
        for number in range(6)
    ]
    (folder / "schema.yaml").write_text(SCHEMA)
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    study = folder / f"{name}.yaml"
    study.write_text(
        f"name: {name}\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        f"generators: [{{llm: '{url}#gen', name: gen}}]\n"
        f"judges: [proof, {{llm: '{url}#judge', name: model}}]\n"
    )
    return study


def files_with(folder: Path, text: str) -> list[str]:
    """Files whose bytes hold a text, packed ones unpacked."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
            found += [path.name] if text.encode() in raw else []
    return found


def label_and_settle(folder: Folder, run: str) -> None:
    rows = folder.export(run)
    for number, row in enumerate(rows):
        row |= {"annotator": "ada", "scores": [4], "rationale": f"as {MARK} said, {number}"}
    assert folder.label(run, rows).exit_code == 0
    (folder.path / "labels.jsonl").unlink()
    (folder.path / "export.jsonl").unlink()
    store = folder.open()
    settle(
        store,
        Settlement(
            run, str(rows[0]["task"]), "model", Ruling.JUDGE_WRONG, "ada", note=f"{MARK} agreed"
        ),
    )
    store.close()


def test_zero_bytes_are_left_anywhere(tmp_path: Path, model: ModelServer) -> None:
    folder = make_folder(tmp_path)
    study = write_study(tmp_path, model.url, "marked", marked=True)
    result = folder.cli("run", str(study), "-q", "--workers", "1")
    assert result.exit_code == 0, result.output
    store = folder.open()
    run = get_run(store, "latest").id
    before = sum(1 for _ in sent_requests(store))
    store.close()
    label_and_settle(folder, run)
    recording = tmp_path / "recording.jsonl.gz"
    assert folder.cli("ledger", "--export", str(recording)).exit_code == 0
    assert {"jurist.db", "recording.jsonl.gz", "cases.jsonl"} <= set(files_with(tmp_path, "anna.o"))

    more = ("--value", MARK, "--file", str(recording), "--file", str(tmp_path / "cases.jsonl"))
    looked = folder.cli("forget", *more, "--dry-run", "--json")
    assert looked.exit_code == 0, looked.output
    assert files_with(tmp_path, "anna.o")  # nothing changed
    done = folder.cli("forget", *more, "--yes", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["rows"] == json.loads(looked.stdout)["rows"]
    assert dict(told["lines"])[str(recording)] > 0
    assert {each["server"] for each in told["recipients"]} == {f"{model.url}/chat/completions"}
    for spelling in (MARK, "anna.o", MARK.replace("'", "\\'"), "anna.o%27hara"):
        assert files_with(tmp_path, spelling) == []

    store = folder.open()
    rows = list(sent_requests(store))
    store.close()
    assert len(rows) == before  # that something was sent stays on record
    assert any("[forgotten]" in row.body for row in rows)
    shown = folder.cli("report", run, "--format", "json")
    report = json.loads(shown.stdout)
    assert "[forgotten]" not in json.dumps(report["items"])  # no verdict beside a redacted text
    assert folder.cli("align", run).exit_code in {0, 1}
    cases = {item["case"] if "case" in item else item.get("case_id") for item in report["items"]}
    assert len(cases) == 4


def test_a_reply_is_not_read_from_the_ledger_again(tmp_path: Path, model: ModelServer) -> None:
    folder = make_folder(tmp_path)
    for name in ("first", "second"):
        study = write_study(tmp_path, model.url, name, marked=True)
        assert folder.cli("run", str(study), "-q", "--workers", "1").exit_code == 0
    once = len(sent_texts(model))
    assert sum("anna.o" in body for body in sent_texts(model)) > 0
    assert folder.cli("forget", "--value", MARK, "--yes").exit_code == 0
    study = write_study(tmp_path, model.url, "third", marked=True)
    assert folder.cli("run", str(study), "-q", "--workers", "1").exit_code == 0
    again = sent_texts(model)[once:]
    assert again
    assert all("anna.o" in body for body in again)  # and nothing else was asked anew


def test_a_run_that_was_cut_off_goes_on_without_it(tmp_path: Path, model: ModelServer) -> None:
    folder = make_folder(tmp_path)
    study = write_study(tmp_path, model.url, "cut", marked=True)
    study.write_text(study.read_text() + "budget: {calls: 5}\n")
    folder.cli("run", str(study), "-q", "--workers", "1")
    store = open_store(folder.place)
    assert get_run(store, "latest").state == "running"
    store.close()
    assert folder.cli("forget", "--value", MARK, "--yes").exit_code == 0
    assert files_with(tmp_path, "anna.o") == ["cases.jsonl"]  # the user's own file
    study.write_text(study.read_text().replace("calls: 5", "calls: 50"))
    result = folder.cli("run", str(study), "-q", "--workers", "1")
    assert result.exit_code == 0, result.output
    store = open_store(folder.place)
    assert get_run(store, "latest").state == "finished"
    store.close()
    assert files_with(tmp_path, "anna.o") == ["cases.jsonl"]


def test_what_was_sent_in_its_place_goes_too(tmp_path: Path, model: ModelServer) -> None:
    folder = make_folder(tmp_path)
    study = write_study(tmp_path, model.url, "hidden", marked=True)
    study.write_text(study.read_text() + "privacy: values\n")
    result = folder.cli("run", str(study), "-q", "--workers", "1")
    assert result.exit_code == 0, result.output
    texts = "".join(sent_texts(model))
    assert MARK not in texts
    stands = set(re.findall(r"like (\S+@\w+)\.\w+", texts))
    assert len(stands) == 1  # what the key leads back to the address
    assert files_with(tmp_path, *stands) == ["jurist.db"]
    done = folder.cli("forget", "--value", MARK, "--yes", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert {name for name, *_ in told["rows"]} >= {"sent", "exchanges", "tasks"}
    assert [each["server"] for each in told["recipients"]][:1] == [f"{model.url}/chat/completions"]
    assert files_with(tmp_path, *stands) == []
