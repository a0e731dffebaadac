"""What all routes share, made once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from jurist.store import Store
from jurist.web.live import Live
from jurist.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """A store that is served."""

    settings: Settings
    store: Store
    live: Live


def site_of(request: Request) -> Site:
    """The application's own."""
    return cast("Site", request.app.state.site)


SiteOf = Annotated[Site, Depends(site_of)]
