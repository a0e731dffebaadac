"""What answers took: counted from what was told, and told apart by how often was asked back."""

from __future__ import annotations

import random
import statistics

import pytest

from jurist.records import (
    Candidate,
    Case,
    Cost,
    Evidence,
    Method,
    Origin,
    Question,
    Relation,
    Speaker,
    Step,
    Turn,
    Verdict,
)
from jurist.report.makings import MOST_TURNS_APART, Makings
from jurist.report.makings_words import makings_section
from jurist.runs.results import Result

CASE = Case("c", "trait('age') > 1")
QUESTION = Question("q", "older", Origin.AUTHORED)


def _turns(number: int, *, needed: bool) -> tuple[Turn, ...]:
    pair = (Turn(Speaker.GENERATOR, "which?", needed), Turn(Speaker.USER, "those"))
    return pair * number


def _rows(generator: str, candidate: Candidate, score: float) -> list[Result]:
    relation = Relation.EQUIVALENT if score == 5 else Relation.OVERLAPS
    proved = Verdict("proof", score, evidence=Evidence(relation, Method.PROOF))
    opinion = Verdict("model", 6 - score)
    return [
        Result("d", CASE, QUESTION, generator, candidate, verdict.judge, verdict, "task")
        for verdict in (proved, opinion)
    ]


def test_costs_times_steps_and_turns_are_counted() -> None:
    rng = random.Random(7)
    makings = Makings()
    times = [rng.uniform(1, 1000) for _ in range(40)]
    for place, ms in enumerate(times):
        asked = place % 4
        candidate = Candidate(
            "x",
            cost=Cost(ms, 2, 1, 100, 10, 0.25),
            steps=(Step("plan", Cost(ms=1, calls=1, usd=0.125)), Step("write")),
            transcript=_turns(asked, needed=asked == 1),
        )
        makings.add(_rows("agent", candidate, 5.0 if asked else 1.0))
    makings.add(_rows("plain", Candidate("x", cost=Cost(ms=3.0)), 1.0))
    agent, plain = makings.of_all()
    assert (agent.generator, plain.generator) == ("agent", "plain")
    assert agent.answers == 40
    assert agent.cost.calls == 80
    assert agent.cost.usd == pytest.approx(10.0)
    assert agent.median_ms == pytest.approx(statistics.median(times))
    assert agent.tenth_ms == pytest.approx(
        statistics.quantiles(times, n=10, method="inclusive")[-1]
    )
    assert (agent.proved_right, agent.right_share) == (30, 0.75)
    assert agent.means == {"proof": 4.0, "model": 2.0}
    assert agent.questions_back == 10 * (1 + 2 + 3)
    assert agent.unneeded == 10 * (2 + 3)
    assert [(step.name, step.times, step.cost.usd) for step in agent.steps] == [
        ("plan", 40, 5.0),
        ("write", 40, 0.0),
    ]
    by_proof = [each for each in agent.by_turns if each.judge == "proof"]
    assert [(each.turns, each.answers, each.mean) for each in by_proof] == [
        (0, 10, 1.0),
        (1, 10, 5.0),
        (2, 10, 5.0),
        (3, 10, 5.0),
    ]
    assert [each.proved_right for each in by_proof] == [0, 10, 10, 10]
    assert all(each.proved_right is None for each in agent.by_turns if each.judge == "model")
    assert plain.by_turns == ()


def test_many_turns_are_counted_together_and_said_so() -> None:
    makings = Makings()
    for number in (MOST_TURNS_APART, MOST_TURNS_APART + 3):
        candidate = Candidate("x", transcript=_turns(number, needed=True))
        makings.add(_rows("agent", candidate, 5.0))
    (agent,) = makings.of_all()
    assert [(each.turns, each.answers) for each in agent.by_turns] == 2 * [(MOST_TURNS_APART, 2)]
    section = makings_section([agent])
    assert section is not None
    assert f"after {MOST_TURNS_APART} or more" in {row[2] for row in section.sheets[-1].rows}


def test_where_nothing_is_told_nothing_is_shown() -> None:
    makings = Makings()
    makings.add(_rows("plain", Candidate("x", cost=Cost(ms=3.0)), 5.0))
    assert makings.of_all() == ()
    assert makings_section(()) is None
