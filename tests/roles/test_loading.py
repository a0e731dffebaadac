"""From a study's words to roles, commands and endpoints among them."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jurist.errors import StudyError
from jurist.records import Candidate, FailureKind, Origin, Question
from jurist.roles import Means, RoleSpec
from jurist.roles.http_endpoint import HttpGenerator
from jurist.roles.loading import GENERATORS, JUDGES, load_generator, offered_kinds, read_spec
from workspaces import small_workspace

QUESTION = Question("q", "who?", Origin.AUTHORED)


def test_specs_are_read_in_all_their_forms() -> None:
    assert read_spec("rules", GENERATORS) == RoleSpec("rules")
    assert read_spec("my_app.nl:answer", GENERATORS) == RoleSpec("callable", "my_app.nl:answer")
    assert read_spec({"name": "n", "command": ["x"], "timeout_s": 3}, GENERATORS) == RoleSpec(
        "command", ["x"], {"timeout_s": 3}, "n"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rule", "did you mean 'rules'"),
        ({"comand": ["x"]}, "did you mean 'command'"),
        ({"rules": None, "nearest": None}, "names 2 kinds"),
        ({"name": ""}, "the name ''"),
        (3, "a generator is 3"),
        ("https://host/path", "there is no generator"),
    ],
)
def test_a_bad_spec_is_explained(given: object, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        read_spec(given, GENERATORS)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"command": "rm -rf"}, "a list of texts"),
        ({"command": ["x"], "timeout": 3}, "did you mean 'timeout_s'"),
        ({"command": ["x"], "timeout_s": "soon"}, "a number from"),
        ({"http": "ftp://host"}, "http:// or https://"),
        ({"http": "http://me:secret@host/"}, "holds a user or password"),
        ({"recorded": 3}, "JSONL file"),
    ],
)
def test_bad_options_are_explained(tmp_path: Path, given: object, message: str) -> None:
    with pytest.raises(StudyError, match=message) as caught:
        load_generator(read_spec(given, GENERATORS), Means(tmp_path))
    assert "secret" not in str(caught.value)


def test_an_unknown_judge_names_the_known_ones() -> None:
    with pytest.raises(StudyError, match="cascade, llm, panel, proof"):
        read_spec("prof", JUDGES)


@pytest.mark.parametrize("broken", ["no_such_package.anywhere:make", "json:no_such_function"])
def test_a_broken_plugin_is_named_when_it_is_used_and_not_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str
) -> None:
    def points(*, group: str) -> tuple[EntryPoint, ...]:
        return (EntryPoint("acme", broken, group),)

    monkeypatch.setattr("jurist.roles.loading.entry_points", points)
    offered_kinds.cache_clear()
    spec = read_spec("acme", GENERATORS)
    offered_kinds.cache_clear()
    with pytest.raises(StudyError, match=f"'acme' .*{broken.partition(':')[0]}"):
        load_generator(spec, Means(tmp_path))


# --- commands -------------------------------------------------------------------------------


async def _run(folder: Path, source: str, *, timeout_s: float = 20) -> Candidate:
    script = folder / "generator.py"
    script.write_text(textwrap.dedent(source))
    spec = RoleSpec("command", [sys.executable, "generator.py"], {"timeout_s": timeout_s})
    return await load_generator(spec, Means(folder)).answer(QUESTION, small_workspace())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "import json, sys; d = json.load(sys.stdin);"
            " print(json.dumps({'query': d['question'] + d['language'] + str(sorted(d))}))",
            "who?cql['language', 'question', 'schema', 'workspace']",
        ),
        ("print('plain text')", "plain text"),
        ("print('\\\"a JSON text\\\"')", "a JSON text"),
        ("print('```cql\\ntrait(1)\\n```')", "trait(1)"),
        ('print(\'{"query": "```trait(1)```"}\')', "trait(1)"),
        ("print('```a``` or ```b```')", "```a``` or ```b```"),
        ("print('< 3')", "< 3"),
    ],
)
async def test_a_command_answers(tmp_path: Path, source: str, expected: str) -> None:
    assert (await _run(tmp_path, source)).query == expected


@pytest.mark.parametrize(
    ("source", "kind", "reason"),
    [
        ("import sys; sys.exit('it broke')", FailureKind.ERROR, "code 1: it broke"),
        ("import time; time.sleep(60)", FailureKind.TIMEOUT, "no answer within"),
        ("", FailureKind.UNPARSABLE, "empty"),
        ("print('x' * 10**7)", FailureKind.UNPARSABLE, "characters"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", FailureKind.UNPARSABLE, "UTF-8"),
        ("print('{\"query\": 3}')", FailureKind.ERROR, "exactly one"),
        ("print('{\"query\": null}')", FailureKind.ERROR, "exactly one"),
        ('print(\'{"answer": "x"}\')', FailureKind.ERROR, "an object with 'answer'; expected"),
        ("print({'query': 'x'})", FailureKind.ERROR, "which is no JSON; expected"),
        ("print('null')", FailureKind.ERROR, "it answered 'null'; expected"),
        ("print('[1]')", FailureKind.ERROR, "it answered '[1]'; expected"),
        ("print('<!DOCTYPE html><p>Sorry')", FailureKind.ERROR, "it answered with a page"),
    ],
)
async def test_a_command_fails(tmp_path: Path, source: str, kind: FailureKind, reason: str) -> None:
    found = await _run(tmp_path, source, timeout_s=1 if "sleep" in source else 20)
    assert found.failure is not None
    assert found.failure.kind is kind
    assert reason in found.failure.reason


_FLOOD = "import os\nwhile True: os.write({}, b'y' * 65536)"
_LEFT_BEHIND = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    time.sleep(5)
print("said")
"""


