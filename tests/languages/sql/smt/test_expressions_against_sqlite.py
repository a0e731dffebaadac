"""What z3 knows of an expression on known values is what SQLite says of it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Compares, Operator
from jurist.languages.sql.smt.encoding import Encoder, Products
from jurist.languages.sql.smt.solver import Answer, Solver
from jurist.languages.sql.smt.terms import Term, Terms
from jurist.languages.sql.smt.texts import Texts
from jurist.languages.sql.smt.validity import Validity
from jurist.languages.sql.smt.values import SymbolicValue, Truth, Values
from jurist.languages.sql.values import Value, ValueType

COLUMNS = {
    "i": ValueType.INTEGER,
    "j": ValueType.INTEGER,
    "r": ValueType.REAL,
    "t": ValueType.TEXT,
    "u": ValueType.TEXT,
    "d": ValueType.DATE,
    "b": ValueType.BOOLEAN,
}
TEXT = ValueType.TEXT
POOLS: dict[ValueType, list[Value]] = {
    ValueType.INTEGER: [None, -7, -1, 0, 1, 2, 3, 8],
    ValueType.REAL: [None, -2.5, 0.0, 0.5, 1.0, 3.25],
    ValueType.TEXT: [None, "", "a", "A", "ab", "abc", "b_c", "Zoë", "%", "2024", "2024-02"],
    ValueType.DATE: [None, "2023-12-31", "2024-02-29", "2024-03-01"],
    ValueType.BOOLEAN: [None, 0, 1],
}
PATTERNS = [
    "2024%",
    "20%",
    "%02%",
    "%",
    "a%",
    "%b%",
    "_",
    "a_",
    "ab",
    "%c",
    "",
    "__%",
    "A%",
    "%a%b%",
]


@dataclass
class Row:
    """An environment of one row."""

    values: dict[str, SymbolicValue]

    def column(self, column: nodes.Column) -> SymbolicValue:
        return self.values[column.name]

    def aggregate(self, aggregate: nodes.Aggregate) -> SymbolicValue:
        raise AssertionError(aggregate)

    def window(self, window: nodes.Window) -> SymbolicValue:
        raise AssertionError(window)

    def scalar(self, query: nodes.Query) -> SymbolicValue:
        raise AssertionError(query)

    def exists(self, query: nodes.Query) -> Truth:
        raise AssertionError(query)

    def member(self, values: Sequence[SymbolicValue], query: nodes.Query) -> Truth:
        raise AssertionError(values, query)


Drawn = tuple[nodes.Expression, str]
"""An expression, and the same in SQLite's SQL."""


def draw_number(rng: random.Random, depth: int) -> Drawn:
    kind = rng.choice(["column", "constant"] if depth == 0 else ["arith", "neg", "abs", "case"])
    if kind == "column":
        name = rng.choice(["i", "j", "b"])
        return nodes.Column(1, name, COLUMNS[name]), name
    if kind == "constant":
        value = rng.choice([-3, -1, 0, 1, 2, 5])
        return nodes.Constant(value, ValueType.INTEGER), f"({value})"
    if kind == "neg":
        inner, text = draw_number(rng, depth - 1)
        return nodes.Negative(inner), f"(-{text})"
    if kind == "abs":
        inner, text = draw_number(rng, depth - 1)
        return nodes.Call("abs", (inner,), ValueType.INTEGER), f"abs({text})"
    if kind == "case":
        condition, condition_text = draw_condition(rng, depth - 1)
        then, then_text = draw_number(rng, depth - 1)
        otherwise, otherwise_text = draw_number(rng, depth - 1)
        text = f"(CASE WHEN {condition_text} THEN {then_text} ELSE {otherwise_text} END)"
        return nodes.Case(((condition, then),), otherwise), text
    left, left_text = draw_number(rng, depth - 1)
    right, right_text = draw_number(rng, depth - 1)
    operator, sign = rng.choice(
        [
            (Operator.ADD, "+"),
            (Operator.SUBTRACT, "-"),
            (Operator.MULTIPLY, "*"),
            (Operator.QUOTIENT, "/"),
            (Operator.REMAINDER, "%"),
        ]
    )
    return nodes.Arithmetic(operator, left, right), f"({left_text}{sign}{right_text})"


def draw_letters(rng: random.Random) -> Drawn:
    """The first letters of a text or a date."""
    size = rng.choice([1, 2, 4, 7])
    number = nodes.Constant(size, ValueType.INTEGER)
    first = nodes.Constant(1, ValueType.INTEGER)
    day = nodes.Column(1, "d", ValueType.DATE)
    form = rng.choice(["%Y", "%Y-%m", "%Y-%m-%d"])
    return rng.choice(
        [
            (
                nodes.Call(
                    "substring", (nodes.Column(1, "t", ValueType.TEXT), first, number), TEXT
                ),
                f"substr(t, 1, {size})",
            ),
            (nodes.Call("substring", (day, first, number), TEXT), f"substr(d, 1, {size})"),
            (
                nodes.Call("strftime", (nodes.Constant(form, TEXT), day), TEXT),
                f"strftime('{form}', d)",
            ),
            (nodes.Call("cast", (day,), TEXT), "CAST(d AS TEXT)"),
        ]
    )


