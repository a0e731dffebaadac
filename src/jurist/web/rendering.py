"""From a template to a response. Whatever comes from data is escaped and made visible."""

from __future__ import annotations

from functools import cache
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from jurist.report.templating import environment
from jurist.web.formats import FILTERS
from jurist.web.people import Person
from jurist.web.permissions import Permission

_NAVIGATION: Final = (
    ("Runs", "/runs", Permission.READ),
    ("Compare", "/compare", Permission.READ),
    ("Judges", "/judges", Permission.READ),
    ("Disagreements", "/disagreements", Permission.READ),
    ("Annotate", "/annotate", Permission.ANNOTATE),
    ("Studies", "/studies", Permission.RUN),
    ("Settings", "/settings", None),
)


@cache
def _templates() -> Environment:
    templates = environment("jurist.web", "jurist.report")
    templates.filters.update(FILTERS)
    return templates


def compile_templates() -> None:
    """Read all pages' templates beforehand: nobody's first look waits half a second for it."""
    for name in _templates().list_templates(extensions=["j2"]):
        _templates().get_template(name)


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """A page for whoever asks.

    Args:
        request: The request; its person decides which pages the navigation names.
        template: A file of `web/templates`, such as `runs.html.j2`.
        status: Of HTTP.
        context: What the template names.
    """
    pages = _pages_of(person_in(request))
    navigation = [
        (name, url, request.url.path == url or request.url.path.startswith(f"{url}/"))
        for name, url in pages
    ]
    text = (
        _templates()
        .get_template(template)
        .render(navigation=navigation, person=person_in(request), Permission=Permission, **context)
    )
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


def fragment(template: str, **context: object) -> Markup:
    """A part of a page that is the same for everybody, to be kept and put into pages as it is.

    Args:
        template: A file of `web/templates`.
        context: What it names.
    """
    return Markup(_templates().get_template(template).render(**context))  # noqa: S704 - escaped there


def first_page(request: Request) -> str:
    """The first page that whoever asks may see; of nobody, where one logs in."""
    pages = _pages_of(person_in(request))
    return pages[0][1] if pages else "/login"


def person_in(request: Request) -> Person | None:
    """Who asks, if anybody is known."""
    person: object = request.scope.get("person")
    return person if isinstance(person, Person) else None


def _pages_of(person: Person | None) -> list[tuple[str, str]]:
    return [
        (name, url)
        for name, url, permission in _NAVIGATION
        if person is not None and (permission is None or person.may(permission))
    ]
