"""Studies are started, stopped and resumed as real processes; no file but the folder's is read."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from jurist.store import open_store
from jurist.store.audit import audit_of
from jurist.store.lock import is_held
from jurist.store.lock import state_of as run_state
from jurist.store.runs import RunState, list_runs
from jurist.web.settings import Settings
from jurist.web.site import Site
from jurist.web.studies.sessions import Sessions
from model_studies import model_study, play
from threaded_server import serving as model_serving
from waiting import wait_for
from web.served import TOKEN, client_of
from web.study_folders import StudyFolder, state_of


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    open_store(str(tmp_path / "jurist.db")).close()
    return StudyFolder(tmp_path)


def _settings(folder: StudyFolder) -> Settings:
    return Settings(folder.store, studies=folder.path)


def _page(client: TestClient, study: str) -> str:
    """A study's page once its plan is known."""
    while "Refresh" in (response := client.get(f"/studies/{study}")).headers:
        time.sleep(0.05)
    assert response.status_code == 200
    return response.text


def _start(client: TestClient, study: str, **form: str) -> None:
    response = client.post(f"/studies/{study}/start", data=form)
    assert response.status_code == 303, response.text


def _sessions(client: TestClient) -> Sessions:
    assert isinstance(client.app, FastAPI)
    site: object = client.app.state.site
    assert isinstance(site, Site)
    return site.studies


def test_nothing_is_read_or_started_without_a_folder(folder: StudyFolder) -> None:
    with client_of(Settings(folder.store)) as client:
        assert "jurist serve --studies FOLDER" in client.get("/studies").text
        for path in ("/studies/slow.yaml", "/studies/slow.yaml/words"):
            assert client.get(path).status_code == 404
        assert client.post("/studies/slow.yaml/start").status_code == 404
        assert client.post("/v1/studies/slow.yaml/start", json={}).status_code == 404
    assert folder.calls() == []


