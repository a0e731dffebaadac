"""Reports as JSON: everything that the HTML file or a table shows, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import IO, TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from jurist.report.visible import in_json

if TYPE_CHECKING:
    from jurist.report.html import Page


def write_json(page: Page, out: IO[bytes]) -> None:
    """Write one JSON object, indented, row by row; msgspec writes undefined numbers as null."""
    out.write(b"{")
    for number, field in enumerate(fields(page)):
        comma = b"," if number else b""
        out.write(b'%b\n  "%b": ' % (comma, field.name.encode()))
        if field.name == "items":
            _write_list(page.items, out)
        else:
            out.write(_indented(getattr(page, field.name), 2))
    out.write(b"\n}\n")


def _write_list(items: Iterable[object], out: IO[bytes]) -> None:
    lead = b"[\n    "
    for item in items:
        out.write(lead + _indented(item, 4))
        lead = b",\n    "
    out.write(b"[]" if lead[:1] == b"[" else b"\n  ]")


def _indented(value: object, depth: int) -> bytes:
    """The value as JSON as it stands so deep in an object. No text in JSON holds a line break."""
    raw = in_json(msgspec.json.format(msgspec.json.encode(value), indent=2))
    return raw.replace(b"\n", b"\n" + b" " * depth)


def as_json(value: object) -> str:
    """Any result of an analysis as indented JSON; undefined numbers are null."""
    raw = msgspec.json.encode(value, enc_hook=_plain)
    return in_json(msgspec.json.format(raw, indent=2)).decode()


@runtime_checkable
class _Array(Protocol):
    """An array of numpy's, which need not be loaded to write what has none."""

    def tolist(self) -> object: ...


def _plain(value: object) -> object:
    if isinstance(value, _Array):
        return value.tolist()
    raise NotImplementedError(type(value).__name__)
