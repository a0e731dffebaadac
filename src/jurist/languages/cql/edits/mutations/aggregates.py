"""The wrong aggregate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_reductions
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
_OF_NUMBERS = frozenset({Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX})
_SIMPLE = frozenset({Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.UNKNOWN})


def _swapped(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    for reducer in _SWAPPED.get(node.reducer, ()):
        cast = node.cast if node.reducer in _OF_NUMBERS and reducer in _OF_NUMBERS else None
        yield replace(node, reducer=reducer, cast=cast, minimum=None)


def _distinct_for_all(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """How many values becomes how many items, or the other way."""
    if node.reducer is Reducer.UNIQUE_COUNT:
        yield Reduction(node.stream, Reducer.COUNT)
    elif node.reducer is Reducer.COUNT:
        inside = inner_scope(node, setting.scope)
        fields = named_fields(setting.names.listed(Property(""), inside))
        simple = [name for name, field in fields if field.kind in _SIMPLE and "$" not in name]
        if simple:
            yield Reduction(node.stream, Reducer.UNIQUE_COUNT, Property(simple[0]))


AGGREGATES = (
    Edit("aggregate_swapped", "Another aggregate of the same property.", at_reductions(_swapped)),
    Edit(
        "distinct_for_all",
        "Distinct values are counted instead of events, or the other way.",
        at_reductions(_distinct_for_all),
    ),
)
