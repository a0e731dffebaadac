"""Every route with every role, with none, and with tokens: who may is what the route declares."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from jurist.store import open_store
from jurist.web.application import build_application
from jurist.web.people import Account, Guard, Open
from jurist.web.permissions import PERMISSIONS, Permission, Role
from jurist.web.settings import OpenId, Settings
from web.people import Served, add_people, open_to

PROVIDER = OpenId("http://127.0.0.1:1", "nobody", "is there")
Declared = Guard | Account | Open


@dataclass(frozen=True)
class Asked:
    """A method of a route, and what it declares."""

    method: str
    path: str
    declared: tuple[Declared, ...]


def _declared(dependant: Dependant) -> tuple[Declared, ...]:
    calls = [each.call for each in dependant.dependencies]
    return tuple(call for call in calls if isinstance(call, Guard | Account | Open))


def _asked(routes: Iterable[BaseRoute]) -> list[Asked]:
    return [
        Asked(method, route.path, _declared(route.dependant))
        for route in routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]


def _routes(tmp: str = "unused.db") -> list[BaseRoute]:
    application = build_application(Settings(tmp, oidc=PROVIDER))
    flat: list[BaseRoute] = []
    waiting = list(application.routes)
    while waiting:
        route = waiting.pop()
        inner = getattr(route, "original_router", None)
        if inner is not None:
            waiting.extend(inner.routes)
        else:
            flat.append(route)
    return flat


ROUTES = sorted(_asked(_routes()), key=lambda each: (each.path, each.method))


def test_all_routes_are_looked_at() -> None:
    others = [route for route in _routes() if not isinstance(route, APIRoute)]
    assert [route.path for route in others if isinstance(route, Mount)] == ["/static"]
    assert len(others) == 1, "a route of another kind, whose permission nobody reads"
    assert {"/runs", "/login", "/logout"} <= {each.path for each in ROUTES}


@pytest.mark.parametrize("asked", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_a_route_declares_who_may(asked: Asked) -> None:
    assert asked.declared, "declare `may(...)`, `account()` or `anybody()`"
    if any(isinstance(each, Open) for each in asked.declared):
        assert len(asked.declared) == 1, "anybody, and yet not"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    place = str(tmp_path_factory.mktemp("who") / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    with open_to(
        Settings(place, rate=1_000_000, studies=Path(place).parent, oidc=PROVIDER)
    ) as served:
        yield served


def _send(client: TestClient, asked: Asked, **headers: str) -> str:
    """What comes of it: let in, refused, or asked to log in."""
    path = asked.path.replace("{", "").replace("}", "").replace(":path", "")
    told = client.request(asked.method, path, headers=headers)
    location = told.headers.get("location", "")
    unknown = told.status_code == 401 and not asked.path.startswith("/login")
    if unknown or (told.status_code == 303 and location.startswith("/login?")):
        return "log in"
    if told.status_code == 303 and location == "/login" and asked.path != "/":
        return "log in"
    return "refused" if told.status_code == 403 else "let in"


def _allowed(asked: Asked, permissions: frozenset[Permission], *, token: bool = False) -> bool:
    for each in asked.declared:
        if isinstance(each, Guard) and each.permission not in permissions:
            return False
        if isinstance(each, Account) and token:
            return False
    return True


_LEAVES = {"/logout"}
"""Ends the session that the next route would be asked with: `test_sessions` has it."""
WALKED = [each for each in ROUTES if each.path not in _LEAVES]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_its_permissions_say(served: Served, role: Role) -> None:
    client = served.log_in(role.value)
    came = {(each.method, each.path): _send(client, each) for each in WALKED}
    due = {
        (each.method, each.path): "let in" if _allowed(each, PERMISSIONS[role]) else "refused"
        for each in WALKED
    }
    assert came == due


def test_nobody_may_what_is_not_for_anybody(served: Served) -> None:
    client = served.fresh()
    came = {(each.method, each.path): _send(client, each) for each in WALKED}
    due = {
        (each.method, each.path): "let in" if isinstance(each.declared[0], Open) else "log in"
        for each in WALKED
    }
    assert came == due


@pytest.mark.parametrize(
    ("owner", "role", "scope"),
    [
        (Role.ADMIN, Role.ADMIN, ()),
        (Role.ADMIN, Role.ADMIN, (Permission.JUDGE,)),
        (Role.ADMIN, Role.READER, ()),
        (Role.EDITOR, Role.EDITOR, (Permission.READ, Permission.JUDGE)),
        (Role.ANNOTATOR, Role.ANNOTATOR, ()),
    ],
)
def test_a_token_may_what_its_role_and_scope_leave(
    served: Served, owner: Role, role: Role, scope: tuple[Permission, ...]
) -> None:
    client = served.fresh()
    del client.headers["Sec-Fetch-Site"]
    secret = served.token(owner.value, role.value, *scope)
    left = PERMISSIONS[role] & frozenset(scope or Permission)
    for asked in WALKED:
        came = _send(client, asked, Authorization=f"Bearer {secret}")
        due = "let in" if _allowed(asked, left, token=True) else "refused"
        assert came == due, (asked.method, asked.path)


def test_a_read_only_store_is_looked_at_only(served: Served) -> None:
    settings = Settings(served.settings.store, token="local", read_only=True)
    with open_to(settings) as alone:
        client = alone.fresh("local")
        for asked in WALKED:
            due = "let in" if _allowed(asked, frozenset({Permission.READ})) else "refused"
            if any(isinstance(each, Guard) for each in asked.declared):
                assert _send(client, asked) == due, (asked.method, asked.path)
