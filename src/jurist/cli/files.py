"""The files that people name on the command line, with errors that say what to do."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jurist.cli.streams import streamed_output
from jurist.errors import InputError
from jurist.languages.texts import explained
from jurist.plurals import counted
from jurist.private_files import partial
from jurist.report.earlier import Result
from jurist.report.files import (
    is_device,
    refuse_no_folder,
    refuse_what_is_dear,
    writing,
)


@contextmanager
def open_input(path: Path) -> Generator[IO[bytes]]:
    """A file to read as bytes; `-` is standard input."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    with explained(path):
        file = path.open("rb")
    with file:
        yield file


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a command may write, as `output_file` found."""

    path: Path
    result: Result


def output_file(
    path: Path,
    option: str,
    result: Result,
    *,
    endings: Sequence[str],
    inputs: Iterable[Path | str] = (),
) -> Output:
    """Look at a file that is to be written, before any work is done for it.

    Args:
        path: The file.
        option: What named it.
        result: What is to be written.
        endings: How a file of this format may be called; the first is the usual one.
        inputs: What the command reads, and its store: never written over.

    Raises:
        InputError: It is an input, holds anything but an earlier result of the same kind, is
            called like another format, or lies in no folder that is there.
    """
    shown = f"{option} {path}"
    if is_device(path):
        return Output(path, result)
    _refuse_inputs(path, shown, inputs)
    refuse_what_is_dear(path, shown, result)
    refuse_no_folder(path, shown)
    if not path.name.lower().endswith(tuple(endings)):
        raise InputError(
            f"{shown} is not called like what is written to it",
            expected=f"a file that ends with {' or '.join(endings)}",
            fix=f"call it {path.stem or 'result'}{endings[0]}",
        )
    return Output(path, result)


def _refuse_inputs(path: Path, shown: str, inputs: Iterable[Path | str]) -> None:
    for read in inputs:
        if "://" not in str(read) and path.resolve() == Path(read).resolve():
            raise InputError(
                f"{shown} is what this command reads or keeps its results in",
                expected="a file of its own for what is written",
                fix="name another file",
            )


@contextmanager
def open_output(out: Output | None) -> Generator[IO[bytes]]:
    """A file to write as bytes, whole or not at all; `None` is standard output."""
    with streamed_output() if out is None else writing(out.path, out.result) as written:
        yield written


def refuse_started(out: Output | None) -> None:
    """Raise where an earlier command's part of this file stands, which is paid work.

    Raises:
        InputError: It does; says how to keep it.
    """
    if out is None:
        return
    beside = partial(out.path)
    with explained(beside):
        there = beside.is_file() and beside.stat().st_size
    if there:
        kept = out.path.with_name(f"{out.path.stem}.part1{out.path.suffix}")
        raise InputError(
            f"{beside} holds {_lines_in(beside)} of an earlier command that was stopped",
            expected="no such part, which would be lost",
            fix=f"keep it (mv {shlex.quote(str(beside))} {shlex.quote(str(kept))}) and go on with "
            "the lines that it lacks, or remove it to begin anew",
        )


def _lines_in(path: Path) -> str:
    with explained(path), path.open("rb") as file:
        return counted(
            sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")), "line"
        )
