"""What happened in production, sent as it happens: what `jurist production watch` judges."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import msgspec
from fastapi import Response
from msgspec import Meta

from jurist.production.ingesting import ingest_rows
from jurist.production.layout import layout_of
from jurist.production.pseudonyms import KeyedNames
from jurist.production.rows import RowReader
from jurist.production.sources import rows_of_table
from jurist.web.people import from_sender, may
from jurist.web.permissions import Permission
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import answer, api_router, body, described

router = api_router("production")

Cell = str | int | float | bool | None


class NewRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a log, as `jurist production ingest` reads them."""

    rows: Annotated[list[dict[str, Cell]], Meta(min_length=1, max_length=1_000)]
    system: Annotated[str, Meta(min_length=1, max_length=200)] = "feature"
    """The feature, where rows do not name it."""
    version: Annotated[str, Meta(max_length=200)] = ""
    """Its version, where rows do not name it."""


class LostRows(msgspec.Struct, frozen=True):
    """Rows that tell nothing, for one reason."""

    reason: str
    expected: str
    fix: str
    rows: int
    places: tuple[str, ...]


class TakenRows(msgspec.Struct, frozen=True):
    """What became of the rows: each is used, or in `unusable`."""

    rows: int
    used: int
    new: int
    """Attempts that were not there."""
    changed: int
    """Attempts of which more is known now."""
    same: int
    """Attempts of which all was known."""
    unusable: tuple[LostRows, ...]


_EXAMPLE = NewRows(
    [
        {
            "id": "7f3a",
            "user": "ada",
            "question": "everyone on the pro plan",
            "answer": "trait('plan') = 'pro'",
            "shown_at": "2026-11-29T18:05:00Z",
        }
    ],
    "audiences",
    "2.1",
)


@router.post(
    "/production",
    dependencies=[may(Permission.JUDGE), from_sender()],
    **described(
        takes=NewRows,
        example=_EXAMPLE,
        gives=TakenRows,
        what="The rows are stored, now or by an earlier request.",
    ),
)
def take_rows(given: Annotated[NewRows, body(NewRows)], site: SiteOf) -> Response:
    """Store what happened: asked, shown, edited, saved, abandoned.

    Rows of the same attempt are joined by its id, in whichever order they come; the same sent
    twice changes nothing. Users and accounts are stored as pseudonyms.
    """
    names = KeyedNames.of_store(site.store.place)
    defaults = {"system": given.system, "version": given.version}
    reader = RowReader(layout_of({}, {}), UTC, names.pseudonym, defaults)
    rows = rows_of_table(given.rows)
    done = ingest_rows(site.store, rows, reader, advance=lambda _: None)
    lost = tuple(
        LostRows(each.reason, each.expected, each.fix, each.rows, each.places)
        for each in done.unusable
    )
    return answer(TakenRows(done.rows, done.used, done.new, done.changed, done.same, lost))
