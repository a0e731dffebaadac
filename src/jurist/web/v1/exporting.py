"""Verdicts as files: JSON lines or CSV, filtered like a run's page, streamed in flat memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from jurist.alignment.rows import inert
from jurist.columns import Columns, chosen, results_of
from jurist.report.rows import COLUMNS, Row, row_of
from jurist.store import Store
from jurist.web.names import run_of
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.runs.listing import read_listing
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import api_router
from jurist.web.v1.runs import filter_parameters

router = api_router("runs")
_AT_A_TIME: Final = 500
"""Rows that are read and written together."""


class Format(StrEnum):
    """Of a file."""

    JSONL = "jsonl"
    CSV = "csv"


_MEDIA_TYPES: Final = {Format.JSONL: "application/x-ndjson", Format.CSV: "text/csv"}
_FILES: Final = {
    "description": f"A row a verdict: {', '.join(COLUMNS)}.",
    "content": {media: {"schema": {"type": "string"}} for media in _MEDIA_TYPES.values()},
}


@router.get(
    "/export",
    dependencies=[may(Permission.READ)],
    response_class=StreamingResponse,
    responses={200: _FILES},
    openapi_extra=filter_parameters(),
)
def export(
    request: Request,
    site: SiteOf,
    run: Annotated[str, Query(max_length=200, description="Id of the run.")],
    as_: Annotated[Format, Query(alias="format", description="Of the file.")] = Format.JSONL,
) -> StreamingResponse:
    """Verdicts of a run as flat rows, with the filters and the order of its page.

    In CSV a cell that a spreadsheet would take for a formula begins with a quote.
    """
    record = run_of(site.store, run)
    columns = site.shelf.columns(record.id)
    listing = read_listing(request.query_params.multi_items(), columns)
    rows = chosen(columns, listing.filters(), listing.sort).tolist()
    write = _as_lines if as_ is Format.JSONL else _as_csv
    name = re.sub(r"[^A-Za-z0-9._-]", "-", record.id)
    return StreamingResponse(
        write(_rows(site.store, columns, rows)),
        media_type=_MEDIA_TYPES[as_],
        headers={"Content-Disposition": f'attachment; filename="{name}.{as_.value}"'},
    )


def _rows(store: Store, columns: Columns, rows: list[int]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        yield [row_of(columns.run, each) for each in results_of(store, columns.run, columns, some)]


def _as_lines(rows: Iterator[list[Row]]) -> Iterator[bytes]:
    for some in rows:
        yield b"".join(msgspec.json.encode(row) + b"\n" for row in some)


def _as_csv(rows: Iterator[list[Row]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for some in rows:
        writer.writerows(
            ["" if cell is None else inert(cell) for cell in row.values()] for row in some
        )
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()
