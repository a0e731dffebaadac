"""Random small queries as trees of the algebra and, beside it, as SQLite's SQL."""
# ruff: noqa: S608 - all texts are drawn here

from __future__ import annotations

import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Collects, Combines, Compares, Join, Operator
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Readings
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.values import Database, Row, ValueType

INTEGER = ValueType.INTEGER
VALUES = (0, 1)
TABLES = {"a": ("x", "y"), "b": ("x", "z")}


def schema(readings: Readings | None = None, *, keyed: bool = False) -> SqlSchema:
    """Two tables of two columns over two values and NULL."""
    tables = tuple(
        Table(
            name,
            tuple(
                Column(column, INTEGER, values=VALUES, nullable=not (keyed and place == 0))
                for place, column in enumerate(columns)
            ),
            primary_key=columns[:1] if keyed else (),
        )
        for name, columns in TABLES.items()
    )
    return SqlSchema("small", Dialect.SQLITE, tables, readings or Readings())


def databases(rows: int, tables: tuple[str, ...] = ("a", "b")) -> Iterator[Database]:
    """All databases of up to so many rows a table."""
    cells = [*itertools.product((*VALUES, None), repeat=2)]
    contents = [
        content
        for size in range(rows + 1)
        for content in itertools.combinations_with_replacement(cells, size)
    ]
    for chosen in itertools.product(contents, repeat=len(tables)):
        yield dict(zip(tables, chosen, strict=True))


class Sqlite:
    """SQLite, with the two tables, all values integers."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        for name, columns in TABLES.items():
            declared = ", ".join(f"{column} INTEGER" for column in columns)
            self._connection.execute(f"CREATE TABLE {name} ({declared})")

    def load(self, database: Database) -> None:
        """Put in a database's rows, in their order."""
        for name in TABLES:
            self._connection.execute(f"DELETE FROM {name}")
            self._connection.executemany(
                f"INSERT INTO {name} VALUES (?, ?)",
                database.get(name, ()),
            )

    def rows(self, sql: str) -> list[Row]:
        """What a query returns."""
        return [tuple(row) for row in self._connection.execute(sql)]


@dataclass
class Drawn:
    """A query, twice."""

    query: nodes.Query
    sql: str


Expression = tuple[nodes.Expression, str]


