"""An endpoint's keys go to the endpoint and nowhere else, and the study lists what it reads."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from commands import run_process
from jurist.errors import InputError, StudyError
from jurist.records import Origin, Question
from jurist.roles import Means, RoleSpec
from jurist.roles.loading import load_generator
from jurist.runs import parse_study
from jurist.runs.reaching import sketch
from workspaces import small_workspace

KEY = "sk-very-secret-0123456789"
QUESTION = Question("q", "who?", Origin.AUTHORED)


def spec(url: str, headers: Mapping[str, str] | None = None) -> RoleSpec:
    return RoleSpec("http", url, {"headers": headers or {}})


@pytest.mark.parametrize("status", [200, 401])
async def test_an_echo_is_hidden(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_KEY", KEY)
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(f"{request.headers['X-Api-Key']} {request.rel_url.query['token']}")
        encoded = base64.b64encode(KEY.encode()).decode()
        said = [str(request.url), request.headers["X-Api-Key"], encoded, "\n".join(KEY)]
        return web.Response(status=status, text=json.dumps(said))

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        url = f"{server.make_url('/')}?token=${{ACME_KEY}}"
        means = Means(tmp_path, environment=("ACME_KEY",))
        generator = load_generator(spec(url, {"X-Api-Key": "${ACME_KEY}"}), means)
        found = await generator.answer(QUESTION, small_workspace())
    assert seen == [f"{KEY} {KEY}"]
    said = repr(found) + repr(generator)
    assert "[key]" in said
    for secret in (KEY, base64.b64encode(KEY.encode()).decode()[:20], r"\n".join(KEY[3:9])):
        assert secret not in said


@pytest.mark.parametrize(
    ("url", "headers", "said"),
    [
        ("https://host/?v=${OTHER}", {}, "reads the variable OTHER"),
        ("https://host/", {"Authorization": "Bearer ${OTHER}"}, "reads the variable OTHER"),
        ("https://${ACME_KEY}/", {}, "an http:// or https:// URL"),
        ("https://host/?api_key=sk-1", {}, "it looks like a key"),
        ("https://host/", {"Authorization": "Bearer sk-1"}, "it looks like a key"),
        ("https://host/", {"Cookie": "a=b"}, "it looks like a key"),
        ("https://host/", {"X-A": "a\nX-B: b"}, "cannot be sent"),
        ("https://host/", {"X A": "a"}, "cannot be sent"),
        ("https://host/", {"X-A": "${NOT_SET}"}, "NOT_SET is not set"),
        ("https://host/", {"X-A": "${ENDS_IN_NEWLINE}"}, "what ENDS_IN_NEWLINE holds is no key"),
    ],
)
def test_what_is_not_sent_is_named_before_anything_runs(
    url: str, headers: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_KEY", KEY)
    monkeypatch.setenv("ENDS_IN_NEWLINE", f"{KEY}\n")
    monkeypatch.delenv("NOT_SET", raising=False)
    means = Means(tmp_path, environment=("ACME_KEY", "NOT_SET", "ENDS_IN_NEWLINE"))
    with pytest.raises(InputError, match=said) as caught:
        load_generator(spec(url, headers), means)
    assert KEY not in str(caught.value)
    assert "sk-1" not in str(caught.value)


@pytest.mark.parametrize(
    "preset",
    [
        '{base_url: "http://127.0.0.1:9/v1", key_variable: OPENAI_API_KEY}',
        '{base_url: "http://127.0.0.1:9/{OPENAI_API_KEY}/v1"}',
        '{base_url: "http://127.0.0.1:9/v1", base_url_variable: OPENAI_API_KEY}',
    ],
)
def test_a_preset_reads_only_what_the_study_lists(
    preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "http://127.0.0.1:9/v1")
    text = (
        'name: n\ndatasets: [shop]\ngenerators: [{llm: "evil:m"}]\njudges: [proof]\n'
        f"models: {{presets: {{evil: {preset}}}}}\n"
    )
    with pytest.raises(StudyError, match="OPENAI_API_KEY, which the study does not list"):
        sketch(parse_study(text, folder=tmp_path))
    sketch(parse_study(f"{text}environment: [OPENAI_API_KEY]\n", folder=tmp_path))


class _Echo(BaseHTTPRequestHandler):
    """Sends back what it was sent, as an error half of the time."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        body = f"I saw {self.headers['Authorization']}".encode()
        self.send_response(200 if length % 2 else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def test_nothing_of_an_echo_reaches_store_report_or_terminal(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    (tmp_path / "study.yaml").write_text(
        "name: echo\ndatasets: [{name: shop, limit: 20}]\n"
        "questions: {use: authored, generator: null}\njudges: [proof]\n"
        f'generators: [{{http: "{url}", headers: {{Authorization: "Bearer ${{ACME_KEY}}"}}}}]\n'
        "environment: [ACME_KEY]\n"
    )
    said = run_process(
        "run", "study.yaml", "--html", "report.html",
        folder=tmp_path, environment={"ACME_KEY": KEY},
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    assert said.code == 0
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {"jurist.db", "report.html"} <= {path.name for path in files}
    assert KEY not in said.out + said.err
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path.name
        assert b"[key]" in path.read_bytes() or path.name not in {"jurist.db", "report.html"}
