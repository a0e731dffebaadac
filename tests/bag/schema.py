"""Tables with typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import cast

from jurist.errors import SchemaError
from jurist.languages.base import Schema

KINDS = ("integer", "text")


@dataclass(frozen=True)
class BagSchema(Schema):
    """What queries may name."""

    title: str
    tables: Mapping[str, Mapping[str, str]]
    """The kind of each column, by table."""

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.title

    @property
    def digest(self) -> str:
        """Of the tables."""
        listed = sorted((name, *sorted(columns.items())) for name, columns in self.tables.items())
        return blake2b(repr(listed).encode(), digest_size=8).hexdigest()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """One."""
        return ("B1: no value is missing",)


def load(document: Mapping[str, object], where: str) -> BagSchema:
    """The schema of `{name, tables: {TABLE: {COLUMN: KIND}}}`."""
    tables = document.get("tables")
    if not isinstance(tables, Mapping):
        raise SchemaError(
            "there are no tables", expected="tables: {NAME: {COLUMN: KIND}}", where=where
        )
    read: dict[str, Mapping[str, str]] = {}
    for name, columns in cast("Mapping[str, object]", tables).items():
        if not isinstance(columns, Mapping) or not columns:
            raise SchemaError(f"{name} has no columns", expected="{COLUMN: KIND}", where=where)
        kinds = {str(k): str(v) for k, v in cast("Mapping[object, object]", columns).items()}
        wrong = next((kind for kind in kinds.values() if kind not in KINDS), None)
        if wrong is not None:
            raise SchemaError(
                f"a column is {wrong!r}", expected=" or ".join(KINDS), where=where, path=(name,)
            )
        read[name] = kinds
    return BagSchema(str(document.get("name", "unnamed")), read)
