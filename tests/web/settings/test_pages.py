"""Settings: oneself, users, tokens, the audit log, the store."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from jurist.store import open_store
from jurist.store.audit import add_to_audit, audit_of
from jurist.store.tokens import list_tokens
from jurist.store.users import user_named
from jurist.web.settings import Settings
from web.people import PASSWORD, Served
from web.served import client_of

NEW = "another good password"


def _tabs(client: TestClient) -> list[str]:
    shown = client.get("/settings").text
    return re.findall(r'<a href="(/settings[^"]*)"', shown.partition('aria-label="Settings"')[2])


def test_each_role_sees_the_pages_that_it_may_see(served: Served) -> None:
    own = ["/settings", "/settings/tokens"]
    assert _tabs(served.log_in("annotator")) == own
    assert _tabs(served.log_in("reader")) == [*own, "/settings/store"]
    everything = [*own, "/settings/users", "/settings/audit", "/settings/store"]
    assert _tabs(served.log_in("admin")) == everything


def test_one_begins_with_the_first_page_that_one_may_see(served: Served) -> None:
    begins = {
        role: served.log_in(role).get("/").headers["location"]
        for role in ("annotator", "reader", "admin")
    }
    assert begins == {"annotator": "/annotate", "reader": "/runs", "admin": "/runs"}
    navigation = served.log_in("annotator").get("/settings").text.partition("</nav>")[0]
    assert re.findall(r'<a href="(/[a-z]+)"', navigation) == ["/annotate", "/settings"]


def test_it_shows_who_is_logged_in_and_a_way_out(served: Served) -> None:
    shown = served.log_in("reader").get("/settings").text
    assert '<form method="post" action="/logout">' in shown
    assert "reader" in shown.partition('class="who"')[2][:80]


def test_a_new_password_needs_the_old_one_and_logs_out_everywhere(served: Served) -> None:
    here, there = served.log_in("reader"), served.log_in("reader")
    wrong = {"now": "not the password", "new": NEW, "again": NEW}
    assert here.post("/settings/password", data=wrong).status_code == 422
    differ = {"now": PASSWORD, "new": NEW, "again": NEW + "!"}
    assert here.post("/settings/password", data=differ).status_code == 422
    short = {"now": PASSWORD, "new": "short", "again": "short"}
    assert here.post("/settings/password", data=short).status_code == 422
    assert there.get("/runs").status_code == 200
    served.clock.move(seconds=61)
    done = here.post("/settings/password", data={"now": PASSWORD, "new": NEW, "again": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/login?changed=1")
    assert "password is changed" in here.get("/login?changed=1").text
    assert (here.get("/runs").status_code, there.get("/runs").status_code) == (303, 303)
    served.clock.move(seconds=61)
    served.log_in("reader", NEW)


def test_the_password_that_one_has_cannot_be_guessed_on_the_page_either(served: Served) -> None:
    here = served.log_in("reader")
    guess = {"now": "not the password", "new": NEW, "again": NEW}
    for _ in range(4):  # the login was the first of five tries
        assert "another one" in here.post("/settings/password", data=guess).text
    before = served.hasher.computed
    assert "too many tries" in here.post("/settings/password", data=guess).text
    assert served.hasher.computed == before


def test_an_admin_adds_changes_disables_and_removes_users(served: Served) -> None:
    admin = served.log_in("admin")

    def post(path: str, **data: str) -> int:
        return admin.post(f"/settings/users{path}", data=data).status_code

    assert post("", name="ada", role="reader", password=NEW) == 303
    ada = served.log_in("ada", NEW)
    assert post("", name="ada", role="reader", password=NEW) == 422
    assert post("", name="bob", role="king", password=NEW) == 422
    assert post("/role", name="ada", role="annotator") == 303
    assert ada.get("/runs").status_code == 403
    assert post("/sessions", name="ada") == 303
    assert ada.get("/settings").status_code == 303
    assert post("/password", name="ada", password=PASSWORD) == 303
    ada = served.log_in("ada")
    assert post("/disable", name="ada") == 303
    assert ada.get("/settings").status_code == 303
    assert "✗ disabled" in admin.get("/settings/users").text
    assert post("/enable", name="ada") == 303
    served.log_in("ada")
    assert post("/remove", name="ada") == 303
    assert user_named(served.store, "ada") is None
    assert post("/remove", name="ada") == 422
    told = [entry.action for entry in audit_of(served.store) if entry.actor == "admin"]
    assert told[:3] == ["remove user", "enable user", "disable user"]


def test_an_admin_cannot_lock_themselves_out(served: Served) -> None:
    admin = served.log_in("admin")
    for path in ("role", "disable", "remove"):
        told = admin.post(f"/settings/users/{path}", data={"name": "admin", "role": "reader"})
        assert (told.status_code, "lock yourself out" in told.text) == (422, True)


def test_a_token_is_shown_once_and_lets_in_until_it_is_revoked(served: Served) -> None:
    editor = served.log_in("editor")
    wish = {"name": "ci <b>", "role": "editor", "scope": ["read", "judge"], "days": "30"}
    made = editor.post("/settings/tokens", data=wish)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    found = re.search(r"jur_[\w-]{43}", made.text)
    assert found is not None
    secret = found[0]
    assert "ci &lt;b&gt;" in made.text
    later = editor.get("/settings/tokens").text
    assert secret not in later
    headers = {"Authorization": f"Bearer {secret}"}
    assert served.client.get("/runs", headers=headers).status_code == 200
    token = list_tokens(served.store)[0]
    assert token.scope == ("judge", "read")
    assert token.expires == served.clock() + 30 * 86_400_000
    reader = served.log_in("reader")
    assert token.id not in reader.get("/settings/tokens").text
    assert reader.post("/settings/tokens/revoke", data={"token": token.id}).status_code == 422
    assert served.client.get("/runs", headers=headers).status_code == 200
    assert editor.post("/settings/tokens/revoke", data={"token": token.id}).status_code == 303
    assert served.client.get("/runs", headers=headers).status_code == 303
    assert secret not in "".join(f"{e.object} {e.detail}" for e in audit_of(served.store))


def test_nobody_makes_a_token_that_may_more_than_they_may(served: Served) -> None:
    reader = served.log_in("reader")
    for role in ("admin", "editor", "annotator"):
        wish = {"name": "a", "role": role, "days": ""}
        assert reader.post("/settings/tokens", data=wish).status_code == 422
    wish = {"name": "a", "role": "reader", "scope": "judge"}
    assert reader.post("/settings/tokens", data=wish).status_code == 422
    other = {"name": "a", "role": "reader", "owner": "admin"}
    assert reader.post("/settings/tokens", data=other).status_code == 201
    assert [token.owner for token in list_tokens(served.store)] == ["reader"]


def test_the_audit_log_is_paged_and_filtered(served: Served) -> None:
    for number in range(120):
        actor = "<i>ada" if number % 2 else "grace"
        add_to_audit(served.store, actor=actor, action="try", object_=f"object-{number:03}")
    admin = served.log_in("admin")
    shown, path = list[str](), "/settings/audit?actor=grace"
    for _ in range(2):
        text = admin.get(path).text
        shown += re.findall(r"object-\d+", text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert shown == [f"object-{number:03}" for number in range(118, -1, -2)]
    assert path == ""
    assert "&lt;i&gt;ada" in admin.get("/settings/audit").text
    assert admin.get("/settings/audit?before=0").status_code == 422
    assert "Nothing was written of" in admin.get("/settings/audit?actor=nobody").text


def test_the_store_is_described_and_hides_its_password(served: Served) -> None:
    shown = served.log_in("reader").get("/settings/store").text
    assert served.store.place in shown
    assert "SQLite" in shown
    assert "4 users" in shown


def test_a_command_to_copy_is_quoted_for_the_shell(tmp_path: Path) -> None:
    place = str(tmp_path / "a store; rm.db")
    open_store(place).close()
    with client_of(Settings(place)) as client:
        shown = client.get("/settings/store").text
    assert f"sqlite3 &#39;{place}&#39; " in shown


def test_the_one_person_at_the_machine_is_told_how_others_come(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    open_store(place).close()
    with client_of(Settings(place)) as client:
        assert "jurist user add NAME" in client.get("/settings").text
        assert "Nobody has an account yet" in client.get("/settings/users").text
        assert "there is none yet" in client.get("/settings/tokens").text
        assert "Nothing was written yet" in client.get("/settings/audit").text
        added = {"name": "ada", "role": "reader", "password": ""}
        assert client.post("/settings/users", data=added).status_code == 303
        assert "comes by single sign-on" in client.get("/settings/users").text
        wish = {"name": "a", "role": "reader", "owner": "ada"}
        assert client.post("/settings/tokens", data=wish).status_code == 201
