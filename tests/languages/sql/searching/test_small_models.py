"""Within a theorem's bounds equal is equal: held to databases of more rows, drawn and whole."""
# ruff: noqa: S608 - all texts are drawn here

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Compares, Join
from jurist.languages.sql.readings import Order, Readings
from jurist.languages.sql.searching.search import Search
from jurist.languages.sql.searching.small_model_proofs import prove_by_small_models
from jurist.languages.sql.searching.small_models import bound, small_models
from jurist.languages.sql.values import Database, Row
from languages.sql.searching.drawn_queries import (
    INTEGER,
    TABLES,
    VALUES,
    Drawn,
    Draws,
    Expression,
    Sqlite,
    bag,
    databases,
    named,
    schema,
    written,
)

UNORDERED = Readings(order=Order.IGNORED)
POOL = 26
MOST_PROVED = 40
"""Pairs a theorem that are asked of the prover too."""


class Pools:
    """Queries of one theorem each, of few conditions, so that many are equal."""

    def __init__(self, seed: str) -> None:
        self.draws = Draws(seed)
        self.rng = self.draws.rng
        self.numbers = itertools.count(1)

    def table(self, table: str) -> tuple[nodes.Source, str, list[Expression]]:
        number = next(self.numbers)
        source = nodes.Source(number, table, TABLES[table], (INTEGER, INTEGER))
        columns: list[Expression] = [
            (nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in TABLES[table]
        ]
        return source, f"{table} AS s{number}", columns

    def condition(self, columns: list[Expression]) -> Expression:
        rng = self.rng
        node, text = rng.choice(columns)
        if rng.random() < 0.2:
            return nodes.IsNull(node), f"{text} IS NULL"
        other, other_text = rng.choice(
            [*columns, (nodes.Constant(1, INTEGER), "1"), (nodes.Constant(0, INTEGER), "0")]
        )
        compares = rng.choice([Compares.EQ, Compares.EQ, Compares.NE, Compares.LE])
        return nodes.Comparison(compares, node, other), f"{text} {compares} {other_text}"

    def products(self) -> Drawn:
        """Up to two of the tables, of which `a` may be both; sometimes a union of two."""
        if self.rng.random() < 0.2:
            left, right = self.product(distinct=False), self.product(distinct=False)
            return Drawn(
                nodes.SetOperation(nodes.Combines.UNION, True, left.query, right.query),
                f"{left.sql} UNION ALL {right.sql}",
            )
        return self.product(distinct=False)

    def positive(self) -> Drawn:
        """The same without duplicates, with a subquery now and then."""
        if self.rng.random() < 0.3:
            left, right = self.product(distinct=False), self.product(distinct=True)
            combines = self.rng.choice([nodes.Combines.UNION, nodes.Combines.INTERSECT])
            return Drawn(
                nodes.SetOperation(combines, False, left.query, right.query),
                f"{left.sql} {combines.upper()} {right.sql}",
            )
        return self.product(distinct=True, asks=True)

    def product(self, *, distinct: bool, asks: bool = False) -> Drawn:
        rng = self.rng
        parts = [self.table(rng.choice("ab")) for _ in range(rng.choice([1, 1, 2]))]
        columns = [column for _, _, own in parts for column in own]
        where = [self.condition(columns) for _ in range(rng.choice([0, 1, 1, 2]))]
        if asks and rng.random() < 0.5:
            where.append(self.asked(columns, rng.choice("ab")))
        outputs = [rng.choice(columns)]
        sql = " FROM " + " CROSS JOIN ".join(text for _, text, _ in parts)
        if where:
            sql += " WHERE " + " AND ".join(text for _, text in where)
        return Drawn(
            nodes.Select(
                tuple(source for source, _, _ in parts),
                tuple(node for node, _ in where),
                None,
                (),
                named(outputs),
                distinct=distinct,
            ),
            f"SELECT {'DISTINCT ' if distinct else ''}{written(outputs)}{sql}",
        )

    def asked(self, columns: list[Expression], table: str) -> Expression:
        """EXISTS or IN over one table."""
        rng = self.rng
        source, text, own = self.table(table)
        where = [self.condition([*own, *columns])] if rng.random() < 0.8 else []
        sql = f" FROM {text}" + (f" WHERE {where[0][1]}" if where else "")
        conditions = tuple(node for node, _ in where)
        output = rng.choice(own)
        query = nodes.Select((source,), conditions, None, (), named([output]))
        inner = f"SELECT {output[1]}{sql}"
        if rng.random() < 0.5:
            return nodes.Exists(query), f"EXISTS ({inner})"
        node, text = rng.choice(columns)
        return nodes.In((node,), query), f"{text} IN ({inner})"

    def one_row(self) -> Drawn:
        """A row of `a`, with subqueries over `b` in any place of its condition."""
        rng = self.rng
        source, text, columns = self.table("a")
        node, words = self.asked(columns, "b")
        for _ in range(rng.choice([0, 1, 1])):
            roll = rng.random()
            other, other_words = rng.choice([self.asked(columns, "b"), self.condition(columns)])
            if roll < 0.4:
                node, words = nodes.Not(node), f"NOT ({words})"
            elif roll < 0.7:
                node, words = nodes.Or((node, other)), f"({words} OR {other_words})"
            else:
                node, words = nodes.And((node, other)), f"({words} AND {other_words})"
        outputs = columns[:1]
        return Drawn(
            nodes.Select((source,), (node,), None, (), named(outputs)),
            f"SELECT {written(outputs)} FROM {text} WHERE {words}",
        )

    def partners(self) -> Drawn:
        """A row of `a` and its partners in `b`: outer and inner joins, and subqueries for them."""
        rng = self.rng
        source, text, columns = self.table("a")
        kind = rng.choice(["left", "left", "inner", "asked", "none"])
        if kind in {"asked", "none"}:
            where = [self.condition(columns)] if rng.random() < 0.4 else []
            if kind == "asked":
                node, words = self.asked(columns, "b")
                if rng.random() < 0.6:
                    node, words = nodes.Not(node), f"NOT ({words})"
                where.append((node, words))
            sql = f" FROM {text}" + (
                " WHERE " + " AND ".join(words for _, words in where) if where else ""
            )
            return Drawn(
                nodes.Select(
                    (source,), tuple(node for node, _ in where), None, (), named(columns[:1])
                ),
                f"SELECT {written(columns[:1])}{sql}",
            )
        joined, joined_text, own = self.table("b")
        on, on_text = self.condition([*columns, *own])
        where = [self.condition([*columns, *own])] if rng.random() < 0.5 else []
        conditions = tuple(node for node, _ in where)
        outputs = [rng.choice([columns[0], columns[0], own[0]])]
        if kind == "left":
            joined = replace(joined, join=Join.LEFT, on=(on,))
            sql = f" FROM {text} LEFT JOIN {joined_text} ON {on_text}"
            sql += f" WHERE {where[0][1]}" if where else ""
        else:
            conditions = (on, *conditions)
            words = " AND ".join([on_text, *(words for _, words in where)])
            sql = f" FROM {text} CROSS JOIN {joined_text} WHERE {words}"
        return Drawn(
            nodes.Select((source, joined), conditions, None, (), named(outputs)),
            f"SELECT {written(outputs)}{sql}",
        )

    def groups(self) -> Drawn:
        """Groups of `a`, without HAVING."""
        rng = self.rng
        source, text, columns = self.table("a")
        where = [self.condition(columns)] if rng.random() < 0.5 else []
        keys = rng.choice([[], [columns[0]], [columns[0]], [columns[1]], columns])
        output = rng.choice([*keys, self.aggregate(columns), self.aggregate(columns)])
        sql = f"SELECT {written([output])} FROM {text}"
        sql += f" WHERE {where[0][1]}" if where else ""
        if keys:
            sql += " GROUP BY " + ", ".join(text for _, text in keys)
        return Drawn(
            nodes.Select(
                (source,),
                tuple(node for node, _ in where),
                tuple(node for node, _ in keys),
                (),
                named([output]),
            ),
            sql,
        )

    def aggregate(self, columns: list[Expression]) -> Expression:
        while True:
            node, text = self.draws.aggregate(columns)
            if isinstance(node, nodes.Aggregate) and not node.distinct:
                return node, text


KINDS: dict[str, Callable[[Pools], Drawn]] = {
    "products": Pools.products,
    "positive queries": Pools.positive,
    "one row and what exists": Pools.one_row,
    "a row and its partners": Pools.partners,
    "groups of a table": Pools.groups,
}


def larger_databases(rng: random.Random) -> Iterator[Database]:
    cells = [*itertools.product((*VALUES, None), repeat=2)]
    for _ in range(500):
        few = rng.sample(cells, rng.choice([1, 2, 3, 9]))
        yield {
            name: tuple(rng.choice(few) for _ in range(rng.choice([0, 1, 3, 3, 4])))
            for name in TABLES
        }


def answered(pool: list[Drawn], worlds: list[Database]) -> list[list[int]]:
    """By database and query the number of the bag of rows that SQLite gives."""
    sqlite = Sqlite()
    numbers: dict[frozenset[tuple[Row, int]], int] = {}
    answers: list[list[int]] = []
    for database in worlds:
        sqlite.load(database)
        bags = [frozenset(bag(sqlite.rows(drawn.sql)).items()) for drawn in pool]
        answers.append([numbers.setdefault(rows, len(numbers)) for rows in bags])
    return answers


@pytest.mark.parametrize("theorem", KINDS)
def test_equal_within_the_bounds_is_equal(theorem: str) -> None:
    pools = Pools(theorem)
    pool = [KINDS[theorem](pools) for _ in range(POOL)]
    worlds = [*databases(2), *larger_databases(random.Random(theorem))]
    sizes = [{name: len(rows) for name, rows in database.items()} for database in worlds]
    answers = answered(pool, worlds)
    small = schema(UNORDERED)
    counted = {True: 0, False: 0}
    tight = 0
    for left, right in itertools.combinations(range(POOL), 2):
        pair = (pool[left].query, pool[right].query)
        models = [model for model in small_models(*pair, small) if model.theorem == theorem]
        if not models:
            continue
        model = models[0]
        unequal = [
            size for size, rows in zip(sizes, answers, strict=True) if rows[left] != rows[right]
        ]
        inside = [
            size for size in unequal if all(size[name] <= model.rows.get(name, 0) for name in size)
        ]
        told = (pool[left].sql, pool[right].sql, model)
        # a theorem: none within the bounds is none at all
        assert inside or not unequal, told
        fits = max(model.rows.values()) <= 2  # all databases within the bounds are there
        if fits:
            fewer = [size for size in inside if sum(size.values()) < sum(model.rows.values())]
            tight += bool(inside) and not fewer
        if fits and sum(counted.values()) < MOST_PROVED:
            proved = prove_by_small_models(*pair, small)
            assert (proved is not None) is not bool(unequal), told
        counted[bool(unequal)] += 1
    assert min(counted.values()) >= 3, counted
    if theorem != "one row and what exists":
        assert tight, "some pair is told apart by no fewer rows than the bound"


def asking_for_each_value(pools: Pools) -> nodes.Select:
    """The rows of `a` where `b` has a row with each of the values."""
    source, _, columns = pools.table("a")
    asked: list[nodes.Expression] = []
    for value in VALUES:
        inner, _, own = pools.table("b")
        equal = nodes.Comparison(Compares.EQ, own[0][0], nodes.Constant(value, INTEGER))
        asked.append(nodes.Exists(nodes.Select((inner,), (equal,), None, (), named(own[:1]))))
    return nodes.Select((source,), tuple(asked), None, (), named(columns[:1]))


def test_one_row_and_what_exists_needs_all_its_rows() -> None:
    """Two subqueries are both true of no database with fewer than two rows of theirs."""
    pools = Pools("exists")
    left = asking_for_each_value(pools)
    source, _, columns = pools.table("a")
    never = nodes.Comparison(Compares.NE, columns[0][0], columns[0][0])
    right = nodes.Select((source,), (never,), None, (), named(columns[:1]))
    assert bound(left, right, schema(UNORDERED)) == {"a": 1, "b": 2}
    fewer = Search(left, right, schema(UNORDERED), lambda _: False)
    assert fewer.none_within({"a": 1, "b": 1})
    assert not fewer.none_within({"a": 1, "b": 2})


def test_the_bound_is_the_rows_of_the_cheapest_theorem() -> None:
    """Of subqueries in any place both sides count, of positive queries the larger one."""
    both = replace(asking_for_each_value(Pools("bound")), distinct=True)
    one = replace(both, where=both.where[:1])
    small = schema(UNORDERED)
    assert {model.theorem: dict(model.rows) for model in small_models(both, one, small)} == {
        "positive queries": {"a": 1, "b": 2},
        "one row and what exists": {"a": 1, "b": 3},
    }
    assert bound(both, one, small) == {"a": 1, "b": 2}
