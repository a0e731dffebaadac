"""What two queries have in common: the same otherwise written, edges, and what one has alone."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean

import pytest

from jurist.languages.conditions import SideBySide
from jurist.languages.effort import limited
from jurist.languages.sql.alikeness import compared
from jurist.languages.sql.text.parsing import parse
from jurist.records import Edge
from sql_queries import worlds

SCHEMA = worlds()["festival"].schema
GRADED = [
    json.loads(line)
    for line in (Path(__file__).parent / "graded_pairs.jsonl").read_text().splitlines()
]


def side_by_side(reference: str, candidate: str) -> SideBySide:
    shared = compared(parse(reference, SCHEMA), parse(candidate, SCHEMA), SCHEMA)
    assert shared is not None
    return shared


def only(reference: str, candidate: str) -> tuple[list[str], list[str]]:
    shared = side_by_side(reference, candidate)
    return (
        [condition.text for condition in shared.only_in_reference],
        [condition.text for condition in shared.only_in_candidate],
    )


JOINED = "SELECT b.name FROM band AS b JOIN gig AS g ON g.band_id = b.id WHERE g.fee > 5"


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (JOINED, "SELECT x.name FROM gig AS y, band AS x WHERE 5 < y.fee AND x.id = y.band_id"),
        (JOINED, "SELECT name FROM band WHERE id IN (SELECT band_id FROM gig WHERE fee > 5)"),
        (
            JOINED,
            "SELECT name FROM band WHERE EXISTS "
            "(SELECT 1 FROM gig WHERE band_id = band.id AND NOT fee <= 5)",
        ),
        (
            JOINED,
            "SELECT b.name FROM band AS b JOIN (SELECT band_id AS i FROM gig WHERE fee > 5) AS g "
            "ON g.i = b.id",
        ),
        (
            "SELECT id FROM gig WHERE fee BETWEEN 1 AND 5",
            "SELECT id FROM gig WHERE fee <= 5 AND fee >= 1",
        ),
        (
            "SELECT id FROM gig WHERE NOT (fee > 1 AND audience = 2)",
            "SELECT id FROM gig WHERE audience <> 2 OR fee <= 1",
        ),
    ],
)
def test_the_same_otherwise_written_is_wholly_matched(reference: str, candidate: str) -> None:
    assert side_by_side(reference, candidate).matched == 1
    assert only(reference, candidate) == ([], [])


@pytest.mark.parametrize(
    ("reference", "candidate", "edge"),
    [
        ("SELECT id FROM gig WHERE fee > 5", "SELECT id FROM gig WHERE fee >= 5", Edge.BOUND),
        ("SELECT id FROM gig WHERE 5 > fee", "SELECT id FROM gig WHERE fee <= 5", Edge.BOUND),
        (
            "SELECT day FROM gig GROUP BY day HAVING COUNT(*) > 2",
            "SELECT day FROM gig GROUP BY day HAVING COUNT(*) >= 2",
            Edge.BOUND,
        ),
        (
            "SELECT name FROM band WHERE genre <> 'jazz' OR genre IS NULL",
            "SELECT name FROM band WHERE genre <> 'jazz'",
            Edge.MISSING,
        ),
        ("SELECT name FROM band", "SELECT name FROM band WHERE genre IS NOT NULL", Edge.MISSING),
        ("SELECT COUNT(*) FROM gig", "SELECT COUNT(fee) FROM gig", Edge.MISSING),
        (
            "SELECT b.name, g.day FROM band AS b LEFT JOIN gig AS g ON g.band_id = b.id",
            "SELECT b.name, g.day FROM band AS b JOIN gig AS g ON g.band_id = b.id",
            Edge.UNMATCHED,
        ),
    ],
)
def test_what_differs_at_an_edge_alone_says_which(
    reference: str, candidate: str, edge: Edge
) -> None:
    shared = side_by_side(reference, candidate)
    assert shared.edges_only
    assert shared.matched == 1
    named = {each.edge for each in (*shared.only_in_reference, *shared.only_in_candidate)}
    assert named == {edge}


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT id FROM gig WHERE fee > 5", "SELECT id FROM gig WHERE fee < 5"),
        ("SELECT id FROM gig WHERE fee > 5", "SELECT id FROM gig WHERE fee > 6"),
        ("SELECT id FROM gig WHERE fee > 5", "SELECT id FROM gig"),
        ("SELECT name FROM band WHERE genre IS NULL", "SELECT name FROM band"),
        ("SELECT COUNT(fee) FROM gig", "SELECT COUNT(DISTINCT fee) FROM gig"),
        ("SELECT name FROM stage ORDER BY name", "SELECT name FROM stage ORDER BY name DESC"),
    ],
)
def test_more_than_an_edge_is_no_edge(reference: str, candidate: str) -> None:
    shared = side_by_side(reference, candidate)
    assert not shared.edges_only
    assert 0 < shared.matched < 1


def test_what_one_has_alone_is_said_as_people_write_it() -> None:
    assert only(
        "SELECT b.name FROM band AS b WHERE 'Norway' = b.country AND b.genre LIKE 'm%'",
        "SELECT name FROM band ORDER BY founded DESC LIMIT 3",
    ) == (
        ["band.country = 'Norway'", "band.genre LIKE 'm%'"],
        ["LIMIT 3", "ORDER BY band.founded DESC"],
    )


def test_of_what_is_negated_nothing_is_shared() -> None:
    """`NOT IN` and `IN` of the same query have the tables in common, and no more."""
    assert only(
        "SELECT name FROM stage WHERE id NOT IN (SELECT stage_id FROM gig)",
        "SELECT name FROM stage WHERE id IN (SELECT stage_id FROM gig)",
    ) == (
        ["NOT EXISTS (FROM gig)", "NOT EXISTS (gig.stage_id = stage.id)"],
        ["FROM gig", "gig.stage_id = stage.id"],
    )


def test_two_of_a_table_are_told_apart() -> None:
    left, right = only(
        "SELECT a.name FROM band AS a JOIN band AS b ON a.country = b.country WHERE b.founded = 1",
        "SELECT a.name FROM band AS a JOIN band AS b ON a.country = b.country WHERE a.founded = 1",
    )
    assert (left, right) == (["band#2.founded = 1"], ["band.founded = 1"])


def test_without_steps_nothing_is_compared_and_nothing_raised() -> None:
    """A difference was found already: it must not be lost for want of steps."""
    texts = ("SELECT name FROM band WHERE id = 1", "SELECT name FROM band WHERE id = 2")
    queries = [parse(text, SCHEMA) for text in texts]
    with limited(1):
        assert compared(queries[0], queries[1], SCHEMA) is None


def test_other_questions_have_nothing_in_common() -> None:
    shared = side_by_side("SELECT name FROM band", "SELECT capacity FROM stage")
    assert shared.matched == 0


def test_the_share_falls_with_the_grade() -> None:
    shares = {
        grade: mean(
            side_by_side(pair["reference"], pair["candidate"]).matched
            for pair in GRADED
            if pair["grade"] == grade
        )
        for grade in (5, 4, 3, 2, 1)
    }
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert shares[3] > 1.2 * shares[2] > 2 * shares[1]
