"""A workspace as Python users have it: compare, judge, check, and wrong arguments."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import jurist
from commands import run_process
from jurist.data import schema_path
from jurist.errors import InputError
from jurist.records import Relation, Verdict
from notebook_cells import notebook_html

ONCE = "event('Order Completed').count() >= 1"
EXACTLY = "event('Order Completed').count() = 1"
SMALL: dict[str, object] = {
    "name": "small",
    "events": {"Order Completed": {"properties": {"total": {"type": "number", "minimum": 0.5}}}},
    "traits": {"properties": {"age": {"type": "integer"}}},
}


@pytest.fixture(scope="module")
def shop() -> jurist.Workspace:
    return jurist.workspace("shop")


def test_a_schema_is_a_path_a_text_a_dict_or_a_shipped_name(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SMALL))
    made = [jurist.workspace(given) for given in (path, str(path), SMALL)]
    assert len({each.schema.digest for each in made}) == 1
    assert {each.name for each in made} == {"small"}
    shipped = jurist.workspace("shop")
    assert shipped.name == "shop"
    assert shipped.schema.digest == jurist.workspace(schema_path("shop")).schema.digest


def test_evidence_prints_as_the_command_line_does(shop: jurist.Workspace, tmp_path: Path) -> None:
    schema = str(schema_path("shop"))
    said = run_process("diff", "--schema", schema, ONCE, EXACTLY, folder=tmp_path).out
    texts = (said, str(shop.compare(ONCE, EXACTLY)))
    steady = [re.sub(r"\d+\.\d ms", "N ms", text).strip() for text in texts]
    assert steady[0] == steady[1]
    assert "\x1b" not in steady[1]


def test_a_comparison_is_evidence(shop: jurist.Workspace) -> None:
    evidence = shop.compare(ONCE, EXACTLY)
    assert isinstance(evidence, jurist.Evidence)
    assert evidence.relation is Relation.CONTAINS
    decoded = msgspec.json.decode(msgspec.json.encode(evidence), type=jurist.Evidence)
    assert decoded.witnesses == evidence.witnesses
    assert shop.compare(shop.parse(ONCE), shop.parse(ONCE)).relation is Relation.EQUIVALENT


def test_a_notebook_draws_the_witness_and_nothing_of_data_is_markup() -> None:
    hostile = {
        "name": "<b>x</b>",
        "events": {"<img src=x onerror=alert(1)>": {"properties": {"n": {"type": "integer"}}}},
    }
    event = "event('<img src=x onerror=alert(1)>').where(property('n') > 3)"
    drawn = jurist.workspace(hostile).compare(f"{event}.count() >= 1", f"{event}.count() >= 2")
    page = notebook_html(drawn)
    assert "<img" not in page
    assert html.escape("<img src=x onerror=alert(1)>") in page
    (witness,) = drawn.witnesses
    assert html.escape(witness.story) in page
    assert "<script" not in page
    assert "http" not in page


def test_a_verdict_is_that_of_the_proof(shop: jurist.Workspace) -> None:
    verdict = shop.judge(ONCE, EXACTLY, question="who has bought")
    assert isinstance(verdict, jurist.Verdict)
    assert verdict.evidence is not None
    assert verdict.evidence.relation is Relation.CONTAINS
    assert verdict.score == 3.0
    assert str(verdict).startswith("proof: 3 of 5\n")
    assert html.escape(verdict.evidence.witnesses[0].story) in notebook_html(verdict)


def test_a_notebook_says_what_each_query_makes_of_a_witness(shop: jurist.Workspace) -> None:
    page = html.unescape(notebook_html(shop.compare(ONCE, EXACTLY)))
    assert "reference  count() >= 1  2 >= 1, yes" in page
    assert "candidate  count() = 1  2 = 1, no" in page
    assert shop.judge(None, None).score == 5.0
    assert shop.judge(None, ONCE).score == 1.0
    assert shop.judge(ONCE, "no query").score == 1.0
    assert shop.judge("no query", ONCE).unscored is not None


def strict(_: str, reference: str | None, candidate: str | None, __: object) -> float:
    return 5.0 if reference == candidate else 1.0


async def lenient(question: str, *_: object) -> tuple[float, str]:
    return 4.0, f"asked {question!r}"


class Counting:
    """An object with state, and a method that is no coroutine."""

    def __init__(self) -> None:
        self.asked = 0

    def judge(self, *_: object) -> float:
        self.asked += 1
        return float(self.asked)


class Connected:
    """A judge that works while it is entered."""

    name, version = "connected", "1"
    score: float | None = None

    async def __aenter__(self) -> None:
        self.score = 4.0

    async def __aexit__(self, *_: object) -> None:
        self.score = None

    async def judge(self, *_: object) -> Verdict:
        return Verdict(self.name, self.score)


def broken(*_: object) -> float:
    raise ValueError("no idea")


def asks_too_little(question: str) -> float:
    return float(len(question))


def test_a_judge_is_a_function_an_object_or_what_a_study_says(
    shop: jurist.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.judge(ONCE, EXACTLY, judge=strict).score == 1.0
    verdict = shop.judge(ONCE, EXACTLY, "who", lenient)
    assert (verdict.judge, verdict.score, verdict.reasoning) == ("lenient", 4.0, "asked 'who'")
    counting = Counting()
    assert [shop.judge(ONCE, EXACTLY, judge=counting).score for _ in range(2)] == [1.0, 2.0]
    assert shop.judge(ONCE, EXACTLY, judge=Connected()).score == 4.0
    named = shop.judge(ONCE, ONCE, judge={"callable": strict, "name": "mine"})
    assert (named.judge, named.score) == ("mine", 5.0)
    both = shop.judge(ONCE, EXACTLY, judge={"cascade": ["proof", strict]})
    assert both.score == 3.0
    failed = shop.judge(ONCE, EXACTLY, judge=broken)
    assert failed.unscored is not None
    assert str(failed) == "broken: no score (error: ValueError: no idea)"
    (tmp_path / "judges_of_mine.py").write_text("def judge(q, r, c, w):\n    return 2\n")
    monkeypatch.chdir(tmp_path)
    assert shop.judge(ONCE, EXACTLY, judge="judges_of_mine:judge").score == 2.0


def test_a_verdict_of_a_workspace_can_be_a_judges_own(shop: jurist.Workspace) -> None:
    def mine(_: str, reference: str, candidate: str, __: object) -> jurist.Verdict:
        return shop.judge(reference, candidate)

    verdict = shop.judge(ONCE, EXACTLY, judge=mine)
    assert (verdict.judge, verdict.score) == ("mine", 3.0)
    assert b'"pair"' not in msgspec.json.encode(verdict)


async def test_all_works_where_an_event_loop_is_running(shop: jurist.Workspace) -> None:
    assert shop.judge(ONCE, EXACTLY).score == 3.0
    assert shop.judge(ONCE, EXACTLY, judge=lenient).score == 4.0


def test_mutants_and_rewrites_are_certified(shop: jurist.Workspace) -> None:
    mutants = shop.mutants(ONCE)
    assert {each.evidence.relation for each in mutants} >= {Relation.CONTAINS}
    assert all(shop.check(each.query) == () for each in mutants)
    rewrites = shop.rewrites(ONCE)
    assert rewrites
    assert {each.evidence.relation for each in rewrites} == {Relation.EQUIVALENT}
    assert str(mutants[0].evidence).count("reference") >= 1


def test_what_is_wrong_with_a_query_is_listed(shop: jurist.Workspace) -> None:
    (issue,) = shop.check("event('Order Complete').count() >= 1")
    assert issue.nearest == "Order Completed"
    assert shop.check(ONCE) == ()
    assert shop.describe(ONCE) == "find customers who completed an order"


def test_a_query_is_explained_on_a_witness(shop: jurist.Workspace) -> None:
    (witness,) = shop.compare(ONCE, EXACTLY).witnesses
    for query, gives in ((ONCE, witness.reference), (EXACTLY, witness.candidate)):
        explained = shop.explain(query, witness.input)
        assert explained.holds is gives
    assert "2" in explained.reading


NOW = "2026-06-01T00:00:00Z"
WRONG: dict[str, tuple[Callable[[jurist.Workspace], object], str, str]] = {
    "reference no text": (lambda w: w.compare(3, ONCE), "`the reference` is the number 3", "text"),  # type: ignore[arg-type]
    "candidate None": (lambda w: w.compare(ONCE, None), "`the candidate` is None", "text"),  # type: ignore[arg-type]
    "reference broken": (lambda w: w.compare("event(", ONCE), "the reference, line 1", "a query"),
    "candidate broken": (lambda w: w.compare(ONCE, "x = "), "the candidate, line 1", "a query"),
    "unknown in reference": (
        lambda w: w.compare("event('Order Complete').count() = 1", ONCE),
        "the reference does not fit the schema 'Shop'",
        "did you mean 'Order Completed'?",
    ),
    "unknown in candidate": (
        lambda w: w.compare(ONCE, "trait('agee') > 1"),
        "the candidate does not fit the schema 'Shop'",
        "trait",
    ),
    "steps zero": (lambda w: w.compare(ONCE, ONCE, steps=0), "`steps` is the number 0", "from 1"),
    "steps true": (lambda w: w.compare(ONCE, ONCE, steps=True), "`steps` is the boolean", "from 1"),
    "steps text": (lambda w: w.compare(ONCE, ONCE, steps="9"), "`steps` is the text '9'", "from 1"),  # type: ignore[arg-type]
    "no input": (lambda w: w.explain(ONCE, 3), "`given` is the number 3", "as a dict"),  # type: ignore[arg-type]
    "a strange input": (lambda w: w.explain(ONCE, {"when": 1}), "unknown field 'when'", "customer"),
    "an account for a query on customers": (
        lambda w: w.explain(ONCE, {"now": NOW, "account": {}}),
        "the input is an account",
        '"customer"',
    ),
    "an input with another trait": (
        lambda w: w.explain(
            ONCE, {"now": "2026-06-01T00:00:00Z", "customer": {"traits": {"x": 1}}}
        ),
        "the schema has no trait 'x'",
        "one of",
    ),
    "judge unknown": (lambda w: w.judge(ONCE, ONCE, judge="prof"), "no judge 'prof'", "'proof'"),
    "judge a number": (lambda w: w.judge(ONCE, ONCE, judge=5), "a judge is 5", "module:callable"),
    "judge None": (lambda w: w.judge(ONCE, ONCE, judge=None), "a judge is None", "module:callable"),
    "judge a class": (
        lambda w: w.judge(ONCE, ONCE, judge=Counting),
        "'Counting' is a class",
        "give an object of it: Counting()",
    ),
    "judge of other arguments": (
        lambda w: w.judge(ONCE, ONCE, judge=asks_too_little),
        "takes the arguments (question",
        "a reference, a candidate and a workspace",
    ),
    "judge two kinds": (
        lambda w: w.judge(ONCE, ONCE, judge={"proof": None, "panel": []}),
        "names 2 kinds",
        "exactly one",
    ),
    "judge no module": (
        lambda w: w.judge(ONCE, ONCE, judge="nowhere_at_all:judge"),
        "there is no module 'nowhere_at_all'",
        "an installed one",
    ),
    "judged reference no text": (
        lambda w: w.judge(5, ONCE),  # type: ignore[arg-type]
        "`reference` is the number 5",
        "or None for a refusal",
    ),
    "question None": (lambda w: w.judge(ONCE, ONCE, None), "`question` is None", "as text"),  # type: ignore[arg-type]
    "schema missing": (lambda _: jurist.workspace("no/such.yaml"), "no/such.yaml", "file"),
    "shipped misspelt": (lambda _: jurist.workspace("shopp"), "shopp", "did you mean 'shop'?"),
    "schema a number": (lambda _: jurist.workspace(3), "`source` is the number 3", "a dict"),  # type: ignore[arg-type]
    "schema None": (lambda _: jurist.workspace(None), "`source` is None", "a dict"),  # type: ignore[arg-type]
    "schema empty text": (lambda _: jurist.workspace(""), "`source` is the text ''", "path"),
    "schema with NUL": (lambda _: jurist.workspace("a\0b.yaml"), "`source` is", "path"),
    "schema a folder": (lambda _: jurist.workspace(Path(__file__).parent), "is a folder", "a file"),
    "schema of sets": (
        lambda _: jurist.workspace({"events": {1, 2}, "x": object()}),
        "the schema is no document",
        "texts, numbers, lists and dicts",
    ),
    "schema unknown key": (lambda _: jurist.workspace({"evnts": {}}), "evnts", "events"),
    "language unknown": (
        lambda _: jurist.workspace({**SMALL, "language": "cqll"}),
        "unknown language 'cqll'",
        "did you mean 'cql'?",
    ),
    "language against the schema": (
        lambda _: jurist.workspace("shop", language="sql"),
        "the language 'sql' is asked for, but",
        "leave out the language",
    ),
    "language a number": (
        lambda _: jurist.workspace("shop", language=1),  # type: ignore[arg-type]
        "`language` is the number 1",
        "as text",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_named_with_what_was_expected_and_the_fix(
    name: str, shop: jurist.Workspace
) -> None:
    act, problem, hint = WRONG[name]
    with pytest.raises(InputError) as caught:
        act(shop)
    said = str(caught.value)
    assert problem in said
    assert hint in said
    assert "expected: " in said
    assert "fix: " in said
    assert caught.value.__cause__ is None or "nowhere_at_all" in said
