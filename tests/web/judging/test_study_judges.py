"""Judges of a study over the API: people's own functions, models with their ledger and budget."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.testclient import TestClient

from jurist.errors import StudyError
from jurist.web.settings import Settings
from model_server import scored
from studies import write_dataset, write_module
from threaded_server import serving as serving_model
from web.served import TOKEN, client_of

ROLES = """
    import asyncio

    def answer(question):
        return None

    def kind(question, reference, candidate, workspace):
        return (4.0, question)

    def broken(question, reference, candidate, workspace):
        raise RuntimeError("out of order")

    async def slow(question, reference, candidate, workspace):
        await asyncio.sleep(600)
        return 5.0
"""
ASKED = {
    "question": "older than 3",
    "reference": "trait('age') > 3",
    "candidate": "trait('age') > 2",
}

KIND = '{{callable: "{module}:kind", name: kind}}'
BROKEN = '{{callable: "{module}:broken", name: broken}}'
MODEL = '{{llm: "openai:m", name: model}}'
CASCADE = '{{cascade: [proof, {{llm: "openai:m"}}], name: both}}'


@contextmanager
def judging_by(folder: Path, judges: str, extra: str = "") -> Generator[TestClient]:
    """A client of a server that offers these judges; `{module}` is the module of roles."""
    write_dataset(folder, cases=2)
    module = write_module(folder, ROLES)
    (folder / "study.yaml").write_text(
        "name: judges\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f'generators: ["{module}:answer"]\n'
        f"judges: {judges.format(module=module)}\n{extra}\n"
    )
    settings = Settings(str(folder / "jurist.db"), judges=folder / "study.yaml")
    with client_of(settings) as client:
        client.headers.update({"Authorization": f"Bearer {TOKEN}"})
        yield client


def judged(client: TestClient, folder: Path, judge: str, **more: object) -> dict[str, Any]:
    import yaml

    schema = yaml.safe_load((folder / "schema.yaml").read_text())
    asked = {**ASKED, "workspace": {"schema": schema}, "judge": judge, **more}
    told = client.post("/v1/judge", json=asked)
    assert told.status_code == 200, told.text
    return told.json()


def test_functions_of_a_study_judge_beside_the_proof(tmp_path: Path) -> None:
    judges = (
        '[{{callable: "{module}:kind", name: kind}}, {{callable: "{module}:broken", name: broken}}]'
    )
    with judging_by(tmp_path, judges) as client:
        assert client.get("/v1/judging").json()["judges"] == ["proof", "kind", "broken"]
        kind = judged(client, tmp_path, "kind")["verdict"]
        assert (kind["score"], kind["reasoning"]) == (4.0, "older than 3")
        broken = judged(client, tmp_path, "broken")
        assert broken["verdict"]["score"] is None
        assert "out of order" in broken["verdict"]["unscored"]["reason"]
        assert not judged(client, tmp_path, "broken")["cached"], "a failure is tried again"
        assert judged(client, tmp_path, "proof")["verdict"]["score"] < 5


def test_a_judge_that_takes_too_long_is_left_without_a_score(tmp_path: Path) -> None:
    with judging_by(tmp_path, '[{{callable: "{module}:slow", name: slow}}]') as client:
        told = judged(client, tmp_path, "slow", timeout_ms=50)["verdict"]
        assert told["unscored"]["kind"] == "timeout"


def test_a_model_judges_within_the_studys_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-tests")
    with serving_model(scored) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with judging_by(tmp_path, f"[{MODEL}, {CASCADE}]", "budget: {calls: 1}") as client:
            wait = {"timeout_ms": 30_000}
            first = judged(client, tmp_path, "model", **wait)["verdict"]
            assert first["score"] is not None
            assert first["cost"]["calls"] == 1
            spent = judged(client, tmp_path, "model", question="another", **wait)["verdict"]
            assert spent["score"] is None
            assert spent["unscored"]["kind"] == "budget"
            both = judged(client, tmp_path, "both", **wait)["verdict"]
            assert both["evidence"]["method"] == "proof", "the proof decided: no model was asked"


def test_a_study_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StudyError), judging_by(tmp_path, "[nobody]"):
        pass


def test_a_prover_that_is_killed_is_replaced(tmp_path: Path) -> None:
    with client_of(Settings(str(tmp_path / "jurist.db"))) as client:
        client.headers.update({"Authorization": f"Bearer {TOKEN}"})
        asked = {
            "workspace": "shop",
            "reference": "trait('loyalty_points') > 3",
            "candidate": "trait('loyalty_points') > 4",
        }
        for number in range(3):
            told = client.post("/v1/judge", json={**asked, "question": str(number)}).json()
            assert told["verdict"]["score"] is not None
            for child in psutil.Process().children():
                if "jurist.roles.offline.proof_worker" in child.cmdline():
                    os.kill(child.pid, signal.SIGKILL)
