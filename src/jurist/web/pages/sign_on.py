"""Logging in by a provider of single sign-on."""

from __future__ import annotations

import hmac
from typing import Annotated, Final, cast

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from jurist.store.audit import add_to_audit
from jurist.store.users import add_user, user_named
from jurist.web.pages.login import begin_login, login_form
from jurist.web.people import anybody
from jurist.web.security.keys import cookie_name
from jurist.web.security.openid import SignOn, SignOnError
from jurist.web.security.redirects import within
from jurist.web.site import Site, SiteOf

router = APIRouter(include_in_schema=False)

_BACK: Final = "/login/sso/back"
_Text = Annotated[str, Query(max_length=4_000)]


@router.get("/login/sso", dependencies=[anybody()])
def leave(request: Request, site: SiteOf, next: _Text = "") -> Response:  # noqa: A002
    """Send the browser to the provider; a cookie binds what comes back to this browser."""
    sign_on = _sign_on_of(request)
    try:
        address, state = sign_on.begin(_own(request, site), within(next), site.clock())
    except SignOnError as error:
        return login_form(request, site, str(error), within(next), 503)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        _cookie(site),
        state,
        max_age=600,
        path="/",
        secure=site.settings.tls,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(_BACK, dependencies=[anybody()])
def come_back(
    request: Request, site: SiteOf, state: _Text = "", code: _Text = "", error: _Text = ""
) -> Response:
    """Begin a session of whom the provider names."""
    sign_on = _sign_on_of(request)
    begun = request.cookies.get(_cookie(site), "")
    if not state or not hmac.compare_digest(begun.encode(), state.encode()):
        return _refused(request, site, "That login was not begun in this browser.", "")
    if error or not code:
        return _refused(request, site, f"The provider says: {error[:100] or 'nothing'}.", "")
    try:
        name, after = sign_on.finish(_own(request, site), state, code, site.clock())
    except SignOnError as problem:
        return _refused(request, site, str(problem), "")
    role = site.settings.oidc.role if site.settings.oidc else ""
    user = user_named(site.store, name)
    if user is None and role:
        add_user(site.store, name, role, None)
        add_to_audit(
            site.store, actor=name, action="add user", object_=name, detail=f"{role}, by sign-on"
        )
    elif user is None or user.disabled is not None:
        return _refused(request, site, f"{name[:100]} has no account here.", name)
    response = begin_login(request, site, name, after)
    response.delete_cookie(_cookie(site), path="/", secure=site.settings.tls, httponly=True)
    return response


def _refused(request: Request, site: Site, why: str, name: str) -> Response:
    add_to_audit(
        site.store, actor=name[:200], action="log in, refused", object_="", detail="by sign-on"
    )
    return login_form(request, site, why, "", 401)


def _sign_on_of(request: Request) -> SignOn:
    return cast("SignOn", request.app.state.sign_on)


def _own(request: Request, site: Site) -> str:
    return f"{'https' if site.settings.tls else 'http'}://{request.url.netloc}{_BACK}"


def _cookie(site: Site) -> str:
    return f"{cookie_name(site.settings)}-sso"
