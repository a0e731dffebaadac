"""Finding what a schema knows of the name that a query uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.schemas.schema import ANYTHING, Field, Fields, Kind
from jurist.languages.cql.semantics.values import split_path

EACH_ENTRY = "$"


def find_field(fields: Fields, name: str) -> Field | None:
    r"""The facts of a property, trait or context field as queries name it.

    `.` walks into nested objects, `$` stands for each entry of an array, `\.` is a literal
    dot. A schema may list a whole path as one name (`page.url` of a context), so what is
    listed as it stands wins.
    A name inside an object whose fields are not listed may be anything.

    Returns:
        The facts, `required` only where every level is; `None` where there is no such name.
    """
    if name in fields:
        return fields[name]
    segments = split_path(name)
    found = fields.get(segments[0].replace(".", "\\."))
    if found is None:
        return None
    required, sensitive = found.required, found.sensitive
    for segment in segments[1:]:
        found = _inside(found, segment)
        if found is None:
            return None
        required = required and found.required and segment != EACH_ENTRY
        sensitive = sensitive or found.sensitive
    if (found.required, found.sensitive) == (required, sensitive):
        return found
    return replace(found, required=required, sensitive=sensitive)


def implies_presence(fields: Fields, name: str, other: str) -> bool:
    """Whether a value under `other` is there wherever the one under `name` is.

    As where both are members of one object, or the one is that object, and the object
    requires the other.
    """
    keys, others = split_path(name), split_path(other)
    shared = 0
    while shared < min(len(keys), len(others)) and keys[shared] == others[shared]:
        shared += 1
    if shared == 0 or shared == len(others):
        return shared == len(others)
    found = find_field(fields, ".".join(key.replace(".", "\\.") for key in others[:shared]))
    for segment in others[shared:]:
        found = None if found is None or segment == EACH_ENTRY else _inside(found, segment)
        if found is None or not found.required:
            return False
    return True


def named_fields(fields: Fields, *, within: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with the name by which a query reads it, members after their holders."""
    for name, field in fields.items():
        # What is listed at the top is written as queries name it already.
        path = within + name.replace(".", "\\.") if within else name
        yield path, field
        if field.fields is not None:
            yield from named_fields(field.fields, within=f"{path}.")
        if field.items is not None and field.items.fields is not None:
            yield from named_fields(field.items.fields, within=f"{path}.{EACH_ENTRY}.")


def _inside(field: Field, segment: str) -> Field | None:
    if field.kind is Kind.UNKNOWN:
        return ANYTHING if field.enum is None else None  # no listed value holds others
    if segment == EACH_ENTRY:
        return (field.items or ANYTHING) if field.kind is Kind.ARRAY else None
    if field.kind is not Kind.OBJECT:
        return None
    return ANYTHING if field.fields is None else field.fields.get(segment)
