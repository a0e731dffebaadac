"""Scores of SQL against 50 pairs that were graded by hand before anything measured them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from jurist.evidence import decide, score
from jurist.languages import get_language
from jurist.records import Failure
from sql_queries import worlds

SCHEMA = worlds()["festival"].schema
GRADED = [
    json.loads(line)
    for line in (Path(__file__).parent / "graded_pairs.jsonl").read_text().splitlines()
]


PAGE = Path(__file__).parents[3] / "docs/explanation/sql.md"
EXAMPLES = re.findall(r"^\| ([1-5]) \| `(.+?)` \| `(.+?)` \|", PAGE.read_text(), re.MULTILINE)


@cache
def points(reference: str, candidate: str) -> float:
    language = get_language("sql")
    queries = [language.parse(text, SCHEMA) for text in (reference, candidate)]
    evidence = decide(language, queries[0], queries[1], SCHEMA)
    scored = score(evidence, language.words)
    assert not isinstance(scored, Failure), (evidence, scored)
    return scored[0]


def of(pair: dict[str, str]) -> float:
    return points(pair["reference"], pair["candidate"])


@pytest.mark.parametrize("pair", GRADED, ids=lambda pair: f"{pair['id']}-{pair['kind']}")
def test_no_score_is_more_than_one_away(pair: dict[str, str]) -> None:
    assert abs(of(pair) - float(pair["grade"])) <= 1


@pytest.mark.parametrize(
    "pair", [pair for pair in GRADED if pair["grade"] == 5], ids=lambda pair: pair["id"]
)
def test_what_is_right_has_a_five(pair: dict[str, str]) -> None:
    assert of(pair) == 5


def test_what_is_wrong_never_has_a_five() -> None:
    assert all(of(pair) < 5 for pair in GRADED if pair["grade"] < 5)


def test_most_are_as_graded_and_their_order_is_nearly_the_same() -> None:
    grades, scores = [pair["grade"] for pair in GRADED], [of(pair) for pair in GRADED]
    exact = sum(grade == given for grade, given in zip(grades, scores, strict=True))
    assert exact >= 0.76 * len(GRADED)
    assert spearmanr(grades, scores).statistic >= 0.9


def test_graded_pairs_cover_every_grade_and_many_kinds() -> None:
    assert len(GRADED) >= 40
    assert {pair["grade"] for pair in GRADED} == {1, 2, 3, 4, 5}
    assert len({pair["kind"] for pair in GRADED}) > 15


@pytest.mark.parametrize(("expected", "reference", "candidate"), EXAMPLES)
def test_examples_of_the_page(expected: str, reference: str, candidate: str) -> None:
    assert points(reference, candidate) == float(expected)


def test_the_page_has_examples_and_the_figures() -> None:
    assert {expected for expected, _, _ in EXAMPLES} == set("12345")
    exact = sum(of(pair) == pair["grade"] for pair in GRADED)
    text = " ".join(PAGE.read_text().split())
    assert f"Of {len(GRADED)} pairs" in text
    assert f"gives {exact} the same score" in text
