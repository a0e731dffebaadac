"""A log of events that grows: no portion need have all of its columns, and gaps are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

import pytest

from jurist.production import RowReader, layout_of
from jurist.production.following import Following
from jurist.production.pseudonyms import unchanged
from jurist.store import open_store
from jurist.store.interactions import interactions

COLUMNS = {"id": "req", "event": "name", "at": "ts", "question": "prompt", "user": "who"}


def appended(log: Path, *rows: Mapping[str, object]) -> None:
    with log.open("a") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_portions_that_lack_columns_are_read_and_what_never_came_is_named(tmp_path: Path) -> None:
    log, store = tmp_path / "log.jsonl", open_store(tmp_path / "a.db")
    reader = RowReader(layout_of(COLUMNS, {}), UTC, unchanged, {"system": "s"})
    following = Following(store, [log], reader)
    assert (following.look(), following.absent) == (0, [])
    asked = {"req": "1", "name": "asked", "ts": 1_790_000_000, "prompt": "who?"}
    appended(log, asked, {"foo": 1})
    assert (following.look(), following.used, following.absent) == (2, 1, ["who"])
    # Alone in its portion, and after a restart: a save tells neither question nor user.
    following = Following(store, [log], reader)
    appended(log, {"req": "1", "name": "saved", "ts": 1_790_000_060, "query": "Q"})
    assert (following.look(), following.used, following.gaps) == (1, 1, 0)
    (told,) = interactions(store)
    assert (told.question, told.saved, told.saved_at) == ("who?", "Q", 1_790_000_060_000)
    log.unlink()
    appended(log, {"req": "2", "name": "asked", "ts": 1_790_000_000, "who": "ada"})
    assert (following.look(), following.gaps) == (1, 1)
    store.close()


def test_rows_of_nothing_known_end_no_watch(tmp_path: Path) -> None:
    log, store = tmp_path / "log.jsonl", open_store(tmp_path / "a.db")
    reader = RowReader(layout_of({}, {}), UTC, unchanged, {"system": "s"})
    appended(log, {"foo": 1})
    following = Following(store, [log], reader)
    assert following.look() == 1
    assert following.unusable == {"it has no id, no question and no answer": 1}
    store.close()


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 1}{"id": 2}', '{"id": NaN}'])
def test_lines_that_are_no_rows_are_counted(tmp_path: Path, text: str) -> None:
    log, store = tmp_path / "log.jsonl", open_store(tmp_path / "a.db")
    log.write_text(text + '\n{"id": 1, "question": "q"}\n')
    reader = RowReader(layout_of({}, {}), UTC, unchanged, {"system": "s"})
    following = Following(store, [log], reader)
    assert (following.look(), following.used) == (2, 1)
    store.close()
