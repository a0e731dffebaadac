"""Suspicious references: which rulings speak against one, and that no score is made of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from jurist.alignment.disagreements.suspicion import (
    Ground,
    suspicions_of,
    suspicious_references,
)
from jurist.records import (
    Candidate,
    Case,
    Evidence,
    Failure,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
    Side,
    Verdict,
)
from jurist.report.build import survey_of
from jurist.runs import Result, parse_study, results, rulings
from jurist.store import open_store
from model_server import Json, ModelServer
from model_studies import run_beside
from role_talk import prompt_of
from studies import SCHEMA

CASE = Case("case-1", "trait('age') > 30")
QUESTION = Question("case-1-q", "older than 29", Origin.REAL)
ANSWER = Candidate(query="trait('age') > 29")
DIFFERENT = Evidence(Relation.CONTAINED, Method.PROOF)
UNDECIDED = Evidence(Relation.UNDECIDED, Method.NONE, reason="too deep")
EQUIVALENT = Evidence(Relation.EQUIVALENT, Method.PROOF)


def row(verdict: Verdict, *, task: str = "t1", case: Case = CASE) -> Result:
    return Result("shop", case, QUESTION, "g", ANSWER, verdict.judge, verdict, task)


def of_reference(score: float | None) -> Verdict:
    failure = Failure(FailureKind.TIMEOUT, "slow") if score is None else None
    return Verdict("doubter", score, "read it", failure, side=Side.REFERENCE)


def free(score: float) -> Verdict:
    return Verdict("free", score, "reads well")


def proved(evidence: Evidence) -> Verdict:
    return Verdict("proof", 3.0, evidence=evidence)


def grounds(*verdicts: Verdict) -> list[Ground]:
    found = suspicious_references(map(row, verdicts), reference_free={"free"})
    return [doubt.ground for suspicion in found for doubt in suspicion.doubts]


def test_a_reference_that_is_said_not_to_answer_is_suspicious() -> None:
    assert grounds(of_reference(2)) == [Ground.DENIED]
    assert grounds(of_reference(3.9)) == [Ground.DENIED]
    assert grounds(of_reference(4)) == []
    assert grounds(of_reference(None)) == []


def test_so_is_one_from_which_a_fitting_answer_certainly_differs() -> None:
    assert grounds(proved(DIFFERENT), free(4)) == [Ground.CONTESTED]
    assert grounds(free(5), proved(DIFFERENT)) == [Ground.CONTESTED]
    assert grounds(proved(DIFFERENT), free(3)) == []
    assert grounds(proved(DIFFERENT), replace(free(5), judge="plain")) == []
    assert grounds(proved(UNDECIDED), free(5)) == []
    assert grounds(proved(EQUIVALENT), free(5)) == []
    assert grounds(proved(Evidence(Relation.REFINES, Method.PROOF)), free(5)) == []
    assert grounds(free(5)) == []


def test_members_of_cascades_and_panels_are_heard() -> None:
    cascade = Verdict("cascade", 3.0, evidence=DIFFERENT, members=(proved(DIFFERENT),))
    panel = Verdict("panel", 4.0, members=(free(5), Verdict("plain", 3.0)))
    assert grounds(cascade, panel) == [Ground.CONTESTED]


def test_rulings_on_another_answer_prove_nothing_about_this_one() -> None:
    rows = [row(proved(DIFFERENT), task="t1"), row(free(5), task="t2")]
    assert suspicious_references(rows, reference_free={"free"}) == ()


def test_the_same_ruling_counts_once_and_most_doubts_come_first() -> None:
    other = Case("case-2", "trait('age') > 1")
    rows = [
        row(of_reference(1), task="t9", case=other),
        row(of_reference(1), task="t8", case=other),
        row(proved(DIFFERENT)),
        row(free(5)),
        row(of_reference(2)),
    ]
    first, second = suspicious_references(rows, reference_free={"free"})
    assert first.case == CASE
    assert first.grounds == {Ground.DENIED, Ground.CONTESTED}
    denied, contested = first.doubts
    assert (denied.score, denied.candidate, denied.evidence) == (2, "", None)
    assert contested.candidate == ANSWER.query
    assert contested.evidence == DIFFERENT
    assert len(second.doubts) == 1


def test_an_unbuildable_case_has_no_reference_to_suspect() -> None:
    rows = [row(of_reference(1), case=Case("c", None))]
    assert suspicious_references(rows) == ()


async def test_a_run_lists_them_and_scores_no_answer_by_them(tmp_path: Path) -> None:
    """The third reference names no trait that there is, so no answer to it has a score."""
    references = ["trait('age') > 30", "trait('age') > 41", "trait('years') > 50"]
    cases = [
        {
            "id": f"c{n}",
            "reference": reference,
            "questions": [{"id": f"c{n}-q", "text": f"older than {n}0", "origin": "real"}],
        }
        for n, reference in enumerate(references, 3)
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    (tmp_path / "schema.yaml").write_text(SCHEMA)

    def reply(body: Json) -> str:
        system, user = prompt_of(body)
        number = next(n for n in range(3, 6) if f"older than {n}0" in user)
        if '"refusal"' in system:
            return json.dumps({"query": f"trait('age') > {number}0"})
        reads_reference = f"> {number}1" in user
        return json.dumps({"reasoning": "read", "score": 2 if reads_reference else 5})

    async with ModelServer(reply=reply) as server:
        model = f"{server.url}#m"
        file = parse_study(
            f"""
name: doubts
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: real}}
generators: [{{llm: "{model}", name: writer}}]
judges:
  - {{cascade: [proof, {{llm: "{model}", samples: 3}}], name: usual}}
  - {{llm: "{model}", style: reference-free, name: free}}
  - {{reference: {{llm: "{model}"}}, name: doubter}}
""",
            folder=tmp_path,
        )
        outcome = await run_beside(file, tmp_path / "s.db")
        assert outcome.ending == "finished"
    store = open_store(str(tmp_path / "s.db"))
    assert {row.judge for row in results(store, outcome.run)} == {"usual", "free"}
    of_references = [row for row in rulings(store, outcome.run) if row.verdict.side == "reference"]
    assert [row.judge for row in of_references] == 3 * ["doubter"]
    survey = survey_of(store, outcome.run)
    assert {each.judge for each in survey.standings} == {"usual", "free"}
    [suspicion] = suspicions_of(store, outcome.run)
    store.close()
    assert suspicion.case.id == "c4"
    assert suspicion.grounds == {Ground.DENIED, Ground.CONTESTED}
    broken = "verdict is missing: the reference is no query of this workspace: line 1, column 1: "
    assert survey.notes[0] == "Fewer than 5 references decide nothing: writer (3)."
    assert survey.notes[1].startswith(f"free: 1 {broken}")
    assert survey.notes[2].startswith(f"usual: 1 {broken}")
    assert survey.notes[-1].startswith("Level of privacy: off. Sent: 7 requests")
    assert list(survey.notes[3:-1]) == [
        "usual: of 3 verdicts, 2 were settled without a model, which saved 6 model calls.",
        "References that may be wrong themselves, to be looked at: small/c4.",
    ]
