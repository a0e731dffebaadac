"""Text to tree: every construct, its precedence, its places, its errors."""

import datetime
from decimal import Decimal

import pytest

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Context,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Sources,
    Stream,
    Text,
    Trait,
    Unit,
    Where,
    Within,
)
from jurist.languages.cql.text.offsets import offsets
from jurist.languages.cql.text.parser import parse


def has(name: str) -> Comparison:
    return Comparison(Trait(name), Operator.EXISTS)


def counted(stream: Stream, operator: Operator = Operator.AT_LEAST, n: int = 1) -> Comparison:
    return Comparison(Reduction(stream, Reducer.COUNT), operator, (Number(n),))


A, B, C, D = has("a"), has("b"), has("c"), has("d")
_A, _B, _C, _D = (f"trait('{name}').exists()" for name in "abcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (f"{_A} AND {_B} AND {_C}", And((A, B, C))),
        (f"{_A} OR {_B} AND {_C} OR {_D}", Or((A, And((B, C)), D))),
        (f"({_A} OR {_B}) AND {_C}", And((Or((A, B)), C))),
        (f"{_A} AND ({_B} AND {_C})", And((A, And((B, C))))),
        (f"({_A} AND {_B}) AND {_C}", And((And((A, B)), C))),
        (f"{_A} OR ({_B} OR {_C})", Or((A, Or((B, C))))),
        (f"((({_A})) OR (({_B} AND {_C})))", Or((A, And((B, C))))),
        (f"NOT {_A} AND {_B}", And((Not(A), B))),
        (f"NOT ({_A} AND {_B})", Not(And((A, B)))),
        (f"NOT NOT {_A}", Not(Not(A))),
        (f"ALL NOT {_A} OR {_B}", Or((AllUsers(Not(A)), B))),
        (f"ANY ({_A} AND {_B})", AnyUser(And((A, B)))),
        (f"not {_A} and {_B} Or any {_C}", Or((And((Not(A), B)), AnyUser(C)))),
    ],
)
def test_junctions_bind_as_documented(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "operator", "arguments"),
    [
        ("= 500", Operator.EQUALS, (Number(500),)),
        ("== 500", Operator.EQUALS, (Number(500),)),
        (".equals(500)", Operator.EQUALS, (Number(500),)),
        (".eq(500)", Operator.EQUALS, (Number(500),)),
        ("!= 500", Operator.DIFFERS, (Number(500),)),
        (".differs(500)", Operator.DIFFERS, (Number(500),)),
        (".neq(500)", Operator.DIFFERS, (Number(500),)),
        ("> .20", Operator.GREATER_THAN, (Number(Decimal("0.2")),)),
        (".gt(-0.20)", Operator.GREATER_THAN, (Number(Decimal("-0.2")),)),
        (">= 5.0", Operator.AT_LEAST, (Number(5),)),
        (".gte(-5)", Operator.AT_LEAST, (Number(-5),)),
        ("<5", Operator.LESS_THAN, (Number(5),)),
        (".lt(5)", Operator.LESS_THAN, (Number(5),)),
        ("<=5", Operator.AT_MOST, (Number(5),)),
        (".lte(5)", Operator.AT_MOST, (Number(5),)),
        (".absent()", Operator.ABSENT, ()),
        (".is_null()", Operator.ABSENT, ()),
        (".exists( )", Operator.EXISTS, ()),
        (".is_set()", Operator.EXISTS, ()),
        (".contains('a', \"b\")", Operator.CONTAINS, (Text("a"), Text("b"))),
        (".contains_one('a')", Operator.CONTAINS, (Text("a"),)),
        (".omits('a')", Operator.OMITS, (Text("a"),)),
        (".starts_with('a')", Operator.STARTS_WITH, (Text("a"),)),
        (".ends_with(literal('a'))", Operator.ENDS_WITH, (Text("a"),)),
        (".one_of('a', 2)", Operator.ONE_OF, (Text("a"), Number(2))),
        (".none_of('a')", Operator.NONE_OF, (Text("a"),)),
        (".before_date(2026-01-31)", Operator.BEFORE_DATE, (Date(datetime.date(2026, 1, 31)),)),
        (".after_date('2026')", Operator.AFTER_DATE, (Text("2026"),)),
        (".within_last(7 days)", Operator.WITHIN_LAST, (Duration(7, Unit.DAY),)),
        (".within_next(1 hour)", Operator.WITHIN_NEXT, (Duration(1, Unit.HOUR),)),
        (".before_last(7 DAYS)", Operator.BEFORE_LAST, (Duration(7, Unit.DAY),)),
        (".after_next(7day)", Operator.AFTER_NEXT, (Duration(7, Unit.DAY),)),
        ("= trait('y')", Operator.EQUALS, (Trait("y"),)),
        ("= (literal(literal(1)))", Operator.EQUALS, (Number(1),)),
        ("= 'it\\'s'", Operator.EQUALS, (Text("it's"),)),
        ('= "it\'s"', Operator.EQUALS, (Text("it's"),)),
        (r"= 'a\.b\\c\n\t\u00e9\ud83d\uded2\q'", Operator.EQUALS, (Text("a\\.b\\c\n\té🛒\\q"),)),
    ],
)
def test_comparisons_in_every_spelling(
    text: str, operator: Operator, arguments: tuple[Operand, ...]
) -> None:
    assert parse(f"trait('x') {text}") == Comparison(Trait("x"), operator, arguments)


