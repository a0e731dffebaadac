"""Single sign-on against a provider over HTTP: the whole way, and what must not get through."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from jurist.store import open_store
from jurist.store.audit import audit_of
from jurist.store.users import disable_user, user_named
from jurist.web.settings import OpenId, Settings
from web.people import Served, add_people, open_to
from web.provider import CLIENT, SECRET, Claims, Provider, providing


@dataclass
class Way:
    """An application, the provider behind it, and a browser."""

    served: Served
    provider: Provider

    def leave(self, client: TestClient, after: str = "") -> str:
        """Begin at our page; the provider's address that it leads to."""
        told = client.get(f"/login/sso?next={after}")
        assert told.status_code == 303, told.text
        return told.headers["location"]

    def returned(self, address: str) -> str:
        """What the provider sends the browser back with."""
        back = urlsplit(httpx.get(address).headers["location"])
        assert back.path == "/login/sso/back"
        return f"{back.path}?{back.query}"


@contextmanager
def _way(tmp_path: Path, role: str = "", claim: str = "email") -> Generator[Way]:
    place = str(tmp_path / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    with providing() as provider:
        oidc = OpenId(provider.issuer, CLIENT, SECRET, role, claim)
        with open_to(Settings(place, oidc=oidc)) as served:
            served.clock.now = int(time.time() * 1000)
            yield Way(served, provider)


@pytest.fixture
def way(tmp_path: Path) -> Generator[Way]:
    with _way(tmp_path) as way:
        yield way


def test_one_leaves_logs_in_there_and_is_back_where_one_wanted(way: Way) -> None:
    client = way.served.fresh()
    assert "/login/sso?next=%2Fruns" in client.get("/login?next=/runs").text
    address = way.leave(client, "/runs%3Fsort=score")
    assert SECRET not in address
    done = client.get(way.returned(address))
    assert (done.status_code, done.headers["location"]) == (303, "/runs?sort=score")
    assert client.get("/runs").status_code == 200
    assert [e.action for e in audit_of(way.served.store)] == ["log in"]
    client.post("/logout")
    assert client.get("/runs").status_code == 303


def test_what_came_back_is_good_once_and_in_that_browser_alone(way: Way) -> None:
    client, other = way.served.fresh(), way.served.fresh()
    back = way.returned(way.leave(client))
    assert other.get(back).status_code == 401, "another browser did not begin it"
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401, "a second time"
    late = way.returned(way.leave(client))
    way.served.clock.move(seconds=601)
    assert client.get(late).status_code == 401


def test_a_state_that_was_not_begun_is_refused(way: Way) -> None:
    client = way.served.fresh()
    for query in ("", "?state=&code=a", "?state=made-up&code=a", "?error=access_denied"):
        assert client.get(f"/login/sso/back{query}").status_code == 401
    back = way.returned(way.leave(client))
    denied = client.get(back.partition("?")[0] + "?error=denied&" + back.partition("?")[2])
    assert denied.status_code == 401
    assert "denied" in denied.text


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"azp": "another"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": ""},
        {"email": "nobody"},
        {"email": ["admin"]},
    ],
    ids=str,
)
def test_what_the_provider_says_is_checked(way: Way, says: Claims) -> None:
    way.provider.says = says
    client = way.served.fresh()
    assert client.get(way.returned(way.leave(client))).status_code == 401
    assert client.get("/runs").status_code == 303
    assert audit_of(way.served.store)[0].action == "log in, refused"


def test_a_signature_by_another_key_is_refused_and_a_new_key_is_fetched(way: Way) -> None:
    client = way.served.fresh()
    assert client.get(way.returned(way.leave(client))).status_code == 303
    way.provider.signs_with = ECKey.generate_key("P-256", {"kid": "1"})
    assert client.get(way.returned(way.leave(client))).status_code == 401
    way.provider.key = ECKey.generate_key("P-256", {"kid": "2"})
    way.provider.signs_with = None
    assert client.get(way.returned(way.leave(client))).status_code == 303


def test_a_disabled_user_is_refused(way: Way) -> None:
    disable_user(way.served.store, "reader")
    client = way.served.fresh()
    assert client.get(way.returned(way.leave(client))).status_code == 401


def test_new_people_get_the_role_that_was_named(tmp_path: Path) -> None:
    with _way(tmp_path, role="annotator", claim="preferred_username") as way:
        way.provider.person = {"sub": "2", "preferred_username": "ada"}
        client = way.served.fresh()
        assert client.get(way.returned(way.leave(client))).status_code == 303
        user = user_named(way.served.store, "ada")
        assert user is not None
        assert (user.role, user.password) == ("annotator", None)
        assert client.get("/runs").status_code == 403
        told = way.served.client.post("/login", data={"name": "ada", "password": "None"})
        assert told.status_code == 401, "no password is a password of theirs"


def test_a_provider_that_is_not_there_is_said(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    open_store(place).close()
    with open_to(Settings(place, oidc=OpenId("http://127.0.0.1:1", CLIENT, SECRET))) as served:
        told = served.client.get("/login/sso")
        assert (told.status_code, "does not answer" in told.text) == (503, True)


def test_a_provider_that_calls_itself_otherwise_is_refused(way: Way) -> None:
    way.provider.issuer = "http://127.0.0.1:9"
    assert "another URL" in way.served.client.get("/login/sso").text


def test_the_challenge_is_of_this_login(way: Way) -> None:
    client = way.served.fresh()
    first, second = way.leave(client), way.leave(client)
    for name in ("state", "nonce", "code_challenge"):
        values = [parse_qs(urlsplit(address).query)[name][0] for address in (first, second)]
        assert values[0] != values[1]
