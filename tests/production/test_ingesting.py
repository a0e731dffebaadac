"""Logs of any shape come to the same attempts, once, and what cannot be used is counted."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert

from jurist.errors import InputError
from jurist.production import Interaction, interactions
from jurist.production.ingesting import Ingested, ingest_rows
from jurist.production.layout import layout_of, read_pairs
from jurist.production.pseudonyms import KeyedNames, unchanged
from jurist.production.rows import RowReader
from jurist.production.sources import Row, rows_of_file, rows_of_query, rows_of_table
from jurist.store import Store, open_store

ATTEMPTS: list[dict[str, object]] = [
    {
        "id": f"q{n}",
        "user": f"u{n % 3}",
        "question": f"who bought {n}?",
        "answer": f"A{n}",
        "saved": f"B{n}" if n % 2 else None,
        "asked_at": f"2026-11-02T10:0{n}:00Z",
        "shown_at": f"2026-11-02T10:0{n}:05Z",
        "saved_at": f"2026-11-02T11:0{n}:00+00:00" if n % 2 else None,
        "abandoned_at": None if n % 2 else f"2026-11-02T12:0{n}:00Z",
    }
    for n in range(9)
]


def reader(
    columns: Mapping[str, str] | None = None, events: Mapping[str, str] | None = None
) -> RowReader:
    zone = ZoneInfo("Europe/Berlin")
    return RowReader(layout_of(columns or {}, events or {}), zone, unchanged, {"system": "s"})


def ingest(store: Store, rows: Iterable[Row], using: RowReader | None = None) -> Ingested:
    return ingest_rows(store, rows, using or reader(), advance=lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> Iterable[Store]:
    opened = open_store(tmp_path / "a.db")
    yield opened
    opened.close()


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def expected() -> set[Interaction]:
    return {
        Interaction(
            system="s",
            question_id=f"q{n}",
            user=f"u{n % 3}",
            question=f"who bought {n}?",
            answer=f"A{n}",
            saved=f"B{n}" if n % 2 else None,
            asked_at=ms(f"2026-11-02T10:0{n}:00Z"),
            shown_at=ms(f"2026-11-02T10:0{n}:05Z"),
            saved_at=ms(f"2026-11-02T11:0{n}:00Z") if n % 2 else None,
            abandoned_at=None if n % 2 else ms(f"2026-11-02T12:0{n}:00Z"),
            seen_at=ms(f"2026-11-02T1{1 if n % 2 else 2}:0{n}:00Z"),
        )
        for n in range(9)
    }


def as_events() -> list[dict[str, object]]:
    """The same log with a row an event, in no order, some twice."""
    events: list[dict[str, object]] = []
    for row in ATTEMPTS:
        for event, at, query in (
            ("asked", "asked_at", None),
            ("shown", "shown_at", "answer"),
            ("saved", "saved_at", "saved"),
            ("abandoned", "abandoned_at", None),
        ):
            if row[at] is not None:
                told = {"id": row["id"], "event": event, "at": row[at]}
                if event == "asked":
                    told |= {"question": row["question"], "user": row["user"]}
                events.append(told | ({"query": row[query]} if query else {}))
    events += events[::3]
    random.Random(1).shuffle(events)
    return events


def written(folder: Path, rows: list[dict[str, object]], ending: str) -> Path:
    path = folder / f"log{ending}"
    if ending == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif ending == ".csv":
        with path.open("w", newline="") as file:
            header = list(dict.fromkeys(name for row in rows for name in row))
            lines = csv.DictWriter(file, header, delimiter=";")
            lines.writeheader()
            lines.writerows(rows)
    else:
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("shape", ["attempts", "events"])
def test_files(store: Store, tmp_path: Path, ending: str, shape: str) -> None:
    rows = ATTEMPTS if shape == "attempts" else as_events()
    path = written(tmp_path, rows, ending)
    first = ingest(store, rows_of_file(path))
    assert (first.rows, first.used, first.new, first.unusable) == (len(rows), len(rows), 9, ())
    assert set(interactions(store)) == expected()
    again = ingest(store, rows_of_file(path))
    assert (again.new, again.changed, again.same) == (0, 0, 9)
    assert set(interactions(store)) == expected()


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(lambda: ATTEMPTS, id="dicts"),
        pytest.param(lambda: pd.DataFrame(ATTEMPTS), id="pandas"),
        pytest.param(lambda: pl.DataFrame(ATTEMPTS), id="polars"),
        pytest.param(lambda: pl.DataFrame(ATTEMPTS).to_arrow(), id="arrow"),
    ],
)
def test_tables(store: Store, table: object) -> None:
    assert callable(table)
    assert ingest(store, rows_of_table(table())).unusable == ()
    assert set(interactions(store)) == expected()


def test_times_of_pandas(store: Store) -> None:
    frame = (
        pl.DataFrame(ATTEMPTS)
        .with_columns(pl.col("^.*_at$").str.to_datetime(time_zone="UTC"))
        .to_pandas()
    )
    ingest(store, rows_of_table(frame))
    assert set(interactions(store)) == expected()


def test_a_query_on_a_database(store: Store, store_url: str, tmp_path: Path) -> None:
    source = store_url if store_url.startswith("postgresql") else f"sqlite:///{tmp_path}/source.db"
    engine = create_engine(source)
    log = Table("log", MetaData(), *(Column(name, Text) for name in ATTEMPTS[0]))
    log.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(log), ATTEMPTS)
    engine.dispose()
    assert ingest(store, rows_of_query(source, "SELECT * FROM log WHERE id <> ':x'")).new == 9
    assert set(interactions(store)) == expected()


def test_a_database_that_is_not_there_keeps_its_password(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        list(rows_of_query("postgresql+psycopg://ada:s3cret@localhost:1/x", "SELECT 1"))
    assert "s3cret" not in str(raised.value)
    with pytest.raises(InputError, match="no such table"):
        list(rows_of_query(f"sqlite:///{tmp_path}/a.db", "SELECT * FROM absent"))


def test_columns_and_events_by_the_log_s_own_names(store: Store) -> None:
    rows: list[dict[str, object]] = [
        {"request": 7, "what": "ai_shown", "when": 1_790_000_000, "q": {"and": []}, "who": "ada"},
        {"request": 7, "what": "audience_saved", "when": 1_790_000_060_000, "q": "B"},
    ]
    using = reader(
        read_pairs(["id=request,event=what", "at=when, query=q,user=who"], "--columns"),
        {"shown": "ai_shown", "saved": "audience_saved"},
    )
    ingest(store, rows_of_table(rows), using)
    (told,) = interactions(store)
    assert told == Interaction(
        system="s",
        question_id="7",
        user="ada",
        answer='{"and":[]}',
        saved="B",
        shown_at=1_790_000_000_000,
        saved_at=1_790_000_060_000,
        seen_at=1_790_000_060_000,
    )


def test_times_without_a_zone_are_in_the_zone_that_is_said(store: Store) -> None:
    ingest(store, rows_of_table([{"id": 1, "asked_at": "2026-07-01 12:00"}]))
    (told,) = interactions(store)
    assert told.asked_at == round(datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp() * 1000)


def test_what_cannot_be_used_is_counted_with_its_reason(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"id": "1", "question": "a", "answer": "A", "asked_at": "yesterday"}\n'
        '{"id": "2", "question": "a"\n'
        '{"id": "3", "question": "a", "answer": "A"}\n'
        '{"id": "3", "answer": "B"}\n'
        '{"user": "ada"}\n'
        '{"id": "4", "question": "a\\u0000"}\n'
        '{"id": "5", "question": "\\ud800"}\n\n'
    )
    done = ingest(store, rows_of_file(path))
    assert (done.rows, done.used, done.new) == (7, 1, 1)
    assert done.rows == done.used + sum(each.rows for each in done.unusable)
    reasons = {each.reason: each for each in done.unusable}
    assert reasons["its `asked_at` is no moment"].places == (f"{path}, line 1",)
    assert reasons["attempt '3' has another answer in an earlier row"].places == (
        f"{path}, line 4",
    )
    assert "it has no id, no question and no answer" in reasons
    assert done.lacking == {"when the person asked": 1, "whose it is": 1}
    assert [told.answer for told in interactions(store)] == ["A"]


def test_events_that_tell_nothing(store: Store) -> None:
    rows = [
        {"id": 1, "event": "saved", "at": None},
        {"id": 1, "event": "save", "at": 1_790_000_000},
        {"id": None, "event": "saved", "at": 1_790_000_000},
    ]
    done = ingest(store, rows_of_table(rows))
    assert [each.reason for each in done.unusable] == [
        "its event has no time",
        "its event 'save' is none that is known",
        "it has no id",
    ]
    assert done.unusable[1].fix == "did you mean 'saved'?"


def test_rows_without_an_id_are_one_attempt_where_they_are_the_same(store: Store) -> None:
    row = {"question": "who?", "answer": "A", "user": "ada", "asked_at": 1_790_000_000}
    later = row | {"saved": "B", "saved_at": 1_790_000_100}
    other = row | {"asked_at": 1_790_000_001}
    done = ingest(store, rows_of_table([row, row, later, other]))
    assert (done.used, done.new) == (4, 2)


def test_a_log_of_other_columns_is_refused_before_anything_is_stored(store: Store) -> None:
    with pytest.raises(InputError, match=r"no column 'promt'.*\n.*\n.*did you mean 'prompt'"):
        ingest(store, rows_of_table([{"prompt": "a"}]), reader({"question": "promt"}))
    with pytest.raises(InputError, match="no column of the log is known"):
        ingest(store, rows_of_table([{"a": 1}]))
    assert list(interactions(store)) == []


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"qestion": "prompt"}, "did you mean 'question'"),
        ({"question": "a", "answer": "a"}, "to mean two things"),
    ],
)
def test_a_layout_that_cannot_be(columns: dict[str, str], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        layout_of(columns, {})


@pytest.mark.parametrize("words", [["question"], ["question=a,question=b"], ["=a"]])
def test_pairs_that_are_none(words: list[str]) -> None:
    with pytest.raises(InputError, match="--columns says"):
        read_pairs(words, "--columns")


def test_nobody_s_name_is_stored(store: Store, tmp_path: Path) -> None:
    rows = [{"id": 1, "question": "q", "user": "ada@example.com", "account": "ada@example.com"}]
    names = KeyedNames(b"k" * 32)
    using = RowReader(layout_of({}, {}), UTC, names.pseudonym, {"system": "s"})
    ingest(store, rows_of_table(rows), using)
    (told,) = interactions(store)
    assert told.user != told.account
    assert told.user == KeyedNames(b"k" * 32).pseudonym("user", "ada@example.com")
    assert told.user != KeyedNames(b"l" * 32).pseudonym("user", "ada@example.com")
    store.close()
    assert b"ada@" not in (tmp_path / "a.db").read_bytes()
