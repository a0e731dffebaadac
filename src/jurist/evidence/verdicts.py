"""The proof judge on texts: from a reference and an answer to a verdict."""

from __future__ import annotations

import time
from dataclasses import replace

from jurist.errors import InputError
from jurist.evidence.pipeline import decide
from jurist.evidence.refusals import rule_on_refusal
from jurist.evidence.score import score
from jurist.languages.base import Language, Query, Schema
from jurist.records import Candidate, Cost, Failure, FailureKind, Verdict

JUDGE = "proof"
NO_QUERY = "Not a query of this workspace: "
"""Begins the reasoning about an answer that does not parse, or names what is not there."""
_MOST_ISSUES = 3
_LONGEST_MESSAGE = 1_000
_MOST_KNOWN = 1_024
"""Texts whose reading is remembered: a reference comes once for each of its candidates."""
_LONGEST_KEPT = 2_000


def judge_texts(
    language: Language,
    reference: str | None,
    candidate: Candidate | str,
    schema: Schema,
    *,
    timeout_ms: int = 2000,
    prove: bool = True,
) -> Verdict:
    """Rule on one answer by evidence alone.

    A refusal is right exactly where the case is unbuildable. An answer that is no query
    of this workspace, because it does not parse or names what is not there, is a 1: the
    feature could not have built it. A reference of that kind is a fault of the dataset,
    so nothing is scored.

    Args:
        language: What both are written in.
        reference: The right query; `None` where the right answer is a refusal.
        candidate: What the generator answered; a text is a query.
        schema: The workspace.
        timeout_ms: The most that a proof may take.
        prove: Whether to prove at all, or leave it at execution.

    Raises:
        InternalContradiction: Where two arms of the evidence cannot both be right.
    """
    start = time.perf_counter()
    answer = Candidate(query=candidate) if isinstance(candidate, str) else candidate
    verdict = _verdict(language, reference, answer, schema, timeout_ms=timeout_ms, prove=prove)
    return replace(verdict, cost=Cost(ms=(time.perf_counter() - start) * 1000))


def _verdict(
    language: Language,
    reference: str | None,
    answer: Candidate,
    schema: Schema,
    *,
    timeout_ms: int,
    prove: bool,
) -> Verdict:
    settled = rule_on_refusal(JUDGE, answer, buildable=reference is not None)
    if settled is not None and (reference is None or answer.failure is not None):
        return settled
    right = _read(language, reference or "", schema)
    if isinstance(right, str):
        failure = Failure(
            FailureKind.ERROR, f"the reference is no query of this workspace: {right}"
        )
        return Verdict(JUDGE, None, "There is no reference to compare with.", failure)
    if settled is not None:
        return settled
    given = _read(language, answer.query or "", schema)
    if isinstance(given, str):
        return Verdict(JUDGE, 1.0, NO_QUERY + given)
    evidence = decide(language, right, given, schema, timeout_ms=timeout_ms, prove=prove)
    ruled = score(evidence)
    if isinstance(ruled, Failure):
        return Verdict(
            JUDGE, None, "Neither equality nor a difference is certain.", ruled, evidence
        )
    points, reason = ruled
    return Verdict(JUDGE, points, reason, evidence=evidence)


def _read(language: Language, text: str, schema: Schema) -> Query | str:
    """The query, or why it is none of this workspace."""
    if len(text) > _LONGEST_KEPT:
        return _read_now(language, text, schema)
    key = id(language), id(schema), text
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = language, schema, _read_now(language, text, schema)
    return known[2]


_known: dict[tuple[int, int, str], tuple[Language, Schema, Query | str]] = {}
"""With both objects, so that their ids stay theirs."""


def _read_now(language: Language, text: str, schema: Schema) -> Query | str:
    try:
        query = language.parse(text)
    except InputError as error:
        return _bounded(f"it does not parse: {error}")
    issues = language.check(query, schema, text=text)
    if issues:
        named = "; ".join(str(issue) for issue in issues[:_MOST_ISSUES])
        more = len(issues) - _MOST_ISSUES
        return _bounded(named + (f"; and {more} more" if more > 0 else ""))
    return query


def _bounded(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 1] + "…"
