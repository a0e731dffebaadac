"""Bodies that are meant to break something: each a problem document, or a verdict as any other."""

from __future__ import annotations

import json
from collections.abc import Generator

import pytest
from starlette.testclient import TestClient

from jurist.web.settings import Settings
from web.served import TOKEN, client_of

TRIPLE = {"workspace": "shop", "reference": "trait('x') = 1", "candidate": "trait('x') = 1"}
JSON = "application/json"
LINES = "application/x-ndjson"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[TestClient]:
    with client_of(Settings(str(tmp_path_factory.mktemp("hostile") / "jurist.db"))) as client:
        client.headers.update({"Authorization": f"Bearer {TOKEN}"})
        yield client


def with_value(value: str) -> bytes:
    """A triple whose candidate is this JSON, as it stands."""
    return json.dumps(TRIPLE | {"candidate": "@"}).replace('"@"', value).encode("utf-8")


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"candidate=1",
    "an array": b"[]",
    "a number": b"1",
    "cut off": json.dumps(TRIPLE).encode()[:-5],
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"workspace":' * 50_000,
    "deep candidate": with_value("[" * 20_000 + "]" * 20_000),
    "not a number": with_value("NaN"),
    "endless": with_value("1e999"),
    "huge": with_value("1" + "0" * 5_000),
    "half a character": with_value('"\\ud800"'),
    "not UTF-8": with_value('"@"').replace(b"@", b"\xff\xfe"),
    "twice": with_value('"a", "candidate": "b"'),
    "another key": with_value('"a", "__proto__": {}'),
    "long": with_value(json.dumps("x" * 20_001)),
    "a mark and UTF-16": json.dumps(TRIPLE).encode("utf-16"),
}
READABLE = {
    "NUL": with_value('"\\u0000"'),
    "controls": with_value('"\\u001b[31m\\u202e"'),
    "the longest": with_value(json.dumps("(" * 20_000)),
    "beyond the plane": with_value('"\\ud83d\\ude00"'),
    "nested queries": with_value(json.dumps("NOT " * 4_000 + "true")),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said_so(client: TestClient, name: str) -> None:
    for path, content in (
        ("/v1/judge", UNREADABLE[name]),
        ("/v1/judge/many", b"[" + UNREADABLE[name] + b"]"),
    ):
        told = client.post(path, content=content, headers={"Content-Type": JSON})
        if told.status_code == 200:  # each of many has its own problem
            assert all("problem" in line for line in told.json()), told.text[:300]
            continue
        assert told.status_code == 422, told.text[:300]
        assert told.headers["content-type"] == "application/problem+json"
        assert len(told.text) < 2_000


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_judged(client: TestClient, name: str) -> None:
    told = client.post("/v1/judge", content=READABLE[name], headers={"Content-Type": JSON})
    assert told.status_code == 200, told.text[:300]
    assert told.json()["verdict"]["judge"] == "proof"


def test_a_body_of_a_megabyte_and_more_is_refused(client: TestClient) -> None:
    whole = json.dumps(TRIPLE).encode()
    for path, most in (("/v1/judge", 1_000_000), ("/v1/judge/many", 16_000_000)):
        told = client.post(path, content=whole.ljust(most + 1), headers={"Content-Type": JSON})
        assert told.status_code == 413
        assert told.json()["code"] == "too-large"
    told = client.post("/v1/judge", content=whole.ljust(900_000), headers={"Content-Type": JSON})
    assert told.status_code == 200


@pytest.mark.parametrize(
    "given", ["text/plain", "application/jsonp", "", "multipart/form-data", "application/xml"]
)
def test_other_media_types_are_refused(client: TestClient, given: str) -> None:
    for path in ("/v1/judge", "/v1/judge/many"):
        told = client.post(path, content=json.dumps(TRIPLE), headers={"Content-Type": given})
        assert told.status_code == 415
        assert told.json()["code"] == "media-type"


def test_lines_that_are_cut_off_are_judged_up_to_there(client: TestClient) -> None:
    line = json.dumps(TRIPLE).encode()
    told = client.post(
        "/v1/judge/many", content=line + b"\n" + line[:40], headers={"Content-Type": LINES}
    )
    first, second = map(json.loads, told.text.splitlines())
    assert "judged" in first
    assert second["problem"]["code"] == "unusable"
