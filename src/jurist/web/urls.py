"""Addresses of our own pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode


def url(path: str, **query: str | Iterable[str]) -> str:
    """A path with its query; what is empty is left out, what is several is repeated."""
    return with_query(path, ((name, value) for name, value in query.items()))


def with_query(path: str, query: Iterable[tuple[str, str | Iterable[str]]]) -> str:
    """The same of pairs in an order."""
    pairs = [
        (name, value)
        for name, given in query
        for value in ([given] if isinstance(given, str) else given)
        if value
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def path_of(*parts: str) -> str:
    """A path of these parts, none of which means anything in it."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def run_url(run: str, *more: str) -> str:
    """Where a run is, or a part of it."""
    return path_of("runs", run, *more)


def case_url(run: str, task: str, judge: str, query: Iterable[tuple[str, str]] = ()) -> str:
    """Where an answer is, a judge's verdict on it first, in the list that a query names."""
    return with_query(run_url(run, "answers", task), [("judge", judge), *query])
