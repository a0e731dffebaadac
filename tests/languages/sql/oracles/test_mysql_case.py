"""Case in MySQL, held against a reader of its rules that is written here by hand.

Each query is a text and a function of rows; a text of MySQL is a `Ci`, equal and sorted by its
small letters. What is said of two queries must hold of every small database.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import total_ordering
from typing import TypeAlias

import pytest

from jurist.evidence.pipeline import decide
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.language import SqlLanguage
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Evidence, Relation, Witness


@total_ordering
class Ci:
    """A text as MySQL compares it: `'É' = 'e'`, and `'B' > 'a'`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.key = text.lower().replace("\u00e9", "e")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ci) and self.key == other.key

    def __lt__(self, other: Ci) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return repr(self.text)


Row: TypeAlias = tuple[int, Ci | None]
"""A key and a name."""
Rows: TypeAlias = list[Row]
Results: TypeAlias = list[tuple[object, ...]]
Reads: TypeAlias = Callable[[Rows], Results]

SQL = SqlLanguage()
DDL = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9));"
SCHEMA = SqlSchema("w", Dialect.MYSQL, read_ddl(DDL, Dialect.MYSQL, where="w"))
TEXTS = ("", "a", "A", "b", "B", "\u00e9", "aB", None)


def databases() -> Iterator[Rows]:
    """Up to three rows over texts that differ in case and not."""
    for size in range(4):
        for names in itertools.product(TEXTS, repeat=size):
            cells = (None if name is None else Ci(name) for name in names)
            yield list(enumerate(cells, 1))


WORLD = tuple(databases())


def where(holds: Callable[[Ci], bool]) -> Reads:
    return lambda rows: [(key,) for key, name in rows if name is not None and holds(name)]


def one(value: Callable[[list[Ci]], object]) -> Reads:
    return lambda rows: [(value([name for _, name in rows if name is not None]),)]


def distinct(rows: Rows) -> Results:
    return [(name,) for name in dict.fromkeys(name for _, name in rows)]


def grouped(keep: Callable[[int], bool]) -> Reads:
    def read(rows: Rows) -> Results:
        return [(of, n) for of, n in Counter(name for _, name in rows).items() if keep(n)]

    return read


def common(rows: Rows) -> Results:
    names = {name for _, name in rows if name is not None}
    return [(name,) for name in names if name in {Ci("a"), Ci("b")}]


def numbered(rows: Rows) -> Results:
    seen: Counter[Ci | None] = Counter()
    numbers: Results = []
    for _, name in rows:
        seen[name] += 1
        numbers.append((seen[name],))
    return numbers


def least_key(rows: Rows) -> Results:
    """Of the rows with the least name, the first: NULL is least."""
    ordered = sorted(rows, key=lambda row: (row[1] is not None, row[1] and row[1].key, row[0]))
    return [(row[0],) for row in ordered[:1]]


EQUAL = where(lambda name: name == Ci("a"))
LESS = where(lambda name: name < Ci("B"))
IDS = "SELECT id FROM t"
GROUPED = "SELECT name, COUNT(*) FROM t GROUP BY name"
QUERIES: tuple[tuple[tuple[str, Reads], ...], ...] = (
    (
        (f"{IDS} WHERE name = 'a'", EQUAL),
        (f"{IDS} WHERE name = 'A'", EQUAL),
        (f"{IDS} WHERE LOWER(name) = 'A'", EQUAL),
        (f"{IDS} WHERE UPPER(name) = 'a'", EQUAL),
        (f"{IDS} WHERE 'A' = name AND 'x' = 'X'", EQUAL),
        (f"{IDS} WHERE CONCAT(name, '') IN ('A')", EQUAL),
        (f"{IDS} WHERE name LIKE 'A'", EQUAL),
        (f"{IDS} WHERE name <=> 'A'", EQUAL),
        (f"{IDS} WHERE name IN ('a', 'A')", EQUAL),
        (f"{IDS} WHERE name IN (SELECT UPPER(name) FROM t WHERE name = 'a')", EQUAL),  # noqa: S608
        (f"{IDS} WHERE name = 'b'", where(lambda name: name == Ci("b"))),
        (f"{IDS} WHERE name LIKE 'A%'", where(lambda name: name.key.startswith("a"))),
        (f"{IDS} WHERE name = '\u00c9'", where(lambda name: name == Ci("e"))),
        (f"{IDS} WHERE UPPER(name) = 'e'", where(lambda name: name == Ci("e"))),
        (f"{IDS} WHERE INSTR(name, 'B') > 0", where(lambda name: "b" in name.key)),
        (f"{IDS} WHERE name LIKE '%b%'", where(lambda name: "b" in name.key)),
        (f"{IDS} WHERE name < 'B'", LESS),
        (f"{IDS} WHERE name < 'b'", LESS),
        (f"{IDS} WHERE name <= 'B'", where(lambda name: name <= Ci("b"))),
    ),
    (
        ("SELECT COUNT(DISTINCT name) FROM t", one(lambda names: len(set(names)))),
        ("SELECT COUNT(DISTINCT UPPER(name)) FROM t", one(lambda names: len(set(names)))),
        ("SELECT COUNT(name) FROM t", one(len)),
        (
            "SELECT COUNT(*) FROM (SELECT name FROM t WHERE name IS NOT NULL GROUP BY name) AS g",
            one(lambda names: len(set(names))),
        ),
    ),
    (
        ("SELECT MAX(name) = 'A' FROM t", one(lambda all_: max(all_) == Ci("a") if all_ else None)),
        ("SELECT MAX(name) = 'a' FROM t", one(lambda all_: max(all_) == Ci("a") if all_ else None)),
        ("SELECT MIN(name) = 'a' FROM t", one(lambda all_: min(all_) == Ci("a") if all_ else None)),
        ("SELECT MAX(CONCAT(name, 'B')) = 'ab' FROM t",
         one(lambda all_: max(all_) == Ci("a") if all_ else None)),
    ),
    (
        ("SELECT DISTINCT name FROM t", distinct),
        ("SELECT name FROM t GROUP BY name", distinct),
        ("SELECT name FROM t UNION SELECT name FROM t", distinct),
        ("SELECT name FROM t", lambda rows: [(name,) for _, name in rows]),
        ("SELECT DISTINCT LOWER(name) FROM t", distinct),
    ),
    (
        (GROUPED, grouped(lambda _: True)),
        ("SELECT name, COUNT(*) FROM t GROUP BY LOWER(name), name", grouped(lambda _: True)),
        (f"{GROUPED} HAVING COUNT(*) > 1", grouped(lambda count: count > 1)),
    ),
    (
        ("SELECT name FROM t INTERSECT (SELECT 'A' UNION SELECT 'b')", common),
        ("SELECT DISTINCT name FROM t WHERE name IN ('a', 'B')", common),
    ),
    (
        ("SELECT ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) FROM t", numbered),
        ("SELECT ROW_NUMBER() OVER (PARTITION BY UPPER(name) ORDER BY id) FROM t", numbered),
        ("SELECT ROW_NUMBER() OVER (ORDER BY id) FROM t",
         lambda rows: [(place,) for place, _ in enumerate(rows, 1)]),
    ),
    (
        ("SELECT id FROM t ORDER BY name, id LIMIT 1", least_key),
        ("SELECT id FROM t ORDER BY UPPER(name), id LIMIT 1", least_key),
        ("SELECT id FROM t ORDER BY id LIMIT 1", lambda rows: [(row[0],) for row in rows[:1]]),
    ),
)  # fmt: skip
PAIRS = tuple(pair for group in QUERIES for pair in itertools.combinations(group, 2))


