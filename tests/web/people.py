"""Users of tests, with passwords whose hashes cost next to nothing; a clock that is moved."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from jurist.store import Store, open_store
from jurist.store.tokens import add_token
from jurist.store.users import add_user
from jurist.web.application import build_application
from jurist.web.permissions import Role
from jurist.web.security.keys import cookie_name, digest_of, new_token
from jurist.web.settings import Settings

__all__ = [
    "PASSWORD",
    "CountingHasher",
    "MovedClock",
    "add_annotators",
    "add_people",
    "logged_in",
    "open_to",
]

PASSWORD = "correct horse battery"


class CountingHasher(PasswordHasher):
    """argon2 at its cheapest, which counts the hashes that it computes."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.computed = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.computed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.computed += 1
        return super().verify(hash, password)


@dataclass
class MovedClock:
    """A clock that stands until it is moved."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def move(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> None:
        self.now += int((seconds + hours * 3600 + days * 86_400) * 1000)


@dataclass
class Served:
    """An application without a local token, as others reach it, and what its tests turn."""

    client: TestClient
    store: Store
    settings: Settings
    clock: MovedClock
    hasher: CountingHasher

    def fresh(self, cookie: str | None = None) -> TestClient:
        """Another browser, which may have got hold of a cookie."""
        client = TestClient(
            self.client.app, base_url=str(self.client.base_url), follow_redirects=False
        )
        client.headers["Sec-Fetch-Site"] = "same-origin"
        if cookie is not None:
            client.cookies.set(cookie_name(self.settings), cookie)
        return client

    def log_in(self, name: str, password: str = PASSWORD) -> TestClient:
        """A browser in which somebody logged in."""
        client = self.fresh()
        told = client.post("/login", data={"name": name, "password": password})
        assert told.status_code == 303, told.text
        return client

    def cookie(self, client: TestClient) -> str | None:
        """The secret that a browser holds."""
        return client.cookies.get(cookie_name(self.settings))

    def token(self, owner: str, role: str, *scope: str, expires: int | None = None) -> str:
        """A token of the API."""
        secret = new_token()
        add_token(
            self.store,
            digest_of(secret),
            name="of a test",
            owner=owner,
            role=role,
            scope=scope,
            now=self.clock(),
            expires=expires,
        )
        return secret


def add_people(store: Store) -> None:
    """A user of each role, named like it, with `PASSWORD`."""
    known = CountingHasher().hash(PASSWORD)
    for role in Role:
        add_user(store, role.value, role.value, known)


def add_annotators(store: Store, *names: str) -> None:
    """Users who annotate, with `PASSWORD`."""
    known = CountingHasher().hash(PASSWORD)
    for name in names:
        add_user(store, name, Role.ANNOTATOR.value, known)


@dataclass
class Parts:
    """What a served application is made with."""

    clock: MovedClock = field(default_factory=MovedClock)
    hasher: CountingHasher = field(default_factory=CountingHasher)


@contextmanager
def open_to(settings: Settings, *, base_url: str = "http://127.0.0.1") -> Generator[Served]:
    """The application as people with accounts reach it: nobody is logged in yet."""
    parts = Parts()
    application = build_application(settings, clock=parts.clock, hasher=parts.hasher)
    store = open_store(settings.store)
    try:
        with TestClient(application, base_url=base_url, follow_redirects=False) as client:
            client.headers["Sec-Fetch-Site"] = "same-origin"
            yield Served(client, store, settings, parts.clock, parts.hasher)
    finally:
        store.close()


@contextmanager
def logged_in(settings: Settings, name: str) -> Generator[TestClient]:
    """Requests of a user named like their role (`add_people`), who logged in."""
    with open_to(settings) as served:
        yield served.log_in(name)