@pytest.mark.parametrize(
    ("text", "ms", "zoned"),
    [
        ("1970-01-02T00:00:00", 86_400_000, False),
        ("1970-01-01T00:00:01.5Z", 1_500, True),
        ("1970-01-01T00:00:01.500000z", 1_500, True),
        ("1970-01-01T02:00+02:00", 0, True),
        ("1969-12-31T22:30:00-0130", 0, True),
        ("1969-12-31T23:59:59.999Z", -1, True),
    ],
)
def test_timestamps(text: str, ms: int, zoned: bool) -> None:
    query = parse(f"trait('x').before_date({text})")
    assert query == Comparison(Trait("x"), Operator.BEFORE_DATE, (Moment(ms, zoned),))


def test_filters_repeat_and_interleave_in_written_order() -> None:
    text = (
        "event('E').within(7 days).where(property('p') = 1).sources({exclude: 'a', \"b\"})"
        ".where({context('page.url').exists()}).between(1 hour, 2 days).count() >= 1"
    )
    one = Comparison(Property("p"), Operator.EQUALS, (Number(1),))
    filters = (
        Within(Duration(7, Unit.DAY)),
        Where(one),
        Sources(("a", "b")),
        Where(Comparison(Context("page.url"), Operator.EXISTS)),
        Between(Duration(1, Unit.HOUR), Duration(2, Unit.DAY)),
    )
    assert parse(text) == counted(Stream(Event("E"), filters))


def test_a_funnel_reads_its_parent() -> None:
    text = (
        "event('A').where(NOT event('B').where(property('id') = property(parent: 'id'))"
        ".within(parent: 5 days).between(parent: 1 day, 2 days).count() = 1).count() >= 1"
    )
    same = Comparison(Property("id"), Operator.EQUALS, (Property("id", parent=True),))
    inner = Stream(
        Event("B"),
        (
            Where(same),
            Within(Duration(5, Unit.DAY), parent=True),
            Between(Duration(1, Unit.DAY), Duration(2, Unit.DAY), parent=True),
        ),
    )
    outer = Stream(Event("A"), (Where(Not(counted(inner, Operator.EQUALS))),))
    assert parse(text) == counted(outer)


@pytest.mark.parametrize(
    ("text", "reducer", "cast", "minimum"),
    [
        ("sum(property('p'))", Reducer.SUM, None, None),
        ("avg(property('p') as number)", Reducer.AVG, Cast.NUMBER, None),
        ("max(property('p') as string)", Reducer.MAX, Cast.STRING, None),
        ("min(property('p'))", Reducer.MIN, None, None),
        ("mode(property('p'), 2)", Reducer.MODE, None, 2),
        ("mode(property('p') as array, 3)", Reducer.MODE, Cast.ARRAY, 3),
        ("first(property('p'))", Reducer.FIRST, None, None),
        ("last(property('p'))", Reducer.LAST, None, None),
        ("unique(property('p'))", Reducer.UNIQUE, None, None),
        ("unique(property('p')).count()", Reducer.UNIQUE_COUNT, None, None),
    ],
)
def test_reducers(text: str, reducer: Reducer, cast: Cast | None, minimum: int | None) -> None:
    stream = Stream(Event("E"))
    assert parse(f"event('E').{text}") == Reduction(stream, reducer, Property("p"), cast, minimum)


def test_computed_traits_and_entities() -> None:
    session = Stream(Event("E"), (ExpiresAfter(Duration(1800, Unit.SECOND)),))
    assert parse("event('E').expires_after(1800 seconds).count()") == Reduction(
        session, Reducer.COUNT
    )
    items = counted(Stream(Entity("items")))
    text = "entity('orders').where(entity('items').count() >= 1).count() >= 1"
    assert parse(text) == counted(Stream(Entity("orders"), (Where(items),)))
    assert parse("trait('x')") == Trait("x")
    assert parse("(trait('x'))") == Trait("x")


