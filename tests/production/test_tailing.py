"""A log is followed through rotation, truncation, halves of lines and restarts: each line once."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jurist.production.tailing import Tail, decode_place, encode_place


def lines_of(tail: Tail) -> list[str]:
    return [line.decode() for _, lines in tail.read() for line in lines]


def aged(path: Path, *, seconds: float = 10) -> None:
    """As if nobody had written to a file for a while."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = Tail(log)
    assert lines_of(tail) == []  # it need not be there
    log.write_bytes(b"one\ntw")
    assert lines_of(tail) == ["one"]
    with log.open("ab") as file:
        file.write(b"o\nthree\n")
    assert lines_of(tail) == ["two", "three"]
    assert lines_of(tail) == []


def test_a_rotated_file_is_read_to_its_end_before_the_new_one(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"a\n")
    tail = Tail(log)
    assert lines_of(tail) == ["a"]
    with log.open("ab") as writer:  # who writes holds the file open beyond its rotation
        log.rename(tmp_path / "log.1")
        log.write_bytes(b"d\n")
        writer.write(b"b\nc")
        writer.flush()
        assert lines_of(tail) == ["b"]  # somebody may write on: neither the half nor the new file
    aged(tmp_path / "log.1")
    assert lines_of(tail) == ["c", "d"]
    assert lines_of(tail) == []


def test_rotations_in_ones_absence_are_read_in_their_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"a\n")
    tail = Tail(log)
    assert lines_of(tail) == ["a"]
    kept = encode_place(tail.place) if tail.place else ""
    for number, text in enumerate((b"b\n", b"c\n", b"d\n")):
        with log.open("ab") as file:
            file.write(text)
        aged(log, seconds=100 - number)
        for back in (2, 1):
            if (tmp_path / f"log.{back}").exists():
                (tmp_path / f"log.{back}").rename(tmp_path / f"log.{back + 1}")
        log.rename(tmp_path / "log.1")
        log.write_bytes(b"")
    (tmp_path / "log").write_bytes(b"e\n")
    again = Tail(log, decode_place(kept))
    assert lines_of(again) == ["b", "c", "d", "e"]


def test_a_file_that_was_emptied_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"first\nsecond\n")
    tail = Tail(log)
    assert lines_of(tail) == ["first", "second"]
    os.truncate(log, 0)
    with log.open("ab") as file:
        file.write(b"new\n")
    assert lines_of(tail) == ["new"]
    os.truncate(log, 0)
    with log.open("ab") as file:  # and has grown beyond what was read: it begins otherwise
        file.write(b"other and longer\nlast\n")
    assert lines_of(tail) == ["other and longer", "last"]


def test_a_line_without_end_is_let_go(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * (9 << 20) + b"\nnext\n")
    assert lines_of(Tail(log))[-1] == "next"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["write", "half", "rotate", "restart"]), st.integers(0, 9)),
        max_size=25,
    )
)
def test_whatever_happens_each_line_comes_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        tail, got, written, rotations = Tail(log), list[str](), "", 0
        for number, (step, size) in enumerate(steps):
            if step == "rotate" and log.exists():
                aged(log, seconds=1000 - number)
                rotations += 1
                log.rename(Path(folder) / f"log.{rotations}")
                if written and not written.endswith("\n"):
                    written += "\n"  # what a rotated file ends with is a line
            elif step == "restart":
                place = tail.place
                tail = Tail(log, None if place is None else decode_place(encode_place(place)))
            elif step in {"write", "half"}:
                text = f"{number}-{'x' * size}" + ("\n" if step == "write" else "")
                written += text
                with log.open("ab") as file:
                    file.write(text.encode())
            if tail.place is not None or rotations == 0:  # a log that is rotated unseen is not ours
                got += lines_of(tail)
        if tail.place is not None or rotations == 0:
            got += lines_of(tail)
            whole = written.rpartition("\n")[0].split("\n") if "\n" in written else []
            assert got == whole


def test_a_log_that_is_copied_and_emptied_is_read_on_in_its_copy(tmp_path: Path) -> None:
    log, tail = tmp_path / "log", Tail(tmp_path / "log")
    log.write_bytes(b"a\n")
    assert lines_of(tail) == ["a"]
    for number, text in enumerate((b"b\nc", b"d\n")):  # twice while nobody looks
        with log.open("ab") as file:
            file.write(text)
        if number:
            (tmp_path / "log.1").rename(tmp_path / "log.2")
        (tmp_path / "log.1").write_bytes(log.read_bytes())
        aged(tmp_path / "log.1", seconds=100 - number)
        os.truncate(log, 0)
    with log.open("ab") as file:
        file.write(b"e\n")
    kept = encode_place(tail.place) if tail.place else ""
    for again in (tail, Tail(log, decode_place(kept))):
        assert lines_of(again) == ["b", "c", "d", "e"]
        assert lines_of(again) == []
        assert again.gaps == 0


def test_a_log_of_which_nothing_is_left_is_a_gap(tmp_path: Path) -> None:
    log, tail = tmp_path / "log", Tail(tmp_path / "log")
    log.write_bytes(b"a\n")
    assert lines_of(tail) == ["a"]
    os.truncate(log, 0)
    assert (lines_of(tail), lines_of(tail), tail.gaps) == ([], [], 1)
    log.write_bytes(b"b\n")
    assert lines_of(tail) == ["b"]
    with log.open("ab") as file:
        file.write(b"lost\n")
    log.rename(tmp_path / "other")
    log.write_bytes(b"c\n")
    assert (lines_of(tail), lines_of(tail), tail.gaps) == (["c"], [], 2)
