"""Runs under way, told to several who watch: the run goes on in another process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from judged_runs import make_folder
from jurist.store import read_store
from jurist.store.runs import list_runs
from jurist.web.settings import Settings
from studies import write_dataset, write_module
from web.served import TOKEN, client_of, serving

GATED = """
    from pathlib import Path
    import time

    GATE = Path(__file__).with_name("gate")

    def patient(question):
        while int(question.split()[-1]) > 2 and not GATE.exists():
            GATE.with_name("waiting").touch()
            time.sleep(0.01)
        return "trait('age') > 5"

    def judge(question, reference, candidate, workspace):
        return (5.0, "alike") if reference == candidate else (2.0, "not alike")
"""


@dataclass
class Heard:
    """What a listener was told."""

    started: threading.Event = field(default_factory=threading.Event)
    events: list[tuple[str, str, dict[str, object]]] = field(
        default_factory=list[tuple[str, str, dict[str, object]]]
    )
    thread: threading.Thread | None = None

    def join(self) -> None:
        """Until the server has ended the stream."""
        assert self.thread is not None
        self.thread.join(30)
        assert not self.thread.is_alive()


def listen(address: str, run: str) -> Heard:
    """Follow a run's events in a thread."""
    heard = Heard()

    def follow() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        data: dict[str, object] = {}
        url = f"{address}/runs/{run}/events"
        with httpx.stream("GET", url, headers=headers, timeout=60) as response:
            kind, name = "message", ""
            for line in response.iter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    kind = value
                elif key == "id":
                    name = value
                elif key == "data":
                    data = json.loads(value)
                    heard.started.set()
                elif not line and (name or kind != "message"):
                    heard.events.append((kind, name, data))
                    kind, name = "message", ""

    heard.thread = threading.Thread(target=follow, daemon=True)
    heard.thread.start()
    return heard


@contextmanager
def a_run_that_waits(path: Path) -> Generator[tuple[str, str, Path]]:
    """A store, the run in it that another process is at, and the file that lets it go on."""
    module = write_module(path, GATED)
    write_dataset(path, cases=6)
    (path / "study.yaml").write_text(
        "name: slow\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\n"
        f'generators: [{{callable: "{module}:patient", name: patient}}]\n'
        f'judges: [{{callable: "{module}:judge", name: judge}}]\n'
    )
    command = [sys.executable, "-m", "jurist", "run", "study.yaml", "--workers", "1", "--quiet"]
    process = subprocess.Popen(command, cwd=path)
    try:
        while not (path / "waiting").exists():
            assert process.poll() is None, "the run ended before it began"
            time.sleep(0.01)
        place = str(path / "jurist.db")
        store = read_store(place)
        (record,) = list_runs(store)
        store.close()
        yield place, record.id, path / "gate"
    finally:
        (path / "gate").touch()
        assert process.wait(60) == 0


def test_two_listeners_are_told_of_a_run_until_it_ends(tmp_path: Path) -> None:
    with a_run_that_waits(tmp_path) as (place, run, gate), serving(Settings(place)) as address:
        listeners = [listen(address, run), listen(address, run)]
        for each in listeners:
            assert each.started.wait(30)
        gate.touch()
        for each in listeners:
            each.join()
    for each in listeners:
        kinds = [kind for kind, _, _ in each.events]
        assert kinds == ["message"] * (len(kinds) - 1) + ["end"]
        first, last = each.events[0][2], each.events[-1][2]
        assert first["state"] == "running"
        assert last == {
            "state": "finished",
            "stages": {"candidates": [6, 6], "verdicts": [6, 6]},
            "done": 12,
            "failed": 0,
            "left": "",
        }
    assert listeners[0].events[-1] == listeners[1].events[-1]


def test_what_was_told_already_is_not_told_again(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=3)
    with client_of(Settings(folder.place)) as client:
        path = f"/runs/{run}/events"
        first = client.get(path)
        known = next(line[4:] for line in first.text.splitlines() if line.startswith("id: "))
        again = client.get(path, headers={"Last-Event-ID": known})
    assert first.text.startswith("event: end\n")
    assert again.text == ""


def test_a_server_that_stops_ends_what_it_tells(tmp_path: Path) -> None:
    with a_run_that_waits(tmp_path) as (place, run, _):
        with serving(Settings(place)) as address:
            listener = listen(address, run)
            assert listener.started.wait(30)
        listener.join()  # the server is gone, while the run still waits
        assert [kind for kind, _, _ in listener.events] == ["message"] * len(listener.events)


def test_a_stream_ends_in_time_so_that_who_may_no_more_hears_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jurist.web.runs.live.LONGEST_S", 0.5)
    with a_run_that_waits(tmp_path) as (place, run, _), serving(Settings(place)) as address:
        listener = listen(address, run)
        listener.join()  # while run and server go on
        assert {kind for kind, _, _ in listener.events} == {"message"}
        again = listen(address, run)  # as browsers do of themselves
        assert again.started.wait(30)


def test_events_of_an_unknown_run_are_not_there(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=3)
    with client_of(Settings(folder.place)) as client:
        missing = client.get(f"/runs/{run}x/events")
    assert missing.status_code == 404
    assert run in missing.text