def evidence(*texts: str) -> Evidence:
    reference, candidate = (SQL.parse(text, SCHEMA) for text in texts)
    return decide(SQL, reference, candidate, SCHEMA)


def rows_of(witness: Witness) -> Rows:
    tables: object = witness.input["tables"]
    assert isinstance(tables, dict)
    rows = [row for table in tables.values() for row in table["rows"]]  # pyright: ignore
    return sorted((key, None if name is None else Ci(name)) for key, name in rows)  # pyright: ignore


def counted(results: Iterable[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    return Counter(results)


@pytest.mark.parametrize(
    ("reference", "candidate"), PAIRS, ids=[f"{a[0]} / {b[0]}" for a, b in PAIRS]
)
def test_what_is_said_of_case_holds_of_every_small_database(
    reference: tuple[str, Reads], candidate: tuple[str, Reads]
) -> None:
    found = evidence(reference[0], candidate[0])
    results = [tuple(counted(read(rows)) for _, read in (reference, candidate)) for rows in WORLD]
    same = all(left == right for left, right in results)
    match found.relation:
        case Relation.EQUIVALENT | Relation.REFINES:
            assert same
        case Relation.UNDECIDED:
            # nothing that is different goes unseen here
            assert same
        case Relation.CONTAINS:
            assert not same
            assert all(right <= left for left, right in results)
        case Relation.CONTAINED:
            assert not same
            assert all(left <= right for left, right in results)
        case Relation.DISJOINT:
            assert not same
            assert not any(left & right for left, right in results)
        case _:
            assert not same
    for witness in found.witnesses:
        left, right = (counted(read(rows_of(witness))) for _, read in (reference, candidate))
        assert left != right


@pytest.mark.parametrize(
    "text",
    [
        "REPLACE(name, 'A', 'b') = 'b'",
        "HEX(name) = '41'",
        "CAST(name AS BINARY) = 'a'",
        "name COLLATE utf8mb4_bin = 'a'",
        "TRIM('A' FROM name) = 'b'",
        "name = 'stra\u00dfe'",
        "name < 'a_' AND name > 'a1'",
        "name = 0",
    ],
)
def test_what_tells_spellings_apart_decides_nothing(text: str) -> None:
    """It would do so on a database that is not looked at here."""
    queries = [f"{IDS} WHERE {each}" for each in (text, "name = 'b'")]
    for pair in (queries, queries[::-1]):
        assert evidence(*pair).relation is Relation.UNDECIDED


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT UPPER(name) FROM t", "SELECT name FROM t"),
        ("SELECT 'A' FROM t", "SELECT 'a' FROM t"),
        ("SELECT name FROM t WHERE name = 'A'", "SELECT 'A' FROM t WHERE name = 'a'"),
    ],
)
def test_results_that_differ_in_spelling_alone_are_not_called_the_same(
    reference: str, candidate: str
) -> None:
    found = evidence(reference, candidate)
    assert found.relation is Relation.UNDECIDED
    assert "spelling" in found.reason
