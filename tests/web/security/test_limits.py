"""How much, how long, how often."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from jurist.store import open_store
from jurist.web.security.limits import Rate
from jurist.web.settings import Settings
from web.people import Served, add_people, open_to


@pytest.fixture
def place(tmp_path: Path) -> str:
    place = str(tmp_path / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    return place


@pytest.fixture
def served(place: str) -> Generator[Served]:
    with open_to(Settings(place, rate=20)) as served:
        yield served


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 6))
def test_no_minute_holds_more_than_the_limit(gaps: list[int], most: int) -> None:
    rate = Rate(most, window_ms=10_000)
    now = 0
    let_in: list[int] = []
    for gap in gaps:
        now += gap
        wait = rate.wait_ms("somebody", now)
        if wait == 0:
            let_in.append(now)
            continue
        assert rate.wait_ms("somebody", now + wait - 1) > 0
        recent = [moment for moment in let_in if moment > now - 10_000]
        assert len(recent) == most, "refused though there was room"
    for first, last in zip(let_in, let_in[most:], strict=False):
        assert last - first >= 10_000
    assert all(earlier <= later for earlier, later in pairwise(let_in))


def test_of_many_keys_the_one_that_came_longest_ago_is_forgotten() -> None:
    rate = Rate(1)
    for number in range(10_001):
        assert rate.wait_ms(str(number), 0) == 0
    assert rate.wait_ms("0", 0) == 0
    assert rate.wait_ms("10000", 0) > 0


def test_a_person_may_ask_so_often_and_another_is_not_held_up(served: Served) -> None:
    reader, editor = served.log_in("reader"), served.log_in("editor")
    assert {reader.get("/runs").status_code for _ in range(20)} == {200}
    refused = reader.get("/runs")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert editor.get("/runs").status_code == 200
    served.clock.move(seconds=61)
    assert reader.get("/runs").status_code == 200


def test_a_token_has_a_rate_of_its_own_and_is_told_as_a_program(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token('reader', 'reader')}"}
    for _ in range(20):
        assert served.client.get("/runs", headers=headers).status_code == 200
    refused = served.client.get("/v1/runs", headers=headers)
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-many"


def test_unknown_addresses_may_ask_less_and_a_proxy_says_which_they_are(place: str) -> None:
    settings = Settings(place, rate=20, user_header="X-User", trusted_proxy="10.0.0.1")
    with open_to(settings) as served:

        def asked(peer: str, told: str) -> int:
            client = TestClient(
                served.client.app, base_url="http://127.0.0.1", client=(peer, 50_000)
            )
            return client.get("/login", headers={"X-Forwarded-For": told}).status_code

        assert [asked("10.0.0.1", "6.6.6.6, 1.1.1.1") for _ in range(3)] == [200, 200, 429]
        assert asked("10.0.0.1", "1.1.1.1, 2.2.2.2") == 200, "the proxy's own word is the last"
        assert [asked("3.3.3.3", f"4.4.4.{n}") for n in range(3)] == [200, 200, 429]


def test_a_body_has_a_megabyte(served: Served) -> None:
    large = served.client.post("/login", data={"name": "a", "password": "a" * 1_000_001})
    assert large.status_code == 413
    assert "html" in large.headers["content-type"]
    assert large.headers["content-security-policy"]
    assert "Too much at once" in large.text
    parts = (b"a" * 100_000 for _ in range(11))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    streamed = served.client.post("/login", content=parts, headers=headers)
    assert streamed.status_code == 413
    assert "html" in streamed.headers["content-type"]


def test_urls_and_headers_are_bounded(served: Served) -> None:
    assert served.client.get("/login?a=" + "a" * 8_000).status_code == 414
    assert served.client.get("/login", headers={"X-A": "a" * 32_000}).status_code == 431
    assert served.client.get("/login?a=" + "a" * 7_000).status_code == 200
