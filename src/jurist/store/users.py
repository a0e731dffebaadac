"""Who may use a store over the web: names, roles, passwords as hashes.

What a role may is the web's; here it is a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from jurist.errors import InputError
from jurist.languages.texts import nearest_hint
from jurist.store.engine import Store, now_ms
from jurist.store.tables import SESSIONS, TOKENS, USERS

_LONGEST: Final = 100
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    role: str
    password: str | None
    """As argon2 writes its hash; none: a proxy or OpenID says who they are."""
    created: int
    """Milliseconds since 1970, UTC."""
    disabled: int | None
    """When they were; none: they may come in."""


def add_user(store: Store, name: str, role: str, password: str | None) -> None:
    """Add somebody.

    Args:
        store: Where.
        name: What they log in with.
        role: What they may.
        password: Its hash; none: a proxy or OpenID says who they are.

    Raises:
        InputError: The name cannot be used, or is taken.
    """
    if name != name.strip() or not name.isprintable() or not 0 < len(name) <= _LONGEST:
        raise InputError(
            f"{name[:_LONGEST]!r} cannot be a user's name",
            expected=f"1 to {_LONGEST} printable characters, no space at either end",
        )
    with store.write() as connection:
        if _row_of(connection, name) is not None:
            raise InputError(
                f"there is a user {name!r} already",
                expected="a new name",
                fix=f"change them: jurist user role {name} ROLE, jurist user password {name}",
            )
        connection.execute(
            insert(USERS).values(
                name=name, role=role, password=password, created=now_ms(connection)
            )
        )


def list_users(store: Store) -> tuple[User, ...]:
    """All of them, by name."""
    with store.read() as connection:
        return tuple(_user(row) for row in connection.execute(select(USERS).order_by(USERS.c.name)))


def count_users(store: Store) -> int:
    """How many may come in."""
    query = select(func.count()).select_from(USERS).where(USERS.c.disabled.is_(None))
    with store.read() as connection:
        return connection.scalar(query) or 0


def user_named(store: Store, name: str) -> User | None:
    """The user of this name, disabled or not."""
    with store.read() as connection:
        row = _row_of(connection, name)
    return None if row is None else _user(row)


def require_user(store: Store, name: str) -> User:
    """The user of this name.

    Raises:
        InputError: There is none; as of all that follow.
    """
    with store.read() as connection:
        return _user(_require(connection, name))


def set_role(store: Store, name: str, role: str) -> None:
    """Give a user another role; their sessions and tokens obey it at once."""
    with store.write() as connection:
        _change(connection, name, role=role)


def set_password(store: Store, name: str, password: str) -> None:
    """Give a user another password (its hash), and end all their sessions."""
    with store.write() as connection:
        _change(connection, name, password=password)
        connection.execute(delete(SESSIONS).where(SESSIONS.c.owner == name))


def disable_user(store: Store, name: str) -> None:
    """Let a user in no more, by no session and no token."""
    with store.write() as connection:
        _change(connection, name, disabled=now_ms(connection))
        connection.execute(delete(SESSIONS).where(SESSIONS.c.owner == name))


def enable_user(store: Store, name: str) -> None:
    """Let a user in again."""
    with store.write() as connection:
        _change(connection, name, disabled=None)


def remove_user(store: Store, name: str) -> None:
    """Forget a user, their sessions and tokens; what they annotated stays."""
    with store.write() as connection:
        _require(connection, name)
        for table in (SESSIONS, TOKENS):
            connection.execute(delete(table).where(table.c.owner == name))
        connection.execute(delete(USERS).where(USERS.c.name == name))


def _change(connection: Connection, name: str, **values: str | int | None) -> None:
    _require(connection, name)
    connection.execute(update(USERS).where(USERS.c.name == name).values(**values))


def _require(connection: Connection, name: str) -> Row[tuple[object, ...]]:
    users = {row.name: row for row in connection.execute(select(USERS).order_by(USERS.c.name))}
    if name in users:
        return users[name]
    known = [*users]
    raise InputError(
        f"there is no user {name[:_LONGEST]!r}",
        expected=f"one of {', '.join(known[:10])}" if known else "a store that has users",
        fix=nearest_hint(name, known) or "add them: jurist user add NAME --role ROLE",
    )


def _row_of(connection: Connection, name: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(USERS).where(USERS.c.name == name)).one_or_none()


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(row.name, row.role, row.password, row.created, row.disabled)
