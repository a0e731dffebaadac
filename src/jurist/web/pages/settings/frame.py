"""What all pages of settings share: their tabs."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from jurist.web.permissions import Permission
from jurist.web.rendering import page, person_in

_TABS: Final = (
    ("You", "/settings", None),
    ("Tokens", "/settings/tokens", None),
    ("Users", "/settings/users", Permission.ADMINISTER),
    ("Audit log", "/settings/audit", Permission.ADMINISTER),
    ("Store", "/settings/store", Permission.READ),
)


def settings_page(
    request: Request, template: str, *, status: int = 200, **context: object
) -> HTMLResponse:
    """A page of settings, with the tabs of those that the person may see."""
    person = person_in(request)
    tabs = [
        (name, url, request.url.path == url)
        for name, url, permission in _TABS
        if permission is None or (person is not None and person.may(permission))
    ]
    return page(request, template, status=status, tabs=tabs, **context)
