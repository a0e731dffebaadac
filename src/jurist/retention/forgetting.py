"""Forgetting from a store and from recordings: found, removed in one transaction, looked for again.

Nothing is half gone: a recording goes by one move, then rows in one transaction. What came in
between is made up for by the same command, which writes the store anew where no row is left too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

import msgspec
from sqlalchemy import Connection, select

from jurist.columns.files import discard_columns
from jurist.errors import InputError, StoreError
from jurist.local_name import local_name
from jurist.plurals import counted
from jurist.retention.erasing import count_lines, drop_lines, files_of, holds, rewrite_store
from jurist.retention.rows import Found, apply, find_before, find_run, find_value
from jurist.retention.wanted import Wanted
from jurist.store import Store
from jurist.store.audit import write_audit
from jurist.store.ledger import EXCHANGES
from jurist.store.lock import hold_store
from jurist.store.tables import AUDIT, METADATA, RUNS, SENT

_ACTION: Final = "forget"


@dataclass(frozen=True, slots=True)
class Value:
    """A value, wherever it stands."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Run:
    """A run, with what only it asked of models."""

    id: str


@dataclass(frozen=True, slots=True)
class Before:
    """All that is older."""

    moment: int
    """Milliseconds since 1970, UTC."""


Object = Value | Run | Before
"""What is forgotten."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who was sent what is forgotten, and has it still."""

    server: str
    model: str
    requests: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, or would go."""

    rows: tuple[tuple[str, int, int], ...]
    """(table, rows removed, rows redacted)."""
    runs: tuple[str, ...]
    """Of which something went."""
    recipients: tuple[Recipient, ...]
    lines: tuple[tuple[str, int], ...] = ()
    """(recording, lines removed)."""
    searched: tuple[str, ...] = ()
    """Files whose bytes were looked through afterwards, and hold nothing of it."""
    elsewhere: tuple[str, ...] = ()
    """Files that studies name and that hold it: they are the user's own, and stay as they are."""

    @property
    def removed(self) -> int:
        """Rows removed."""
        return sum(count for _, count, _ in self.rows)

    @property
    def redacted(self) -> int:
        """Rows redacted."""
        return sum(count for _, _, count in self.rows)


def preview(
    store: Store, given: Object, recordings: Sequence[Path], looked: Callable[[int], None]
) -> Forgotten:
    """What would go; nothing changes.

    Args:
        store: Where from.
        given: What.
        recordings: Files of lines from which it goes too.
        looked: Is told of so many rows more.

    Raises:
        StoreError: The store cannot be read.
        InputError: A recording cannot be read, or a store cannot be without the value.
    """
    with store.read() as connection:
        _require_no_word_of_the_store(given)
        found = _find(connection, given, looked)
        recipients = _recipients(connection, found)
    goes = _lines_that_go(given, found)
    lines = tuple((str(path), count_lines(path, goes)) for path in recordings)
    elsewhere = _elsewhere(store, given, recordings)
    return Forgotten(found.counts(), tuple(sorted(found.runs)), recipients, lines, (), elsewhere)


def forget(
    store: Store, given: Object, recordings: Sequence[Path], looked: Callable[[int], None]
) -> Forgotten:
    """Remove it, make sure that its bytes are gone, and look whether they are.

    Args:
        store: Where from.
        given: What.
        recordings: Files of lines that are written anew without it.
        looked: Is told of so many rows more.

    Raises:
        StoreError: Somebody is at work on the store, or something of it is still there.
        InputError: A recording cannot be read or written, or a store cannot be without the value.
    """
    with hold_store(store):
        _require_no_word_of_the_store(given)
        elsewhere = _elsewhere(store, given, recordings)
        with store.write() as connection:
            found = _find(connection, given, looked)
            recipients = _recipients(connection, found)
            done = Forgotten(found.counts(), tuple(sorted(found.runs)), recipients)
            goes = _lines_that_go(given, found)
            for path in recordings:  # all of them, before the first is written
                count_lines(path, goes)
            # Before the rows go, which say what goes: cut off in between, it is found again.
            lines = tuple((str(path), drop_lines(path, goes)) for path in recordings)
            apply(connection, found)
            _write_down(connection, given, done)
            _require_none_left(connection, given, store)
        discard_columns(store)
        rewrite_store(store)
        searched = _look_again(store, given, recordings)
    return replace(done, lines=lines, searched=searched, elsewhere=elsewhere)


def was_forgotten(store: Store, run: str) -> bool:
    """Whether a run was forgotten here: it may have been cut off before all its bytes were gone."""
    with store.read() as connection:
        line = select(AUDIT.c.number).where(
            AUDIT.c.action == _ACTION, AUDIT.c.object == _in_words(Run(run))
        )
        return connection.scalar(line.limit(1)) is not None


