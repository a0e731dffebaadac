"""Schemas from our own format: a name, a dialect, DDL, and what is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from jurist.languages.documents import kind_of
from jurist.languages.places import Place
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Readings
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.fact_lines import fact_named, with_facts
from jurist.languages.sql.schemas.live import opened
from jurist.languages.sql.schemas.mining import mine
from jurist.languages.sql.schemas.probing import probe_of
from jurist.languages.sql.schemas.schema import FactOrigin, LiveDatabase, SqlSchema, Table

_Choice = TypeVar("_Choice", bound=StrEnum)

MAX_DIGITS: Final = 15
_ORIGINS: Final = {"repaired": FactOrigin.REPAIRED, "mined": FactOrigin.MINED}
_WITH_VALUES: Final = "with values"
_KEYS: Final = (
    "name",
    "description",
    "language",
    "dialect",
    "ddl",
    "readings",
    "facts",
    "descriptions",
    "sensitive",
    "database",
)


def load_schema(document: Mapping[str, object], *, where: str) -> SqlSchema:
    """The schema that a parsed document describes.

    Args:
        document: `{name, language: sql, dialect, ddl, readings, facts, descriptions, sensitive,
            database}`; of them only `ddl` must be there. `sensitive` lists columns, as
            `table.column`, and tables, for all of their columns. `facts` has the lines `repaired`
            (taken over from `jurist check`), `mined` (hold in some database; `true`: in that of
            `database`) and `confirmed` (declared, and they stand); `descriptions` are by table
            and by `table.column`.
        where: The file's name, for errors.

    Raises:
        SchemaError: It names the place, what was found, what was expected, and the fix.
    """
    place = Place(where)
    place.known_keys(place.mapping(document), _KEYS)
    language = document.get("language", "sql")
    if language != "sql":
        raise place.at("language").error(f"this is a schema for {language!r}", expected="sql")
    ddl = place.at("ddl").text(document.get("ddl"))
    if not ddl.strip():
        raise place.at("ddl").error(
            "there is no DDL",
            expected="CREATE TABLE statements as text",
            fix="write them under `ddl: |`, each line indented",
        )
    dialect = _chosen(document.get("dialect", Dialect.STANDARD), Dialect, place.at("dialect"))
    tables = read_ddl(ddl, dialect, where=f"{where}, at ddl")
    declared = SqlSchema(
        title=place.at("name").text(document.get("name")) or Path(where).stem or "unnamed",
        dialect=dialect,
        tables=_with_sensitive(
            _described(tables, document.get("descriptions"), place.at("descriptions")),
            place.at("sensitive").listing(document.get("sensitive")),
            place.at("sensitive"),
        ),
        readings=read_readings(document.get("readings"), place.at("readings")),
        database=_database(document.get("database"), place.at("database")),
    )
    return _with_facts(declared, document.get("facts"), place.at("facts"))


def _with_facts(schema: SqlSchema, value: object, place: Place) -> SqlSchema:
    """The schema with what people, or a look at a database, say beside its DDL."""
    given = place.mapping(value)
    place.known_keys(given, ("confirmed", *_ORIGINS))
    for name, origin in _ORIGINS.items():
        at = place.at(name)
        given_lines = given.get(name)
        asked = origin is FactOrigin.MINED and isinstance(given_lines, bool | str)
        lines = _mined(schema, given_lines, at) if asked else at.listing(given_lines)
        schema = with_facts(schema, lines, origin, at)
    at = place.at("confirmed")
    lines = at.listing(given.get("confirmed"))
    confirmed = tuple(
        fact_named(at.at(number).text(line), schema, at.at(number))
        for number, line in enumerate(lines)
    )
    return replace(schema, confirmed=confirmed)


def _mined(schema: SqlSchema, how: object, place: Place) -> list[str]:
    """What holds in the schema's own database."""
    if how not in (True, _WITH_VALUES):
        raise place.error(
            f"found {kind_of(how)}",
            expected=f"lines, true, or `{_WITH_VALUES}` for their ranges too",
        )
    if schema.database is None:
        raise place.error(
            "there is no database to look at", expected="`database:` with its address"
        )
    with opened(schema.database.address) as database:
        return list(mine(schema, probe_of(database), with_values=how == _WITH_VALUES))


