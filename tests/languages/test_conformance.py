"""Every language keeps what the house relies on: cql, and a toy whose answers are bags of rows."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
import pytest

from bag import sqlite_reader
from bag.language import BagLanguage
from cql_oracle import evaluate
from jurist.errors import InputError, QuerySyntaxError
from jurist.evidence import decide, judge_texts
from jurist.languages.base import Node, Query, Schema
from jurist.languages.capabilities import (
    LaysOut,
    Mutates,
    Quotes,
    SpeaksEnglish,
    Style,
    Teaches,
)
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import subject_from_json
from jurist.languages.cql.text.parser import parse as parse_cql
from jurist.languages.sql.language import SqlLanguage
from jurist.records import Relation, Witness
from languages.conformance import Specimen

_ORDER = "event('Order')"


def _cql_replays(reference: str, candidate: str, witness: Witness) -> bool:
    subject, now = subject_from_json(witness.input)
    given = [evaluate(parse_cql(text), subject, now, Readings()) for text in (reference, candidate)]
    return given == [witness.reference, witness.candidate]


def _bag_replays(reference: str, candidate: str, witness: Witness) -> bool:
    """Without ties SQLite gives the one answer there is; with them, the same bag."""
    tables = cast("Mapping[str, Sequence[Mapping[str, object]]]", witness.input["tables"])
    given = [sqlite_reader.run(text, tables) for text in (reference, candidate)]
    said = [witness.reference, witness.candidate]
    return [sorted(map(repr, cast("list[object]", each))) for each in said] == [
        sorted(map(repr, each)) for each in given
    ]


def _sql_replays(reference: str, candidate: str, witness: Witness) -> bool:
    """SQLite itself, on tables of the witness alone."""
    tables = cast("Mapping[str, Mapping[str, list[list[object]]]]", witness.input["tables"])
    engine = sqlite3.connect(":memory:")
    for name, table in (("buyer", "id, name, city"), ("orders", "id, buyer, total")):
        engine.execute(f"CREATE TABLE {name} ({table})")
        for row in tables.get(name, {}).get("rows", []):
            engine.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", row)  # noqa: S608 - ours
    given = [list(map(list, engine.execute(text))) for text in (reference, candidate)]
    engine.close()
    return given == [witness.reference, witness.candidate]


CQL = Specimen(
    CqlLanguage(),
    {
        "name": "Shop",
        "language": "cql",
        "traits": {"properties": {"plan": {"type": "string", "enum": ["free", "pro"]}}},
        "events": {"Order": {"properties": {"total": {"type": "number"}}}},
    },
    (
        "trait('plan') = 'pro'",
        f"{_ORDER}.count() >= 2 AND NOT trait('plan').exists()",
        f"{_ORDER}.within(7 days).where(property('total') > 5).sum(property('total')) > 10",
    ),
    (("trait('plam') = 'pro'", "plam"), ("event('Ordr').count() >= 1", "Ordr")),
    ("", "trait(", "trait('plan') = ", "drop table"),
    (
        (f"{_ORDER}.count() >= 1", f"{_ORDER}.count() > 0", Relation.EQUIVALENT),
        (f"{_ORDER}.count() >= 1", f"{_ORDER}.count() >= 2", Relation.CONTAINS),
        (f"{_ORDER}.count() >= 2", f"{_ORDER}.count() >= 1", Relation.CONTAINED),
        ("trait('plan') = 'pro'", "trait('plan') = 'free'", Relation.DISJOINT),
        ("trait('plan') = 'pro'", f"{_ORDER}.count() >= 1", Relation.OVERLAPS),
    ),
    _cql_replays,
    frozenset({"schema: trait 'plan' is of type string, one of 'free', 'pro', or missing"}),
    foreign=frozenset({"database"}),
)
BAG = Specimen(
    BagLanguage(),
    {
        "name": "Orders",
        "language": "bag",
        "tables": {"orders": {"total": "integer", "status": "text"}},
    },
    (
        "from orders select total",
        "from orders where total > 5 and status = 'paid' select status",
        "from orders where status != 'it\\'s' select total, status order by total desc limit 2",
    ),
    (("from ordrs select total", "ordrs"), ("from orders select totl", "totl")),
    ("", "from orders", "from orders where total >", "select 1"),
    (
        (
            "from orders where total > 5 select status",
            "from orders where total >= 6 select status",
            Relation.EQUIVALENT,
        ),
        ("from orders select total", "from orders select total order by total", Relation.REFINES),
        ("from orders select total order by total", "from orders select total", Relation.DIFFERENT),
        (
            "from orders where total > 5 select total",
            "from orders where total > 6 select total",
            Relation.DIFFERENT,
        ),
        (
            "from orders select total order by total limit 1",
            "from orders select total order by total desc limit 1",
            Relation.DIFFERENT,
        ),
    ),
    _bag_replays,
)
SQL = Specimen(
    SqlLanguage(),
    {
        "name": "Shop",
        "language": "sql",
        "dialect": "sqlite",
        "ddl": "CREATE TABLE buyer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);"
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, buyer INTEGER NOT NULL REFERENCES buyer(id),"
        " total REAL);",
    },
    (
        "SELECT name FROM buyer WHERE city = 'Rome'",
        "SELECT b.name, COUNT(*) FROM buyer b JOIN orders o ON o.buyer = b.id WHERE total > 5 AND "
        "city = 'Rome' GROUP BY b.id HAVING COUNT(*) > 2 ORDER BY 2 DESC",
        "SELECT id FROM orders WHERE total IN (SELECT MAX(total) FROM orders) UNION SELECT id FROM "
        "buyer WHERE city IS NULL",
    ),
    (("SELECT nme FROM buyer", "nme"), ("SELECT total FROM orderz", "orderz")),
    ("", "SELECT (1", "SELECT name FROM", "DROP TABLE buyer", "SELECT name,, id FROM buyer"),
    (
        (
            "SELECT name FROM buyer WHERE city = 'Rome'",
            "SELECT name FROM buyer WHERE 'Rome' = city",
            Relation.EQUIVALENT,
        ),
        (
            "SELECT id FROM buyer",
            "SELECT id FROM buyer WHERE city = 'Rome'",
            Relation.CONTAINS,
        ),
        (
            "SELECT id FROM buyer WHERE city = 'Rome'",
            "SELECT id FROM buyer",
            Relation.CONTAINED,
        ),
        (
            "SELECT id FROM orders ORDER BY total",
            "SELECT id FROM orders ORDER BY total DESC",
            Relation.DIFFERENT,
        ),
        (
            "SELECT id FROM buyer WHERE city = 'Rome'",
            "SELECT id FROM buyer WHERE name = 'Ann'",
            Relation.OVERLAPS,
        ),
    ),
    _sql_replays,
    order=(),
    foreign=frozenset({"audience", "customer", "marketer"}),
)
SPECIMENS = pytest.mark.parametrize("of", [CQL, BAG, SQL], ids=lambda of: of.language.name)


def _schema(of: Specimen) -> Schema:
    return of.language.load_schema(of.document, where="the test")


def _parsed(of: Specimen, text: str) -> Query:
    return of.language.parse(text, _schema(of))


_FINER = frozenset({Relation.CONTAINS, Relation.CONTAINED, Relation.OVERLAPS, Relation.DISJOINT})
"""What all arms may say of a difference that a mutant's own evidence leaves at that."""


