"""Tokens with which programs come in, and a proxy's word for who asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jurist.errors import InputError
from jurist.store import open_store
from jurist.store.tokens import list_tokens, revoke_token
from jurist.store.users import disable_user, list_users, set_role
from jurist.web.permissions import Role
from jurist.web.settings import Settings
from web.people import PASSWORD, Served, add_people, open_to
from web.served import TOKEN, client_of


def _asked(client: TestClient, token: str) -> int:
    return client.get("/runs", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_may_what_its_role_may_and_is_kept_as_a_digest(served: Served) -> None:
    token = served.token("editor", "reader")
    assert token.startswith("jur_")
    assert _asked(served.client, token) == 200
    files = b"".join(path.read_bytes() for path in Path(served.store.place).parent.iterdir())
    assert token.encode() not in files
    assert list_tokens(served.store)[0].used == served.clock()


def test_a_scope_takes_away(served: Served) -> None:
    assert _asked(served.client, served.token("editor", "editor", "judge")) == 403
    assert _asked(served.client, served.token("editor", "editor", "judge", "read")) == 200


def test_a_token_may_no_more_than_its_owner_may_now(served: Served) -> None:
    token = served.token("editor", "editor")
    set_role(served.store, "editor", "annotator")
    assert _asked(served.client, token) == 403
    disable_user(served.store, "editor")
    assert _asked(served.client, token) == 303


def test_an_expired_and_a_revoked_token_let_nobody_in(served: Served) -> None:
    token = served.token("reader", "reader", expires=served.clock() + 60_000)
    assert _asked(served.client, token) == 200
    served.clock.move(seconds=61)
    assert _asked(served.client, token) == 303
    token = served.token("reader", "reader")
    assert _asked(served.client, token) == 200
    newest = next(each for each in list_tokens(served.store) if each.expires is None)
    with pytest.raises(InputError, match="no token"):
        revoke_token(served.store, newest.id, served.clock(), owner="editor")
    revoke_token(served.store, newest.id, served.clock(), owner="reader")
    assert _asked(served.client, token) == 303


def test_a_token_logs_nobody_out_and_changes_nobody(served: Served) -> None:
    token = served.token("admin", "admin")
    told = served.client.post("/logout", headers={"Authorization": f"Bearer {token}"})
    assert told.status_code == 403


@pytest.mark.parametrize("scope", [(), ("administer",)])
def test_a_token_makes_and_changes_no_user(served: Served, scope: tuple[str, ...]) -> None:
    headers = {"Authorization": f"Bearer {served.token('admin', 'admin', *scope)}"}
    for path, more in {
        "": {"role": "admin", "password": PASSWORD},
        "/role": {"role": "admin"},
        "/password": {"password": "another long password"},
        "/disable": {},
        "/enable": {},
        "/sessions": {},
        "/remove": {},
    }.items():
        data = {"name": "reader" if path else "eve", **more}
        told = served.client.post(f"/settings/users{path}", data=data, headers=headers)
        assert told.status_code == 403, path
    assert {user.name: user.role for user in list_users(served.store)} == {
        role.value: role.value for role in Role
    }
    assert served.log_in("reader").get("/runs").status_code == 200


def test_the_printed_token_serves_programs_too(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    open_store(place).close()
    with client_of(Settings(place)) as client:
        client.cookies.clear()
        assert _asked(client, TOKEN) == 200
        assert _asked(client, "wrong") == 303
        told = client.get(f"/runs?sort=a&token={TOKEN}")
        assert (told.status_code, told.headers["location"]) == (303, "/runs?sort=a")
        told = client.get(f"http://127.0.0.1//evil.example/?token={TOKEN}")
        assert (told.status_code, told.headers["location"]) == (303, "/")


def test_a_header_is_believed_from_the_named_proxy_alone(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    settings = Settings(place, user_header="X-Remote-User", trusted_proxy="10.0.0.0/8")
    with open_to(settings) as served:

        def asked(peer: str, *headers: tuple[str, str]) -> int:
            client = TestClient(
                served.client.app,
                base_url="http://127.0.0.1",
                follow_redirects=False,
                client=(peer, 50_000),
            )
            return client.get("/runs", headers=list(headers)).status_code

        assert asked("10.1.2.3", ("X-Remote-User", "reader")) == 200
        assert asked("10.1.2.3", ("x-remote-user", "annotator")) == 403
        assert asked("10.1.2.3", ("X-Remote-User", "nobody")) == 303
        assert asked("10.1.2.3", ("X-Remote-User", "reader"), ("X-Remote-User", "admin")) == 303
        assert asked("::ffff:10.1.2.3", ("X-Remote-User", "reader")) == 200
        assert asked("11.1.2.3", ("X-Remote-User", "reader")) == 303
        assert asked("::ffff:11.1.2.3", ("X-Remote-User", "reader")) == 303
        spoofed = ("X-Forwarded-For", "10.1.2.3")
        assert asked("11.1.2.3", ("X-Remote-User", "reader"), spoofed) == 303
        disable_user(served.store, "reader")
        assert asked("10.1.2.3", ("X-Remote-User", "reader")) == 303
