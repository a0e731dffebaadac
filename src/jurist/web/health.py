"""Whether the server is well, for whoever minds it: alive, ready, and its figures."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from jurist.errors import StoreError
from jurist.store import Store
from jurist.store.tables import RUNS
from jurist.web.judging.service import Judging
from jurist.web.metrics import MEDIA_TYPE, Requests, metric, value
from jurist.web.people import anybody, may
from jurist.web.permissions import Permission
from jurist.web.site import JudgingOf, SiteOf
from jurist.web.v1.conventions import answer, described, schema_of

router = APIRouter(tags=["service"])


class Health(msgspec.Struct, frozen=True):
    """A server that answers."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """What a server needs to do its work."""

    ready: bool
    store: bool
    """Whether the store can be read."""
    provers: int
    """Processes that would begin a proof at once."""
    provers_wanted: int
    """How many there are to be; 0: each is started when it is needed."""


@router.get(
    "/healthz",
    dependencies=[anybody()],
    **described(gives=Health, what="The process answers.", gives_example=Health()),
)
async def healthz() -> Response:
    """Whether the process answers."""
    return answer(Health())


_READY = Readiness(ready=True, store=True, provers=2, provers_wanted=2)
_NOT_READY = {
    "description": "Not yet, or not now.",
    "content": {"application/json": {"schema": schema_of(Readiness)}},
}


@router.get(
    "/readyz",
    dependencies=[anybody()],
    **described(
        gives=Readiness,
        what="It can be asked.",
        gives_example=_READY,
        others={503: _NOT_READY},
    ),
)
def readyz(site: SiteOf, judging: JudgingOf) -> Response:
    """Whether the server can do its work: the store is read, and processes that prove are warm."""
    store = _is_readable(site.store)
    ready = store and judging.is_warm
    reply = Readiness(ready, store, judging.pool.ready, judging.kept_warm)
    return answer(reply, status=200 if ready else 503)


_METRICS = {"description": "Figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get(
    "/metrics",
    dependencies=[may(Permission.READ)],
    response_model=None,
    response_class=Response,
    responses={200: _METRICS},
)
async def metrics(request: Request, judging: JudgingOf) -> Response:
    """The server's figures in Prometheus' text format.

    Requests by route, status and seconds, the queue, refusals, verdicts by judge and relation.
    """
    requests: Requests = request.app.state.requests
    text = "".join((*_of_requests(requests), *_of_judging(judging)))
    return Response(text, media_type=MEDIA_TYPE)


def _is_readable(store: Store) -> bool:
    try:
        with store.read() as connection:
            connection.execute(select(RUNS.c.id).limit(1)).first()
    except StoreError:
        return False
    return True


def _of_requests(requests: Requests) -> Iterator[str]:
    name = "jurist_requests_total"
    lines = (
        value(name, count, method=method, route=route, status=str(status))
        for (method, route, status), count in sorted(requests.counts.items())
    )
    yield metric(name, "counter", "Requests.", lines)
    name = "jurist_request_seconds"
    taken = (
        line
        for route, seconds in sorted(requests.seconds.items())
        for line in seconds.lines(name, {"route": route})
    )
    yield metric(name, "histogram", "From a request to the beginning of its answer.", taken)


def _of_judging(judging: Judging) -> Iterator[str]:
    figures = judging.figures
    for name, kind, about, number in (
        ("judging_waiting", "gauge", "Requests for which nothing is done yet.", judging.waiting),
        ("judging_taken", "gauge", "Requests that are worked on or wait.", judging.taken),
        ("judging_places", "gauge", "Requests that there may be at a time.", judging.places),
        ("judging_refused_total", "counter", "Requests told to come again.", figures.refused),
        ("provers_ready", "gauge", "Processes that can prove.", judging.pool.ready),
        ("verdicts_remembered_total", "counter", "Given from memory.", figures.remembered),
        ("verdicts_memory_bytes", "gauge", "Remembered verdicts.", judging.remembered.bytes),
    ):
        yield metric(f"jurist_{name}", kind, about, [value(f"jurist_{name}", number)])
    name = "jurist_verdicts_total"
    lines = (
        value(name, count, judge=judge, relation=relation, outcome=outcome)
        for (judge, relation, outcome), count in sorted(figures.verdicts.items())
    )
    yield metric(name, "counter", "Verdicts.", lines)
    name = "jurist_verdict_seconds"
    about = "From a request to its verdict, remembered ones apart."
    yield metric(name, "histogram", about, figures.seconds.lines(name, {}))
