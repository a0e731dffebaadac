"""Settings: oneself, what Jurist is here, and the store."""

from __future__ import annotations

import shlex
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist import __version__
from jurist.columns.files import folder_beside
from jurist.errors import InputError
from jurist.languages import get_language, language_names
from jurist.store import Store
from jurist.store.audit import add_to_audit
from jurist.store.describing import describe
from jurist.store.runs import datasets_of, list_runs
from jurist.store.users import set_password, user_named
from jurist.web.pages.settings.frame import settings_page
from jurist.web.people import PersonOf, account, may
from jurist.web.permissions import Permission
from jurist.web.security.passwords import LONGEST
from jurist.web.site import SiteOf

router = APIRouter(include_in_schema=False)

_Password = Annotated[str, Form(max_length=LONGEST)]
_RUNS_READ = 20
"""Of the newest: in which the languages' readings are looked for."""


@router.get("/settings", dependencies=[account()])
def settings(request: Request, site: SiteOf, person: PersonOf) -> HTMLResponse:
    """Who one is here, and what Jurist takes the languages to mean."""
    user = user_named(site.store, person.name) if not person.local else None
    return settings_page(
        request,
        "settings.html.j2",
        user=user,
        version=__version__,
        languages={name: get_language(name).version for name in language_names()},
        readings=_readings(site.store) if person.may(Permission.READ) else {},
    )


@router.post("/settings/password", dependencies=[account()])
def change_password(
    site: SiteOf, person: PersonOf, now: _Password, new: _Password, again: _Password
) -> RedirectResponse:
    """Give oneself another password; all one's sessions end."""
    user = user_named(site.store, person.name) if person.session else None
    if user is None or user.password is None:
        raise InputError(
            f"{person.name} logs in without a password of this store",
            expected="somebody who logs in with one",
        )
    wait = site.tries.wait_ms(person.name, site.clock())
    if wait or not site.passwords.agrees(user.password, now):
        raise InputError(
            "too many tries" if wait else "the password that you have now is another one",
            expected="the one with which you logged in",
            fix="go back and try again" + (" in a minute" if wait else ""),
        )
    if new != again:
        raise InputError("the two new passwords differ", expected="the same one, twice")
    set_password(site.store, person.name, site.passwords.hash(new))
    add_to_audit(site.store, actor=person.name, action="change password", object_=person.name)
    return RedirectResponse("/login?changed=1", 303)


@router.get("/settings/store", dependencies=[may(Permission.READ)])
def store(request: Request, site: SiteOf) -> HTMLResponse:
    """Where everything is, how large it is, and how to keep a copy."""
    return settings_page(
        request,
        "settings_store.html.j2",
        store=describe(site.store),
        cache=_cache_of(site.store),
        quoted=shlex.quote(site.store.place),
        read_only=site.settings.read_only,
        studies=site.settings.studies,
        judges=site.settings.judges,
    )


def _cache_of(store: Store) -> tuple[str, int] | None:
    """Where columns are kept, and how many bytes they take; none: nowhere yet."""
    folder = folder_beside(store)
    if folder is None or not folder.is_dir():
        return None
    return str(folder), sum(each.stat().st_size for each in folder.iterdir() if each.is_file())


def _readings(store: Store) -> dict[str, tuple[str, ...]]:
    """What each language is taken to mean, as the newest run with it had it."""
    found: dict[str, tuple[str, ...]] = {}
    for run in list_runs(store)[:_RUNS_READ]:
        for dataset in datasets_of(store, run.id):
            found.setdefault(dataset.language, tuple(dataset.assumptions))
    return found