def test_parentheses_around_a_value() -> None:
    assert parse("NOT (trait('x')) = 'v'") == parse("NOT trait('x') = 'v'")
    assert parse("((event('E').count())) >= 1") == parse("event('E').count() >= 1")
    assert parse("(trait('x')) != 'v' OR (trait('x')).absent()") == parse(
        "trait('x') != 'v' OR trait('x').absent()"
    )


def test_the_braces_of_the_reference_page_are_read() -> None:
    assert parse("event('E').where({property('p') > 1}).count() > 0") == parse(
        "event('E').where(property('p') > 1).count() > 0"
    )


@pytest.mark.parametrize(
    ("text", "spaced"),
    [
        (
            "event('E').max(property('p')asnumber)>2OR trait('a').exists()",
            "event('E').max(property('p') as number) > 2 OR trait('a').exists()",
        ),
        ("NOT(trait('a')<=-5)AND trait('b')=.5", "NOT (trait('a') <= -5) AND trait('b') = 0.5"),
        (
            "\n trait('a').before_date(2024-01-02)\t\r\n",
            "trait('a').before_date(2024-01-02)",
        ),
        (
            "event('E') . within ( 7days ) . count ( ) = 0",
            "event('E').within(7 days).count() = 0",
        ),
    ],
)
def test_blanks_stand_where_one_likes(text: str, spaced: str) -> None:
    assert parse(text) == parse(spaced)


def test_every_node_knows_its_offset() -> None:
    text = "trait('a') = 1 AND NOT event('E').where(property('p').one_of('x')).count() > 2"
    query = parse(text)
    assert isinstance(query, And)
    first, second = query.operands
    assert isinstance(first, Comparison)
    assert isinstance(second, Not)
    at = offsets(text, query)
    nodes = (query, first, first.left, first.arguments[0])
    assert [at[id(node)] for node in nodes] == [0, 0, 0, 13]
    inner = second.operand
    assert isinstance(inner, Comparison)
    assert isinstance(inner.left, Reduction)
    where = inner.left.stream.filters[0]
    assert isinstance(where, Where)
    assert isinstance(where.condition, Comparison)
    found = {
        "NOT": at[id(second)],
        "event": at[id(inner.left.stream.source)],
        "where": at[id(where)],
        "property": at[id(where.condition.left)],
        "'x'": at[id(where.condition.arguments[0])],
        "2": at[id(inner.arguments[0])],
    }
    assert found == {word: text.index(word) for word in found}


def test_offsets_are_of_nodes_not_of_names_and_casts_like_them() -> None:
    text = (
        "(NOT event('z').sources({exclude: 'z', 'y'}).mode(property('z') as string, 2) = 'z'"
        " OR event('E').within(2 days).max(property('z') as number) = literal(2))"
    )
    query = parse(text)
    assert isinstance(query, Or)
    first, second = query.operands
    assert isinstance(first, Not)
    assert isinstance(first.operand, Comparison)
    assert isinstance(second, Comparison)
    at = offsets(text, query)
    assert [at[id(query)], at[id(first)], at[id(first.operand)]] == [1, 1, text.index("event")]
    assert at[id(first.operand.arguments[0])] == text.index("'z' OR")
    assert at[id(second)] == text.index("event('E')")
    assert at[id(second.arguments[0])] == text.index("2))")


