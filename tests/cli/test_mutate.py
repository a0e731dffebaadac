"""`jurist mutate`: a table for people, JSON for programs, errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jurist.cli import build_app
from jurist.data import schema_path
from jurist.errors import InputError
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES

QUERY = (
    "event('Order Completed').within(30 days).count() >= 1 AND NOT trait('loyalty_tier') = 'gold'"
)
SHOP = str(schema_path("shop"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), ["mutate", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_table_of_operators_relations_queries_and_stories() -> None:
    result = run("event('A').count() >= 1")
    assert result.exit_code == 0
    assert "strict_for_loose" in result.stdout
    assert "contains" in result.stdout
    assert "event('A').count() > 1" in result.stdout
    assert "is in the reference and not in the candidate" in " ".join(result.stdout.split())


def test_equivalent_and_undecided_mutants_are_counted_apart() -> None:
    result = run("trait('a') = 'x' AND trait('a') = 'x'")
    assert "different, " in result.stderr
    same = document("trait('a') = 'x' AND trait('a') = 'x'")["counts"]["equivalent"]
    assert same > 0
    assert f"{same} the same audience, 0 undecided" in result.stderr
    assert "different" not in run("trait('a') = 'x'", "--quiet").stderr


def test_empty_and_full_audiences_are_said() -> None:
    result = run("event('A').count() > 3 AND event('A').count() < 3")
    said = "the reference is empty: it asks for event('A').count() > 3 and < 3 at once"
    assert " ".join(result.stderr.split()).count(said) == 1
    full = run("event('A').count() >= 1")
    assert "everybody is in the candidate" in full.stdout
    assert "the reference is" not in full.stderr


def test_json_holds_each_variant_with_its_evidence() -> None:
    made = document(QUERY, "--schema", SHOP)
    assert made["query"] == QUERY
    assert sum(made["counts"].values()) == len(made["variants"])
    for variant in made["variants"]:
        assert variant["operator"] in {edit.name for edit in MUTATIONS}
        evidence = variant["evidence"]
        if evidence["relation"] not in {"equivalent", "undecided"}:
            assert evidence["witnesses"][0]["input"]["customer"] is not None


def test_names_of_the_schema_take_the_place_of_the_querys() -> None:
    texts = [each["query"] for each in document(QUERY, "--schema", SHOP)["variants"]]
    assert any("'Order Updated'" in text for text in texts)
    without = [each["query"] for each in document(QUERY)["variants"]]
    assert not any("'Order Updated'" in text for text in without)


def test_rewrites_are_all_the_same_audience() -> None:
    made = document(QUERY, "--schema", SHOP, "--rewrites")
    assert made["variants"]
    assert set(made["counts"]) == {"equivalent"}


def test_only_some_operators() -> None:
    made = document(QUERY, "--operator", "not_dropped", "--operator", "window_unit")
    assert {each["operator"] for each in made["variants"]} == {"not_dropped", "window_unit"}


def test_an_operator_that_makes_nothing_names_those_that_do() -> None:
    result = run("trait('a') = 'x'", "--operator", "funnel_reversed")
    assert isinstance(result.exception, InputError)
    assert "funnel_reversed" in str(result.exception)
    assert "not_added" in str(result.exception)


def test_a_query_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "query.cql"
    file.write_text("trait('a') = 'x'\n")
    assert document(f"@{file}")["query"] == "trait('a') = 'x'"


def test_a_query_that_the_schema_does_not_allow() -> None:
    result = run("event('Order Complete').count() >= 1", "--schema", SHOP)
    assert isinstance(result.exception, InputError)
    assert "did you mean 'Order Completed'" in str(result.exception)


def test_a_query_that_does_not_parse() -> None:
    result = run("event(")
    assert isinstance(result.exception, InputError)
    assert "the query, line 1, column 7: the query ends too early" in str(result.exception)


def test_markup_and_control_characters_of_a_query_have_no_effect() -> None:
    result = run("trait('a') = '[red]x[/red] \u202e'")
    assert result.exit_code == 0
    assert "[red]x[/red]" in result.stdout
    assert "\u202e" not in result.stdout


def test_help_has_examples() -> None:
    result = run("--help")
    assert "--rewrites" in result.stdout
    assert "jurist mutate query.cql --schema schema.yaml" in result.stdout


@pytest.mark.parametrize("option", ["--schema", "--language"])
def test_what_is_not_there_is_named(option: str) -> None:
    result = run("trait('a') = 'x'", option, "nowhere")
    assert result.exception is not None
    assert "nowhere" in str(result.exception)


def test_the_how_to_page_lists_every_operator() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "how-to", "mutate.md").read_text("utf-8")
    for edit in (*MUTATIONS, *REWRITES):
        assert f"| `{edit.name}` | {edit.description} |" in page
