"""Logging in, staying in, and being out."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.store import open_store
from jurist.store.audit import audit_of
from jurist.store.users import disable_user, remove_user, set_password, set_role
from jurist.web.security.keys import digest_of
from jurist.web.settings import Settings
from web.people import PASSWORD, Served, add_people, open_to


def test_who_logs_in_sees_pages_until_they_log_out(served: Served) -> None:
    assert served.client.get("/runs").headers["location"] == "/login?next=%2Fruns"
    reader = served.log_in("reader")
    assert reader.get("/runs").status_code == 200
    before = served.cookie(reader)
    assert reader.post("/logout").headers["location"] == "/login"
    assert served.cookie(reader) is None
    assert served.fresh(before).get("/runs").status_code == 303
    actions = [(entry.actor, entry.action) for entry in audit_of(served.store)]
    assert actions == [("reader", "log out"), ("reader", "log in")]


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(served: Served) -> None:
    told = served.client.post("/login", data={"name": "reader", "password": PASSWORD})
    words = told.headers["set-cookie"].lower()
    assert "httponly" in words
    assert "samesite=lax" in words
    assert "path=/" in words
    assert "domain" not in words


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    settings = Settings(place, hosts=("jurist.example.org",), tls=True)
    with open_to(settings, base_url="https://jurist.example.org") as served:
        told = served.client.post("/login", data={"name": "reader", "password": PASSWORD})
        assert told.headers["set-cookie"].startswith("__Host-jurist=")
        assert "; secure" in told.headers["set-cookie"].lower()
        assert told.headers["strict-transport-security"]
        assert served.client.get("/runs").status_code == 200


def test_the_store_keeps_a_digest_of_the_cookie(served: Served) -> None:
    reader = served.log_in("reader")
    secret = served.cookie(reader)
    assert secret is not None
    files = b"".join(path.read_bytes() for path in Path(served.store.place).parent.iterdir())
    assert secret.encode() not in files
    assert digest_of(secret).encode() in files


def test_each_login_is_a_new_session_and_ends_the_one_before(served: Served) -> None:
    reader = served.log_in("reader")
    first = served.cookie(reader)
    reader.post("/login", data={"name": "editor", "password": PASSWORD})
    assert served.cookie(reader) != first
    assert served.fresh(first).get("/runs").status_code == 303


def test_a_session_that_nobody_used_for_twelve_hours_has_ended(served: Served) -> None:
    reader = served.log_in("reader")
    served.clock.move(hours=11)
    assert reader.get("/runs").status_code == 200
    served.clock.move(hours=11)
    assert reader.get("/runs").status_code == 200, "it was used eleven hours ago"
    served.clock.move(hours=12, seconds=1)
    assert reader.get("/runs").status_code == 303


def test_no_session_lasts_longer_than_seven_days(served: Served) -> None:
    reader = served.log_in("reader")
    for _ in range(14):
        served.clock.move(hours=11.9)
        assert reader.get("/runs").status_code == 200
    served.clock.move(hours=2)
    assert reader.get("/runs").status_code == 303


def test_a_new_password_a_disabled_user_and_a_removed_one_end_sessions(served: Served) -> None:
    for change in (
        lambda: set_password(served.store, "reader", "another hash"),
        lambda: disable_user(served.store, "editor"),
        lambda: remove_user(served.store, "admin"),
    ):
        name = {0: "reader", 1: "editor", 2: "admin"}[served.hasher.computed]
        there, elsewhere = served.log_in(name), served.fresh()
        elsewhere.cookies.update(there.cookies)
        assert elsewhere.get("/runs").status_code == 200
        change()
        assert there.get("/runs").status_code == 303
        assert elsewhere.get("/runs").status_code == 303


def test_a_disabled_user_cannot_log_in(served: Served) -> None:
    disable_user(served.store, "reader")
    told = served.client.post("/login", data={"name": "reader", "password": PASSWORD})
    assert told.status_code == 401


def test_another_role_holds_at_once(served: Served) -> None:
    reader = served.log_in("reader")
    set_role(served.store, "reader", "annotator")
    assert reader.get("/runs").status_code == 403


def test_unknown_names_cost_the_same_work_as_wrong_passwords(served: Served) -> None:
    costs: list[int] = []
    words: list[str] = []
    disable_user(served.store, "editor")
    for name in ("reader", "editor", "nobody"):
        before = served.hasher.computed
        told = served.client.post("/login", data={"name": name, "password": "wrong password!"})
        costs.append(served.hasher.computed - before)
        words.append(told.text)
        assert told.status_code == 401
    assert costs == [1, 1, 1]
    assert len(set(words)) == 1
    refused = audit_of(served.store)[0]
    assert (refused.actor, refused.action) == ("nobody", "log in, refused")


def test_five_tries_a_minute_for_each_name(served: Served) -> None:
    for name in ("reader", "nobody"):
        for _ in range(5):
            told = served.client.post("/login", data={"name": name, "password": "wrong password!"})
            assert told.status_code == 401
        before = served.hasher.computed
        told = served.client.post("/login", data={"name": name, "password": PASSWORD})
        assert (told.status_code, told.headers["retry-after"]) == (429, "60")
        assert served.hasher.computed == before, "what is not tried costs nothing"
    assert served.client.post("/login", data={"name": "editor", "password": PASSWORD}).is_redirect
    served.clock.move(seconds=61)
    served.log_in("reader")


@pytest.mark.parametrize(
    ("given", "location"),
    [
        ("/runs?sort=score", "/runs?sort=score"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/runs\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_after_logging_in_one_stays_here(served: Served, given: str, location: str) -> None:
    told = served.client.post(
        "/login", data={"name": "reader", "password": PASSWORD, "next": given}
    )
    assert told.headers["location"] == location


@pytest.mark.parametrize(
    "cookie",
    [
        "jurist-8765=",
        "jurist-8765=\xff\xfe",
        'jurist-8765="a\\073b"; ;=;,',
        "jurist-8765=a; jurist-8765=b; Path=/; Domain=evil.example",
        "jurist-8765=" + "a" * 20_000,
        "=; \x00",
    ],
)
def test_a_cookie_that_is_not_ours_lets_nobody_in(served: Served, cookie: str) -> None:
    headers = [(b"cookie", cookie.encode("latin-1"))]
    told = served.client.get("/runs", headers=headers)
    assert told.status_code == 303
    assert "set-cookie" not in told.headers


def test_a_name_that_no_database_takes_is_a_wrong_name(store_url: str) -> None:
    open_store(store_url).close()
    with open_to(Settings(store_url)) as served:
        wrong = {"name": "a\0b", "password": "wrong password!"}
        assert served.client.post("/login", data=wrong).status_code == 401
        assert audit_of(served.store)[0].actor == "a\ufffdb"


def test_names_are_shown_as_they_are_and_obeyed_by_nobody(served: Served) -> None:
    hostile = "<b>\x1b[2J\u202e\r\nSet-Cookie: a=b"
    told = served.client.post("/login", data={"name": hostile, "password": "wrong password!"})
    assert (told.status_code, told.headers.get("set-cookie")) == (401, None)
    shown = served.log_in("admin").get("/settings/audit").text
    assert "&lt;b&gt;" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
