"""`jurist proxy`: what it prints, what it keeps, how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from commands import Jurist
from model_server import Json, ModelServer
from threaded_server import serving


def say(_: Json) -> str:
    return "hello"


@pytest.fixture
def server() -> Generator[ModelServer]:
    with serving(say) as started:
        yield started


class Started:
    """A proxy that runs as a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jurist", "proxy", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.told: Any = json.loads(line) if line else {}

    def ask(self, text: str, **more: object) -> tuple[int, Any]:
        variables = self.told["environment"]
        body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
        call = urllib.request.Request(  # noqa: S310
            f"{variables['OPENAI_BASE_URL']}/chat/completions",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {variables['OPENAI_API_KEY']}"},
        )
        try:
            with urllib.request.urlopen(call, timeout=20) as reply:  # noqa: S310
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def end(self) -> tuple[int, Any, str]:
        """Its code, its totals, and what it said."""
        self.process.send_signal(signal.SIGINT)
        out, said = self.process.communicate(timeout=30)
        return self.process.returncode, json.loads(out) if out else None, said


@contextmanager
def started(*arguments: str) -> Generator[Started]:
    proxy = Started(*arguments)
    try:
        yield proxy
    finally:
        if proxy.process.poll() is None:
            proxy.process.kill()
        proxy.process.communicate()


def test_calls_are_kept_and_told_at_the_end(server: ModelServer, tmp_path: Path) -> None:
    place = str(tmp_path / "s.db")
    options = ("--model", f"m={server.url}#m", "--store", place)
    with started(*options) as proxy:
        assert [proxy.ask(text)[0] for text in ("a", "b", "a")] == [200, 200, 200]
        assert proxy.told["environment"]["OPENAI_API_KEY"].startswith("jrp_")
        command = Path(f"/proc/{proxy.process.pid}/cmdline").read_text()
        assert "jrp_" not in command
        code, totals, said = proxy.end()
    assert code == 0
    assert (totals["calls"], totals["cached"], totals["failed"]) == (2, 1, 0)
    assert totals["input_tokens"] == server.counts.input_tokens
    assert "Ctrl-C" in said
    assert "jrp_" not in said
    with started(*options) as proxy:
        assert proxy.ask("a")[0] == 200
        assert proxy.end()[1]["cached"] == 1
    assert server.counts.requests == 2


def test_a_budget_outlives_the_process(server: ModelServer, tmp_path: Path) -> None:
    place = str(tmp_path / "s.db")
    options = ("--model", f"m={server.url}#m", "--store", place, "--calls", "3")
    for texts, codes in (("ab", [200, 200]), ("cd", [200, 402])):
        with started(*options) as proxy:
            assert [proxy.ask(text)[0] for text in texts] == codes
            proxy.end()
    assert server.counts.requests == 3
    with started(*options, "--account", "other") as proxy:
        assert proxy.ask("e")[0] == 200
        proxy.end()


@pytest.mark.parametrize(("delay_s", "status"), [(0.3, 200), (30.0, None)])
def test_ctrl_c_waits_a_moment_for_what_is_under_way(
    server: ModelServer, tmp_path: Path, delay_s: float, status: int | None
) -> None:
    server.delay_s = delay_s
    answers: list[int] = []
    place = str(tmp_path / "s.db")
    with started("--model", f"m={server.url}#m", "--store", place, "--tokens", "9000") as proxy:

        def ask() -> None:
            with suppress(OSError):
                answers.append(proxy.ask("slow", max_tokens=10)[0])

        asking = threading.Thread(target=ask)
        asking.start()
        while not server.counts.requests:
            time.sleep(0.01)
        began = time.perf_counter()
        code, totals, _ = proxy.end()
        assert time.perf_counter() - began < 5
        asking.join(20)
    assert code == 0
    assert totals["calls"] == (status is not None)
    assert (answers == [200]) == (status is not None)


def test_a_study_brings_its_models_and_its_budget(server: ModelServer, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(
        f"""
name: s
datasets: [demo]
generators: [{{llm: "local:m"}}]
models: {{presets: {{local: {{base_url: "{server.url}"}}}}}}
proxy: {{models: {{small: "local:m"}}}}
budget: {{calls: 2}}
store: {tmp_path / "s.db"}
"""
    )
    with started("--study", str(study)) as proxy:
        assert {"m", "small", "local:m"} <= set(proxy.told["models"])
        assert [proxy.ask(text)[0] for text in "abc"] == [200, 200, 402]
        proxy.end()


def test_what_it_cannot_start_with(jurist: Jurist, tmp_path: Path) -> None:
    none = jurist("proxy", "--port", "0", "--store", str(tmp_path / "s.db"))
    assert (none.code, "no model that may be called" in none.err) == (2, True)
    wrong = jurist("proxy", "--port", "0", "--model", "nobody:m", "--store", str(tmp_path / "s.db"))
    assert (wrong.code, "names no model" in wrong.err) == (2, True)


def test_a_study_that_hides_values_is_not_led_elsewhere(jurist: Jurist, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    for level, problem in (("values", "only a run knows"), ("nothing leaves", "nothing may leave")):
        study.write_text(
            f"""
name: s
datasets: [demo]
generators: [rules]
privacy: {level}
proxy: {{models: {{m: "http://models.example/v1#m"}}}}
"""
        )
        place = str(tmp_path / "s.db")
        ran = jurist("proxy", "--port", "0", "--study", str(study), "--store", place)
        assert ran.code == 2
        assert problem in " ".join(ran.err.split())
