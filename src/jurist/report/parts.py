"""Parts of a run in words: kinds of mistakes, tags, constructs of references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jurist.columns import CONSTRUCT

_KINDS: Final[Mapping[str, str]] = {
    "refusal": "refused wrongly, or failed to",
    "null": "missing values",
}


def kind_words(kind: str) -> str:
    """A kind of mistake."""
    return _KINDS.get(kind, kind)


def part_of(by: str, value: str) -> str:
    """What a slice is a slice by: a dimension, tags, or what stands in the reference."""
    return "in the reference" if value.startswith(CONSTRUCT) else by


def part_words(value: str) -> str:
    """A slice's value."""
    return value.removeprefix(CONSTRUCT)
