"""Which answers count as certainly right."""

from __future__ import annotations

import pytest

from jurist.analysis.leaderboard import proved_right
from jurist.records import (
    Candidate,
    Case,
    Evidence,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
)
from jurist.runs import Result

_RIGHT = {Relation.EQUIVALENT, Relation.REFINES}


@pytest.mark.parametrize("relation", list(Relation))
def test_an_answer_that_is_accepted_by_evidence_is_certainly_right(relation: Relation) -> None:
    """One that is more definite than its reference too: it gets the same 5."""
    question = Question("c-q", "the names by town", Origin.REAL)
    verdict = Verdict("proof", 5.0, evidence=Evidence(relation, Method.PROOF))
    answer = Candidate(query="SELECT 2")
    result = Result("shop", Case("c", "SELECT 1"), question, "g", answer, "proof", verdict, "t")
    assert proved_right(result) is (relation in _RIGHT)