@SPECIMENS
def test_it_says_who_it_is(of: Specimen) -> None:
    words = of.language.words
    assert of.language.name
    assert of.language.version
    assert sorted(words.levels) == [1, 2, 3, 4, 5]
    assert all((words.result, words.results, words.input, words.inputs, words.asker))
    one, same = _schema(of), _schema(of)
    other = of.language.infer_schema(of.language.parse(of.queries[0], _schema(of)))
    assert one.digest == same.digest != other.digest
    assert one.name == of.document["name"]
    assert all(isinstance(each, str) for each in one.assumptions)


@SPECIMENS
def test_canonical_text_is_the_same_query(of: Specimen) -> None:
    for text in of.queries:
        query = of.language.parse(text, _schema(of))
        assert of.language.parse(of.language.format(query), _schema(of)) == query
        assert hash(of.language.parse(of.language.format(query), _schema(of))) == hash(query)
        if isinstance(of.language, LaysOut):
            assert of.language.parse(of.language.layout(query), _schema(of)) == query


@SPECIMENS
def test_what_is_no_query_is_a_syntax_error_with_its_place(of: Specimen) -> None:
    for text in of.broken:
        with pytest.raises(QuerySyntaxError) as caught:
            of.language.parse(text, _schema(of))
        assert caught.value.line == 1
        assert 1 <= caught.value.column <= len(text) + 1
        assert caught.value.hint


