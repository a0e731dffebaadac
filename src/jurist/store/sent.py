"""What was sent, in a store: written in groups by the ledger, read page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, and_, func, or_, select

from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.inserting import insert_absent
from jurist.store.tables import SENT, SENT_OUTCOMES

if TYPE_CHECKING:
    from jurist.models import SentOutcome, SentRequest


@dataclass(frozen=True, slots=True)
class SentRow:
    """A request as it left."""

    id: str
    at: int
    """When it was about to go out, milliseconds since 1970, UTC."""
    server: str
    model: str
    run: str
    role: str
    privacy: str
    key: str
    """Of the ledger's exchange, where there is one."""
    body: str
    bytes: int
    left: int | None
    """When its bytes went out; `None`: they never did, or nobody lived to say when."""
    answered: int | None
    status: int | None
    error: str | None
    """Empty: nothing is wrong; `None`: the process ended before it knew."""
    reply: str | None


@dataclass(frozen=True, slots=True)
class SentTotal:
    """What one server was sent of one role for one model at one privacy level."""

    server: str
    model: str
    role: str
    privacy: str
    requests: int
    bytes: int
    first: int
    last: int


def write_sent(connection: Connection, requests: Sequence[SentRequest]) -> None:
    """Write requests that are about to leave."""
    insert_absent(connection, SENT, [_row(request) for request in requests])


def write_outcomes(connection: Connection, outcomes: Sequence[SentOutcome]) -> None:
    """Write what became of requests."""
    insert_absent(
        connection,
        SENT_OUTCOMES,
        [
            {
                "id": each.id,
                "left": each.left,
                "answered": each.answered,
                "status": each.status,
                "error": each.error[:_LONGEST_ERROR],
                "reply": each.reply,
            }
            for each in outcomes
        ],
    )


_LONGEST_ERROR: Final = 1000
_OUTCOME: Final = tuple(column for column in SENT_OUTCOMES.c if column.name != "id")


def sent_requests(
    store: Store, *, run: str | None = None, model: str | None = None, since: int | None = None
) -> Iterator[SentRow]:
    """Requests in the order in which they left, in flat memory.

    Args:
        store: Where they are kept.
        run: Only of this run, by its whole id.
        model: Only to this model.
        since: Only from this moment on, milliseconds since 1970, UTC.
    """
    query = (
        select(SENT, *_OUTCOME)
        .join(SENT_OUTCOMES, SENT_OUTCOMES.c.id == SENT.c.id, isouter=True)
        .order_by(SENT.c.id)
        .execution_options(**A_PAGE_AT_A_TIME)
    )
    if run is not None:
        query = query.where(SENT.c.run == run)
    if model is not None:
        query = query.where(SENT.c.model == model)
    if since is not None:
        query = query.where(SENT.c.at >= since)
    with store.read() as connection:
        for row in connection.execute(query):
            yield SentRow(*row)


def sent_totals(store: Store, *, run: str | None = None) -> tuple[SentTotal, ...]:
    """What each server was sent, by server, model, role and privacy level.

    Args:
        store: Where it is kept.
        run: Only of this run.
    """
    by = SENT.c.server, SENT.c.model, SENT.c.role, SENT.c.privacy
    query = select(
        *by, func.count(), func.sum(SENT.c.bytes), func.min(SENT.c.at), func.max(SENT.c.at)
    )
    if run is not None:
        query = query.where(SENT.c.run == run)
    with store.read() as connection:
        return tuple(
            SentTotal(*row[:4], int(row[4]), int(row[5]), row[6], row[7])
            for row in connection.execute(query.group_by(*by).order_by(*by))
        )


def count_repeats(store: Store, run: str) -> int:
    """Calls of a run that a session sent although another may have been answered already.

    The other was lost before it could keep the reply, or did another share of the run: such a
    call may have been paid twice.
    """
    process = func.count(func.distinct(func.substr(SENT.c.id, _PROCESS_AT, _PROCESS_LENGTH)))
    outcome = SENT_OUTCOMES.c
    may_be_paid = or_(
        outcome.id.is_(None),
        and_(outcome.left.is_not(None), or_(outcome.answered.is_(None), outcome.status == _OK)),
    )
    repeated = (
        select((process - 1).label("again"))
        .select_from(SENT)
        .join(SENT_OUTCOMES, outcome.id == SENT.c.id, isouter=True)
        .where(SENT.c.run == run, SENT.c.key != "", may_be_paid)
        .group_by(SENT.c.key)
        .having(process > 1)
        .subquery()
    )
    with store.read() as connection:
        return int(connection.scalar(select(func.sum(repeated.c.again))) or 0)


_OK: Final = 200
_PROCESS_AT, _PROCESS_LENGTH = 13, 8
"""Where a request's id says which process sent it (`models.sent.request_of`)."""


def _row(request: SentRequest) -> dict[str, object]:
    errand = request.errand
    return {
        "id": request.id,
        "at": request.at,
        "server": request.server,
        "model": request.model,
        "run": errand.run,
        "role": errand.role,
        "privacy": errand.privacy,
        "key": request.key,
        "body": request.body.decode("utf-8", "replace").replace("\0", "\ufffd"),
        "bytes": len(request.body),
    }
