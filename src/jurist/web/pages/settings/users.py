"""Settings: who may come in, and as what."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.errors import InputError
from jurist.store.audit import add_to_audit
from jurist.store.sessions import count_sessions, end_sessions
from jurist.store.tokens import list_tokens
from jurist.store.users import (
    add_user,
    disable_user,
    enable_user,
    list_users,
    remove_user,
    set_password,
    set_role,
)
from jurist.web.pages.settings.frame import settings_page
from jurist.web.people import Person, PersonOf, account, may
from jurist.web.permissions import Permission, Role
from jurist.web.security.passwords import LONGEST, SHORTEST
from jurist.web.site import Site, SiteOf

router = APIRouter(include_in_schema=False)

_ADMIN = [may(Permission.ADMINISTER)]
_ADMIN_IN_PERSON = [*_ADMIN, account()]
"""A token that leaked must not be able to make itself a user who outlives it."""
_Name = Annotated[str, Form(max_length=200)]
_Password = Annotated[str, Form(max_length=LONGEST)]


@router.get("/settings/users", dependencies=_ADMIN)
def users(request: Request, site: SiteOf) -> HTMLResponse:
    """All of them, with a form for each and one for a new one."""
    now = site.clock()
    usable = Counter(each.owner for each in list_tokens(site.store) if each.usable(now))
    return settings_page(
        request,
        "settings_users.html.j2",
        users=list_users(site.store),
        sessions=count_sessions(site.store, now),
        tokens=usable,
        roles=list(Role),
        shortest=SHORTEST,
    )


@router.post("/settings/users", dependencies=_ADMIN_IN_PERSON)
def add(
    site: SiteOf,
    person: PersonOf,
    name: _Name,
    role: Annotated[Role, Form()],
    password: _Password = "",
) -> RedirectResponse:
    """Add somebody; without a password, who comes by single sign-on."""
    known = site.passwords.hash(password) if password else None
    add_user(site.store, name.strip(), role.value, known)
    return _done(site, person, "add user", name.strip(), role.value)


@router.post("/settings/users/role", dependencies=_ADMIN_IN_PERSON)
def change_role(
    site: SiteOf, person: PersonOf, name: _Name, role: Annotated[Role, Form()]
) -> RedirectResponse:
    """Give somebody another role."""
    _require_another(person, name)
    set_role(site.store, name, role.value)
    return _done(site, person, "change role", name, role.value)


@router.post("/settings/users/password", dependencies=_ADMIN_IN_PERSON)
def give_password(
    site: SiteOf, person: PersonOf, name: _Name, password: _Password
) -> RedirectResponse:
    """Give somebody a new password; their sessions end."""
    set_password(site.store, name, site.passwords.hash(password))
    return _done(site, person, "change password", name)


@router.post("/settings/users/disable", dependencies=_ADMIN_IN_PERSON)
def disable(site: SiteOf, person: PersonOf, name: _Name) -> RedirectResponse:
    """Let somebody in no more."""
    _require_another(person, name)
    disable_user(site.store, name)
    return _done(site, person, "disable user", name)


@router.post("/settings/users/enable", dependencies=_ADMIN_IN_PERSON)
def enable(site: SiteOf, person: PersonOf, name: _Name) -> RedirectResponse:
    """Let somebody in again."""
    enable_user(site.store, name)
    return _done(site, person, "enable user", name)


@router.post("/settings/users/sessions", dependencies=_ADMIN_IN_PERSON)
def log_out_everywhere(site: SiteOf, person: PersonOf, name: _Name) -> RedirectResponse:
    """End all sessions of somebody."""
    end_sessions(site.store, name)
    return _done(site, person, "end sessions", name)


@router.post("/settings/users/remove", dependencies=_ADMIN_IN_PERSON)
def remove(site: SiteOf, person: PersonOf, name: _Name) -> RedirectResponse:
    """Forget somebody."""
    _require_another(person, name)
    remove_user(site.store, name)
    return _done(site, person, "remove user", name)


def _require_another(person: Person, name: str) -> None:
    if not person.local and person.name == name:
        raise InputError(
            "you cannot lock yourself out",
            expected="somebody else's name",
            fix="have another admin do it, or jurist user at the machine",
        )


def _done(site: Site, person: Person, action: str, name: str, detail: str = "") -> RedirectResponse:
    add_to_audit(site.store, actor=person.name, action=action, object_=name, detail=detail)
    return RedirectResponse("/settings/users", 303)
