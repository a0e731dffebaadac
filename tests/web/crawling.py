"""Following every link of the application, as a curious reader does."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from fastapi import APIRouter, FastAPI
from starlette.routing import Match, Route

_ALIKE, _OF_ROUTE = 3, 30
"""Addresses of one route with one set of parameters that are visited, and of one route in all."""


@dataclass
class Page(HTMLParser):
    """What a page consists of, for whoever wants to find what should not be there."""

    links: list[str] = field(default_factory=list[str])
    loads: list[str] = field(default_factory=list[str])
    """What it fetches: scripts, sheets, pictures."""
    forms: list[tuple[str, list[tuple[str, str]]]] = field(
        default_factory=list[tuple[str, list[tuple[str, str]]]]
    )
    """GET forms as they are when they are sent unchanged: where to, and what."""
    wrong: list[str] = field(default_factory=list[str])
    """What the strict policy forbids, or what is not ours."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._sending = False
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name in {"href", "src", "action", "formaction"} and not _is_ours(value or ""):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "form" and (given.get("method") or "get").lower() == "get":
            self.forms.append((given.get("action") or "", []))
            self._sending = True
        elif tag == "form":
            self._sending = False
        elif tag in {"input", "select", "option"} and self._sending:
            self._control(tag, given)
        elif tag == "script":
            if not given.get("src"):
                self.wrong.append("<script> without src")
            self.loads.append(given.get("src") or "")
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.loads.append(given.get("href") or "")
        elif tag in {"iframe", "object", "embed", "base", "style", "b:n"}:
            self.wrong.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._sending = False
        elif tag == "select":
            self._select = None

    def _control(self, tag: str, given: Mapping[str, str | None]) -> None:
        sent = self.forms[-1][1]
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given:
                sent[:] = [pair for pair in sent if pair[0] != self._select]
            if "selected" in given or self._select not in dict(sent):
                sent.append((self._select, value))
        elif tag == "input" and name and given.get("type") not in {"checkbox", "radio"}:
            sent.append((name, value))


def _is_ours(address: str) -> bool:
    """Whether an address stays here: a path, a query, a fragment, or an empty icon."""
    parts = urlsplit(address)
    return (not parts.scheme and not parts.netloc) or address == "data:,"


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that was asked for, and what came."""

    address: str
    route: str
    status: int
    text: str
    kind: str


def crawl(
    client: httpx.Client, routes: Sequence[Route], start: str = "/", *, most: int = 400
) -> Iterator[Visit]:
    """Visit what can be reached by links, a few addresses of each route and set of parameters.

    Args:
        client: Who asks; redirects are followed as links.
        routes: Of the application, as `routes_of` lists them.
        start: Where to begin.
        most: Visits in all.
    """
    waiting, seen = deque([start]), {start}
    alike: Counter[tuple[str, tuple[str, ...]]] = Counter()
    of_route: Counter[str] = Counter()
    visits = 0
    while waiting and visits < most:
        address = waiting.popleft()
        parts = urlsplit(address)
        route = route_of(routes, parts.path)
        names = tuple(sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair}))
        alike[route, names] += 1
        if alike[route, names] > _ALIKE or of_route[route] >= _OF_ROUTE:
            continue
        of_route[route] += 1
        answer = client.get(address)
        visits += 1
        kind = answer.headers.get("content-type", "").partition(";")[0]
        yield Visit(address, route, answer.status_code, answer.text, kind)
        onward = [answer.headers["location"]] if "location" in answer.headers else []
        if kind == "text/html":
            page = Page()
            page.feed(answer.text)
            onward += page.links
            onward += [f"{action or parts.path}?{urlencode(sent)}" for action, sent in page.forms]
        for link in onward:
            target = urlsplit(urljoin(f"http://here{address}", link))
            if target.netloc != "here" or "/events" in target.path:
                continue
            path = target.path + (f"?{target.query}" if target.query else "")
            if path not in seen:
                seen.add(path)
                waiting.append(path)


def first_pages(visits: Sequence[Visit]) -> dict[str, str]:
    """By route the first address at which a page was visited."""
    return {each.route: each.address for each in reversed(visits) if each.kind == "text/html"}


def route_of(routes: Sequence[Route], path: str) -> str:
    """The pattern that answers a path."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    for route in routes:
        if route.matches(scope)[0] is Match.FULL:
            return route.path
    return re.sub("/.*", "/", path)


def routes_of(application: FastAPI) -> list[Route]:
    """All patterns of the application."""
    return list(_flat(list(application.routes)))


def _flat(routes: list[object]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        router: object = getattr(route, "original_router", None)  # of an included router
        if isinstance(router, APIRouter):
            yield from _flat(list(router.routes))
