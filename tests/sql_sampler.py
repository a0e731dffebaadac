"""Random queries over drawn schemas: seeded, typed, and mostly not empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sql_sampled_values import OPERATORS, ValueSampler
from sql_trees import (
    Aggregate,
    Arithmetic,
    Column,
    Comparison,
    Exists,
    Expression,
    Field,
    InQuery,
    Join,
    Junction,
    Kind,
    Literal,
    Named,
    Not,
    Output,
    Query,
    Same,
    Scalar,
    Select,
    SetOperation,
    SortKey,
    Source,
    is_grouped,
    kind_of,
)

_JOINS = (
    *(Join.INNER,) * 5,
    *(Join.LEFT,) * 4,
    *(Join.COMMA,) * 2,
    *(Join.CROSS, Join.RIGHT, Join.FULL),
)


@dataclass(frozen=True)
class Wanted:
    """What the outputs of a query must be."""

    kinds: tuple[Kind, ...]
    aliased: bool = False
    """Whether each needs a name of its own."""


class Sampler(ValueSampler):
    """Draws queries."""

    sources = 0

    # --- queries ---

    def query(self) -> Query:
        """A query as people and models write them."""
        self.sources = 0
        rng = self.rng
        kinds = tuple(self.kind() for _ in range(rng.choice((1, 1, 2, 2, 3))))
        roll = rng.random()
        if roll < 0.12:
            return self.operation(Wanted(kinds))
        if roll < 0.17:
            return self._with_names(kinds)
        return self.select(Wanted(kinds), depth=2, tail=True)

    def _with_names(self, kinds: tuple[Kind, ...]) -> Query:
        name = "w"
        inner = self.select(
            Wanted(tuple(self.kind() for _ in range(self.rng.choice((1, 2)))), aliased=True),
            depth=1,
        )
        fields = fields_of(inner)
        sources = [Source(self._id(), Named(name), "v", fields)]
        if self.rng.random() < 0.4:
            sources.append(
                self._joined_source(sources, Source(self._id(), Named(name), "v2", fields))
            )
        elif self.rng.random() < 0.4:
            sources.append(self._joined_source(sources, self._base()))
        body = self._body(tuple(sources), Wanted(kinds), depth=1, tail=True)
        return replace(body, named=((name, inner),))

    def operation(self, wanted: Wanted, *, tail: bool = True) -> SetOperation:
        """UNION and its kind."""
        rng = self.rng
        operators = ["UNION", "UNION ALL", "UNION ALL", "INTERSECT", "EXCEPT"]
        sides: list[Query] = []
        for _ in range(2):
            if rng.random() < 0.1:
                sides.append(self.operation(wanted, tail=False))
            else:
                sides.append(self.select(wanted, depth=1))
        order: tuple[SortKey, ...] = ()
        limit = None
        if tail and rng.random() < 0.25:
            order = (self._tail_key(rng.randint(1, len(wanted.kinds))),)
            limit = rng.choice((None, 1, 2))
        return SetOperation(rng.choice(operators), sides[0], sides[1], order, limit)

    def select(
        self,
        wanted: Wanted,
        *,
        depth: int,
        outer: Sequence[Source] = (),
        tail: bool = False,
    ) -> Select:
        """A SELECT; `outer`: sources around it, which it may name."""
        sources: list[Source] = [self._source(depth)]
        while len(sources) < 3 and self.rng.random() < (0.4 if depth > 1 else 0.25):
            sources.append(self._joined_source(sources, self._source(depth)))
        return self._body(tuple(sources), wanted, depth=depth, outer=outer, tail=tail)

    def _body(
        self,
        sources: tuple[Source, ...],
        wanted: Wanted,
        *,
        depth: int,
        outer: Sequence[Source] = (),
        tail: bool = False,
    ) -> Select:
        rng = self.rng
        scope = [*sources, *outer]
        where = self.condition(sources, scope, depth) if rng.random() < 0.65 else None
        if outer and rng.random() < 0.8:
            link = self._link(sources, outer)
            where = link if where is None else Junction("AND", (link, where))
        roll = rng.random()
        grouped = roll < 0.27 and not (outer and rng.random() < 0.5)
        if grouped:
            body = self._grouped(sources, wanted)
        else:
            outputs = [Output(self.value(kind, sources, 1)) for kind in wanted.kinds]
            body = Select(sources, tuple(outputs), distinct=rng.random() < 0.2)
        outputs = body.outputs
        if wanted.aliased:
            outputs = tuple(replace(one, alias=f"c{i + 1}") for i, one in enumerate(outputs))
        body = replace(body, outputs=outputs, where=where, spares_names=rng.random() < 0.4)
        return self._tailed(body, sources) if tail else body

    def _tailed(self, body: Select, sources: tuple[Source, ...]) -> Select:
        """With ORDER BY and LIMIT, now and then."""
        rng = self.rng
        if rng.random() > 0.3:
            return replace(body, limit=rng.choice((1, 2))) if rng.random() < 0.04 else body
        keys: list[SortKey] = []
        for _ in range(rng.choice((1, 1, 2))):
            value: int | Expression = rng.randint(1, len(body.outputs))
            if not body.distinct and not is_grouped(body) and rng.random() < 0.6:
                column = self.column(self.kind(), sources)
                value = column if column is not None else value
            elif is_grouped(body) and not body.distinct and rng.random() < 0.4:
                value = Aggregate("COUNT", None, False, Kind.INTEGER)
            keys.append(self._tail_key(value))
        limit = rng.choice((None, None, 1, 1, 2))
        offset = rng.choice((0, 0, 0, 1)) if limit else 0
        return replace(body, order=tuple(keys), limit=limit, offset=offset)

    def _tail_key(self, value: int | Expression) -> SortKey:
        nulls = self.rng.choice(("", "", "", "FIRST", "LAST"))
        return SortKey(value, self.rng.random() < 0.4, nulls)

    def _grouped(self, sources: tuple[Source, ...], wanted: Wanted) -> Select:
        rng = self.rng
        keys: list[Expression] = []
        if rng.random() < 0.75:
            for _ in range(rng.choice((1, 1, 2))):
                column = self.column(self.kind(), sources)
                keys += [column] if column is not None and column not in keys else []
        outputs: list[Output] = []
        for kind in wanted.kinds:
            fitting = [key for key in keys if kind_of(key) is kind]
            if fitting and rng.random() < 0.55:
                outputs.append(Output(rng.choice(fitting)))
            elif not self.strict and keys and rng.random() < 0.06:
                outputs.append(Output(self.value(kind, sources, 0)))
            else:
                outputs.append(Output(self.aggregate(kind, sources, keys)))
        having = None
        if rng.random() < 0.35:
            having = self._having(sources, keys)
        if not keys and not any(_aggregates(output.value) for output in outputs):
            return Select(sources, tuple(outputs))
        return Select(sources, tuple(outputs), group=tuple(keys) or None, having=having)

    def _having(self, sources: tuple[Source, ...], keys: Sequence[Expression]) -> Expression:
        rng = self.rng
        if keys and rng.random() < 0.25:
            key = rng.choice(keys)
            return Comparison(rng.choice(OPERATORS), key, self.literal(kind_of(key)))
        if rng.random() < 0.5:
            count = self.aggregate(Kind.INTEGER, sources, ())
            return Comparison(
                rng.choice(OPERATORS), count, Literal(rng.choice((0, 1, 2)), Kind.INTEGER)
            )
        kind = self.kind()
        return Comparison(
            rng.choice(OPERATORS), self.aggregate(kind, sources, ()), self.literal(kind)
        )

    def aggregate(
        self, kind: Kind, sources: tuple[Source, ...], keys: Sequence[Expression]
    ) -> Expression:
        """An aggregate of a type."""
        rng = self.rng
        if kind is Kind.INTEGER:
            roll = rng.random()
            if roll < 0.35:
                return Aggregate("COUNT", None, False, kind)
            if roll < 0.6:
                return Aggregate(
                    "COUNT", self.value(self.kind(), sources, 0), rng.random() < 0.35, kind
                )
            if roll < 0.66 and keys:
                return Arithmetic(
                    "+", Aggregate("COUNT", None, False, kind), self.literal(kind), kind
                )
        elif kind is Kind.REAL and rng.random() < 0.6:
            return Aggregate(
                "AVG", self.value(rng.choice((Kind.INTEGER, kind)), sources, 0), False, kind
            )
        function = rng.choice(("MIN", "MAX") if kind is Kind.TEXT else ("SUM", "MIN", "MAX"))
        return Aggregate(
            function, self.value(kind, sources, rng.choice((0, 0, 1))), rng.random() < 0.1, kind
        )

    # --- sources ---

    def _id(self) -> int:
        self.sources += 1
        return self.sources

    def _base(self) -> Source:
        table = self.rng.choice(self.schema.tables)
        number = self._id()
        return Source(number, table.name, f"t{number}", table.fields)

    def _source(self, depth: int) -> Source:
        if depth > 0 and self.rng.random() < 0.12:
            kinds = tuple(self.kind() for _ in range(self.rng.choice((1, 2))))
            wanted = Wanted(kinds, aliased=True)
            inner: Query = self.select(wanted, depth=depth - 1, tail=self.rng.random() < 0.25)
            if self.rng.random() < 0.15:
                inner = SetOperation(
                    self.rng.choice(("UNION", "UNION ALL")),
                    replace(inner, order=(), limit=None, offset=0),
                    self.select(wanted, depth=0),
                )
            number = self._id()
            return Source(number, inner, f"d{number}", fields_of(inner))
        return self._base()

    def _joined_source(self, before: Sequence[Source], source: Source) -> Source:
        join = self.rng.choice(_JOINS)
        if len(before) > 1 and join in {Join.RIGHT, Join.FULL}:
            join = Join.LEFT
        if any(one.join in {Join.RIGHT, Join.FULL} for one in before):
            join = Join.INNER
        on = None
        if join not in {Join.COMMA, Join.CROSS}:
            on = self._link([source], before)
            if self.rng.random() < 0.25:
                extra = self.simple([source, *before])
                on = Junction("AND", (on, extra))
        return replace(source, join=join, on=on)

    def _link(self, inner: Sequence[Source], outer: Sequence[Source]) -> Expression:
        """An equation between two scopes, along a foreign key where there is one."""
        rng = self.rng
        links: list[tuple[Column, Column]] = []
        keyed: list[tuple[Column, Column]] = []
        for one in inner:
            for other in outer:
                for i, left in enumerate(one.fields):
                    for j, right in enumerate(other.fields):
                        if left.kind is right.kind:
                            link = one.column(i), other.column(j)
                            links.append(link)
                            if self._is_key(one, left, other, right):
                                keyed.append(link)
        if keyed and rng.random() < 0.7:
            links = keyed
        if not links:
            return Comparison("=", Literal(1, Kind.INTEGER), Literal(1, Kind.INTEGER))
        left, right = rng.choice(links)
        if rng.random() < 0.5:
            left, right = right, left
        if rng.random() < 0.04:
            return Same(left, right)
        return Comparison("=" if rng.random() < 0.93 else rng.choice(OPERATORS), left, right)

    def _is_key(self, one: Source, left: Field, other: Source, right: Field) -> bool:
        for mine, name, theirs, parent in ((one, left, other, right), (other, right, one, left)):
            if isinstance(mine.of, str) and isinstance(theirs.of, str):
                for key in self.schema.by_name[mine.of].foreign_keys:
                    if (key.column, key.table, key.parent) == (name.name, theirs.of, parent.name):
                        return True
        return left.name == right.name and one.of == other.of

    # --- conditions ---

    def condition(
        self, sources: Sequence[Source], scope: Sequence[Source], depth: int
    ) -> Expression:
        """A condition, with subqueries where they are still allowed."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.22:
            parts = (
                self.condition(sources, scope, depth - 1),
                self.condition(sources, scope, depth - 1),
            )
            return Junction(rng.choice(("AND", "OR")), parts)
        if roll < 0.28:
            return Not(self.condition(sources, scope, depth - 1))
        if roll < 0.52 and depth > 0:
            return self._with_query(sources, depth - 1)
        return self.simple(sources if rng.random() < 0.85 else scope)

    def _with_query(self, sources: Sequence[Source], depth: int) -> Expression:
        rng = self.rng
        kind = self.kind()
        outer = list(sources) if rng.random() < 0.55 else []
        roll = rng.random()
        if roll < 0.3:
            query = self.select(Wanted((kind,)), depth=depth, outer=outer or list(sources))
            return Exists(query, rng.random() < 0.4)
        if roll < 0.75:
            value = self.value(kind, sources, 0)
            inner = outer if rng.random() < 0.25 else []
            tail = rng.random() < 0.08
            query = self.select(Wanted((kind_of(value),)), depth=depth, outer=inner, tail=tail)
            return InQuery(value, query, rng.random() < 0.4)
        left = self.value(kind, sources, 0)
        number = kind_of(left)
        base = self._base()
        inner = self._body((base,), Wanted((number,)), depth=0, outer=outer)
        if rng.random() < (1.0 if self.strict else 0.8):
            value = self.aggregate(number, (base,), ())
            inner = replace(
                inner, outputs=(Output(value),), group=None, having=None, distinct=False
            )
        return Comparison(rng.choice(OPERATORS), left, Scalar(inner, number))


def fields_of(query: Query) -> tuple[Field, ...]:
    """What a query gives, as the columns of a source."""
    return tuple(
        Field(
            output.alias,
            kind_of(output.value),
            isinstance(output.value, Column) and output.value.has_affinity,
        )
        for output in query.outputs
    )


def _aggregates(value: Expression) -> bool:
    return is_grouped(Select((), (Output(value),)))