def _database(value: object, place: Place) -> LiveDatabase | None:
    """A live database: its address, or a mapping with what it may be used for."""
    if value is None or isinstance(value, str):
        return LiveDatabase(_address(value, place)) if value else None
    given = place.mapping(value)
    place.known_keys(given, ("address", "witness", "rows", "values"))
    is_witness = given.get("witness", False)
    if not isinstance(is_witness, bool):
        raise place.at("witness").error(f"found {kind_of(is_witness)}", expected="true or false")
    return LiveDatabase(
        _address(given.get("address"), place.at("address")),
        is_witness=is_witness,
        shows_rows=_is_shown(given.get("rows"), place.at("rows")),
        lends_values=_is_shown(given.get("values"), place.at("values")),
    )


def _is_shown(value: object, place: Place) -> bool:
    if value is not None:
        place.known_word("choice", str(value), ("hidden", "shown"))
    return value == "shown"


def _address(value: object, place: Place) -> str:
    """The address of a live database; a file's is relative to the schema file."""
    address = place.text(value)
    if not address:
        raise place.error("there is no address", expected="a file, or postgresql://USER@HOST/NAME")
    if "://" in address and urlsplit(address).password:
        raise place.error(
            "the address holds a password",
            expected="an address without one",
            fix="keep it in PGPASSWORD or ~/.pgpass, where PostgreSQL looks for it",
        )
    scheme, separator, file = address.rpartition(":///")
    if "://" in address and scheme not in {"sqlite", "duckdb"}:
        return address
    return f"{scheme}{separator}{Path(place.where).parent / file}"


def read_readings(value: object, place: Place) -> Readings:
    """The readings that a document chooses; those it does not name are strict.

    Raises:
        SchemaError: It names one that there is not, or a choice that it has not.
    """
    given = place.mapping(value)
    defaults = {field.name: field.default for field in fields(Readings)}
    place.known_keys(given, defaults)
    chosen: dict[str, object] = {}
    for name, choice in given.items():
        default, at = defaults[name], place.at(name)
        if isinstance(default, StrEnum):
            chosen[name] = _chosen(choice, type(default), at)
        elif isinstance(default, float):
            chosen[name] = _tolerance(choice, at)
        else:
            chosen[name] = _digits(choice, at)
    return replace(Readings(), **chosen)  # pyright: ignore[reportArgumentType]


def _chosen(value: object, kinds: type[_Choice], place: Place) -> _Choice:
    allowed = {str(kind): kind for kind in kinds}
    if not isinstance(value, str):
        raise place.error(f"found {kind_of(value)}", expected="one of " + ", ".join(allowed))
    place.known_word("choice", value, allowed)
    return allowed[value]


def _tolerance(value: object, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise place.error(f"found {kind_of(value)}", expected="a number from 0 to below 1")
    if not 0 <= value < 1:
        raise place.error(f"found {kind_of(value)}", expected="a number from 0 to below 1")
    return float(value)


def _digits(value: object, place: Place) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DIGITS:
        raise place.error(
            f"found {kind_of(value)}", expected=f"a whole number of digits from 0 to {MAX_DIGITS}"
        )
    return value


def _described(tables: tuple[Table, ...], value: object, place: Place) -> tuple[Table, ...]:
    given = {key.lower(): (key, text) for key, text in place.mapping(value).items()}
    known = _known(tables)
    for low, (key, _) in given.items():
        if low not in known:
            raise place.at(key).unknown("table or column", key, known.values())

    def text(name: str, usual: str) -> str:
        if name.lower() not in given:
            return usual
        key, said = given[name.lower()]
        return place.at(key).text(said)

    return tuple(
        replace(
            table,
            description=text(table.name, table.description),
            columns=tuple(
                replace(column, description=text(f"{table.name}.{column.name}", column.description))
                for column in table.columns
            ),
        )
        for table in tables
    )


def _known(tables: tuple[Table, ...]) -> dict[str, str]:
    """Tables, and columns as `table.column`, by their lower-cased names."""
    return {table.name.lower(): table.name for table in tables} | {
        f"{table.name}.{column.name}".lower(): f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
    }


def _with_sensitive(
    tables: tuple[Table, ...], listed: list[object], place: Place
) -> tuple[Table, ...]:
    """The tables with the columns marked whose values no model may see."""
    if not listed:
        return tables
    known = _known(tables)
    names: set[str] = set()
    for number, each in enumerate(listed):
        at = place.at(number)
        name = at.text(each)
        if name.lower() not in known:
            raise at.unknown("table or column", name, known.values())
        names.add(name.lower())
    return tuple(
        replace(
            table,
            columns=tuple(
                replace(column, sensitive=True)
                if not names.isdisjoint({table.name.lower(), f"{table.name}.{column.name}".lower()})
                else column
                for column in table.columns
            ),
        )
        for table in tables
    )
