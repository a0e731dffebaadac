"""What all routes share, made once at the start."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.types import Scope

from jurist.columns import Shelf
from jurist.store import Store
from jurist.web.aside import Aside
from jurist.web.background import Background
from jurist.web.comparing.comparisons import Comparisons
from jurist.web.judging.service import Judging
from jurist.web.kept import Kept
from jurist.web.runs.findings import Finder
from jurist.web.runs.glances import Glances
from jurist.web.runs.live import Live
from jurist.web.runs.settings import RunSettings
from jurist.web.security.limits import Rate
from jurist.web.security.passwords import Passwords
from jurist.web.settings import Settings
from jurist.web.studies.sessions import Sessions as StudySessions

Clock = Callable[[], int]
"""Milliseconds since 1970."""


def wall_clock() -> int:
    """This machine's."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Site:
    """A store that is served."""

    settings: Settings
    store: Store
    shelf: Shelf
    """The columns of the store's runs."""
    live: Live
    studies: StudySessions
    """The studies that this server runs."""
    run_settings: RunSettings
    """What the verdicts of each run were given in."""
    glances: Glances
    comparisons: Comparisons
    finder: Finder
    aside: Aside
    """Where what takes seconds is computed."""
    summaries: Kept[Markup] = field(default_factory=lambda: Kept[Markup](64))
    """What runs' pages show above their lists."""
    clock: Clock = wall_clock
    passwords: Passwords = field(default_factory=Passwords)
    tries: Rate = field(default_factory=lambda: Rate(5))
    """How often a password may be tried for a name."""
    background: Background = field(default_factory=Background)


async def site_of(request: Request) -> Site:
    """The application's own."""
    return site_in(request.scope)


def site_in(scope: Scope) -> Site:
    """The same, for middleware."""
    return cast("Site", scope["app"].state.site)


SiteOf = Annotated[Site, Depends(site_of)]


async def judging_of(request: Request) -> Judging:
    """The application's service that judges."""
    return cast("Judging", request.app.state.judging)


JudgingOf = Annotated[Judging, Depends(judging_of)]
