"""`jurist serve`: what it says, when it refuses to start, how it ends."""

from __future__ import annotations

import html
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from commands import Jurist
from jurist.store import open_store
from jurist.store.users import add_user


@pytest.fixture
def place(tmp_path: Path) -> str:
    open_store(tmp_path / "jurist.db").close()
    return str(tmp_path / "jurist.db")


class Started:
    """A server that runs as a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jurist", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def end(self, *signals: int) -> tuple[int, str]:
        """Its code, and all that it said on standard error."""
        for number in signals:
            self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@contextmanager
def started(*arguments: str) -> Generator[Started]:
    """A server until the block ends."""
    server = Started(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()


def test_one_person_opens_the_printed_url_and_ctrl_c_ends_it(place: str) -> None:
    with started("--store", place) as server:
        assert server.url.startswith("http://127.0.0.1:")
        asking = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with asking.open(server.url, timeout=30) as told:
            assert told.url.endswith("/runs")
            assert "token" not in told.url
        with pytest.raises(urllib.error.HTTPError):
            asking.open(server.url.partition("?")[0] + "no/such?token=secret-of-mine", timeout=30)
        code, said = server.end(signal.SIGINT)
    assert code == 0
    token = server.url.partition("token=")[2]
    assert len(token) == 43
    assert token not in said
    assert "secret-of-mine" not in said
    assert "Ctrl-C stops it." in said


def test_sigterm_ends_it_too_while_somebody_is_connected(place: str) -> None:
    with started("--store", place) as server:
        host, port = server.url.removeprefix("http://").partition("/")[0].split(":")
        idle = socket.create_connection((host, int(port)), timeout=30)
        with idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            code, _ = server.end(signal.SIGTERM)
    assert code == 0


def test_what_it_cannot_start_with_is_said(place: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\njudges: [{callable: 'nowhere:judge'}]\n")
    for judges in ("nosuch.yaml", str(tmp_path / "bad.yaml")):
        server = Started("--store", place, "--judges", judges)
        code, said = server.end()
        assert code == 2, said
        assert "Traceback" not in said
        assert "error: " in said
        assert "  expected: " in said


def test_what_is_kept_nowhere_starts_no_studies(jurist: Jurist, tmp_path: Path) -> None:
    refused = jurist("serve", "--no-store", "--studies", str(tmp_path))
    assert refused.code == 2
    assert "leave out --no-store" in refused.err


def test_a_port_that_is_taken_is_named(jurist: Jurist, place: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = jurist("serve", "--store", place, "--port", str(port))
    assert refused.code == 2
    assert f"port {port} of 127.0.0.1 is taken" in refused.err
    assert "--port 0" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--host", "0.0.0.0"),  # noqa: S104
        ("--name", "jurist.example.org"),
        ("--user-header", "X-Remote-User", "--trusted-proxy", "127.0.0.1"),
    ],
)
def test_where_others_can_ask_it_starts_with_users_only(
    jurist: Jurist, place: str, arguments: tuple[str, ...]
) -> None:
    refused = jurist("serve", "--store", place, "--port", "0", *arguments)
    assert refused.code == 2
    assert f"jurist user add NAME --role admin --store {place}" in refused.err
    store = open_store(place)
    add_user(store, "ada", "admin", None)
    store.close()
    with started("--store", place, *arguments) as server:
        assert "token" not in server.url
        code, said = server.end(signal.SIGINT)
    assert code == 0
    assert "Users: 1 admin." in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "https://a.example"), "is no host name"),
        (("--name", "a.example:80"), "is no host name"),
        (("--user-header", "X-Remote-User"), "anybody could send it"),
        (("--user-header", "X-\u03a9", "--trusted-proxy", "127.0.0.1"), "is no name of a header"),
        (("--trusted-proxy", "proxy.example"), "is no address"),
        (("--studies", "no/such/folder"), "is no folder"),
        (("--oidc-issuer", "https://login.example"), "lacks --oidc-client"),
        (("--oidc-issuer", "http://a.example", "--oidc-client", "a"), "is no https:// URL"),
        (("--oidc-issuer", "https://a.example", "--oidc-client", "a"), "JURIST_OIDC_SECRET"),
        (("--host", "192.0.2.1", "--name", "a.example"), "cannot be listened on"),
    ],
)
def test_options_that_cannot_be_used_are_said(
    jurist: Jurist, place: str, arguments: tuple[str, ...], words: str
) -> None:
    store = open_store(place)
    add_user(store, "ada", "admin", None)
    store.close()
    refused = jurist("serve", "--store", place, "--port", "0", *arguments)
    assert refused.code == 2
    assert words in refused.err


def test_there_is_no_store(jurist: Jurist) -> None:
    refused = jurist("serve")
    assert (refused.code, "there is no store" in refused.err) == (2, True)


@pytest.mark.parametrize("more", [(), ("--name", "jurist.example.org")])
@pytest.mark.parametrize("through", ["option", "environment"])
def test_a_password_of_the_store_is_said_nowhere(
    jurist: Jurist, monkeypatch: pytest.MonkeyPatch, through: str, more: tuple[str, ...]
) -> None:
    store = "postgresql://joe:secret-of-joe@127.0.0.1:1/runs"
    if through == "environment":
        monkeypatch.setenv("JURIST_STORE", store)
    named = ("--store", store) if through == "option" else ()
    refused = jurist("serve", "--port", "0", *named, *more)
    assert refused.code == 2
    assert "://joe:***@127.0.0.1:1/runs" in refused.err
    assert "secret-of-joe" not in refused.err + refused.out
    assert "Traceback" not in refused.err


def test_what_starts_the_browser_does_not_hold_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    browser, started_with = tmp_path / "browser", tmp_path / "started_with"
    browser.write_text(
        f'#!/bin/sh\necho "$@" > {started_with}.part\nmv {started_with}.part {started_with}\n'
    )
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with started("--store", place, "--open") as server:
        while not started_with.exists():
            assert server.process.poll() is None
            time.sleep(0.01)
        address = started_with.read_text().strip()
        token = server.url.partition("token=")[2]
        assert token
        assert token not in address
        led = Path(address.removeprefix("file://"))
        assert html.escape(server.url) in led.read_text()
        assert led.parent.stat().st_mode & 0o077 == 0
        server.end(signal.SIGINT)
    assert not led.parent.exists()