def draw_text(rng: random.Random) -> Drawn:
    if rng.random() < 0.25:
        return draw_letters(rng)
    if rng.random() < 0.6:
        name = rng.choice(["t", "u"])
        return nodes.Column(1, name, ValueType.TEXT), name
    value = rng.choice([text for text in POOLS[ValueType.TEXT] if text is not None])
    constant = nodes.Constant(value, ValueType.TEXT)
    function = rng.choice(["", "lower", "upper"])
    if function and str(value).isascii():
        return nodes.Call(function, (constant,), ValueType.TEXT), f"{function}('{value}')"
    return constant, f"'{value}'"


def draw_year() -> Drawn:
    day = nodes.Column(1, "d", ValueType.DATE)
    year = nodes.Call("strftime", (nodes.Constant("%Y", TEXT), day), TEXT)
    return nodes.Call("numeric", (year,), ValueType.REAL), "(strftime('%Y', d) + 0.0)"


def draw_constant(value: int) -> Drawn:
    return nodes.Constant(value, ValueType.INTEGER), f"({value})"


def draw_date(rng: random.Random) -> Drawn:
    if rng.random() < 0.5:
        return nodes.Column(1, "d", ValueType.DATE), "d"
    value = rng.choice(["2024-02-29", "2024-03-01", "2023-12-31"])
    return nodes.Constant(value, ValueType.DATE), f"'{value}'"


def draw_condition(rng: random.Random, depth: int) -> Drawn:
    kind = rng.choice(
        ["numbers", "texts", "dates", "like", "null", "same", "day"]
        if depth <= 0
        else ["and", "or", "not", "istrue", "value", "numbers"]
    )
    compares = rng.choice(list(Compares))
    if kind in {"numbers", "same"}:
        left, left_text = draw_number(rng, max(depth, 0))
        right, right_text = draw_number(rng, 0)
        if rng.random() < 0.2:
            left, left_text = draw_year()
            right, right_text = rng.choice([(right, right_text), draw_constant(2024)])
        elif rng.random() < 0.2:
            left = nodes.Arithmetic(Operator.DIVIDE, left, right)
            left_text = f"({left_text} * 1.0 / {right_text})"
        if kind == "same":
            return nodes.Same(left, right), f"({left_text} IS {right_text})"
        return nodes.Comparison(compares, left, right), f"({left_text} {compares} {right_text})"
    if kind in {"texts", "dates"}:
        draw = draw_text if kind == "texts" else draw_date
        (left, left_text), (right, right_text) = draw(rng), draw(rng)
        return nodes.Comparison(compares, left, right), f"({left_text} {compares} {right_text})"
    if kind == "day":
        text = rng.choice(["2024", "2024-02-29", "x", "", "2024-02-29 10:00"])
        sides: list[Drawn] = [
            (nodes.Column(1, "d", ValueType.DATE), "d"),
            (nodes.Constant(text, ValueType.TEXT), f"'{text}'"),
        ]
        rng.shuffle(sides)
        (left, left_text), (right, right_text) = sides
        return nodes.Comparison(compares, left, right), f"({left_text} {compares} {right_text})"
    if kind == "like":
        value, text = draw_text(rng)
        pattern = rng.choice(PATTERNS)
        return nodes.Like(value, pattern, ignores_case=True), f"({text} LIKE '{pattern}')"
    if kind == "null":
        value, text = rng.choice([draw_text(rng), draw_number(rng, 0)])
        return nodes.IsNull(value), f"({text} IS NULL)"
    if kind == "value":
        return draw_number(rng, depth)
    inner, text = draw_condition(rng, depth - 1)
    if kind == "not":
        return nodes.Not(inner), f"(NOT {text})"
    if kind == "istrue":
        return nodes.IsTrue(inner), f"({text} IS TRUE)"
    other, other_text = draw_condition(rng, depth - 1)
    if kind == "and":
        return nodes.And((inner, other)), f"({text} AND {other_text})"
    return nodes.Or((inner, other)), f"({text} OR {other_text})"


def known_row(values: Values, row: dict[str, Value]) -> tuple[Row, list[Term]]:
    """Unknown columns, and the hypotheses that they are what the row says."""
    unknown = {name: values.free(name, kind) for name, kind in COLUMNS.items()}
    hypotheses = [
        values.same(unknown[name], values.constant(row[name], kind))
        for name, kind in COLUMNS.items()
    ]
    return Row(unknown), hypotheses


def said_by_sqlite(text: str, row: dict[str, Value]) -> Value:
    connection = sqlite3.connect(":memory:")
    names = {"i": "INTEGER", "j": "INTEGER", "r": "REAL", "t": "TEXT", "u": "TEXT", "d": "TEXT"}
    declared = ", ".join(f"{name} {kind}" for name, kind in {**names, "b": "INTEGER"}.items())
    connection.execute(f"CREATE TABLE x ({declared})")
    connection.execute("INSERT INTO x VALUES (?,?,?,?,?,?,?)", tuple(row[name] for name in COLUMNS))
    (value,) = connection.execute(f"SELECT {text} FROM x").fetchone()  # noqa: S608 - drawn here
    connection.close()
    return value


