"""Whether the server is well, for whoever minds it: alive, ready, and its figures."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response

from jurist.web.people import anybody
from jurist.web.v1.conventions import answer, described

router = APIRouter(tags=["service"])


class Health(msgspec.Struct, frozen=True):
    """A server that answers."""

    status: str = "ok"


@router.get(
    "/healthz",
    dependencies=[anybody()],
    **described(gives=Health, what="The process answers.", gives_example=Health()),
)
async def healthz() -> Response:
    """Whether the process answers."""
    return answer(Health())
