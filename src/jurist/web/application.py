"""The application: its middleware from the outside in, its routes, its shared state."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from operator import attrgetter

from fastapi import FastAPI
from starlette.middleware import Middleware

from jurist import __version__
from jurist.store import open_store
from jurist.web import health, problems, static_files
from jurist.web.live import Live
from jurist.web.pages import live, runs
from jurist.web.security.headers import SecureHeaders
from jurist.web.security.sessions import Sessions
from jurist.web.settings import Settings
from jurist.web.site import Site
from jurist.web.v1 import documentation

_PAGES = (static_files, runs, live)
"""Modules with a `router`, each a page or several that belong together."""
_API = (documentation, health)
"""The same of the API."""


def build_application(settings: Settings) -> FastAPI:
    """The application over a store, which is opened when it starts and closed when it ends.

    Args:
        settings: How it runs.
    """

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncGenerator[None]:
        store = open_store(settings.store)
        application.state.site = Site(settings, store, Live(store))
        try:
            yield
        finally:
            store.close()

    application = FastAPI(
        title="Jurist",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=attrgetter("name"),
        lifespan=lifespan,
        middleware=[
            Middleware(SecureHeaders, tls=settings.tls),
            Middleware(Sessions, settings=settings),
        ],
    )
    problems.install(application)
    for module in (*_PAGES, *_API):
        application.include_router(module.router)
    application.mount("/static", static_files.scripts())
    return application
