"""Who a request comes from: a token, a proxy's header, or the cookie of a login.

The one person at this machine needs no account: the printed URL's token becomes the cookie.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from jurist.errors import StoreError
from jurist.local_name import local_name
from jurist.store.sessions import keep_session, session_of
from jurist.store.tokens import token_of, use_token
from jurist.web.people import Person
from jurist.web.permissions import PERMISSIONS, Permission, Role, permissions_of
from jurist.web.problems import problem_of, problem_response
from jurist.web.security.forgery import bearer_in
from jurist.web.security.keys import cookie_name, digest_of
from jurist.web.security.proxies import person_of_proxy
from jurist.web.security.redirects import within
from jurist.web.settings import Settings
from jurist.web.site import Site, site_in


class Sessions:
    """Middleware that puts a `Person` into the scope of requests from somebody known."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Establish who asks; a token in the URL is taken out of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token", "")
        if scope["method"] == "GET" and given and is_local_token(self._settings, given):
            left = urlencode([pair for pair in query if pair[0] != "token"])
            response = RedirectResponse(within(scope["path"] + (f"?{left}" if left else "")), 303)
            name = cookie_name(self._settings)
            response.set_cookie(name, given, httponly=True, samesite="lax", path="/")
            await response(scope, receive, send)
            return
        try:
            person = await self._person(scope)
        except StoreError as error:
            response = problem_response(Request(scope), problem_of(error))
            await response(scope, receive, send)
            return
        if person is not None:
            scope["person"] = self._as_far_as_may_be(person)
        await self._app(scope, receive, send)

    def _as_far_as_may_be(self, person: Person) -> Person:
        if not self._settings.read_only:
            return person
        return replace(person, permissions=person.permissions & {Permission.READ})

    async def _person(self, scope: Scope) -> Person | None:
        site, headers = site_in(scope), Headers(scope=scope)
        token = bearer_in(headers)
        secret = token if token is not None else _cookie(headers, cookie_name(self._settings))
        if is_local_token(self._settings, secret):
            return Person(local_name(), PERMISSIONS[Role.ADMIN], local=True)
        if token is not None:  # and no cookie then: who carries a token is let past `Forgery`
            return await run_in_threadpool(_person_of_token, site, token)
        if self._settings.user_header:
            named = await run_in_threadpool(person_of_proxy, site, scope)
            if named is not None:
                return named
        return await run_in_threadpool(_person_of_session, site, secret) if secret else None


def is_local_token(settings: Settings, given: str) -> bool:
    """Whether this is the token of the printed URL."""
    known = settings.token
    return bool(known) and hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), known.encode()
    )


def _person_of_session(site: Site, secret: str) -> Person | None:
    digest, now = digest_of(secret), site.clock()
    session = session_of(site.store, digest, now)
    if session is None:
        return None
    if session.stale:
        with suppress(StoreError):  # busy: then a later request says so
            keep_session(site.store, digest, now)
    return Person(session.owner, permissions_of(session.role), session=digest)


def _person_of_token(site: Site, given: str) -> Person | None:
    digest, now = digest_of(given), site.clock()
    token = token_of(site.store, digest, now)
    if token is None:
        return None
    if token.stale(now):
        with suppress(StoreError):
            use_token(site.store, digest, now)
    permissions = permissions_of(token.role) & permissions_of(token.owner_role)
    if token.scope:
        permissions &= frozenset(token.scope)
    return Person(token.owner, permissions, token=digest)


def _cookie(headers: Headers, name: str) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""
