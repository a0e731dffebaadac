"""The toy as a `Language`, with the capabilities that it has."""

from __future__ import annotations

import difflib
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bag.arms import arms, normalize
from bag.schema import BagSchema, load
from bag.syntax import BagQuery, Comparison, format_query, parse, written
from jurist.languages.base import (
    Arm,
    Issue,
    Literal,
    LiteralKind,
    Node,
    NodeKind,
    Query,
    Schema,
)
from jurist.languages.capabilities import VALUE, Quoted, Style, Variant
from jurist.languages.effort import STEPS
from jurist.languages.words import Words
from jurist.records import Evidence, Method, Relation

WORDS = Words(
    input="database",
    inputs="databases",
    asker="an analyst",
    levels={
        5: "the same rows",
        4: "right but for few databases",
        3: "the main idea, with a condition wrong or missing",
        2: "shares some conditions",
        1: "other rows",
    },
)


class BagLanguage:
    """See `Language`."""

    name = "bag"
    version = "bag-1"
    english_version = "bag-english-1"
    words = WORDS
    operators = (
        "condition_dropped",
        "operator_changed",
        "constant_changed",
        "order_turned",
        "order_dropped",
        "limit_dropped",
        "conditions_reordered",
        "condition_repeated",
    )
    reorderings = ("conditions_reordered",)
    never_listed = ()

    def load_schema(self, document: Mapping[str, object], *, where: str) -> BagSchema:
        return load(document, where)

    def infer_schema(self, *queries: Query) -> BagSchema:
        tables: dict[str, dict[str, str]] = {}
        for query in map(_bag, queries):
            columns = tables.setdefault(query.table, {})
            for comparison in query.where:
                columns[comparison.column] = (
                    "integer" if isinstance(comparison.value, int) else "text"
                )
            for name in filter(None, (*query.columns, query.order)):
                columns.setdefault(name, "text")
        return BagSchema("inferred", tables)

    def parse(self, text: str, schema: Schema | None = None) -> BagQuery:  # noqa: ARG002
        return parse(text)

    def format(self, query: Query) -> str:
        return format_query(_bag(query))

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        return tuple(_issues(_bag(query), _tables(schema), text))

    def outline(self, query: Query) -> Node:
        return outline(_bag(query))

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        return arms(_bag(reference), _bag(candidate), _tables(schema))

    # --- capabilities ---

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:  # noqa: ARG002
        bag = _bag(query)
        text = f"the {' and '.join(bag.columns)} of the {bag.table}"
        if bag.where:
            text += " whose " + " and whose ".join(
                f"{c.column} is {_SAID[c.operator]}{c.value}" for c in bag.where
            )
        if bag.order:
            text += f", {'largest' if bag.descending else 'smallest'} {bag.order} first"
        return text if bag.limit is None else f"{text}, at most {bag.limit}"

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        bag = _bag(query)
        if len(bag.where) > 1:
            turned = replace(bag, where=bag.where[::-1])
            yield Variant("conditions_reordered", turned, self._related(bag, turned, schema))
        if bag.where:
            doubled = replace(bag, where=(*bag.where, bag.where[0]))
            yield Variant("condition_repeated", doubled, self._related(bag, doubled, schema))

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        bag = _bag(query)
        for operator, mutant in _mutants(bag):
            if normalize(mutant) != normalize(bag):
                yield Variant(operator, mutant, self._related(bag, mutant, schema))

    def _related(self, one: BagQuery, two: BagQuery, schema: Schema) -> Evidence:
        said = Evidence(Relation.UNDECIDED, Method.NONE)
        for arm in self.arms(one, two, schema):
            said = arm.evidence(STEPS)
            if said.relation is not Relation.UNDECIDED:
                break
        return said

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> BagQuery:
        bag = _bag(query)
        return replace(
            bag,
            where=tuple(
                replace(c, value=change(Quoted(c.value, VALUE))) if isinstance(c.value, str) else c
                for c in bag.where
            ),
        )

    def listed(self, schema: Schema) -> Collection[Quoted]:
        tables = _tables(schema).tables
        columns = {name for each in tables.values() for name in each}
        return {Quoted(n, "table") for n in tables} | {Quoted(n, "column") for n in columns}

    def primer(self, schema: Schema) -> str:  # noqa: ARG002
        return "from TABLE where COLUMN > 1 and COLUMN = 'x' select COLUMN order by COLUMN limit 1"

    def names(self, schema: Schema) -> Sequence[str]:
        return [
            f"{table}.{column} ({kind})"
            for table, columns in _tables(schema).tables.items()
            for column, kind in columns.items()
        ]


