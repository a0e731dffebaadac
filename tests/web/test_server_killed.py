"""Two annotators in browsers, and the server killed in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from judged_runs import make_folder
from jurist.alignment.labels.queues import make_queue, standing_of
from jurist.store.annotations import annotations_of
from web.browsing import BROWSER, browser_of_tests, press
from web.people import PASSWORD, add_annotators

pytestmark = BROWSER

_SERVE = """
import sys, uvicorn
from jurist.web.application import build_application
from jurist.web.settings import Settings
from web.people import CountingHasher
store, port = sys.argv[1], int(sys.argv[2])
application = build_application(Settings(store, port=port), hasher=CountingHasher())
uvicorn.run(application, host="127.0.0.1", port=port, log_level="error")
"""


@contextmanager
def _server(store: str, port: int) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, store, str(port)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                httpx.get(f"http://127.0.0.1:{port}/login", timeout=1)
                break
            except httpx.TransportError:
                threading.Event().wait(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def _log_in(page: Page, address: str, name: str, queue: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{address}/annotate/{queue}/next")
    page.wait_for_load_state("networkidle")


def _say(page: Page, score: str) -> str:
    task = page.locator("#desk").get_attribute("data-task") or ""
    press(page, score)
    press(page, "Enter")
    expect(page.locator("#desk")).not_to_have_attribute("data-task", task)
    return task


def test_two_annotators_lose_nothing_when_the_server_is_killed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=8)
    with closing(folder.open()) as store:
        add_annotators(store, "ada", "bob")
        queue = make_queue(store, run, name="", by="eve", count=8)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    said: dict[str, dict[str, int]] = {"ada": {}, "bob": {}}
    with browser_of_tests() as browser:
        pages = {name: browser.new_context(reduced_motion="reduce").new_page() for name in said}
        with _server(folder.place, port) as server:
            for name, page in pages.items():
                _log_in(page, address, name, queue.id)
                for score in "54":
                    said[name][_say(page, score)] = int(score)
                expect(page.locator("#saved")).to_contain_text("All saved")
                page.wait_for_load_state("networkidle")
            server.send_signal(signal.SIGKILL)
            server.wait()
            for name, page in pages.items():
                for score in "32":
                    said[name][_say(page, score)] = int(score)
                expect(page.locator("#saved")).to_contain_text("2 waiting to be sent")
                press(page, "1")
                page.locator("#why").fill(f"a draft of {name}")
        with _server(folder.place, port):
            for page in pages.values():
                page.reload()
                expect(page.locator("#saved")).not_to_contain_text("waiting")
            for name, page in pages.items():
                expect(page.locator("#why")).to_have_value(f"a draft of {name}")
    with closing(folder.open()) as store:
        for name, expected in said.items():
            labels = [label for label in annotations_of(store, run) if label.annotator == name]
            assert {label.task: label.scores[0] for label in labels} == expected
            assert len(labels) == len(expected)
            assert len(standing_of(store, queue, name).open) == 4
