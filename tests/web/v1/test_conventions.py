"""What all of the API shares: problems, the document, the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jurist.errors import InputError
from jurist.web.problems import CODES
from jurist.web.settings import Settings
from jurist.web.v1.conventions import cursor_of, place_of
from web.served import client_of


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[TestClient]:
    place: Path = tmp_path_factory.mktemp("store") / "jurist.db"
    with client_of(Settings(str(place))) as client:
        yield client


def test_a_path_that_is_not_there_is_a_problem_document(client: TestClient) -> None:
    told = client.get("/v1/nothing")
    assert told.status_code == 404
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["code"] == "missing"
    assert told.json()["type"] == "/api#problem-missing"


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("/v1/nothing", "see /api"),
        ("/v1/compare", "see /api"),
        ("/v1/runs/nothing", "name one that is there"),
        ("/v1/compare?a=x&b=y", "write a run's id, a colon, and its generator's name"),
    ],
)
def test_what_to_do_can_be_done_by_a_program(client: TestClient, path: str, fix: str) -> None:
    """It was sent back to a page, or to run the command again."""
    assert client.get(path).json()["fix"] == fix


def test_nobody_gets_a_problem_document_that_says_how_to_be_known(client: TestClient) -> None:
    asked = client.get("/openapi.json").json()["paths"]
    guarded = next((p for p, m in asked.items() if m.get("get", {}).get("security")), None)
    if guarded is None:
        pytest.skip("no route that reads yet")
    client.cookies.clear()
    told = client.get(guarded)
    client.cookies.set("jurist-8765", "a-token-of-tests")
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == "Bearer"
    assert told.json()["code"] == "not-known"


def test_the_document_refers_to_nothing_that_it_lacks(client: TestClient) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    referred = re.findall(r'"#/components/schemas/([^"]*)"', client.get("/openapi.json").text)
    assert set(referred) <= set(document["components"]["schemas"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert len(operation["tags"]) == 1, where
            assert operation["tags"][0] in {tag["name"] for tag in document["tags"]}, where
    ids = [
        each["operationId"] for methods in document["paths"].values() for each in methods.values()
    ]
    assert len(ids) == len(set(ids))


def test_the_page_shows_every_operation_record_and_problem(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    shown = client.get("/api").text
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in shown
    for name in document["components"]["schemas"]:
        assert f'id="record-{name}"' in shown
    for code in CODES:
        assert f'id="problem-{code}"' in shown
    ids = re.findall(r' id="([^"]*)"', shown)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' href="#([^"]*)"', shown)) <= set(ids)


def test_a_cursor_comes_back_as_its_place_and_nothing_else_is_one() -> None:
    assert place_of(cursor_of([3, "ä"]), list[int | str]) == [3, "ä"]
    for other in ("!", "a", cursor_of("text"), "\0", "é"):
        with pytest.raises(InputError, match="cursor"):
            place_of(other, int)