_SAID = {"=": "", "!=": "not ", ">": "over ", ">=": "at least ", "<": "under ", "<=": "at most "}
_WIDER = {">": ">=", ">=": ">", "<": "<=", "<=": "<", "=": "!=", "!=": "="}


def _mutants(query: BagQuery) -> Iterator[tuple[str, BagQuery]]:
    for i, comparison in enumerate(query.where):
        others = query.where[:i], query.where[i + 1 :]
        yield "condition_dropped", replace(query, where=(*others[0], *others[1]))
        other = replace(comparison, operator=_WIDER[comparison.operator])
        yield "operator_changed", replace(query, where=(*others[0], other, *others[1]))
        if isinstance(comparison.value, int):
            higher = replace(comparison, value=comparison.value + 1)
            yield "constant_changed", replace(query, where=(*others[0], higher, *others[1]))
    if query.order:
        yield "order_turned", replace(query, descending=not query.descending)
        yield "order_dropped", replace(query, order="", descending=False)
    if query.limit is not None:
        yield "limit_dropped", replace(query, limit=None)


def outline(query: BagQuery) -> Node:
    """The tree of a query."""
    conditions = tuple(_node(comparison) for comparison in query.where)
    children = [Node(NodeKind.SOURCE, f"from {query.table}", names=(query.table,))]
    if conditions:
        joined = Node(NodeKind.JUNCTION, "and", conditions, operator="and")
        children.append(Node(NodeKind.FILTER, "where", (joined,)))
    children += [Node(NodeKind.VALUE, f"select {c}", names=(c,)) for c in query.columns]
    if query.order:
        turned = " desc" if query.descending else ""
        label = f"order by {query.order}{turned}"
        children.append(Node(NodeKind.OTHER, label, names=(query.order,)))
    if query.limit is not None:
        literal = Literal(str(query.limit), LiteralKind.NUMBER)
        children.append(Node(NodeKind.OTHER, f"limit {query.limit}", literals=(literal,)))
    return Node(NodeKind.OTHER, "query", tuple(children))


def _node(comparison: Comparison) -> Node:
    kind = LiteralKind.NUMBER if isinstance(comparison.value, int) else LiteralKind.TEXT
    return Node(
        NodeKind.COMPARISON,
        str(comparison),
        operator=comparison.operator,
        names=(comparison.column,),
        literals=(Literal(written(comparison.value), kind),),
    )


def _issues(query: BagQuery, schema: BagSchema, text: str) -> Iterator[Issue]:
    columns = schema.tables.get(query.table)
    if columns is None:
        yield _unknown("table", query.table, schema.tables, text)
        return
    for comparison in query.where:
        kind = columns.get(comparison.column)
        if kind is None:
            yield _unknown("column", comparison.column, columns, text)
        elif (kind == "integer") != isinstance(comparison.value, int):
            place = text.find(comparison.column) + 1
            yield Issue(
                "type_clash", 1, max(place, 1), f"{comparison}", f"a constant of kind {kind}"
            )
        elif kind == "text" and comparison.operator not in ("=", "!="):
            place = text.find(comparison.column) + 1
            yield Issue("type_clash", 1, max(place, 1), f"{comparison}", "= or != beside a text")
    for name in filter(None, (*query.columns, query.order)):
        if name not in columns:
            yield _unknown("column", name, columns, text)


def _unknown(what: str, name: str, known: Mapping[str, object], text: str) -> Issue:
    near = difflib.get_close_matches(name, list(known), n=1)
    expected = "one of " + ", ".join(sorted(known))
    place = max(text.find(name) + 1, 1)
    return Issue(
        f"unknown_{what}", 1, place, f"the {what} {name!r}", expected, near[0] if near else None
    )


def _bag(query: Query) -> BagQuery:
    assert isinstance(query, BagQuery)
    return query


def _tables(schema: Schema) -> BagSchema:
    assert isinstance(schema, BagSchema)
    return schema
