"""Tokens with which programs come in. A token is shown once; its digest is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Row, Select, insert, select, update

from jurist.errors import InputError
from jurist.store.engine import Store
from jurist.store.tables import TOKENS, USERS

_USED_EACH_MS: Final = 60_000
"""How often it is written that a token is used."""
ID_DIGITS: Final = 12
"""Of its digest, by which people name a token."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one."""

    digest: str
    name: str
    owner: str
    role: str
    scope: tuple[str, ...]
    """Permissions that it is limited to; empty: all of its role's."""
    created: int
    used: int | None
    expires: int | None
    revoked: int | None
    owner_role: str
    """Of its owner, now: it may no more than they."""

    @property
    def id(self) -> str:
        """What people name it by."""
        return self.digest[:ID_DIGITS]

    def usable(self, now: int) -> bool:
        """Whether it lets anybody in."""
        return self.revoked is None and (self.expires is None or now <= self.expires)

    def state(self, now: int) -> str:
        """The same in words."""
        if self.revoked is not None:
            return "revoked"
        return "usable" if self.usable(now) else "expired"

    def stale(self, now: int) -> bool:
        """Whether it is time to write that it is used."""
        return self.used is None or self.used < now - _USED_EACH_MS


def add_token(
    store: Store,
    digest: str,
    *,
    name: str,
    owner: str,
    role: str,
    scope: Collection[str],
    now: int,
    expires: int | None,
) -> None:
    """Let a program in from now on.

    Args:
        store: Where.
        digest: SHA-256 of the token.
        name: What it is for.
        owner: The user it belongs to.
        role: What it may; whoever calls saw to it that this is no more than its maker may.
        scope: Permissions that it is limited to; empty: all of the role's.
        now: Milliseconds since 1970.
        expires: When it ends, in the same; none: never.
    """
    row = {"digest": digest, "name": name, "owner": owner, "role": role, "created": now}
    kept = msgspec.json.encode(sorted(scope)).decode()
    with store.write() as connection:
        connection.execute(insert(TOKENS).values(**row, scope=kept, expires=expires))


def token_of(store: Store, digest: str, now: int) -> Token | None:
    """The token with this digest, if it lets anybody in."""
    query = _known().where(TOKENS.c.digest == digest, USERS.c.disabled.is_(None))
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    token = None if row is None else _token(row)
    return token if token is not None and token.usable(now) else None


def list_tokens(store: Store, owner: str | None = None) -> tuple[Token, ...]:
    """All tokens, or those of one user, the newest first."""
    query = _known().order_by(TOKENS.c.created.desc(), TOKENS.c.digest)
    if owner is not None:
        query = query.where(TOKENS.c.owner == owner)
    with store.read() as connection:
        return tuple(_token(row) for row in connection.execute(query))


def use_token(store: Store, digest: str, now: int) -> None:
    """Write that a token was used."""
    with store.write() as connection:
        connection.execute(update(TOKENS).where(TOKENS.c.digest == digest).values(used=now))


def revoke_token(store: Store, given: str, now: int, owner: str | None = None) -> Token:
    """Let nobody in by a token any more.

    Args:
        store: Where.
        given: The first digits of its digest, as they are listed.
        now: Milliseconds since 1970.
        owner: Whose it must be; none: anybody's.

    Raises:
        InputError: There is none.
    """
    of = [each for each in list_tokens(store, owner) if each.id == given]
    if not of:
        raise InputError(
            f"there is no token {given[:40]!r}",
            expected=f"the {ID_DIGITS} digits that a list of tokens shows",
            fix="see jurist user token list, or the page of tokens",
        )
    with store.write() as connection:
        connection.execute(
            update(TOKENS)
            .where(TOKENS.c.digest == of[0].digest, TOKENS.c.revoked.is_(None))
            .values(revoked=now)
        )
    return of[0]


def _known() -> Select[tuple[object, ...]]:
    return select(TOKENS, USERS.c.role.label("owner_role")).join(
        USERS, USERS.c.name == TOKENS.c.owner
    )


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        digest=row.digest,
        name=row.name,
        owner=row.owner,
        role=row.role,
        scope=msgspec.json.decode(row.scope, type=tuple[str, ...]),
        created=row.created,
        used=row.used,
        expires=row.expires,
        revoked=row.revoked,
        owner_role=row.owner_role,
    )
