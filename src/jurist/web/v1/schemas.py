"""JSON schemas of the types that decode bodies and encode answers, with their fields' docstrings.

The OpenAPI document is made of these, so it says what the code does.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, cast

import msgspec

_REFERENCES: Final = "#/components/schemas/{name}"

_OF_STATISTICS: Final = "jurist.analysis."

components: Final[dict[str, Any]] = {}
"""The schemas that descriptions refer to, by name."""
_described: Final[dict[str, type]] = {}


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON schema of a type; whatever it refers to is among `components`."""
    info = msgspec.inspect.type_info(kind)
    (schema,), referred = msgspec.json.schema_components(
        (kind,), schema_hook=_anything, ref_template=_REFERENCES
    )
    for told in _records(info):
        _described.setdefault(told.__name__, told)
    for name, each in referred.items():
        described = _with_docstrings(name, each)
        if components.setdefault(name, described) != described:
            msg = f"two types of the API are called {name}"
            raise TypeError(msg)
    return schema


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "Any JSON."}
    raise NotImplementedError


def _records(info: object) -> Iterator[type]:
    """The types with fields that a type is made of."""
    waiting, seen = [info], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, msgspec.inspect.StructType | msgspec.inspect.DataclassType):
            yield each.cls
        if isinstance(each, msgspec.Struct):
            for value in msgspec.structs.asdict(each).values():
                waiting += [*value] if isinstance(value, tuple) else [value]


def _with_docstrings(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose fields say what stands under them in the code."""
    if "description" in schema:
        schema["description"] = inspect.cleandoc(schema["description"])
    kind = _described.get(name)
    if kind is not None and kind.__module__.startswith(_OF_STATISTICS):
        _let_be_null(schema)
    for field, told in () if kind is None else _docstrings(kind):
        place = schema.get("properties", {}).get(field)
        if place is not None and "description" not in place:
            if "$ref" in place:  # OpenAPI 3.1 lets words stand beside a reference
                schema["properties"][field] = {**place, "description": told}
            else:
                place["description"] = told
    return schema


def _let_be_null(schema: dict[str, Any]) -> None:
    """Say that a number may be null: JSON has no NaN, which is what is undefined."""
    for part in schema.values():
        if isinstance(part, dict):
            _let_be_null(cast("dict[str, Any]", part))
        elif isinstance(part, list):
            for each in cast("list[object]", part):
                if isinstance(each, dict):
                    _let_be_null(cast("dict[str, Any]", each))
    if schema.get("type") == "number":
        schema["type"] = ["number", "null"]


def _docstrings(kind: type) -> Iterator[tuple[str, str]]:
    """The fields of a class that have a docstring below them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for field, below in pairwise(body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(told))),
            ):
                yield name, " ".join(inspect.cleandoc(told).split())
            case _:
                pass
