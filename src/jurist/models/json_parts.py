"""Somebody else's JSON, of which nothing is sure."""

from __future__ import annotations

from typing import cast

Json = dict[str, object]


def object_in(value: object) -> Json:
    """The object that a value is; an empty one where it is none."""
    return cast("Json", value) if isinstance(value, dict) else {}


def objects_in(value: object) -> list[Json]:
    """The objects in the list that a value is; empty where it is none."""
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Json", each) for each in listed if isinstance(each, dict)]
