"""Telling by its content whether a file is an earlier result, which a new one may replace."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from enum import StrEnum
from typing import Final

from jurist.errors import InputError
from jurist.languages.file_kinds import CHALLENGE, VERDICTS, keys_of_line, kind_by_line

GENERATED_HTML: Final = b'<meta name="generator" content="Jurist">'
GENERATED_MARKDOWN: Final = b"<!-- A report by Jurist -->"
BEGINNING: Final = 1_000_000
"""Bytes of a file that are enough to tell."""
_HEAD: Final = 1_000
_REPORT: Final = frozenset({"title", "subtitle", "standings"})
_FACTS: Final = frozenset({"title", "labels", "cards"})


class Result(StrEnum):
    """What commands write to a file, as people call it."""

    HTML = "an HTML report"
    MARKDOWN = "a Markdown report"
    JSON = "a JSON report"
    FACTS = "facts as JSON"
    CHALLENGE = "the result of a challenge"
    VERDICTS = "verdicts"
    TASKS = "tasks for annotators"
    CASES = "cases"
    RECORDING = "a recording"
    ROLE = "a tuned role"


def is_earlier(result: Result, beginning: bytes) -> bool:
    """Whether a file that begins so is an earlier result of this kind, as it was written."""
    first = beginning.partition(b"\n")[0]
    match result:
        case Result.HTML:
            return GENERATED_HTML in beginning[:_HEAD]
        case Result.MARKDOWN:
            return first.strip() == GENERATED_MARKDOWN
        case Result.JSON:
            return _indented_keys(beginning) >= _REPORT
        case Result.FACTS:
            return _indented_keys(beginning) >= _FACTS
        case Result.CHALLENGE:
            return _indented_keys(beginning) >= CHALLENGE.keys
        case Result.VERDICTS:
            return kind_by_line(first) is VERDICTS
        case Result.TASKS | Result.CASES:
            return False  # people may have written into them
        case Result.RECORDING:
            return "provenance" in keys_of_line(_unpacked(beginning).partition(b"\n")[0])
        case Result.ROLE:
            return _is_tuned(beginning)


def _indented_keys(beginning: bytes) -> frozenset[str]:
    """The keys of an indented JSON object; no text in JSON holds a line break."""
    if not beginning.startswith(b"{\n"):
        return frozenset()
    return frozenset(key.decode() for key in re.findall(rb'^  "(\w+)": ', beginning, re.MULTILINE))


def _unpacked(beginning: bytes) -> bytes:
    if not beginning.startswith(b"\x1f\x8b"):
        return beginning
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(beginning)).read(_HEAD * 100)
    except (OSError, EOFError, zlib.error):
        return b""


def _is_tuned(beginning: bytes) -> bool:
    from jurist.languages.documents import parse_document  # the other kinds need no YAML

    try:
        role = parse_document(beginning.decode("utf-8", "replace"), where="", raises=InputError)
    except InputError:
        return False
    return str(role.get("name", "")).endswith("(tuned)")
