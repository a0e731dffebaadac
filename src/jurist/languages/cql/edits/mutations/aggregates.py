"""The wrong aggregate."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import Setting, at_reductions
from jurist.languages.cql.schemas.schema import Kind, named_fields
from jurist.languages.cql.syntax import Property, Reducer, Reduction
from jurist.languages.cql.tree import inner_scope

_SWAPPED = {
    Reducer.SUM: (Reducer.AVG, Reducer.MAX),
    Reducer.AVG: (Reducer.SUM,),
    Reducer.MIN: (Reducer.MAX,),
    Reducer.MAX: (Reducer.MIN, Reducer.SUM),
    Reducer.FIRST: (Reducer.LAST,),
    Reducer.LAST: (Reducer.FIRST,),
    Reducer.MODE: (Reducer.LAST,),
}
_SIMPLE = frozenset({Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.UNKNOWN})


@at_reductions
def aggregate_swapped(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """Another aggregate of the same property."""
    for reducer in _SWAPPED.get(node.reducer, ()):
        cast = node.cast if node.reducer.needs_numbers and reducer.needs_numbers else None
        yield replace(node, reducer=reducer, cast=cast, minimum=None)


@at_reductions
def distinct_for_all(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """Distinct values are counted instead of events, or the other way."""
    if node.reducer is Reducer.UNIQUE_COUNT:
        yield Reduction(node.stream, Reducer.COUNT)
    elif node.reducer is Reducer.COUNT:
        inside = inner_scope(node, setting.scope)
        fields = named_fields(setting.names.listed(Property(""), inside))
        simple = [name for name, field in fields if field.kind in _SIMPLE and "$" not in name]
        if simple:
            yield Reduction(node.stream, Reducer.UNIQUE_COUNT, Property(simple[0]))


AGGREGATES = (aggregate_swapped, distinct_for_all)
