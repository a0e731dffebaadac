"""Settings: tokens with which programs come in; one's own, or for admins all."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.store.audit import add_to_audit
from jurist.store.tokens import list_tokens, revoke_token
from jurist.store.users import list_users
from jurist.web.pages.settings.frame import settings_page
from jurist.web.people import Person, PersonOf, account
from jurist.web.permissions import PERMISSIONS, Permission, Role
from jurist.web.security.making import Wish, make_token
from jurist.web.site import Site, SiteOf

router = APIRouter(include_in_schema=False)

_LIVES: Final = (("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until revoked"))


@router.get("/settings/tokens", dependencies=[account()])
def tokens(request: Request, site: SiteOf, person: PersonOf) -> HTMLResponse:
    """Those that let somebody in, those that do no more, and a form for a new one."""
    return _page(request, site, person)


@router.post("/settings/tokens", dependencies=[account()])
def make(
    request: Request,
    site: SiteOf,
    person: PersonOf,
    name: Annotated[str, Form(max_length=200)],
    role: Annotated[Role, Form()],
    scope: Annotated[list[Permission] | None, Form()] = None,
    days: Annotated[str, Form(pattern="[0-9]{0,4}")] = "90",
    owner: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Make one. It is shown in this answer alone: a redirect would have to keep it."""
    chosen = owner if owner and person.may(Permission.ADMINISTER) else person.name
    wish = Wish(name, chosen, role.value, tuple(scope or ()), int(days) if days else None)
    secret = make_token(
        site.store, wish, maker=person.name, allowed=person.permissions, now=site.clock()
    )
    return _page(request, site, person, secret)


@router.post("/settings/tokens/revoke", dependencies=[account()])
def revoke(
    site: SiteOf, person: PersonOf, token: Annotated[str, Form(max_length=64)]
) -> RedirectResponse:
    """Let nobody in by one any more."""
    owner = None if person.may(Permission.ADMINISTER) else person.name
    revoked = revoke_token(site.store, token, site.clock(), owner)
    add_to_audit(
        site.store,
        actor=person.name,
        action="revoke token",
        object_=revoked.id,
        detail=f"of {revoked.owner}",
    )
    return RedirectResponse("/settings/tokens", 303)


def _page(request: Request, site: Site, person: Person, secret: str = "") -> HTMLResponse:
    everybody = person.may(Permission.ADMINISTER)
    now = site.clock()
    known = list_tokens(site.store, None if everybody else person.name)
    owners = [user.name for user in list_users(site.store)] if everybody else [person.name]
    return settings_page(
        request,
        "settings_tokens.html.j2",
        status=201 if secret else 200,
        secret=secret,
        origin=f"{'https' if site.settings.tls else 'http'}://{request.url.netloc}",
        usable=[token for token in known if token.usable(now)],
        ended=[token for token in known if not token.usable(now)],
        now=now,
        everybody=everybody,
        owners=owners,
        roles=[role for role in Role if PERMISSIONS[role] <= person.permissions],
        scopes=[each for each in Permission if each in person.permissions],
        lives=_LIVES,
    )
