"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.store.audit import add_to_audit
from jurist.store.sessions import LONGEST_MS, begin_session, end_session
from jurist.store.users import count_users, user_named
from jurist.web.people import PersonOf, account, anybody
from jurist.web.rendering import page, person_in
from jurist.web.security.keys import cookie_name, digest_of, new_session_key
from jurist.web.security.passwords import LONGEST, TooBusy
from jurist.web.security.redirects import within
from jurist.web.site import Site, SiteOf

router = APIRouter(include_in_schema=False)

_NAME = 200
"""Characters of a name that are looked at."""


@router.get("/login", dependencies=[anybody()])
def login(
    request: Request,
    site: SiteOf,
    next: str = "",  # noqa: A002
    changed: str = "",
) -> HTMLResponse:
    """The form; at this machine, where to find the URL that needs none."""
    told = "Your password is changed. Log in with the new one." if changed else ""
    return login_form(request, site, after=within(next), told=told)


@router.post("/login", dependencies=[anybody()])
def log_in(
    request: Request,
    site: SiteOf,
    name: Annotated[str, Form(max_length=_NAME)],
    password: Annotated[str, Form(max_length=LONGEST)],
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """Begin a session, where name and password fit."""
    name = name.replace("\0", "\ufffd")  # which PostgreSQL cannot look for
    wait = site.tries.wait_ms(name, site.clock())
    if wait:
        seconds = -(-wait // 1000)
        words = f"Too many tries. Wait {seconds} seconds, then try again."
        return login_form(request, site, words, within(next), 429, {"Retry-After": str(seconds)})
    user = user_named(site.store, name)
    known = user.password if user is not None and user.disabled is None else None
    try:
        agrees = site.passwords.agrees(known, password)
    except TooBusy:
        words = "Many people are logging in. Try again in a few seconds."
        return login_form(request, site, words, within(next), 503, {"Retry-After": "5"})
    if user is None or not agrees:
        add_to_audit(site.store, actor=name, action="log in, refused", object_="")
        return login_form(request, site, "Name or password is wrong.", within(next), 401)
    return begin_login(request, site, user.name, within(next))


@router.post("/logout", dependencies=[account()])
def log_out(site: SiteOf, person: PersonOf) -> RedirectResponse:
    """End the session."""
    response = RedirectResponse("/login", 303)
    if person.session:
        end_session(site.store, person.session)
        add_to_audit(site.store, actor=person.name, action="log out", object_="")
        tls = site.settings.tls
        response.delete_cookie(
            cookie_name(site.settings), path="/", secure=tls, httponly=True, samesite="lax"
        )
    return response


def begin_login(request: Request, site: Site, name: str, after: str) -> RedirectResponse:
    """Begin a session of somebody who proved who they are, and go where they wanted."""
    before = person_in(request)
    if before is not None and before.session:  # a login is a new session, never one that was there
        end_session(site.store, before.session)
    key = new_session_key()
    begin_session(site.store, digest_of(key), name, site.clock())
    add_to_audit(site.store, actor=name, action="log in", object_="")
    response = RedirectResponse(after, 303)
    response.set_cookie(
        cookie_name(site.settings),
        key,
        max_age=LONGEST_MS // 1000,
        path="/",
        secure=site.settings.tls,
        httponly=True,
        samesite="lax",
    )
    return response


def login_form(
    request: Request,
    site: Site,
    wrong: str = "",
    after: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
    told: str = "",
) -> HTMLResponse:
    """The page on which one logs in.

    Args:
        request: The request.
        site: The site.
        wrong: What went wrong, if anything did.
        after: The path that was wanted.
        status: Of HTTP.
        headers: More of the response's.
        told: What else to say.
    """
    response = page(
        request,
        "login.html.j2",
        status=status,
        wrong=wrong,
        told=told,
        after=after,
        users=count_users(site.store),
        local=bool(site.settings.token),
        sign_on=site.settings.oidc is not None,
    )
    response.headers.update(headers or {})
    return response