class Draws:
    """Draws queries; sources of all that it draws have different numbers."""

    def __init__(self, seed: object, first: int = 1) -> None:
        self.rng = random.Random(str(seed))
        self._numbers = itertools.count(first)

    # --- queries --------------------------------------------------------------------------

    def query(self, width: int = 1, depth: int = 2) -> Drawn:
        """Any query whose result is determined."""
        if depth > 1 and self.rng.random() < 0.2:
            return self.set_operation(width)
        return self.select(width, depth)

    def set_operation(self, width: int) -> Drawn:
        left, right = self.select(width, 1), self.select(width, 1)
        combines = self.rng.choice(list(Combines))
        keeps = combines is Combines.UNION and self.rng.random() < 0.5
        word = f"{combines.upper()}{' ALL' if keeps else ''}"
        return Drawn(
            nodes.SetOperation(combines, keeps, left.query, right.query),
            f"{left.sql} {word} {right.sql}",
        )

    def source(self, depth: int) -> tuple[nodes.Source, str, list[Expression]]:
        number = next(self._numbers)
        if depth > 1 and self.rng.random() < 0.15:
            inner = self.select(2, depth - 1)
            names = tuple(f"c{place}" for place in range(2))
            source = nodes.Source(number, inner.query, names, (INTEGER, INTEGER))
            text = f"({inner.sql}) AS s{number}"
        else:
            table = self.rng.choice(list(TABLES))
            names = TABLES[table]
            source = nodes.Source(number, table, names, (INTEGER, INTEGER))
            text = f"{table} AS s{number}"
        columns = [(nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in names]
        return source, text, list(columns)

    def select(self, width: int, depth: int, outer: list[Expression] | None = None) -> Drawn:
        rng = self.rng
        source, text, columns = self.source(depth)
        sources, words = [source], [text]
        if rng.random() < 0.45:
            joined, text, further = self.source(depth)
            kind = rng.choice([Join.INNER, Join.LEFT, Join.LEFT, Join.FULL])
            if kind is Join.INNER:
                words.append(f"CROSS JOIN {text}")
                sources.append(joined)
            else:
                on, on_text = self.comparison([*columns, *further])
                words.append(f"{kind.upper()} JOIN {text} ON {on_text}")
                sources.append(
                    nodes.Source(joined.id, joined.of, joined.columns, joined.types, kind, (on,))
                )
            columns += further
        reach = [*columns, *(outer or [])]
        where = [self.condition(reach, depth) for _ in range(rng.choice([0, 1, 1, 2]))]
        if outer and rng.random() < 0.7:
            left, right = rng.choice(columns), rng.choice(outer)
            where.append(
                (nodes.Comparison(Compares.EQ, left[0], right[0]), f"{left[1]} = {right[1]}")
            )
        sql = " FROM " + " ".join(words)
        if where:
            sql += " WHERE " + " AND ".join(text for _, text in where)
        if rng.random() < 0.3:
            return self.grouped(width, sources, [node for node, _ in where], sql, columns)
        outputs = [self.value(columns, depth) for _ in range(width)]
        distinct = rng.random() < 0.3
        return Drawn(
            nodes.Select(
                tuple(sources),
                tuple(node for node, _ in where),
                None,
                (),
                named(outputs),
                distinct=distinct,
            ),
            f"SELECT {'DISTINCT ' if distinct else ''}{written(outputs)}{sql}",
        )

    def grouped(
        self,
        width: int,
        sources: list[nodes.Source],
        where: list[nodes.Expression],
        sql: str,
        columns: list[Expression],
    ) -> Drawn:
        rng = self.rng
        keys = [rng.choice(columns)] if rng.random() < 0.7 else []
        outputs = [
            rng.choice(keys) if keys and rng.random() < 0.4 else self.aggregate(columns)
            for _ in range(width)
        ]
        having: list[Expression] = []
        if keys:
            sql += f" GROUP BY {keys[0][1]}"
            if rng.random() < 0.4:
                having = [self.compared(self.aggregate(columns))]
                sql += f" HAVING {having[0][1]}"
        return Drawn(
            nodes.Select(
                tuple(sources),
                tuple(where),
                tuple(node for node, _ in keys),
                tuple(node for node, _ in having),
                named(outputs),
            ),
            f"SELECT {written(outputs)}{sql}",
        )

    def keyed(self) -> Drawn:
        """Two or three tables joined by their first columns, in some order."""
        rng = self.rng
        number, table = next(self._numbers), rng.choice(list(TABLES))
        sources = [nodes.Source(number, table, TABLES[table], (INTEGER, INTEGER))]
        words, where = [f"{table} AS s{number}"], list[Expression]()
        columns: list[Expression] = [
            (nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in TABLES[table]
        ]
        for _ in range(rng.choice([1, 1, 2])):
            number, table = next(self._numbers), rng.choice(list(TABLES))
            own: list[Expression] = [
                (nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in TABLES[table]
            ]
            sides = [rng.choice(own[:1] * 3 + own), rng.choice(columns)]
            rng.shuffle(sides)
            on = nodes.Comparison(Compares.EQ, sides[0][0], sides[1][0])
            text = f"{sides[0][1]} = {sides[1][1]}"
            kind = rng.choice([Join.INNER, Join.INNER, Join.LEFT])
            source = nodes.Source(number, table, TABLES[table], (INTEGER, INTEGER))
            if kind is Join.LEFT:
                source = nodes.Source(number, table, TABLES[table], (INTEGER, INTEGER), kind, (on,))
                words.append(f"LEFT JOIN {table} AS s{number} ON {text}")
            else:
                where.append((on, text))
                words.append(f"CROSS JOIN {table} AS s{number}")
            sources.append(source)
            columns += own
        if rng.random() < 0.3:
            where.append(self.condition(columns, 0))
        sql = " FROM " + " ".join(words)
        if where:
            sql += " WHERE " + " AND ".join(text for _, text in where)
        conditions = [node for node, _ in where]
        if rng.random() < 0.3:
            return self.grouped(1, sources, conditions, sql, columns)
        outputs = [rng.choice(columns)]
        return Drawn(
            nodes.Select(tuple(sources), tuple(conditions), None, (), named(outputs)),
            f"SELECT {written(outputs)}{sql}",
        )

    def ordered(self, table: str) -> Drawn:
        """One table's rows, sorted by nothing up to two keys."""
        number = next(self._numbers)
        names = TABLES[table]
        columns: list[Expression] = [
            (nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in names
        ]
        outputs = self.rng.sample(columns, self.rng.choice([1, 2]))
        keys: list[nodes.SortKey] = []
        words: list[str] = []
        for node, text in self.rng.sample(columns, self.rng.choice([0, 1, 1, 2])):
            descending, first = self.rng.random() < 0.5, self.rng.random() < 0.5
            keys.append(nodes.SortKey(node, descending, first))
            words.append(
                f"{text} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
            )
        source = nodes.Source(number, table, names, (INTEGER, INTEGER))
        return Drawn(
            nodes.Select((source,), (), None, (), named(outputs), order=tuple(keys)),
            f"SELECT {written(outputs)} FROM {table} AS s{number}"
            + (f" ORDER BY {', '.join(words)}" if words else ""),
        )

    def windowed(self) -> Drawn:
        """A column and a window function over the rows of one table."""
        rng = self.rng
        number = next(self._numbers)
        columns: list[Expression] = [
            (nodes.Column(number, name, INTEGER), f"s{number}.{name}") for name in TABLES["a"]
        ]
        partition = [rng.choice(columns)] if rng.random() < 0.5 else []
        keys: list[nodes.SortKey] = []
        words: list[str] = []
        function = rng.choice(["rank", "dense_rank", "count", "sum", "min", "max", "avg"])
        ranks = function in {"rank", "dense_rank"}
        for node, text in [rng.choice(columns)] if ranks or rng.random() < 0.5 else []:
            descending, first = rng.random() < 0.5, rng.random() < 0.5
            keys.append(nodes.SortKey(node, descending, first))
            direction = "DESC" if descending else "ASC"
            words.append(f"{text} {direction} NULLS {'FIRST' if first else 'LAST'}")
        arguments = [] if ranks else [rng.choice(columns)]
        over = " ".join(
            [f"PARTITION BY {text}" for _, text in partition]
            + [f"ORDER BY {text}" for text in words]
        )
        kind = ValueType.REAL if function == "avg" else INTEGER
        node = nodes.Window(
            function.replace("_", ""),
            tuple(node for node, _ in arguments),
            tuple(node for node, _ in partition),
            tuple(keys),
            "",
            kind,
        )
        text = f"{function}({', '.join(text for _, text in arguments)}) OVER ({over})"
        where = [self.comparison(columns)] if rng.random() < 0.4 else []
        outputs: list[Expression] = [(node, text)]
        source = nodes.Source(number, "a", TABLES["a"], (INTEGER, INTEGER))
        return Drawn(
            nodes.Select((source,), tuple(node for node, _ in where), None, (), named(outputs)),
            f"SELECT {written(outputs)} FROM a AS s{number}"
            + (f" WHERE {where[0][1]}" if where else ""),
        )

    def limited(self, table: str) -> Drawn:
        """The first one or two of `ordered`, perhaps after the first."""
        drawn = self.ordered(table)
        limit, offset = self.rng.choice([1, 1, 2]), self.rng.choice([0, 0, 1])
        return Drawn(
            replace(drawn.query, limit=limit, offset=offset),
            f"{drawn.sql} LIMIT {limit} OFFSET {offset}",
        )

    # --- expressions ----------------------------------------------------------------------

    def aggregate(self, columns: list[Expression]) -> Expression:
        collects = self.rng.choice([*list(Collects)[:5], Collects.COUNT])
        node, text = self.rng.choice(columns)
        if collects is Collects.COUNT and self.rng.random() < 0.4:
            return nodes.Aggregate(collects, None, distinct=False, type=INTEGER), "count(*)"
        distinct = self.rng.random() < 0.3 and collects not in {Collects.MIN, Collects.MAX}
        kind = ValueType.REAL if collects is Collects.AVG else INTEGER
        return (
            nodes.Aggregate(collects, node, distinct, kind),
            f"{collects}({'DISTINCT ' if distinct else ''}{text})",
        )

    def value(self, columns: list[Expression], depth: int) -> Expression:
        roll = self.rng.random()
        node, text = self.rng.choice(columns)
        if roll < 0.1:
            constant = self.rng.choice(VALUES)
            return nodes.Constant(constant, INTEGER), f"({constant})"
        if roll < 0.2:
            other, other_text = self.rng.choice(columns)
            return nodes.Arithmetic(Operator.ADD, node, other), f"({text} + {other_text})"
        if roll < 0.3 and depth > 1:
            return self.scalar(columns)
        if roll < 0.4:
            when, when_text = self.comparison(columns)
            other, other_text = self.rng.choice(columns)
            return (
                nodes.Case(((when, node),), other),
                f"CASE WHEN {when_text} THEN {text} ELSE {other_text} END",
            )
        return node, text

    def scalar(self, columns: list[Expression]) -> Expression:
        """An aggregate over all rows: a single one."""
        source, text, own = self.source(0)
        left, right = self.rng.choice(own), self.rng.choice(columns)
        value, value_text = self.aggregate(own)
        query = nodes.Select(
            (source,),
            (nodes.Comparison(Compares.EQ, left[0], right[0]),),
            (),
            (),
            named([(value, value_text)]),
        )
        return nodes.Scalar(
            query
        ), f"(SELECT {value_text} FROM {text} WHERE {left[1]} = {right[1]})"

    def compared(self, value: Expression) -> Expression:
        compares, constant = self.rng.choice(list(Compares)), self.rng.choice([0, 1, 2])
        return (
            nodes.Comparison(compares, value[0], nodes.Constant(constant, INTEGER)),
            f"{value[1]} {compares} {constant}",
        )

    def comparison(self, columns: list[Expression]) -> Expression:
        left = self.rng.choice(columns)
        if self.rng.random() < 0.4:
            return self.compared(left)
        right = self.rng.choice(columns)
        compares = self.rng.choice([Compares.EQ, Compares.EQ, *Compares])
        return nodes.Comparison(compares, left[0], right[0]), f"{left[1]} {compares} {right[1]}"

    def condition(self, columns: list[Expression], depth: int) -> Expression:
        roll = self.rng.random()
        if roll < 0.12:
            node, text = self.rng.choice(columns)
            return nodes.IsNull(node), f"{text} IS NULL"
        if roll < 0.3 and depth > 0:
            node, text = self.condition(columns, depth - 1)
            return nodes.Not(node), f"NOT ({text})"
        if roll < 0.4 and depth > 0:
            node, text = self.condition(columns, depth - 1)
            other, other_text = self.condition(columns, depth - 1)
            return nodes.Or((node, other)), f"({text} OR {other_text})"
        if roll < 0.55 and depth > 1:
            inner = self.select(1, 1, columns)
            return nodes.Exists(inner.query), f"EXISTS ({inner.sql})"
        if roll < 0.72 and depth > 1:
            inner = self.select(1, 1, columns if self.rng.random() < 0.3 else None)
            node, text = self.rng.choice(columns)
            return nodes.In((node,), inner.query), f"{text} IN ({inner.sql})"
        return self.comparison(columns)


def named(outputs: list[Expression]) -> tuple[nodes.Output, ...]:
    """Outputs called c0, c1, ..."""
    return tuple(nodes.Output(f"c{place}", node) for place, (node, _) in enumerate(outputs))


def written(outputs: list[Expression]) -> str:
    """The same as text."""
    return ", ".join(f"{text} AS c{place}" for place, (_, text) in enumerate(outputs))


def bag(rows: list[Row]) -> Counter[Row]:
    """Rows with how often they are there, numbers alike whether whole or not."""
    return Counter(rows)
