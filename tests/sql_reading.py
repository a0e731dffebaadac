"""Expressions and queries of the oracle, made into functions of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sql_meaning import (
    Classes,
    Program,
    Run,
    Sorter,
    canonical,
    combined,
    cut,
    is_true,
    joined,
    row_key,
    settled,
    source_rows,
    value_key,
)
from sql_trees import (
    Aggregate,
    Arithmetic,
    Between,
    Call,
    Case,
    Column,
    Comparison,
    Exists,
    Expression,
    InList,
    InQuery,
    IsNull,
    Junction,
    Kind,
    Like,
    Literal,
    Not,
    Query,
    Row,
    Same,
    Scalar,
    Select,
    Source,
    Value,
    bare_columns,
    is_grouped,
    nodes,
    own_aggregates,
)
from sql_values import arithmetic, called, collected, compared, like, truth

Reads: TypeAlias = Callable[[Run], Value]


@dataclass(frozen=True)
class Habits:
    """What a dialect does where dialects differ."""

    nulls: str = "least"
    integers_divide_to_integers: bool = True
    like_ignores_case: bool = True
    has_affinity: bool = True
    several_rows_are_an_error: bool = False


SQLITE = Habits()
DUCKDB = Habits(
    nulls="last",
    integers_divide_to_integers=False,
    like_ignores_case=False,
    has_affinity=False,
    several_rows_are_an_error=True,
)


class SeveralRows(Exception):  # noqa: N818 - says what happened
    """A scalar subquery with several rows, where that is an error."""


def program(query: Query, habits: Habits = SQLITE) -> Program:
    """A query as what it gives in a run."""
    return _Reader(habits).query(query)


@dataclass(frozen=True)
class _Subquery:
    id: int
    program: Program
    free: tuple[int, ...]
    """The sources around it that it names."""

    def mark(self, run: Run) -> object:
        return self.id, tuple(run.rows[source] for source in self.free)

    def rows(self, run: Run) -> list[Row]:
        mark = self.mark(run)
        if mark not in run.known:
            run.known[mark] = settled(self.program(run), run)
        return run.known[mark]


class _Reader:
    """Makes functions of trees."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits

    # --- queries ---

    def query(self, query: Query) -> Program:
        named = [(name, self.query(one)) for name, one in query.named]
        body = self._select(query) if isinstance(query, Select) else self._operation(query)
        if not named:
            return body

        def run_all(run: Run) -> Classes:
            for name, one in named:
                run.named[name] = settled(one(run), run)
            return body(run)

        return run_all

    def _operation(self, query: Query) -> Program:
        assert not isinstance(query, Select)
        left, right = self.query(query.left), self.query(query.right)
        sorter = Sorter(query.order, self._habits.nulls)
        positions = [key.value for key in query.order if isinstance(key.value, int)]

        def run_both(run: Run) -> Classes:
            rows = combined(query, settled(left(run), run), settled(right(run), run))
            keyed = [(tuple(row[i - 1] for i in positions), row) for row in rows]
            return cut(sorter.classes(keyed), query.limit, query.offset)

        return run_both

    def _select(self, query: Select) -> Program:
        sources = [self._source(source) for source in query.sources]
        where = None if query.where is None else self.value(query.where)
        having = None if query.having is None else self.value(query.having)
        outputs = [self.value(output.value) for output in query.outputs]
        keys = [
            None if isinstance(key.value, int) else self.value(key.value) for key in query.order
        ]
        positions = [key.value if isinstance(key.value, int) else 0 for key in query.order]
        sorter = Sorter(query.order, self._habits.nulls)
        group = [self.value(key) for key in query.group or ()]
        picks = self._extremes(query)
        grouped, bare = is_grouped(query), bare_columns(query)

        def row_of(run: Run) -> tuple[Row, Row]:
            row = tuple(output(run) for output in outputs)
            sort = (
                row[at - 1] if key is None else key(run)
                for key, at in zip(keys, positions, strict=True)
            )
            return tuple(sort), row

        def run_select(run: Run) -> Classes:
            outer_rows, outer_group = dict(run.rows), run.group
            ways = joined(sources, run)
            rows: list[tuple[Row, Row]] = []
            kept: list[dict[int, Row]] = []
            run.group = None
            for way in ways:
                run.rows = outer_rows | way
                if where is None or is_true(where(run)):
                    if grouped:
                        kept.append(way)
                    else:
                        rows.append(row_of(run))
            if grouped:
                for members in self._groups(run, outer_rows, kept, group, query):
                    run.group = [outer_rows | member for member in members]
                    run.rows = outer_rows | self._shown(run, members, query, picks, bare)
                    if having is None or is_true(having(run)):
                        rows.append(row_of(run))
            run.rows, run.group = outer_rows, outer_group
            if query.distinct:
                rows = list({canonical(row): (sort, row) for sort, row in rows}.values())
            return cut(sorter.classes(rows), query.limit, query.offset)

        return run_select

    def _source(self, source: Source) -> tuple[Source, Callable[[Run], list[Row]], Reads | None]:
        inner = self.query(source.of) if hasattr(source.of, "outputs") else None  # pyright: ignore[reportArgumentType]
        condition = None if source.on is None else self.value(source.on)
        return source, source_rows(source, inner), condition

    @staticmethod
    def _groups(
        run: Run,
        outer: dict[int, Row],
        kept: list[dict[int, Row]],
        keys: Sequence[Reads],
        query: Select,
    ) -> list[list[dict[int, Row]]]:
        if query.group is None:
            return [kept]
        groups: dict[Row, list[dict[int, Row]]] = {}
        for way in kept:
            run.rows = outer | way
            groups.setdefault(canonical(tuple(key(run) for key in keys)), []).append(way)
        return list(groups.values())

    def _extremes(self, query: Select) -> tuple[Reads, bool] | None:
        """The argument of the only MIN or MAX, whose row shows the bare columns in SQLite."""
        found = [*own_aggregates((query.outputs, query.having or (), query.order))]
        if len(found) == 1 and found[0].function in {"MIN", "MAX"} and found[0].argument:
            return self.value(found[0].argument), found[0].function == "MIN"
        return None

    @staticmethod
    def _shown(
        run: Run,
        members: list[dict[int, Row]],
        query: Select,
        picks: tuple[Reads, bool] | None,
        bare: Sequence[Column],
    ) -> dict[int, Row]:
        """The row of a group that columns stand for, by choice; NULLs where it has none."""
        if not members:
            return {source.id: (None,) * len(source.fields) for source in query.sources}
        if picks is not None:
            argument, is_least = picks
            before = run.rows
            values: list[Value] = []
            for member in members:
                run.rows = before | member
                values.append(argument(run))
            run.rows = before
            there = [value for value in values if value is not None]
            if there:
                best = (min if is_least else max)(there, key=value_key)
                members = [
                    member
                    for member, value in zip(members, values, strict=True)
                    if value is not None and value_key(value) == value_key(best)
                ]
        if not bare:
            return members[0]
        different = {
            row_key(tuple(member[column.source][column.index] for column in bare)): member
            for member in members
        }
        ordered = [different[key] for key in sorted(different)]
        return ordered[run.choose(len(ordered))]

    # --- subqueries ---

    def _told(self, node: object, query: Query) -> _Subquery:
        """The rows of a subquery, the same each time in the same surroundings."""
        own = {one.id for one in nodes(query) if isinstance(one, Source)}
        used = {one.source for one in nodes(query) if isinstance(one, Column)}
        return _Subquery(id(node), self.query(query), tuple(sorted(used - own)))

    # --- expressions ---

    def value(self, node: Expression) -> Reads:
        match node:
            case Column(source=source, index=index):
                return lambda run: run.rows[source][index]
            case Literal(value=value):
                return lambda _: value
            case Arithmetic():
                left, right = self.value(node.left), self.value(node.right)
                whole = self._habits.integers_divide_to_integers
                return lambda run: arithmetic(node.operator, left(run), right(run), whole=whole)
            case Case():
                return self._case(node)
            case Call(function=function):
                parts = [self.value(part) for part in node.arguments]
                return lambda run: called(function, [part(run) for part in parts])
            case Aggregate():
                return self._aggregate(node)
            case Scalar():
                return self._scalar(node)
            case _:
                return self._condition(node)

    def _case(self, node: Case) -> Reads:
        branches = [(self.value(when), self.value(then)) for when, then in node.branches]
        otherwise = None if node.otherwise is None else self.value(node.otherwise)

        def choose(run: Run) -> Value:
            for when, then in branches:
                if is_true(when(run)):
                    return then(run)
            return None if otherwise is None else otherwise(run)

        return choose

    def _aggregate(self, node: Aggregate) -> Reads:
        argument = None if node.argument is None else self.value(node.argument)

        def collect(run: Run) -> Value:
            members, shown = run.group, run.rows
            assert members is not None, "an aggregate stands in its own query"
            if argument is None:
                return len(members)
            values: list[Value] = []
            run.group = None
            for member in members:
                run.rows = member
                values.append(argument(run))
            run.group, run.rows = members, shown
            return collected(node.function, values, distinct=node.distinct)

        return collect

    def _scalar(self, node: Scalar) -> Reads:
        subquery = self._told(node, node.query)

        def value(run: Run) -> Value:
            rows = subquery.rows(run)
            if len(rows) > 1 and self._habits.several_rows_are_an_error:
                raise SeveralRows
            values = sorted({canonical(row) for row in rows}, key=row_key)
            if len(values) < 2:
                return values[0][0] if values else None
            mark = subquery.mark(run)
            if mark not in run.chosen:
                run.chosen[mark] = run.choose(len(values))
            return values[run.chosen[mark]][0]

        return value

    def _condition(self, node: Expression) -> Reads:
        match node:
            case Comparison(operator=operator, left=left, right=right):
                return self._compared(operator, left, right)
            case Same(left=left, right=right, negated=negated):
                return self._compared("IS NOT" if negated else "IS", left, right)
            case Junction(operator=operator, parts=parts):
                read = [self.value(part) for part in parts]
                if operator == "AND":
                    return lambda run: _all([truth(part(run)) for part in read])
                return lambda run: _any([truth(part(run)) for part in read])
            case Not(part=part):
                return _negated(self.value(part), negated=True)
            case IsNull(value=value, negated=negated):
                inner = self.value(value)
                return lambda run: int((inner(run) is None) != negated)
            case Between(value=value, low=low, high=high, negated=negated):
                least, most = self._compared(">=", value, low), self._compared("<=", value, high)
                return _negated(lambda run: _all([least(run), most(run)]), negated=negated)
            case InList(value=value, items=items, negated=negated):
                each = [self._compared("=", value, item) for item in items]
                return _negated(lambda run: _any([one(run) for one in each]), negated=negated)
            case InQuery():
                return self._in_query(node)
            case Exists(query=query, negated=negated):
                subquery = self._told(node, query)
                return lambda run: int(bool(subquery.rows(run)) != negated)
            case Like(value=value, pattern=pattern, negated=negated):
                inner = self.value(value)
                ignores = self._habits.like_ignores_case
                return _negated(
                    lambda run: like(inner(run), pattern, ignores_case=ignores), negated=negated
                )
            case _:
                raise AssertionError(node)

    def _in_query(self, node: InQuery) -> Reads:
        value, subquery = self.value(node.value), self._told(node, node.query)
        mine, theirs = self._affinity(node.value), self._affinity(node.query.outputs[0].value)

        def is_in(run: Run) -> Value:
            rows, left = subquery.rows(run), value(run)
            return _any([compared("=", left, row[0], mine, theirs) for row in rows])

        return _negated(is_in, negated=node.negated)

    def _compared(self, operator: str, left: Expression, right: Expression) -> Reads:
        one, other = self.value(left), self.value(right)
        mine, theirs = self._affinity(left), self._affinity(right)
        return lambda run: compared(operator, one(run), other(run), mine, theirs)

    def _affinity(self, node: Expression) -> Kind | None:
        if not self._habits.has_affinity:
            return None
        return node.kind if isinstance(node, Column) and node.has_affinity else None


def _negated(inner: Reads, *, negated: bool) -> Reads:
    def read(run: Run) -> Value:
        value = truth(inner(run))
        return None if value is None else int((value == 1) != negated)

    return read


def _all(values: Sequence[Value]) -> Value:
    if 0 in values:
        return 0
    return None if None in values else 1


def _any(values: Sequence[Value]) -> Value:
    if 1 in values:
        return 1
    return None if None in values else 0