def _write_down(connection: Connection, given: Object, done: Forgotten) -> None:
    actor = local_name()
    write_audit(
        connection,
        actor=given.wanted.without(actor) if isinstance(given, Value) else actor,
        action=_ACTION,
        object_=_in_words(given),
        detail=f"{counted(done.removed, 'row')} removed, {done.redacted} redacted",
    )


def _require_no_word_of_the_store(given: Object) -> None:
    """Refuse what no store is without: it would be found in its bytes for ever."""
    if not isinstance(given, Value):
        return
    for table in METADATA.sorted_tables:
        for word in (table.name, *(column.name for column in table.columns)):
            if given.wanted.in_text(word):
                raise InputError(
                    f"the value is part of {word!r}, a word that every store holds",
                    expected="a value of a person",
                    fix="give more of it, or its capitals without --ignore-case",
                )


class _Line(msgspec.Struct):
    """What of a recording's line says whether it goes."""

    key: str = ""
    created: int | None = None


def _lines_that_go(given: Object, found: Found) -> Callable[[bytes], bool]:
    if isinstance(given, Value):
        return given.wanted.in_bytes
    keys = {str(key[0]) for key in found.removed.get(EXCHANGES, ())}

    def goes(raw: bytes) -> bool:
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        if isinstance(given, Before):
            return line.created is not None and line.created < given.moment
        return line.key in keys

    return goes


def _find(connection: Connection, given: Object, looked: Callable[[int], None]) -> Found:
    match given:
        case Value():
            return find_value(connection, given.wanted, looked)
        case Run():
            return find_run(connection, given.id)
        case Before():
            return find_before(connection, given.moment)


def _require_none_left(connection: Connection, given: Object, store: Store) -> None:
    """Read all once more; nothing has changed where a row is left."""
    left = _find(connection, given, lambda _: None).counts()
    if left:
        tables = ", ".join(table for table, *_ in left)
        raise _still_there(f"rows of {tables} in {store.place}, so no row was removed")


def _look_again(store: Store, given: Object, recordings: Sequence[Path]) -> tuple[str, ...]:
    """The files that were searched; raises where something is left."""
    if not isinstance(given, Value):
        return ()
    own = () if given.wanted.is_short else files_of(store)  # where cells meet without a border
    files = (*own, *recordings)
    for file in files:
        if file.exists() and holds(file, given.wanted):
            raise _still_there(f"the file {file}")
    return tuple(map(str, files))


def _still_there(where: str) -> StoreError:
    return StoreError(
        f"it is still there: in {where}",
        expected="nothing of it left",
        fix="run the same command again; a file that is no store's own, remove by hand",
    )


def _in_words(given: Object) -> str:
    """For the audit log: never the value, nor what it could be guessed from."""
    match given:
        case Value():
            return "a value"
        case Run():
            return f"run {given.id}"
        case Before():
            return f"all before {given.moment} ms"


def _recipients(connection: Connection, found: Found) -> tuple[Recipient, ...]:
    counts: dict[tuple[str, str], int] = {}
    ids = [key[0] for key in (*found.removed.get(SENT, ()), *found.redacted.get(SENT, ()))]
    for at in range(0, len(ids), 500):
        query = select(SENT.c.server, SENT.c.model).where(SENT.c.id.in_(ids[at : at + 500]))
        for server, model in connection.execute(query):
            counts[server, model] = counts.get((server, model), 0) + 1
    return tuple(Recipient(*who, count) for who, count in sorted(counts.items()))


def _elsewhere(store: Store, given: Object, recordings: Sequence[Path]) -> tuple[str, ...]:
    """Files that stored studies name, and that hold the value."""
    if not isinstance(given, Value):
        return ()
    named: set[Path] = set()
    with store.read() as connection:
        studies: Sequence[str] = connection.scalars(select(RUNS.c.study)).all()
    folders = [Path.cwd(), *([] if store.path is None else [store.path.resolve().parent])]
    for study in studies:
        for text in _texts(_decoded(study)):
            name = text.removeprefix("replay:").partition("#")[0]
            named |= {folder / name for folder in folders if name and _is_file(folder / name)}
    own = {path.resolve() for path in recordings}
    others = sorted(path for path in {each.resolve() for each in named} if path not in own)
    return tuple(str(path) for path in others if holds(path, given.wanted))


def _decoded(study: str) -> object:
    try:
        return msgspec.json.decode(study)
    except msgspec.DecodeError:
        return None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in cast("dict[str, object]", value).values():
                yield from _texts(each)
        case list():
            for each in cast("list[object]", value):
                yield from _texts(each)
        case _:
            return


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text that is no path
        return False
