"""Users, sessions, tokens and the audit log, in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from jurist.errors import InputError
from jurist.store import Store, open_store
from jurist.store.audit import add_to_audit, audit_of
from jurist.store.describing import describe
from jurist.store.sessions import (
    IDLE_MS,
    LONGEST_MS,
    begin_session,
    count_sessions,
    end_sessions,
    keep_session,
    session_of,
)
from jurist.store.tokens import add_token, list_tokens, revoke_token, token_of, use_token
from jurist.store.users import (
    add_user,
    count_users,
    disable_user,
    enable_user,
    list_users,
    remove_user,
    set_password,
    set_role,
    user_named,
)

NOW = 1_800_000_000_000


@pytest.fixture
def store(store_url: str) -> Generator[Store]:
    store = open_store(store_url)
    for name, role in (("ada", "admin"), ("grace", "reader")):
        add_user(store, name, role, f"hash of {name}")
    yield store
    store.close()


def test_users_are_added_changed_and_removed(store: Store) -> None:
    with pytest.raises(InputError, match="already"):
        add_user(store, "ada", "reader", None)
    set_role(store, "grace", "editor")
    disable_user(store, "grace")
    assert count_users(store) == 1
    enable_user(store, "grace")
    assert [(user.name, user.role, user.disabled) for user in list_users(store)] == [
        ("ada", "admin", None),
        ("grace", "editor", None),
    ]
    remove_user(store, "grace")
    assert user_named(store, "grace") is None
    with pytest.raises(InputError, match="did you mean 'ada'"):
        set_role(store, "adaa", "reader")


def test_sessions_end_by_idling_by_age_and_with_their_owner(store: Store) -> None:
    begin_session(store, "a", "ada", NOW)
    begin_session(store, "b", "grace", NOW)
    assert session_of(store, "a", NOW + IDLE_MS) is not None
    assert session_of(store, "a", NOW + IDLE_MS + 1) is None
    keep_session(store, "a", NOW + LONGEST_MS)
    assert session_of(store, "a", NOW + LONGEST_MS) is not None
    assert session_of(store, "a", NOW + LONGEST_MS + 1) is None
    assert count_sessions(store, NOW) == {"ada": 1, "grace": 1}
    begin_session(store, "c", "ada", NOW + LONGEST_MS + 1)
    assert count_sessions(store, NOW) == {"ada": 1}, "those that ended are forgotten"
    set_password(store, "ada", "another")
    assert count_sessions(store, NOW) == {}
    begin_session(store, "d", "grace", NOW)
    assert count_sessions(store, NOW) == {"grace": 1}
    end_sessions(store, "grace")
    assert count_sessions(store, NOW) == {}
    begin_session(store, "e", "grace", NOW)
    remove_user(store, "grace")
    assert session_of(store, "e", NOW) is None


def test_tokens_are_usable_until_they_end(store: Store) -> None:
    for digest, expires in (("1" * 64, None), ("2" * 64, NOW + 10)):
        add_token(
            store,
            digest,
            name="ci",
            owner="grace",
            role="reader",
            scope=["read"],
            now=NOW,
            expires=expires,
        )
    use_token(store, "1" * 64, NOW + 5)
    first = token_of(store, "1" * 64, NOW + 11)
    assert first is not None
    assert (first.used, first.scope, first.owner_role) == (NOW + 5, ("read",), "reader")
    assert token_of(store, "2" * 64, NOW + 11) is None
    disable_user(store, "grace")
    assert token_of(store, "1" * 64, NOW) is None
    enable_user(store, "grace")
    revoke_token(store, "1" * 12, NOW + 20)
    assert token_of(store, "1" * 64, NOW) is None
    states = {token.id: token.state(NOW + 20) for token in list_tokens(store, "grace")}
    assert states == {"1" * 12: "revoked", "2" * 12: "expired"}
    remove_user(store, "grace")
    assert list_tokens(store) == ()


def test_the_log_and_the_description(store: Store) -> None:
    for number in range(5):
        add_to_audit(store, actor=f"a{number % 2}", action="try", object_=str(number))
    lines = audit_of(store, most=2)
    assert [line.object for line in lines] == ["4", "3"]
    older = audit_of(store, before=lines[-1].number, actor="a0")
    assert [line.object for line in older] == ["2", "0"]
    described = describe(store)
    assert described.kind == ("PostgreSQL" if store.shared else "SQLite")
    assert described.size > 10_000
    assert (described.runs, described.users) == (0, 2)
