"""The application: its middleware from the outside in, its routes, its shared state."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from operator import attrgetter

from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from jurist import __version__
from jurist.columns import shelf_of
from jurist.store import open_store, read_store
from jurist.store.lock import at_work
from jurist.web import health, problems, static_files
from jurist.web.aside import Aside
from jurist.web.comparing.comparisons import Comparisons
from jurist.web.judging.service import judging_service
from jurist.web.judging.turning_away import TurningAway
from jurist.web.metrics import Counted, Requests
from jurist.web.pages import (
    annotate,
    case,
    challenges,
    compare,
    deleting,
    disagreements,
    judges,
    live,
    login,
    run,
    runs,
    studies,
)
from jurist.web.pages import settings as settings_pages
from jurist.web.runs.findings import Finder
from jurist.web.runs.glances import Glances
from jurist.web.runs.live import Live
from jurist.web.runs.settings import RunSettings
from jurist.web.security.bounds import BODY, Bounds
from jurist.web.security.forgery import Forgery
from jurist.web.security.headers import SecureHeaders
from jurist.web.security.hosts import Hosts
from jurist.web.security.passwords import Passwords
from jurist.web.security.rates import Rates
from jurist.web.security.sessions import Sessions
from jurist.web.settings import Settings
from jurist.web.site import Clock, Site, wall_clock
from jurist.web.studies.sessions import Sessions as StudySessions
from jurist.web.v1 import (
    comparing,
    documentation,
    exporting,
    judging,
    labels,
    production,
    queues,
    settlements,
)
from jurist.web.v1 import runs as stored_runs
from jurist.web.v1 import studies as v1_studies

_PAGES = (
    static_files,
    login,
    runs,
    run,
    compare,
    live,
    case,
    settings_pages,
    annotate,
    challenges,
    judges,
    studies,
    deleting,
    disagreements,
)
"""Modules with a `router`, each a page or several that belong together."""
_API = (
    judging,
    documentation,
    health,
    stored_runs,
    comparing,
    exporting,
    labels,
    queues,
    v1_studies,
    production,
    settlements,
)
"""The same of the API."""


def build_application(
    settings: Settings, *, clock: Clock = wall_clock, hasher: PasswordHasher | None = None
) -> FastAPI:
    """The application over a store, which is opened when it starts and closed when it ends.

    Args:
        settings: How it runs.
        clock: By which sessions and tokens expire.
        hasher: Of passwords; argon2 with its own parameters by default.
    """

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncGenerator[None]:
        store = (read_store if settings.read_only else open_store)(settings.store)
        shelf = shelf_of(store)
        glances, aside = Glances(store), Aside(settings.store)
        application.state.site = Site(
            settings=settings,
            store=store,
            shelf=shelf,
            live=Live(store),
            run_settings=RunSettings(store),
            glances=glances,
            comparisons=Comparisons(store, shelf),
            finder=Finder(store, shelf, glances, aside),
            aside=aside,
            clock=clock,
            passwords=Passwords(hasher),
            studies=StudySessions(settings.store),
        )
        try:
            async with AsyncExitStack() as stack:
                if not settings.read_only:
                    stack.enter_context(at_work(store))
                judging = judging_service(store, study=settings.judges, provers=settings.provers)
                application.state.judging = await stack.enter_async_context(judging)
                yield
        finally:
            aside.close()
            application.state.site.background.close()
            application.state.site.finder.close()
            application.state.site.studies.close()
            store.close()

    requests = Requests()
    application = FastAPI(
        title="Jurist",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=attrgetter("name"),
        lifespan=lifespan,
        middleware=[
            Middleware(Counted, requests=requests),
            Middleware(SecureHeaders, tls=settings.tls),
            Middleware(TurningAway),
            Middleware(Bounds),
            Middleware(RequestBodyLimitMiddleware, max_body_size=BODY),
            Middleware(Hosts, settings=settings),
            Middleware(Forgery),
            Middleware(Sessions, settings=settings),
            Middleware(Rates, settings=settings),
        ],
    )
    application.state.requests = requests
    problems.install(application)
    for module in (*_API, *_PAGES):  # what is asked most is looked for first
        application.include_router(module.router)
    if settings.oidc is not None:  # needs `jurist[oidc]`
        from jurist.web.pages import sign_on
        from jurist.web.security.openid import SignOn

        application.state.sign_on = SignOn(settings.oidc)
        application.include_router(sign_on.router)
    application.mount("/static", static_files.scripts())
    return application
