"""Figures of the server as Prometheus reads them (text format 0.0.4).

A few lines instead of a client library: what is counted is counted in one event loop.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""


@dataclass(slots=True)
class Histogram:
    """How many observations lie within each bound."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Observe."""
        self.counts[bisect_left(_BOUNDS, seconds)] += 1
        self.total += seconds

    def lines(self, name: str, labels: Mapping[str, str]) -> Iterator[str]:
        """As Prometheus has it: counts up to each bound."""
        so_far = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self.counts, strict=True):
            so_far += count
            yield f"{name}_bucket{labelled({**labels, 'le': bound})} {so_far}"
        yield f"{name}_sum{labelled(labels)} {self.total:.6f}"
        yield f"{name}_count{labelled(labels)} {so_far}"


@dataclass(slots=True)
class Requests:
    """Requests by route, which are few: a path that is no route's counts as one."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter[tuple[str, str, int]])
    """By method, route and status."""
    seconds: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    """By route, to the beginning of the answer."""


TURNED_AWAY: Final = "jurist.turned_away"
"""Where a scope names the route that a request was turned away from before one was looked for."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted as one: clients may make up as many as they like."""


class Counted:
    """Middleware that counts requests."""

    def __init__(self, app: ASGIApp, *, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count when the answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path_format", scope.get(TURNED_AWAY, "none"))
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self._requests.counts[method, route, message["status"]] += 1
                self._requests.seconds[route].add(perf_counter() - started)
            await send(message)

        await self._app(scope, receive, counting)


def labelled(labels: Mapping[str, str]) -> str:
    """Labels in braces, their values escaped."""
    parts = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(parts)}}}" if labels else ""


def metric(name: str, kind: str, about: str, lines: Iterable[str]) -> str:
    """A metric with its head; empty where it has no lines."""
    rows = [*lines]
    return "\n".join((f"# HELP {name} {about}", f"# TYPE {name} {kind}", *rows, ""))


def value(name: str, number: float, **labels: str) -> str:
    """One line."""
    return f"{name}{labelled(labels)} {number:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
