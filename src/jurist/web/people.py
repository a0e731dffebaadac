"""Who asks, and whether they may. Every route says so: `dependencies=[may(Permission.READ)]`.

The dependencies are asynchronous, for each other one is handed to a thread and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import unquote

from fastapi import Depends, Request

from jurist.web.permissions import Permission

SENDER: Final = "Jurist-Person"
"""Header in which a page that sends later says whose it is, percent-encoded."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose request was let in."""

    name: str
    permissions: frozenset[Permission]
    local: bool = False
    """The one person at this machine, who has no account."""
    session: str = ""
    """Digest of the cookie's secret, where they logged in here."""
    token: str = ""
    """Digest of the API token, where a program comes for them."""

    def may(self, permission: Permission) -> bool:
        """Whether their role, and the token they came with, allow it."""
        return permission in self.permissions


class NotKnown(Exception):  # noqa: N818 - no error: an answer to "who is it?"
    """Nobody is logged in."""


class NotAllowed(Exception):  # noqa: N818
    """They may not."""

    def __init__(self, person: Person, permission: Permission | None) -> None:
        self.person, self.permission = person, permission
        super().__init__(f"{person.name} lacks {permission or 'an account of their own'}")


async def person_of(request: Request) -> Person:
    """Who asks, as the middleware of `security.sessions` established it.

    Raises:
        NotKnown: Nobody.
    """
    person: object = request.scope.get("person")
    if isinstance(person, Person):
        return person
    raise NotKnown


PersonOf = Annotated[Person, Depends(person_of)]


@dataclass(frozen=True, slots=True)
class Guard:
    """A dependency that lets in who has a permission; tests read it off each route."""

    permission: Permission

    async def __call__(self, person: PersonOf) -> Person:
        """Raise `NotAllowed` unless they may."""
        if not person.may(self.permission):
            raise NotAllowed(person, self.permission)
        return person


@dataclass(frozen=True, slots=True)
class Sender:
    """A dependency that lets in only whom a page was made for, where it says whom."""

    async def __call__(self, request: Request, person: PersonOf) -> Person:
        """Raise `NotKnown` where somebody else has logged in in that browser since."""
        if unquote(request.headers.get(SENDER, "")) not in {"", person.name}:
            raise NotKnown
        return person


@dataclass(frozen=True, slots=True)
class Account:
    """A dependency that lets in whoever is somebody, for what concerns them alone."""

    async def __call__(self, person: PersonOf) -> Person:
        """Raise `NotAllowed` for a token: programs change no passwords and make no tokens."""
        if person.token:
            raise NotAllowed(person, None)
        return person


@dataclass(frozen=True, slots=True)
class Open:
    """A dependency that says that no account is needed."""

    async def __call__(self) -> None:
        """Let everybody in."""


def may(permission: Permission) -> Any:
    """The dependency of a route that needs a permission."""
    return Depends(Guard(permission))


def from_sender() -> Any:
    """The dependency of a route that a page sends to later, when somebody else may be logged in."""
    return Depends(Sender())


def account() -> Any:
    """The dependency of a route for each person's own: their password, their tokens."""
    return Depends(Account())


def anybody() -> Any:
    """The dependency of a route that needs none."""
    return Depends(Open())
