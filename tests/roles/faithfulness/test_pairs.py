"""Hand-made questions, faithful and not, held against what the check says of them.

They were written before the check was tried on them. What it misses and what it refuses wrongly
stands here by name; docs/explanation/questions.md prints the same figures.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from jurist.languages import get_language
from jurist.languages.capabilities import Imports
from jurist.roles.faithfulness.checking import unsaid_or_added
from jurist.roles.protocols import Workspace
from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry
from shared_data import shared_data
from workspaces import shipped


class Pair(msgspec.Struct, frozen=True):
    """A question and a query of a shipped workspace."""

    workspace: str
    reference: str
    question: str
    fault: str
    """What is wrong with the question; empty where nothing is."""


LINES = (Path(__file__).parent / "pairs.jsonl").read_text("utf-8").splitlines()
PAIRS = [msgspec.json.decode(line, type=Pair) for line in LINES]
FALSELY_ACCEPTED = {
    "employees who did not place two or more orders in the last 30 days",
    "customers who completed an order in the last 14 days but did not start a checkout in the last"
    " 14 days",
}
"""What a negation is about is not looked at."""
FALSELY_REFUSED = {"people who looked at tents over 200 in price in the last week"}
"""That it is a product that was viewed goes without saying for people alone."""


def findings(pair: Pair) -> tuple[str, ...]:
    place = shipped(pair.workspace)
    query = place.language.parse(pair.reference, place.schema)
    return unsaid_or_added(pair.question, query, place, place.language.words.example_request)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.question)
def test_the_check_tells_faithful_questions_from_others(pair: Pair) -> None:
    refused = bool(findings(pair))
    if pair.question in FALSELY_ACCEPTED | FALSELY_REFUSED:
        assert refused is not bool(pair.fault)  # else it does better than the docs say
    else:
        assert refused is bool(pair.fault), findings(pair)


def test_the_pairs_are_as_the_docs_count_them() -> None:
    by_workspace = Counter((pair.workspace, bool(pair.fault)) for pair in PAIRS)
    assert by_workspace == {
        ("shop", False): 23,
        ("shop", True): 39,
        ("retail", False): 19,
        ("retail", True): 34,
    }


@pytest.mark.parametrize("name", ["shop", "b2b", "streaming", "retail", "clinic"])
def test_most_of_what_people_wrote_for_a_query_passes(name: str) -> None:
    """Authored questions, which were written with other words on purpose."""
    dataset = load_dataset(DatasetEntry(name=name), Path())
    language, schema = dataset.workspace.language, dataset.workspace.schema
    passed = [
        not unsaid_or_added(
            question.text, language.parse(case.reference, schema), dataset.workspace
        )
        for case in dataset.cases
        if case.reference is not None
        for question in case.questions
    ]
    assert sum(passed) > 0.6 * len(passed)


def test_most_questions_of_a_public_set_pass() -> None:
    """Spider's, which their authors wrote for the queries; some of them are wrong."""
    language = get_language("sql")
    assert isinstance(language, Imports)
    passed: list[bool] = []
    for dataset in language.imported("spider", shared_data("sql/spider_dev")):
        schema = language.load_schema(dataset.schema, where=dataset.name)
        place = Workspace(language, schema, dataset.name)
        passed += [
            not unsaid_or_added(question.text, language.parse(case.reference, schema), place)
            for case in dataset.cases
            if case.reference is not None
            for question in case.questions
        ]
    assert len(passed) == 517
    assert sum(passed) >= 430