@SPECIMENS
def test_what_does_not_fit_the_schema_is_named(of: Specimen) -> None:
    for text in of.queries:
        assert of.language.check(of.language.parse(text, _schema(of)), _schema(of), text=text) == ()
    for text, name in of.misfits:
        issues = of.language.check(of.language.parse(text, _schema(of)), _schema(of), text=text)
        assert [name in issue.found for issue in issues] == [True]
        assert issues[0].nearest
        column = issues[0].column - 1
        assert name in text[column : column + len(name) + 10]
    with pytest.raises(InputError):
        of.language.load_schema({"name": 3, "tables": 7, "events": 7}, where="the test")


@SPECIMENS
def test_an_inferred_schema_has_all_that_its_queries_name(of: Specimen) -> None:
    queries = [of.language.parse(text, _schema(of)) for text in of.queries]
    inferred = of.language.infer_schema(*queries)
    for query, text in zip(queries, of.queries, strict=True):
        assert of.language.check(query, inferred, text=text) == ()


@SPECIMENS
def test_an_outline_names_what_the_query_names(of: Specimen) -> None:
    def labels(node: Node) -> list[str]:
        return [node.label, *(label for child in node.children for label in labels(child))]

    outlines = [of.language.outline(of.language.parse(text, _schema(of))) for text in of.queries]
    assert len({tuple(labels(each)) for each in outlines}) == len(outlines)
    assert all(all(labels(each)) for each in outlines)


@SPECIMENS
def test_arms_come_from_cheap_to_dear_and_agree(of: Specimen) -> None:
    used: set[str] = set()
    for reference, candidate, relation in of.pairs:
        pair = _parsed(of, reference), _parsed(of, candidate)
        methods = [arm.method for arm in of.language.arms(*pair, _schema(of))]
        assert not of.order or methods == sorted(methods, key=of.order.index)
        evidence = decide(of.language, *pair, _schema(of), cross_check=True)
        assert evidence.relation is relation
        used.update(evidence.assumptions)
    assert used - set(_schema(of).assumptions) == of.assumed


@SPECIMENS
def test_a_difference_is_shown_by_an_input_that_another_reader_tells_apart(of: Specimen) -> None:
    for reference, candidate, relation in of.pairs:
        pair = _parsed(of, reference), _parsed(of, candidate)
        evidence = decide(of.language, *pair, _schema(of))
        if relation in {Relation.EQUIVALENT, Relation.REFINES}:
            assert evidence.witnesses == ()
            continue
        assert evidence.witnesses
        for witness in evidence.witnesses:
            assert witness.kind
            assert witness.story
            assert witness.reference != witness.candidate
            assert of.replays(reference, candidate, witness)
            assert msgspec.json.decode(msgspec.json.encode(witness), type=Witness) == witness