@pytest.mark.parametrize("source", [_FLOOD.format(1), _FLOOD.format(2)])
async def test_a_command_that_never_stops_printing_is_ended(tmp_path: Path, source: str) -> None:
    async with asyncio.timeout(15):
        found = await _run(tmp_path, source, timeout_s=1)
    assert found.failure is not None
    assert found.failure.kind is FailureKind.TIMEOUT


async def test_a_process_left_behind_with_the_pipes_holds_nobody_up(tmp_path: Path) -> None:
    async with asyncio.timeout(15):
        assert (await _run(tmp_path, _LEFT_BEHIND)).query == "said"


async def test_a_refusal_by_command_is_legal(tmp_path: Path) -> None:
    assert (await _run(tmp_path, 'print(\'{"refusal": "no such event"}\')')).refusal == (
        "no such event"
    )


def test_an_edited_script_is_another_version(tmp_path: Path) -> None:
    script = tmp_path / "generator.py"
    spec = RoleSpec("command", [sys.executable, "generator.py"])
    script.write_text("print(1)")
    before = load_generator(spec, Means(tmp_path)).version
    script.write_text("print(2)")
    assert load_generator(spec, Means(tmp_path)).version != before


# --- endpoints ------------------------------------------------------------------------------


async def test_an_endpoint_is_asked_again_where_that_can_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACME_KEY", "s3cret")
    seen: list[tuple[str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.json()
        seen.append((request.headers["Authorization"], body["question"]))
        if len(seen) < 3:
            return web.Response(status=429, headers={"Retry-After": "0"})
        return web.json_response({"query": "found"})

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        url = str(server.make_url("/"))
        headers = {"Authorization": "Bearer ${ACME_KEY}"}
        async with HttpGenerator("n", "v", url, headers, 5, first_wait_s=0.001) as generator:
            found = await generator.answer(QUESTION, small_workspace())
    assert found.query == "found"
    assert seen == [("Bearer s3cret", "who?")] * 3


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason", "calls"),
    [
        (500, b"oops", FailureKind.ERROR, "answered 500: oops", 1),
        (503, b"", FailureKind.UNREACHABLE, "answered 503", 4),
        (302, b"", FailureKind.ERROR, "answered 302", 1),
        (200, b"", FailureKind.UNPARSABLE, "empty", 1),
        (200, b"\xff", FailureKind.UNPARSABLE, "UTF-8", 1),
        (200, b"x" * 2_000_000, FailureKind.UNPARSABLE, "characters", 1),
    ],
)
async def test_an_endpoint_fails(
    status: int, body: bytes, kind: FailureKind, reason: str, calls: int
) -> None:
    seen = 0

    async def handle(_request: web.Request) -> web.Response:
        nonlocal seen
        seen += 1
        return web.Response(status=status, body=body)

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server:
        url = str(server.make_url("/"))
        async with HttpGenerator("n", "v", url, {}, 5, first_wait_s=0.001) as generator:
            found = await generator.answer(QUESTION, small_workspace())
    assert found.failure is not None
    assert (found.failure.kind, seen) == (kind, calls)
    assert reason in found.failure.reason


async def test_an_endpoint_that_is_not_there_or_hangs() -> None:
    async with HttpGenerator("n", "v", "http://127.0.0.1:1/", {}, 5, first_wait_s=0.001) as gone:
        found = await gone.answer(QUESTION, small_workspace())
    assert found.failure is not None
    assert "cannot be reached" in found.failure.reason