def test_a_page_says_what_a_run_does_and_what_is_wrong(
    folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (folder.path / "wrong.yaml").write_text(
        "name: w\ndatasets: [shop]\ngenerators: [rules]\njudgez: 1\n"
    )
    (folder.path / "keyless.yaml").write_text(
        "name: k\ndatasets: [shop]\ngenerators: [{llm: 'openai:gpt-5'}]\njudges: [proof]\n"
    )
    with client_of(_settings(folder)) as client:
        listed = client.get("/studies").text
        assert re.findall(r'href="/studies/([\w.]+)"', listed) == [
            "going.yaml",
            "keyless.yaml",
            "slow.yaml",
            "wrong.yaml",
        ]
        plan = re.sub(r"<[^>]+>", " ", _page(client, "slow.yaml"))
        assert re.search(r"cases\s+40\s", plan)
        assert re.search(r"answers\s+40\s", plan)
        assert re.search(r"verdicts\s+40\s", plan)
        wrong = client.get("/studies/wrong.yaml").text
        assert "did you mean &#39;judges&#39;" in wrong
        assert re.search(r'id="line-4" class="wrong"', wrong)
        assert "OPENAI_API_KEY" in _page(client, "keyless.yaml")
        refused = client.post("/studies/keyless.yaml/start")
        assert refused.status_code == 422
        assert "OPENAI_API_KEY" in refused.text
        assert client.post("/studies/wrong.yaml/start").status_code == 422
    assert folder.calls() == []


def test_cases_are_checked_beside_the_page(folder: StudyFolder) -> None:
    (folder.path / "cases.jsonl").write_text('{"id": "a", "reference": "trait(\'agee\') > 1"}\n')
    with client_of(_settings(folder)) as client:
        while "Refresh" in (shown := client.get("/studies/slow.yaml?check=yes")).headers:
            time.sleep(0.05)
    assert "1 remark" in shown.text
    assert "cases.jsonl, line 1" in shown.text.replace("</bdi>", "")


def test_no_other_file_is_read(folder: StudyFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("name: secret\ngenerators: [rules]\njudges: [proof]\n")
    (folder.path / "link.yaml").symlink_to(secret)
    (folder.path / "dir.yaml").mkdir()
    os.mkfifo(folder.path / "pipe.yaml")
    (folder.path / "large.yaml").write_text("generators: [rules]\n" + "#" * 300_000)
    (folder.path / "x\n<script>.yaml").write_text("generators: [rules]\n")
    names = ("link.yaml", "dir.yaml", "pipe.yaml", "large.yaml", "../secret.yaml", str(secret))
    names += ("x\n<script>.yaml", "slow.yaml\0", "schema.yaml/../slow.yaml", ".yaml", "roles.py")
    with client_of(_settings(folder)) as client:
        listed = client.get("/studies").text
        assert "secret" not in listed
        assert "script>.yaml" not in listed
        for name in names:
            for method, path in (("GET", ""), ("POST", "/start"), ("POST", "/stop")):
                shown = client.request(method, f"/studies/{quote(name, safe='')}{path}")
                assert shown.status_code in {400, 404, 405}, (name, path, shown.text)
                assert "judges: [proof]" not in shown.text
    assert folder.calls() == []


def test_a_study_may_not_name_files_elsewhere(folder: StudyFolder, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text("{}\n")
    (folder.path / "out").symlink_to(tmp_path)
    for number, place in enumerate(
        ("../other.jsonl", str(tmp_path / "other.jsonl"), "out/other.jsonl")
    ):
        (folder.path / f"out{number}.yaml").write_text(
            f"name: o\ndatasets: [{{name: s, schema: schema.yaml, cases: {place}}}]\n"
            "generators: [rules]\njudges: [proof]\n"
        )
        with client_of(_settings(folder)) as client:
            assert "outside of its folder" in client.get(f"/studies/out{number}.yaml").text
            assert client.post(f"/studies/out{number}.yaml/start").status_code == 422


def test_started_stopped_in_the_middle_and_resumed(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        _start(client, "slow.yaml")
        refused = client.post("/studies/slow.yaml/start")
        assert refused.status_code == 422
        assert "under way" in refused.text
        wait_for(lambda: len(folder.calls()) >= 5)
        assert "Under way" in client.get("/studies/slow.yaml").text
        assert client.post("/studies/slow.yaml/stop").status_code == 303
        wait_for(lambda: state_of(client, "slow.yaml") == "stopped")
        stopped = folder.calls()
        assert len(stopped) < 40
        shown = _page(client, "slow.yaml")
        assert "Resume" in shown
        assert "tasks are open" in shown
        _start(client, "slow.yaml")
        wait_for(lambda: state_of(client, "slow.yaml") == "finished")
        assert "All is done" in _page(client, "slow.yaml")
    asked = folder.calls()
    assert len(set(asked)) == 40
    assert len(asked) <= 41, "what was under way when it stopped may be asked again, no more"
    with closing(open_store(folder.store)) as store:
        (run,) = list_runs(store)
        assert run.state is RunState.FINISHED
        log = [(each.action, each.object, each.detail) for each in audit_of(store)][::-1]
    began = ("start study", "slow.yaml", run.id)
    assert log == [began, ("stop study", "slow.yaml", run.id), began]


def test_begun_anew_everything_is_asked_again(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        for form in ({}, {"fresh": "yes"}, {}):
            _start(client, "slow.yaml", **form)
            wait_for(lambda: state_of(client, "slow.yaml") == "finished")
    assert len(folder.calls()) == 80


def test_a_crash_is_shown_with_its_last_words(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        _start(client, "going.yaml")
        wait_for(lambda: state_of(client, "going.yaml") == "failed")
        shown = _page(client, "going.yaml")
        assert "Its last words" in shown
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown
        words = client.get("/studies/going.yaml/words").json()["words"]
        assert max(map(len, words)) <= 401


def test_a_process_that_is_killed_leaves_what_it_stored(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        _start(client, "slow.yaml")
        wait_for(lambda: len(folder.calls()) >= 5)
        session = _sessions(client).of_study("slow.yaml")
        assert session is not None
        os.kill(session.process.pid, signal.SIGKILL)
        wait_for(lambda: state_of(client, "slow.yaml") == "failed")
        _start(client, "slow.yaml")
        wait_for(lambda: state_of(client, "slow.yaml") == "finished")
    assert len(set(folder.calls())) == 40
    assert len(folder.calls()) <= 44  # what was under way or not stored yet is asked again


def test_the_end_of_the_server_interrupts_and_loses_nothing(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        _start(client, "slow.yaml")
        wait_for(lambda: len(folder.calls()) >= 5)
    with closing(open_store(folder.store)) as store:
        (run,) = list_runs(store)
        assert run_state(store, run) == "open"
    with client_of(_settings(folder)) as client:
        assert "Resume" in _page(client, "slow.yaml")
        _start(client, "slow.yaml")
        wait_for(lambda: state_of(client, "slow.yaml") == "finished")
    assert len(folder.calls()) <= 41


_SERVER = """
import sys
import uvicorn
from pathlib import Path
from jurist.web.application import build_application
from jurist.web.settings import Settings
store, studies, port, token = sys.argv[1:]
settings = Settings(store, port=int(port), studies=Path(studies), token=token)
uvicorn.run(build_application(settings), port=int(port), log_level="error")
"""


def test_a_server_that_is_killed_leaves_no_run_behind(folder: StudyFolder) -> None:
    import httpx

    port = _free_port()
    arguments = [folder.store, str(folder.path), str(port), TOKEN]
    server = subprocess.Popen([sys.executable, "-c", _SERVER, *arguments])
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", cookies={f"jurist-{port}": TOKEN}
        ) as client:
            wait_for(lambda: _answers(client))
            begun = client.post(
                "/studies/slow.yaml/start", headers={"Sec-Fetch-Site": "same-origin"}, timeout=60
            )
            assert begun.status_code == 303, begun.text
            wait_for(lambda: len(folder.calls()) >= 5)
    finally:
        server.kill()
        server.wait()
    with closing(open_store(folder.store)) as store:
        (run,) = list_runs(store)
        wait_for(lambda: not is_held(store, run.id))
        (run,) = list_runs(store)
        assert run.state is not RunState.FINISHED
    with client_of(_settings(folder)) as client:
        _start(client, "slow.yaml")
        wait_for(lambda: state_of(client, "slow.yaml") == "finished")
    assert len(folder.calls()) <= 41


def _free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _answers(client: object) -> bool:
    import httpx

    assert isinstance(client, httpx.Client)
    try:
        return client.get("/studies").status_code == 200
    except httpx.TransportError:
        return False


def test_the_api_starts_and_stops(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        told = {each["name"]: each for each in client.get("/v1/studies").json()}
        assert told["slow.yaml"]["state"] == "not run yet"
        begun = client.post("/v1/studies/slow.yaml/start", json={})
        assert begun.status_code == 202, begun.text
        assert client.post("/v1/studies/slow.yaml/start", json={}).status_code == 422
        wait_for(lambda: len(folder.calls()) >= 2)
        stopped = client.post("/v1/studies/slow.yaml/stop")
        assert stopped.status_code == 202
        assert stopped.json()["run"] == begun.json()["run"]
        wait_for(lambda: state_of(client, "slow.yaml") == "stopped")
        assert client.post("/v1/studies/slow.yaml/stop").status_code == 422
        assert client.post("/v1/studies/other.yaml/start", json={}).status_code == 404


def test_a_run_is_stopped_by_its_own_name(folder: StudyFolder) -> None:
    with client_of(_settings(folder)) as client:
        _start(client, "slow.yaml")
        wait_for(lambda: len(folder.calls()) >= 2)
        (run,) = _sessions(client).stoppable()
        assert client.post(f"/runs/{run}/stop").status_code == 303
        wait_for(lambda: state_of(client, "slow.yaml") == "stopped")
        assert client.post(f"/runs/{run}/stop").status_code == 422


def test_a_spent_budget_is_told_from_a_stop(folder: StudyFolder) -> None:
    with model_serving(play) as server, client_of(_settings(folder)) as client:
        study = model_study(folder.path, server.url, cases=12, extra="budget: {calls: 5}").name
        assert "calls of models" in _page(client, study)
        _start(client, study)
        wait_for(lambda: state_of(client, study) not in {"under way", "not begun"})
        assert state_of(client, study) == "budget spent"
        assert "raise <code>budget</code>" in _page(client, study)
