"""What is worked out under a schema and kept: one context a schema, which owns every cache.

A component is made once by a function of the schema, and lives as long as the context: that
of a schema which has not been asked about lately is let go, with all that is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar, cast

from jurist.languages.cql.schemas.schema import CqlSchema

_MOST_CONTEXTS = 16
"""Of schemas; what is kept under one may be large, and holds the schema itself."""

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class SchemaContext:
    """The components of one schema, each made when it is first asked for."""

    def __init__(self, schema: CqlSchema) -> None:
        self._schema = schema
        self._components: dict[Callable[[CqlSchema], object], object] = {}

    def get(self, component: Callable[[CqlSchema], T]) -> T:
        """What a function makes of the schema; threads that ask at once get the same."""
        made = self._components.get(component)
        if made is None:
            made = self._components.setdefault(component, component(self._schema))
        return cast("T", made)


@lru_cache(maxsize=_MOST_CONTEXTS)
def context_of(schema: CqlSchema) -> SchemaContext:
    """The context of a schema."""
    return SchemaContext(schema)


class Table(Generic[K, V]):
    """Results by what they are of, for several threads.

    Args:
        most: How many are kept; with one more all begins anew.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: dict[K, V] = {}

    def get(self, key: K, work_out: Callable[[K], V]) -> V:
        """The result for a key, worked out where it is not kept."""
        result = self._results.get(key)
        if result is None:
            result = work_out(key)
            self.keep(key, result)
        return result

    def find(self, key: K) -> V | None:
        """The result for a key, where it is kept."""
        return self._results.get(key)

    def keep(self, key: K, result: V) -> None:
        """Keep a result."""
        if len(self._results) >= self._most:
            self._results.clear()  # not one by one: other threads may be adding
        self._results[key] = result