@pytest.mark.parametrize(
    ("text", "column", "problem", "hint"),
    [
        ("", 1, "empty", ""),
        ("event('x')", 11, "reduced", "count() >= 1"),
        ("event('x').count() >= 1 && trait('y') = 1", 25, "`&&`", "use AND"),
        ("trait('x') = 1 || trait('y') = 1", 16, "`||`", "use OR"),
        ("trait('x') = true", 14, "'true'", "'true'"),
        ("trait('x') = null", 14, "'null'", ".absent()"),
        ("trait('x') = pro", 14, "'pro'", "in quotes: 'pro'"),
        ("trait(‘x’) = 1", 7, "quote", "straight"),
        ("trait('x').equal(5)", 12, "`equal`", "`equals`"),
        ("events('x').count() > 1", 1, "`events`", "`event`"),
        ("event('x').filter(property('y') = 1).count() > 1", 12, "`filter`", "`where`"),
        ("event('x').within(1e9 days).count() > 1", 20, "'e'", "100000"),
        ("event('x').within(2 weeks).count() > 1", 21, "'weeks'", "7 days"),
        ("event('x').within(3 months).count() > 1", 21, "'months'", "30 days"),
        ("event('x').within(30 minutes).count() > 1", 22, "'minutes'", "1 hour"),
        ("event('x').within(30 seconds).count() > 1", 19, "seconds", "hours and days"),
        ("event('x').within(1.5 days).count() > 1", 19, "whole number", "36 hours"),
        ("event('x').within_last(3 days).count() > 1", 12, "within_last", "within(7 days)"),
        ("event('x').within(parent: 3 days).count() > 1", 12, "`parent:`", "nest"),
        ("property('x') = 1", 1, "`property` stands only", "trait"),
        ("context('x') = 1", 1, "`context` stands only", "event"),
        ("event('x').where(property('y')).count() > 1", 31, "alone", "compare"),
        (
            "event('x').where(property(parent: 'y') = 1).count() > 1",
            18,
            "needs an event or a row around this one",
            "outer event",
        ),
        ("event('x').where(ANY trait('y') = 1).count() > 1", 18, "ANY", "around"),
        ("ANY ALL trait('y') = 1", 5, "ALL", "around"),
        ("event('x').unique(property('y')) = 1", 1, "list", "count"),
        ("event('x').sum(trait('y')) = 1", 16, "`sum`", ""),
        ("event('x').mode(property('y'), 0) = 'a'", 1, "`mode`", ""),
        ("event('x').mode(property('y'), 1.5) = 'a'", 32, "`mode`", "2"),
        ("trait('x') = 5 days", 16, "'days'", "within_last"),
        ("trait('x') = 1e5", 15, "'e5'", "written out"),
        ("trait('x') = 'a", 14, "never closed", "end it with '"),
        ("trait('x') = 'a\nb'", 14, "never closed", "same line"),
        ("trait('x') = 'a' trait('y') = 1", 18, "`trait`", "AND or OR"),
        ("(trait('x') = 1", 16, "too early", "opened at column 1"),
        ("event('x'", 10, "too early", "opened at column 6"),
        ("trait('x') = 1)", 15, "closes nothing", "remove"),
        ("trait('x') = event('y')", 24, "must be reduced", "add a reducer"),
        ("trait('x') AND trait('y') = 1", 12, "alone", "compare"),
        ("trait('x') = 1 AND", 19, "too early", ""),
        ("AND trait('x') = 1", 1, "AND", ""),
        ("trait('x') NOT = 1", 12, "NOT", "before"),
        ("trait('x').one_of()", 1, "one or more constants, not nothing", ""),
        ("trait('x').equals(1, 2)", 19, "one constant", ""),
        ("trait('x').exists(1)", 19, "nothing", ""),
        ("trait('x').within_last(3)", 24, "length of time", ""),
        ("trait('x').one_of(trait('y'))", 19, "constants", ""),
        ("trait('x') = 2026-02-30", 14, "calendar", "yyyy-mm-dd"),
        ("trait('x') = 2026-01-01T25:00", 14, "calendar", "23"),
        ("trait('x') = 2026-01-01T", 14, "no timestamp", "like"),
        ("trait('x') = 2026-01-01T00:00:00.0001Z", 14, "millisecond", "three digits"),
        ("trait('x') = 0001-01-01T00:00+01:00", 14, "calendar", "years"),
        ("trait('x') = 1234567890123456789012345678901", 14, "31 digits", "quotes"),
        (r"trait('x') = '\ud800'", 14, "surrogate", ""),
        (r"trait('x') = '\u0000'", 14, "NUL", ""),
        ("trait('x')\u00a0= 1", 11, "alone", ""),
        ("event(foo).count() > 1", 7, "not in quotes", "'foo'"),
        ("SELECT id FROM users", 1, "'SELECT'", "reads as SQL"),
        ("trait('a') = 1\n  AND trait('b') ~ 1", 18, "`~`", "contains"),
    ],
)
def test_errors_name_place_problem_and_fix(text: str, column: int, problem: str, hint: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column) == (1 + text.count("\n") * ("AND" in text), column)
    assert problem in error.problem
    assert hint in error.hint
    shown, caret = error.excerpt.splitlines()
    line = text.split("\n")[error.line - 1]
    assert shown == f"  {line}".replace("\u00a0", "�")
    assert caret.index("^") == column + 1


def test_the_excerpt_of_a_long_line_is_bounded() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("trait('x') = 1 AND " * 500 + "oops")
    shown, caret = caught.value.excerpt.splitlines()
    assert len(shown) < 100
    assert shown[caret.index("^") :].startswith("oops")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("trait('age') exists()", "a dot is missing: write `.exists(...)`"),
        ("event('A') count() >= 1", "a dot is missing: write `.count(...)`"),
        ("event('A').within(7 days) count() >= 1", "a dot is missing: write `.count(...)`"),
        ("event('A').count() >= 1 where(trait('x') = 'y')", "before the reducer"),
        ("event('A').count() >= 1 within(7 days)", "before the reducer"),
        ("trait('a') = 'x' exists()", "follows a value and a dot"),
        ("trait('a') = 'x' event('A').count() >= 1", "join the next one with AND or OR"),
    ],
)
def test_a_missing_dot_is_no_missing_and(text: str, hint: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert hint in caught.value.fix
