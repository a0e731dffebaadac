"""Many answers judged in one request: a JSON array, or JSON lines that stream in and out."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from jurist.languages.documents import parse_document
from jurist.web.judging.asking import MOST_TRIPLES
from jurist.web.judging.many import LONGEST_LINE, lines_in
from jurist.web.problems import LengthError
from jurist.web.settings import Settings
from studies import SCHEMA
from web.served import TOKEN, client_of, serving

LINES = "application/x-ndjson"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[TestClient]:
    with client_of(Settings(str(tmp_path_factory.mktemp("many") / "jurist.db"))) as client:
        client.headers.update(BEARER)
        yield client


HARD = {
    "workspace": "shop",
    "timeout_ms": 60_000,
    **{
        name: " AND ".join(
            f"event('Order Completed').within({n} days).where(property('total') {operator} {n})"
            ".count() >= 3"
            for n in range(1, 19)
        )
        for name, operator in (("reference", ">"), ("candidate", ">="))
    },
}


def points(number: int, **more: object) -> dict[str, object]:
    reference, candidate = (f"trait('loyalty_points') >= {n}" for n in (number, number % 3))
    return {"id": number, "reference": reference, "candidate": candidate, **more}


def head(port: int, path: str, media_type: str, length: str) -> bytes:
    host = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {TOKEN}"
    return (
        f"POST {path} HTTP/1.1\r\n{host}\r\nContent-Type: {media_type}\r\n{length}\r\n\r\n"
    ).encode()


def as_lines(triples: Iterable[object]) -> str:
    return "".join(json.dumps(triple) + "\n" for triple in triples)


def told_by(client: TestClient, content: str | bytes) -> list[dict[str, Any]]:
    told = client.post("/v1/judge/many", content=content, headers={"Content-Type": LINES})
    assert told.status_code == 200, told.text
    assert told.headers["content-type"].startswith(LINES)
    return [json.loads(line) for line in told.text.splitlines()]


def test_an_array_is_answered_in_its_order_and_one_bad_triple_spoils_no_other(
    client: TestClient,
) -> None:
    triples = [points(0, workspace="shop"), {"id": 1}, *(points(n) for n in range(2, 20))]
    told = client.post("/v1/judge/many", json=triples)
    assert told.status_code == 200
    lines = told.json()
    assert [line["line"] for line in lines] == [*range(1, 21)]
    assert lines[1]["problem"]["code"] == "unusable"
    assert "line 2" in lines[1]["problem"]["detail"]
    scores = {
        line["judged"]["id"]: line["judged"]["verdict"]["score"]
        for line in lines
        if "judged" in line
    }
    assert set(scores) == {0, *range(2, 20)}
    assert [number for number, score in scores.items() if score == 5] == [0, 2]


def test_lines_are_the_same_as_an_array(client: TestClient) -> None:
    triples = [points(0, workspace="shop"), *(points(n) for n in range(1, 6))]
    by_lines = told_by(client, as_lines(triples))
    by_array = client.post("/v1/judge/many", json=triples).json()

    def scores(lines: list[dict[str, Any]]) -> list[object]:
        return [line["judged"]["verdict"]["score"] for line in lines]

    assert scores(by_lines) == scores(by_array)


def test_a_workspace_is_that_of_the_line_before_and_told_where_it_changes(
    client: TestClient,
) -> None:
    schema = {"schema": parse_document(SCHEMA, where="test")}
    age = {"reference": "trait('age') > 3", "candidate": "trait('age') >= 4"}
    told = told_by(
        client,
        as_lines([{**age, "workspace": schema}, age, points(2, workspace="shop"), points(3), age]),
    )
    workspaces = [line["judged"]["workspace"] for line in told]
    assert [workspace is None for workspace in workspaces] == [False, True, False, True, True]
    assert [line["judged"]["verdict"]["score"] for line in told[:2]] == [5, 5]
    assert told[4]["judged"]["verdict"]["unscored"], "the shop knows no age"


def test_blank_lines_count_and_broken_ones_are_told(client: TestClient) -> None:
    content = (
        as_lines([points(2, workspace="shop")])
        + "\n"
        + '{"reference": null, "candidate"\n'
        + '{"reference": null, "reference": null, "candidate": null}\n'
        + as_lines([points(2)])[:-20]
    )
    told = told_by(client, content)
    assert [(line["line"], "problem" in line) for line in told] == [
        (1, False),
        (3, True),
        (4, True),
        (5, True),
    ]
    assert "twice" in told[2]["problem"]["detail"]


def test_the_first_line_must_name_a_workspace(client: TestClient) -> None:
    (told,) = told_by(client, as_lines([points(1)]))
    assert "workspace" in told["problem"]["detail"]
    assert told_by(client, "") == []


def test_more_than_a_thousand_are_cut_off_with_a_problem(client: TestClient) -> None:
    triple = points(0, workspace="shop")
    told = told_by(client, as_lines([triple] * (MOST_TRIPLES + 5)))
    assert len(told) == MOST_TRIPLES + 1
    assert told[-1]["problem"]["code"] == "too-large"
    assert all("judged" in line for line in told[:-1])


def test_what_is_too_long_is_refused(client: TestClient) -> None:
    long = json.dumps(points(0, workspace="shop", question="x" * LONGEST_LINE))
    (told,) = told_by(client, long)
    assert told["problem"]["code"] == "too-large"
    whole = client.post("/v1/judge/many", content=b"[" + b" " * 15_999_000)
    assert whole.status_code == 415, "no media type is named"
    whole = client.post(
        "/v1/judge/many",
        content=b"[" + b" " * 16_000_000,
        headers={"Content-Type": "application/json"},
    )
    assert whole.status_code == 413
    assert whole.json()["code"] == "too-large"


def test_a_stream_without_an_end_is_ended_by_a_line(tmp_path: Path) -> None:
    """Over a real connection, which is cut where the framework refuses what comes."""
    blank, long = b"\n" * 60_000, b" " * 60_000 + b"\n"
    with serving(Settings(str(tmp_path / "jurist.db"))) as address:
        for part, number in ((blank, 1), (long, 267)):  # the last part is the one too many
            told = httpx.post(
                f"{address}/v1/judge/many",
                content=(part for _ in range(number)),
                headers={**BEARER, "Content-Type": LINES},
                timeout=60,
            )
            assert told.status_code == 200
            (line,) = map(json.loads, told.text.splitlines())
            assert line["problem"]["code"] == "too-large"


async def test_lines_come_out_whole_however_they_are_cut() -> None:
    content = b'{"a": "\xc3\xa4"}\n\n[1]\r\nlast'

    async def cut(size: int) -> list[bytes]:
        async def parts():
            for start in range(0, len(content), size):
                yield content[start : start + size]

        return [line async for line in lines_in(parts())]

    expected = [b'{"a": "\xc3\xa4"}', b"", b"[1]\r", b"last"]
    for size in (1, 2, 3, 7, 1000):
        assert await cut(size) == expected

    async def endless():
        while True:
            yield b"x" * 100_000

    with pytest.raises(LengthError):
        async for _ in lines_in(endless()):
            pass


def test_a_line_is_answered_before_the_next_is_sent(tmp_path: Path) -> None:
    """Over a real connection; no client library reads while it sends."""

    async def talk(port: int) -> list[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /v1/judge/many HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {LINES}\r\n"
        )
        token = f"Authorization: Bearer {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write((head + token).encode())
        answered: list[int] = []
        for number in range(3):
            line = as_lines([points(number, workspace="shop")]).encode()
            writer.write(b"%x\r\n%b\r\n" % (len(line), line))
            told = b""
            while not told.startswith(b'{"line"'):
                told = await asyncio.wait_for(reader.readline(), 30)
            answered.append(json.loads(told)["line"])
        writer.write(b"0\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 30)).endswith(b"0\r\n\r\n")
        writer.close()
        return answered

    with serving(Settings(str(tmp_path / "jurist.db"))) as address:
        assert asyncio.run(talk(int(address.rpartition(":")[2]))) == [1, 2, 3]


def test_who_hangs_up_leaves_its_place(tmp_path: Path) -> None:
    async def talk(port: int) -> None:
        for path, media_type in (("/v1/judge/many", LINES), ("/v1/judge", "application/json")):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {media_type}\r\n"
            )
            token = f"Authorization: Bearer {TOKEN}\r\nContent-Length: 10000\r\n\r\n"
            writer.write((head + token).encode() + json.dumps(HARD).encode() + b"\n")
            if media_type != LINES:
                writer.write(b" " * (10_000 - len(json.dumps(HARD)) - 1))
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.close()

    with serving(Settings(str(tmp_path / "jurist.db"))) as address:
        asyncio.run(talk(int(address.rpartition(":")[2])))
        with httpx.Client(base_url=address, headers=BEARER) as client:
            for _ in range(200):
                figures = client.get("/metrics").text
                if "jurist_judging_taken 0\n" in figures:
                    return
                time.sleep(0.05)
    pytest.fail("a place is taken by nobody")


def test_who_sends_nothing_loses_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurist.web.judging.many.LONGEST_PAUSE_S", 0.2)

    async def talk(port: int) -> list[bytes]:
        asked = head(port, "/v1/judge/many", LINES, "Transfer-Encoding: chunked")
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(70)]
        for _, writer in open_ones:
            writer.write(asked)
        # a first byte of a line, and no more: what comes in must be lines
        open_ones[0][1].write(b"1\r\n{\r\n")
        told = [await asyncio.wait_for(reader.read(), 30) for reader, _ in open_ones[:3]]
        for _, writer in open_ones:
            writer.close()
        return told

    with serving(Settings(str(tmp_path / "jurist.db"))) as address:
        for told in asyncio.run(talk(int(address.rpartition(":")[2]))):
            assert b"no line came for 0.2 s" in told
        with httpx.Client(base_url=address, headers=BEARER) as client:
            assert "jurist_judging_taken 0\n" in client.get("/metrics").text
            assert client.post("/v1/judge", json=points(2, workspace="shop")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/judge", "/v1/queues"])
def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours(
    tmp_path: Path, path: str
) -> None:
    async def talk(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(port, path, "application/json", "Content-Length: 100") + b"{")
        await writer.drain()
        writer.close()

    with serving(Settings(str(tmp_path / "jurist.db"))) as address:
        asyncio.run(talk(int(address.rpartition(":")[2])))
        with httpx.Client(base_url=address, headers=BEARER) as client:
            for _ in range(200):
                figures = client.get("/metrics").text
                assert 'status="500"' not in figures
                if 'status="499"' in figures:
                    return
                time.sleep(0.05)
    pytest.fail("nobody noticed")
