"""Proofs by search: where a small-model theorem holds, none within its bounds is none at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Output, Query, Select
from jurist.languages.sql.algebra.walking import is_cut
from jurist.languages.sql.readings import Names, Order, Presence, Readings, Rows, Ties
from jurist.languages.sql.schemas.facts import facts
from jurist.languages.sql.schemas.schema import Column, Fact, FactKind, SqlSchema, Table
from jurist.languages.sql.searching.search import Search, tables_of
from jurist.languages.sql.searching.small_models import SmallModel, small_models
from jurist.languages.sql.values import Database

_UNITS: Final = 2_000_000
"""Of z3's own counting, for one theorem: about 0.25 s."""


@dataclass(frozen=True, slots=True)
class SmallModelProof:
    """That two queries permit the same outcomes on every legal database."""

    theorem: str
    rows: int
    """The most rows of a table that had to be looked at."""
    facts: tuple[Fact, ...]
    """Those that it may rest on."""


def prove_by_small_models(
    reference: Query, candidate: Query, schema: SqlSchema
) -> SmallModelProof | None:
    """Whether two queries are equivalent by a small-model theorem.

    Args:
        reference: The query that is right.
        candidate: The other one; its sources have other numbers.
        schema: Tables, facts and readings.

    Raises:
        OutOfSteps: Where the steps that are left end it.
    """
    pair = _unordered(reference, candidate, schema.readings)
    if pair is None or len(pair[0].outputs) != len(pair[1].outputs):
        return None
    names = [[output.name for output in query.outputs] for query in (reference, candidate)]
    if schema.readings.names is Names.MUST_MATCH and names[0] != names[1]:
        return None
    # with tables that may be empty there are more databases, of which a part of one is always one
    readings = replace(schema.readings, empty_tables=Presence.POSSIBLE, order=Order.IGNORED)
    schema = replace(schema, readings=readings)
    for model in small_models(*pair, schema):
        kinds = _enough(pair, model, schema)
        if kinds is not None:
            named = {name.lower() for name in tables_of(pair)}
            used = (
                fact
                for fact in facts(_without_keys_onto(schema, model))
                if fact.kind in kinds and fact.table.lower() in named
            )
            return SmallModelProof(model.theorem, max(model.rows.values(), default=0), tuple(used))
    return None


def _enough(
    pair: tuple[Query, Query], model: SmallModel, schema: SqlSchema
) -> frozenset[FactKind] | None:
    """Kinds of facts with which there is none within the bounds; `None`: there are none such."""
    schema = _without_keys_onto(schema, model)
    if not _none_within(pair, model, schema):
        return None
    kept = frozenset(FactKind)
    for kind in FactKind:
        fewer = _only(schema, kept - {kind})
        # a key may be what the theorem itself rests on
        still = any(
            other.theorem == model.theorem and other.rows == model.rows
            for other in small_models(*pair, fewer)
        )
        if still and _none_within(pair, model, fewer):
            kept -= {kind}
    return kept


def _none_within(pair: tuple[Query, Query], model: SmallModel, schema: SqlSchema) -> bool:
    return Search(*pair, schema, _no_replay, _UNITS).none_within(model.rows)


def _no_replay(_: Database) -> bool:
    return False


# --- order ----------------------------------------------------------------------------------


def _unordered(
    reference: Query, candidate: Query, readings: Readings
) -> tuple[Query, Query] | None:
    """Two queries of which the same bags of rows mean the same outcomes of these.

    Where rows are sorted alike and cut alike, what is permitted follows from the bag of rows
    with their sort keys: so the keys become outputs.
    """
    cut = is_cut(reference) or is_cut(candidate)
    matters = bool(reference.order) and readings.order is not Order.IGNORED
    if not cut and (not matters or readings.rows is Rows.SET):
        return _plain(reference), _plain(candidate)
    if (
        readings.ties is not Ties.OPEN
        or readings.rows is Rows.SET
        or not _are_cut_alike(reference, candidate)
    ):
        return None
    places = (_places(reference), _places(candidate))
    if places[0] is not None and places[0] == places[1]:
        return _plain(reference), _plain(candidate)
    if isinstance(reference, Select) and isinstance(candidate, Select):
        if reference.distinct or candidate.distinct:
            return None
        return _with_keys(reference), _with_keys(candidate)
    return None


def _are_cut_alike(reference: Query, candidate: Query) -> bool:
    directions = [
        [(key.descending, key.nulls_first) for key in query.order]
        for query in (reference, candidate)
    ]
    cuts = [(query.limit, query.offset) for query in (reference, candidate)]
    return directions[0] == directions[1] and cuts[0] == cuts[1]


def _places(query: Query) -> list[int] | None:
    """Which outputs the sort keys are; `None`: not all are."""
    values: list[nodes.Expression] = [output.value for output in query.outputs]
    names = [output.name for output in query.outputs]
    places: list[int] = []
    for key in query.order:
        if isinstance(query, Select):
            if key.value not in values:
                return None
            places.append(values.index(key.value))
        elif isinstance(key.value, nodes.Column) and names.count(key.value.name) == 1:
            places.append(names.index(key.value.name))
        else:
            return None
    return places


def _plain(query: Query) -> Query:
    return replace(query, order=(), limit=None, offset=0)


def _with_keys(query: Select) -> Query:
    keys = tuple(Output(f"key {place}", key.value) for place, key in enumerate(query.order))
    return replace(query, outputs=(*query.outputs, *keys), order=(), limit=None, offset=0)


# --- facts ----------------------------------------------------------------------------------


def _without_keys_onto(schema: SqlSchema, model: SmallModel) -> SqlSchema:
    """The schema without the foreign keys that a theorem does without."""
    return replace(
        schema,
        tables=tuple(
            replace(
                table,
                foreign_keys=tuple(
                    key for key in table.foreign_keys if key.table.lower() not in model.without
                ),
            )
            for table in schema.tables
        ),
    )


def _only(schema: SqlSchema, kinds: frozenset[FactKind]) -> SqlSchema:
    """The schema with facts of some kinds alone."""
    return replace(schema, tables=tuple(_table_with(table, kinds) for table in schema.tables))


def _table_with(table: Table, kinds: frozenset[FactKind]) -> Table:
    return replace(
        table,
        columns=tuple(_column_with(column, kinds) for column in table.columns),
        primary_key=table.primary_key if FactKind.KEY in kinds else (),
        unique=table.unique if FactKind.KEY in kinds else (),
        foreign_keys=table.foreign_keys if FactKind.FOREIGN_KEY in kinds else (),
        checks=table.checks if FactKind.CHECK in kinds else (),
    )


def _column_with(column: Column, kinds: frozenset[FactKind]) -> Column:
    return replace(
        column,
        nullable=column.nullable or FactKind.NOT_NULL not in kinds,
        values=column.values if FactKind.VALUES in kinds else None,
        minimum=column.minimum if FactKind.RANGE in kinds else None,
        maximum=column.maximum if FactKind.RANGE in kinds else None,
    )
