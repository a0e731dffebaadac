"""The proof judge on texts: from a reference and an answer to a verdict."""

from __future__ import annotations

import time
from dataclasses import replace

from jurist.errors import StoppedByClock
from jurist.evidence.pipeline import decide
from jurist.evidence.reading import read_query
from jurist.evidence.refusals import rule_beforehand
from jurist.evidence.score import score
from jurist.languages.base import Language, Schema
from jurist.languages.effort import STEPS
from jurist.records import Candidate, Cost, Failure, FailureKind, Verdict

JUDGE = "proof"
NO_QUERY = "Not a query of this workspace: "
"""Begins the reasoning about an answer that does not parse, or names what is not there."""


def judge_texts(
    language: Language,
    reference: str | None,
    candidate: Candidate | str,
    schema: Schema,
    *,
    steps: int = STEPS,
    prove: bool = True,
) -> Verdict:
    """Rule on one answer by evidence alone.

    A refusal is right exactly where the case is unbuildable. An answer that is no query
    of this workspace, because it does not parse or names what is not there, is a 1: the
    feature could not have built it. A reference of that kind is a fault of the dataset,
    so no answer to it is scored, whatever it is.

    Args:
        language: What both are written in.
        reference: The right query; `None` where the right answer is a refusal.
        candidate: What the generator answered; a text is a query.
        schema: The workspace.
        steps: Of work, for each arm of the evidence.
        prove: Whether to prove at all, or leave it at execution.

    Raises:
        InternalContradiction: Where two arms of the evidence cannot both be right.
    """
    start = time.perf_counter()
    answer = Candidate(query=candidate) if isinstance(candidate, str) else candidate
    verdict = _verdict(language, reference, answer, schema, steps=steps, prove=prove)
    return replace(verdict, cost=Cost(ms=(time.perf_counter() - start) * 1000))


def _verdict(
    language: Language,
    reference: str | None,
    answer: Candidate,
    schema: Schema,
    *,
    steps: int,
    prove: bool,
) -> Verdict:
    ruled = rule_beforehand(JUDGE, language, schema, reference, answer)
    if isinstance(ruled, Verdict):
        return ruled
    given = read_query(language, answer.query or "", schema)
    if isinstance(given, str):
        return Verdict(JUDGE, 1.0, NO_QUERY + given)
    try:
        evidence = decide(language, ruled, given, schema, steps=steps, prove=prove)
    except StoppedByClock as error:
        return Verdict(
            JUDGE, None, "Stopped by the clock.", Failure(FailureKind.TIMEOUT, str(error))
        )
    scored = score(evidence, language.words)
    if isinstance(scored, Failure):
        return Verdict(
            JUDGE, None, "Neither equality nor a difference is certain.", scored, evidence
        )
    points, reason = scored
    return Verdict(JUDGE, points, reason, evidence=evidence)
