"""Reports say what left, how much of it, to whom, at which level of privacy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run_process
from jurist.runs import parse_study
from jurist.runs.study_privacy import LEVELS
from model_server import ModelServer
from model_studies import play, run_beside
from studies import write_dataset

STUDY = """
name: told
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [{generator}]
judges: [{judge}]
privacy: {level}
"""


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "values and names"])
async def test_each_form_says_what_was_sent(tmp_path: Path, level: str) -> None:
    write_dataset(tmp_path, cases=4)
    async with ModelServer(reply=play) as server:
        judge = f'{{llm: "{server.url}#m", name: j}}'
        text = STUDY.format(generator=judge, judge=judge, level=level)
        await run_beside(parse_study(text, folder=tmp_path), tmp_path / "jurist.db")
        requests, address = server.counts.requests, server.url.partition("://")[2].split("/")[0]
    assert requests
    for form in ("html", "md", "json", "table"):
        options = () if form == "table" else ("--format", form)
        done = run_process("report", "told", *options, folder=tmp_path)
        assert done.code == 0, done.err
        shown = " ".join((done.out + done.err).replace("\\", "").split())
        assert f"Level of privacy: {level}. Sent: {requests} request" in shown, (form, shown[-800:])
        assert address in shown.partition("Sent: ")[2][:200]
    told = run_process("report", "told", "--privacy", "values", "--format", "json", folder=tmp_path)
    assert any(f"Sent: {requests} request" in note for note in json.loads(told.out)["notes"])


async def test_a_run_without_models_says_so_where_a_level_was_asked_for(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=4)
    for level, said in (("off", 0), ("values", 1)):
        text = STUDY.format(generator="rules", judge="proof", level=level)
        store = tmp_path / f"{level}.db"
        outcome = await run_beside(parse_study(text, folder=tmp_path), store)
        done = run_process(
            "report", outcome.run, "--format", "json", "--store", str(store), folder=tmp_path
        )
        notes = [note for note in json.loads(done.out)["notes"] if "privacy" in note]
        assert len(notes) == said
        assert all("values. No request" in note for note in notes)
