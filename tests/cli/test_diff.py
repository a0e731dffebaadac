"""`jurist diff`: one pair, told so that a person sees it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from commands import Jurist, run_process
from compiled import compile_audience
from jurist.data import schema_path
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Customer, subject_from_json
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse

ONCE = "event('Order Completed').count() >= 1"
NOT_TWICE = "event('Order Completed').count() > 0 AND event('Order Completed').count() < 2"


def test_the_published_anecdote_is_refuted_by_who_bought_twice(jurist: Jurist) -> None:
    said = jurist("diff", ONCE, NOT_TWICE)
    assert said.code == 1
    assert said.out.startswith("different: the reference contains the candidate")
    assert "proved for every possible customer" in said.out
    assert "a customer with two Order Completed events" in said.out
    assert "is in the reference and not in the candidate" in said.out
    assert said.err == ""


def test_both_queries_are_said_in_english_beside_their_text(jurist: Jurist) -> None:
    lines = jurist("diff", ONCE, "trait('age') > 17").out.splitlines()
    assert lines[1:5] == [
        f"  reference  {ONCE}",
        "             find customers who completed an order",
        "  candidate  trait('age') > 17",
        "             find customers whose age is over 17",
    ]


def test_what_is_proved_by_those_who_differ_is_not_said_of_every_customer(jurist: Jurist) -> None:
    said = jurist("diff", ONCE, "trait('age') > 17")
    assert said.out.startswith("different: the audiences overlap")
    assert "(proved by customers who tell them apart, " in said.out


def test_json_has_the_whole_evidence_and_its_witness_replays(jurist: Jurist) -> None:
    said = jurist("diff", ONCE, NOT_TWICE, "--json")
    assert said.code == 1
    evidence = json.loads(said.out)
    assert (evidence["relation"], evidence["method"]) == ("contains", "proof")
    (witness,) = evidence["witnesses"]
    subject, now = subject_from_json(witness["input"])
    inside = [
        compile_audience(cast("Condition", parse(query)), Readings(), Customer)(subject, now)
        for query in (ONCE, NOT_TWICE)
    ]
    assert inside == [witness["reference"], witness["candidate"]] == [True, False]


def test_equal_queries_end_with_0_and_undecided_ones_with_3(jurist: Jurist) -> None:
    said = jurist("diff", ONCE, "event('Order Completed').count() > 0")
    assert (said.code, said.out.split("  (")[0]) == (0, "the same audience")
    said = jurist(
        "diff",
        "event('A').avg(property('n')) > event('A').max(property('n'))",
        "event('A').count() >= 1 AND event('A').count() = 0",
    )
    assert said.code == 3
    assert said.out.startswith("undecided")
    assert "why: " in said.out


def test_a_schema_decides(jurist: Jurist, tmp_path: Path) -> None:
    more, at_least = "trait('age') > 17", "trait('age') >= 18"
    assert jurist("diff", more, at_least).code == 1
    (tmp_path / "s.yaml").write_text(
        "name: S\nlanguage: cql\nevents: {}\ntraits: {properties: {age: {type: integer}}}\n"
    )
    assert jurist("diff", more, at_least, "--schema", "s.yaml").code == 0


def test_queries_from_files_and_errors_that_name_them(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "one.cql").write_text(ONCE)
    (tmp_path / "bad.cql").write_text("event('A').count(\n>= 1")
    assert jurist("diff", "@one.cql", ONCE).code == 0
    said = jurist("diff", "@one.cql", "@bad.cql")
    assert said.code == 2
    assert said.err.startswith("error: bad.cql, line ")
    assert "^" in said.err
    (tmp_path / "latin.cql").write_bytes(b"trait('caf\xe9') = 1")
    for path, problem in (
        ("none.cql", "there is no file none.cql"),
        (".", "is a folder"),
        ("latin.cql", "is not UTF-8 text (byte 10)"),
    ):
        said = jurist("diff", "@one.cql", f"@{path}")
        assert said.code == 2
        assert problem in said.err


def test_a_query_that_does_not_parse_says_which(jurist: Jurist) -> None:
    assert "error: the reference, line 1, column 7: " in jurist("diff", "event(", ONCE).err
    assert "error: the candidate, line 1, column 7: " in jurist("diff", ONCE, "event(").err
    assert jurist("diff", ONCE, "").code == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--language", "klingon"), "unknown language 'klingon'"),
        (("--schema", "nofile.yaml"), "nofile.yaml"),
        (("--steps", "0"), "steps"),
    ],
)
def test_wrong_options(jurist: Jurist, arguments: tuple[str, ...], problem: str) -> None:
    said = jurist("diff", ONCE, ONCE, *arguments)
    assert said.code == 2
    assert problem in said.err


def test_the_schema_says_the_language_unless_it_is_said(jurist: Jurist, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("name: Far\nlanguage: klingon\n")
    said = jurist("diff", ONCE, ONCE, "--schema", str(schema))
    assert said.code == 2
    assert "schema.yaml, line 2, at language: unknown language 'klingon'" in said.err
    said = jurist("diff", ONCE, ONCE, "--schema", str(schema), "--language", "cql")
    assert "says 'klingon'" in said.err


def test_assumptions_are_counted_or_listed(jurist: Jurist) -> None:
    said = jurist("diff", ONCE, NOT_TWICE)
    assert "readings of the language (--assumptions)" in said.out
    assert "U1: the count of no events is 0" not in said.out
    said = jurist("diff", ONCE, NOT_TWICE, "--assumptions")
    assert "U1: the count of no events is 0" in said.out


def test_what_each_query_makes_of_a_witness_stands_under_it(jurist: Jurist) -> None:
    plan = "trait('plan') = 'free'"
    queries = f"event('A').count() >= 1 AND {plan}", f"event('A').count() >= 2 AND {plan}"
    told = jurist("diff", *queries).out
    assert "    reference  AND  yes" in told
    assert "count() >= 2  1 >= 2, no" in told
    assert "'free' = 'free'" not in told
    whole = jurist("diff", *queries, "--explain").out
    assert whole.count(f"{plan}  'free' = 'free', yes") == 2


def test_hostile_texts_of_queries_are_not_obeyed(jurist: Jurist) -> None:
    for form in ((), ("--json",)):
        said = jurist("diff", "trait('[red]a[/]\u202e') = 1", "trait('\\u001b[31m') = 1", *form)
        assert said.code == 1
        assert "[red]a[/]" in said.out
        assert "\u202e" not in said.out
        assert "\x1b" not in said.out


def test_colours_only_where_a_terminal_wants_them(tmp_path: Path) -> None:
    plain = run_process("diff", ONCE, NOT_TWICE, folder=tmp_path)
    assert "\x1b" not in plain.out
    forced = {"FORCE_COLOR": "1", "TERM": "xterm"}
    assert "\x1b[" in run_process("diff", ONCE, ONCE, folder=tmp_path, environment=forced).out
    without = {"NO_COLOR": "1", **forced}
    said = run_process("diff", ONCE, ONCE, folder=tmp_path, environment=without).out
    assert "\x1b[3" not in said


def test_a_schema_that_ships_is_read(jurist: Jurist) -> None:
    assert jurist("diff", ONCE, ONCE, "--schema", str(schema_path("shop"))).code == 0
