"""Who leads a run, and whether that is sure, against comparisons made the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from jurist.analysis.contrasts import Contrast, contrasts, pairs_of_systems, turned
from jurist.analysis.leaderboard import leaderboard
from jurist.analysis.scores import score_table
from jurist.report.leading import Lead, leads_of
from score_tables import results_of


def leads(scores: Mapping[str, Sequence[float]]) -> tuple[Lead, ...]:
    each = {name: [[score] for score in given] for name, given in scores.items()}
    results = sorted(results_of(each), key=lambda row: row.case.id)
    tables = {"run": score_table(results)}
    pairs = pairs_of_systems(tables)
    return leads_of(leaderboard(results), contrasts(tables, pairs, ("j",)).compared)


GOOD, BAD, MIDDLING = [5.0] * 40, [1.0] * 40, [4.0, 5.0] * 20


def test_the_best_leads_whichever_way_round_it_was_compared() -> None:
    for order in ({"a": GOOD, "b": BAD}, {"b": BAD, "a": GOOD}):
        (lead,) = leads(order)
        assert (lead.leader, [rival.generator for rival in lead.rivals]) == ("a", ["b"])
        assert lead.rivals[0].settled
        assert lead.rivals[0].difference.value == pytest.approx(4)
        assert lead.sentences[0].startswith("a is better than b by ")
        assert len(lead.sentences) == 1


def test_what_is_open_is_said_to_be_open_and_what_would_settle_it() -> None:
    (lead,) = leads({"a": [4.0, 2.0, 5.0] * 4, "b": [2.0, 4.0, 4.0] * 4})
    assert not lead.rivals[0].settled
    assert lead.sentences[0].startswith("No difference is shown between a and b")
    assert lead.sentences[-1].startswith("About ")


def test_of_many_the_sure_ones_are_counted_and_the_open_ones_named() -> None:
    (lead,) = leads({"a": GOOD, "b": [5.0] * 39 + [4.0], "c": BAD, "d": BAD})
    assert [rival.generator for rival in lead.rivals] == ["b", "c", "d"]
    assert [rival.settled for rival in lead.rivals] == [False, True, True]
    assert "better than 2 of the 3 others beyond chance; open against b." in lead.sentences[1]
    (lead,) = leads({"a": GOOD, "c": BAD, "d": BAD})
    assert lead.sentences[1] == "a is better than each of the 2 others, beyond chance."


def test_one_generator_leads_nobody() -> None:
    assert leads({"a": GOOD}) == ()


def test_a_comparison_turned_twice_is_itself_and_once_is_the_other_order() -> None:
    def compared(*names: str) -> Contrast:
        scores = {"a": [[score] for score in MIDDLING], "b": [[4.5]] * 40}
        tables = {"run": score_table(results_of({name: scores[name] for name in names}))}
        return contrasts(tables, pairs_of_systems(tables), ("j",)).compared[0]

    first, other = compared("a", "b"), compared("b", "a")
    assert turned(turned(first)) == first
    found = turned(first)
    assert found.first == other.first
    assert found.difference.estimate.low == pytest.approx(other.difference.estimate.low)