@SPECIMENS
def test_a_verdict_speaks_of_it_in_its_own_words(of: Specimen) -> None:
    right, answer, _ = of.pairs[0]
    verdict = judge_texts(of.language, right, answer, _schema(of))
    assert verdict.score == 5
    level = of.language.words.levels[5]
    assert verdict.reasoning.startswith(f"{level[0].upper()}{level[1:]}")
    for reference, candidate, _ in of.pairs:
        said = judge_texts(of.language, reference, candidate, _schema(of)).reasoning.lower()
        assert not [word for word in of.foreign if word in said]


@SPECIMENS
def test_variants_are_what_their_evidence_says(of: Specimen) -> None:
    language, schema = of.language, _schema(of)
    assert isinstance(language, Mutates)
    query = language.parse(of.queries[1], schema)
    rewrites, mutants = (
        list(language.rewrites(query, schema)),
        list(language.mutants(query, schema)),
    )
    assert rewrites
    assert mutants
    assert {each.operator for each in rewrites} >= set(language.reorderings) - {"commute"}
    assert {each.operator for each in (*rewrites, *mutants)} <= set(language.operators)
    for variant in rewrites:
        assert decide(language, query, variant.query, schema).relation is Relation.EQUIVALENT
    for variant in mutants:
        relation = decide(language, query, variant.query, schema).relation
        assert relation is variant.evidence.relation or (
            variant.evidence.relation is Relation.DIFFERENT and relation in _FINER
        )


@SPECIMENS
def test_quoted_texts_can_be_put_back(of: Specimen) -> None:
    language = of.language
    assert isinstance(language, Quotes)
    for text in of.queries:
        query = language.parse(text, _schema(of))
        assert language.requote(query, lambda quoted: quoted.text) == query
        quoted: list[str] = []
        language.requote(query, lambda each, seen=quoted: seen.append(each.text) or each.text)
        changed = language.requote(query, lambda quoted: f"{quoted.text}z")
        assert (changed != query) is bool(quoted)
    assert language.listed(_schema(of))


@SPECIMENS
def test_it_can_be_taught(of: Specimen) -> None:
    assert isinstance(of.language, Teaches)
    assert of.language.primer(_schema(of))
    assert of.language.names(_schema(of))


@pytest.mark.parametrize("of", [CQL, BAG], ids=lambda of: of.language.name)
def test_it_can_be_said(of: Specimen) -> None:
    language, schema = of.language, _schema(of)
    assert isinstance(language, SpeaksEnglish)
    said = [
        language.describe(
            language.parse(text, schema), schema, style=Style.CONVERSATIONAL, rng=random.Random(1)
        )
        for text in of.queries
    ]
    assert len(set(said)) == len(of.queries)


def test_what_the_toy_proves_holds_on_larger_databases() -> None:
    """SQLite as the judge: six rows with ties, where the toy looked at two."""
    language, schema = BagLanguage(), _schema(BAG)
    rng = random.Random(7)
    proved = differing = 0
    for _ in range(150):
        reference, candidate = (_drawn(rng) for _ in range(2))
        relation = decide(
            language, language.parse(reference), language.parse(candidate), schema
        ).relation
        if relation not in {Relation.EQUIVALENT, Relation.REFINES}:
            differing += 1
            continue
        proved += 1
        for _ in range(20):
            rows = [
                {"total": rng.randint(0, 8), "status": rng.choice(("a", "b", "c"))}
                for _ in range(6)
            ]
            answers = [sqlite_reader.run(text, {"orders": rows}) for text in (reference, candidate)]
            assert sorted(map(repr, answers[0])) == sorted(map(repr, answers[1]))
    assert proved >= 15
    assert differing >= 50


def _drawn(rng: random.Random) -> str:
    conditions = [
        f"total {rng.choice(('>', '>='))} {rng.choice((3, 4))}",
        f"status {rng.choice(('=', '!='))} 'a'",
    ]
    where = " and ".join(conditions[: rng.randint(1, 2)])
    order = rng.choice(("", "", " order by total"))
    return f"from orders where {where} select total{order}"