def draw_row(rng: random.Random) -> dict[str, Value]:
    return {name: rng.choice(POOLS[kind]) for name, kind in COLUMNS.items()}


def follows(encoder: Encoder, goal: Term, hypotheses: Sequence[Term]) -> bool:
    """Whether a goal is known to hold wherever all hypotheses do."""
    return Validity(encoder).impossible((*hypotheses, encoder.terms.negation(goal)))


@pytest.mark.parametrize("seed", range(300))
def test_a_condition_on_known_values(seed: int) -> None:
    rng = random.Random(seed)
    condition, text = draw_condition(rng, rng.choice([0, 1, 2]))
    encoder = Encoder(Values(Terms(), Texts()), Products.EXACT)
    for _ in range(2):
        row = draw_row(rng)
        environment, hypotheses = known_row(encoder.values, row)
        truth = encoder.truth(condition, environment)
        expected = said_by_sqlite(text, row)
        terms = encoder.terms
        is_true = truth.true if expected else terms.negation(truth.true)
        is_false = truth.false if expected == 0 else terms.negation(truth.false)
        for said in (is_true, is_false):
            assert not follows(encoder, terms.negation(said), hypotheses), (text, row, expected)
            # of letters of a column only what constants tell is known
            letters = any(word in text for word in ("substr(", "strftime('%", "CAST("))
            assert letters or follows(encoder, said, hypotheses), (text, row, expected)


@pytest.mark.parametrize("seed", range(100))
def test_a_number_on_known_values(seed: int) -> None:
    rng = random.Random(f"numbers {seed}")
    number, text = draw_number(rng, rng.choice([1, 2, 3]))
    encoder = Encoder(Values(Terms(), Texts()), Products.EXACT)
    row = draw_row(rng)
    environment, hypotheses = known_row(encoder.values, row)
    value = encoder.value(number, environment)
    expected = said_by_sqlite(text, row)
    constant = encoder.values.constant(expected, ValueType.INTEGER)
    assert follows(encoder, encoder.values.same(value, constant), hypotheses), (text, row)


def draw_product(rng: random.Random) -> Drawn:
    """A condition on a product of two numbers."""
    factors = [draw_number(rng, rng.choice([0, 0, 1])) for _ in range(2)]
    (one, one_text), (other, other_text) = factors
    bound, bound_text = draw_number(rng, 0)
    product = nodes.Arithmetic(Operator.MULTIPLY, one, other)
    compares = rng.choice(list(Compares))
    text = f"({one_text}*{other_text} {compares} {bound_text})"
    return nodes.Comparison(compares, product, bound), text


def draw_near(rng: random.Random, drawn: Drawn) -> Drawn:
    """A condition that is the same as one, or nearly so."""
    (node, text), (other, other_text) = drawn, draw_product(rng)
    return rng.choice(
        [
            (nodes.Not(nodes.Not(node)), f"(NOT (NOT {text}))"),
            (nodes.Or((node, nodes.And((node, other)))), f"({text} OR ({text} AND {other_text}))"),
            (nodes.IsTrue(node), f"({text} IS TRUE)"),
            (nodes.Not(node), f"(NOT {text})"),
            (nodes.Or((node, other)), f"({text} OR {other_text})"),
            (nodes.And((node, other)), f"({text} AND {other_text})"),
            (other, other_text),
        ]
    )


def test_guessed_products_never_prove_what_sqlite_denies() -> None:
    """Two conditions that are proved equivalent agree on every row of a sample."""
    proved = 0
    for seed in range(100):
        rng = random.Random(f"pairs {seed}")
        left, left_text = drawn = rng.choice([draw_product(rng), draw_condition(rng, 1)])
        right, right_text = draw_near(rng, drawn)
        encoder = Encoder(Values(Terms(), Texts()), Products.GUESSED)
        environment = Row({name: encoder.values.free(name, kind) for name, kind in COLUMNS.items()})
        one, other = encoder.truth(left, environment), encoder.truth(right, environment)
        if follows(encoder, encoder.terms.equal(one.true, other.true), ()):
            proved += 1
            for _ in range(30):
                row = draw_row(rng)
                given = [bool(said_by_sqlite(text, row)) for text in (left_text, right_text)]
                assert given[0] == given[1], (left_text, right_text, row)
    assert 30 < proved < 80


def test_a_model_gives_the_values_that_were_asked_for() -> None:
    terms = Terms()
    values = Values(terms, Texts(["b", "d"]))
    text = values.free("t", ValueType.TEXT)
    solver = Solver(terms)
    below = values.less(text, values.constant("d", ValueType.TEXT))
    above = values.less(values.constant("b", ValueType.TEXT), text)
    assert solver.solve((below, above)) is Answer.SATISFIABLE
    (code,) = solver.values([text.term])
    assert values.texts.neighbours(int(code)) == ("b", "d")
    assert solver.check((values.less(text, values.constant("", ValueType.TEXT)), above)) is (
        Answer.UNSATISFIABLE
    )
