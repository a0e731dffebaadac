"""Production from Python: a log goes into a store, and what it shows comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import tzinfo
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from jurist.api.arguments import as_path, member, refuse_no_flag, refuse_number, refuse_type
from jurist.errors import InputError
from jurist.production import Ingested, RowReader, ingest_rows, layout_of
from jurist.production.figures import Assignment, By, Production
from jurist.production.moments import zone_of
from jurist.production.pseudonyms import KeyedNames, unchanged
from jurist.production.sources import rows_of_file, rows_of_table
from jurist.store import open_store

if TYPE_CHECKING:
    from jurist.languages.schema_files import FoundSchema

_STORE: Final = "jurist.db"
_HOUR_MS: Final = 3_600_000
_WIDTH: Final = 140


class Measured(Production):
    """What a log of production shows; `print` shows it as `jurist production` does."""

    # No field: a record is its fields, wherever it is compared or replaced.
    __slots__ = ()

    def __str__(self) -> str:
        from jurist.report.console import SafeConsole
        from jurist.report.production import production_head, production_sections
        from jurist.report.sheets import section_parts
        from jurist.report.visible import visible

        console = SafeConsole(
            file=(written := StringIO()),
            width=_WIDTH,
            highlight=False,
            emoji=False,
            color_system=None,
            force_jupyter=False,
        )
        for section in production_sections(self):
            for part in section_parts(section):
                console.print(part)
        lines = [visible(production_head(self)), *written.getvalue().splitlines()]
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self) -> str:
        from jurist.report.notebook import framed, text_html

        return framed(f"<pre>{text_html(str(self))}</pre>")


def ingest(
    log: object,
    *,
    store: str | Path = _STORE,
    system: str = "feature",
    version: str = "",
    columns: Mapping[str, str] | None = None,
    events: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    pseudonymous: bool = False,
) -> Ingested:
    """Read a log of what happened with a feature into a store; `jurist production ingest`.

    What was read before changes nothing. Users and accounts become pseudonyms by the store's key.

    Args:
        log: The path of a .jsonl, .csv or .parquet file, a pandas or polars frame, an Arrow table,
            or dicts. A row is an attempt, or something that happened to one.
        store: Where it is kept: a file or URL; made if need be.
        system: The feature, where rows do not name it.
        version: Its version, where rows do not name it.
        columns: From what is meant to the log's own column: `{"question": "prompt"}`.
        events: From what is meant to the log's own event: `{"saved": "audience_saved"}`.
        timezone: Of times that say none.
        pseudonymous: Users and accounts are pseudonyms already, and kept as they are.

    Returns:
        What became of the rows: each is used, or counted with the reason why it is not.

    Raises:
        InputError: The log has none of the columns, or something cannot be read.
        StoreError: The store cannot be used.
    """
    refuse_no_flag("pseudonymous", pseudonymous)
    for name, given in (("columns", columns), ("events", events)):
        refuse_type(name, {} if given is None else given, Mapping, "a dict of names")
    reader = RowReader(
        layout_of(columns or {}, events or {}),
        _zone(timezone),
        unchanged if pseudonymous else KeyedNames.of_store(store).pseudonym,
        {"system": system, "version": version},
    )
    rows = rows_of_file(Path(log)) if isinstance(log, (str, Path)) else rows_of_table(log)
    opened = open_store(store)
    try:
        return ingest_rows(opened, rows, reader, advance=_quietly)
    finally:
        opened.close()


def measure(
    *,
    store: str | Path = _STORE,
    system: str | None = None,
    by: str = By.NOTHING,
    assignment: str = Assignment.OBSERVED,
    schema: str | Path | None = None,
    dialect: str | None = None,
    pairs: int = 2_000,
    abandoned_after: float = 24.0,
    timezone: str = "UTC",
) -> Measured:
    """Measure what a store holds of a feature in use; what `jurist production` does.

    Args:
        store: Where logs were read into.
        system: The feature; the only one of the store if none is named.
        by: "version", "week" or "segment": also part by part.
        assignment: "randomized" if versions were assigned by chance.
        schema: What the queries are written for: then saved queries are proved against answers.
        dialect: What queries are written in, where the schema does not say it.
        pairs: Most different edits that are proved, drawn at random.
        abandoned_after: Hours of silence after which a task counts as abandoned.
        timezone: Of weeks.

    Raises:
        InputError: There is no such system, or an argument does not fit.
        StoreError: The store cannot be used.
    """
    from jurist.languages.schema_files import read_schema
    from jurist.production.measuring import Wanted
    from jurist.production.measuring import measure as measure_store

    refuse_number("pairs", pairs, least=1)
    refuse_type("abandoned_after", abandoned_after, (int, float), "hours, such as 24")
    if not abandoned_after > 0:
        raise InputError("`abandoned_after` is not above 0", expected="hours, such as 24")
    found: FoundSchema | None = None
    if schema is not None:
        found = read_schema(schema, dialect=dialect)
    if "://" not in str(store):
        _refuse_absent(as_path("store", store))
    wanted = Wanted(
        system=system,
        by=member("by", by, By),
        assignment=member("assignment", assignment, Assignment),
        abandoned_after=round(abandoned_after * _HOUR_MS),
        zone=_zone(timezone),
        pairs=pairs,
    )
    opened = open_store(store)
    try:
        made = measure_store(opened, wanted, found)
    finally:
        opened.close()
    values: dict[str, Any] = {each.name: getattr(made, each.name) for each in fields(made)}
    return Measured(**values)


def _zone(name: object) -> tzinfo:
    refuse_type("timezone", name, str, 'a name such as "Europe/Berlin"')
    return zone_of(cast("str", name))


def _refuse_absent(path: Path) -> None:
    if not path.exists():
        raise InputError(
            f"there is no store {path}",
            expected="the file or URL into which a log was read",
            fix="read one in: jurist.ingest(log, store=...)",
        )


def _quietly(_rows: int) -> None:
    """Nothing is shown of progress."""
