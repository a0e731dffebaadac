"""Making a token: never for more than its maker and its user may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.errors import InputError
from jurist.store import Store
from jurist.store.audit import add_to_audit
from jurist.store.tokens import ID_DIGITS, add_token
from jurist.store.users import require_user
from jurist.web.permissions import Permission, permissions_of
from jurist.web.security.keys import digest_of, new_token

_DAY_MS: Final = 86_400_000
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """A token that somebody wants."""

    name: str
    owner: str
    role: str
    scope: Sequence[Permission] = ()
    """What it is limited to; empty: all of its role's."""
    days: int | None = None
    """How long it lives; none: until it is revoked."""


def make_token(
    store: Store, wish: Wish, *, maker: str, allowed: frozenset[Permission], now: int
) -> str:
    """Make a token and return it: it is not kept.

    Args:
        store: Where its digest is.
        wish: What is wanted.
        maker: Who makes it, for the audit log.
        allowed: What they may.
        now: Milliseconds since 1970.

    Raises:
        InputError: There is no such user, or it would be allowed too much or nothing.
    """
    name = wish.name.strip()
    if not name or len(name) > _LONGEST:
        raise InputError(
            f"the token's name has {len(name)} characters",
            expected=f"1 to {_LONGEST}: what it is for",
        )
    owner = require_user(store, wish.owner)
    most = permissions_of(wish.role)
    if not most or not most <= permissions_of(owner.role) & allowed:
        raise InputError(
            f"a token of {owner.name} cannot have the role {str(wish.role)!r}",
            expected=f"no more than {owner.name}, who is {owner.role}, and {maker} may themselves",
            fix="choose another role",
        )
    if not frozenset(wish.scope) <= most:
        raise InputError(
            f"the scope {', '.join(sorted(frozenset(wish.scope) - most))} is not {wish.role}'s",
            expected=f"some of {', '.join(sorted(most))}",
            fix="choose another scope or role",
        )
    secret = new_token()
    digest = digest_of(secret)
    add_token(
        store,
        digest,
        name=name,
        owner=owner.name,
        role=wish.role,
        scope=[permission.value for permission in wish.scope],
        now=now,
        expires=None if wish.days is None else now + wish.days * _DAY_MS,
    )
    limits = ", ".join([wish.role, *wish.scope])
    detail = f"of {owner.name}: {limits}"
    add_to_audit(store, actor=maker, action="make token", object_=digest[:ID_DIGITS], detail=detail)
    return secret
