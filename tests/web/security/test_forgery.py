"""What another site's page has a browser send; names under which we are not asked for."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from jurist.web.settings import Settings
from web.people import PASSWORD, Served, open_to

_DATA = {"name": "reader", "password": PASSWORD}


@pytest.fixture
def served(place: str) -> Generator[Served]:
    with open_to(Settings(place, hosts=("jurist.example.org",))) as served:
        del served.client.headers["Sec-Fetch-Site"]
        yield served


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "http://127.0.0.1"}, 303),
        ({"Origin": "http://127.0.0.1:80"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1@evil.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({}, 403),
    ],
)
def test_what_changes_something_comes_from_our_pages(
    served: Served, headers: dict[str, str], status: int
) -> None:
    assert served.client.post("/login", data=_DATA, headers=headers).status_code == status


def test_a_cookie_is_not_looked_at_beside_a_token(served: Served) -> None:
    there = served.log_in("reader")
    del there.headers["Sec-Fetch-Site"]
    assert there.get("/runs").status_code == 200
    told = there.post("/logout", headers={"Authorization": "Bearer wrong"})
    assert told.headers["location"] == "/login", "nobody is known by it"
    assert there.get("/runs").status_code == 200, "and nobody was logged out"


@pytest.mark.parametrize(
    "override",
    [{"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}, {"_method": "POST"}],
)
def test_no_header_turns_a_look_into_a_change(served: Served, override: dict[str, str]) -> None:
    there = served.log_in("reader")
    assert there.get("/logout", headers=override, params=override).status_code == 405
    assert there.get("/runs").status_code == 200


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:9999", True),
        ("localhost:8765", True),
        ("LOCALHOST", True),
        ("[::1]:8765", True),
        ("192.168.1.7:8765", True),
        ("jurist.example.org", True),
        ("Jurist.Example.org:443", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("[::1].evil.example", False),
        ("127.0.0.1:80@evil.example", False),
        ("jurist.example.org.evil.example", False),
        ("localhost@evil.example", False),
        ("", False),
    ],
)
def test_only_known_names_are_answered(served: Served, host: str, known: bool) -> None:
    told = served.client.get("/login", headers={"Host": host})
    assert told.status_code == (200 if known else 421)
    if not known:
        assert "--name" in told.text


def test_a_path_leads_out_of_no_folder(served: Served) -> None:
    for path in ("/static/../web/settings.py", "/static/%2e%2e/settings.py", "/static//etc/passwd"):
        assert served.client.get(path).status_code == 404
