"""A verdict as a flat row, for tables and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from jurist.analysis.leaderboard import proved_right
from jurist.runs.results import Result

Cell = str | int | float | bool | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `Run.rows`."""

    kind: type[str] | type[int] | type[float] | type[bool]
    """Of its values; any may be `None`."""
    meaning: str


COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "run": Column(str, "the run's id"),
        "dataset": Column(str, "the dataset's name"),
        "case": Column(str, "the case's id"),
        "tags": Column(str, "the case's tags, with commas between them"),
        "question_id": Column(str, "the question's id"),
        "question": Column(str, "the request"),
        "origin": Column(str, "authored, synthetic or real"),
        "anchored_by": Column(str, "the system whose answer was edited into the reference"),
        "options": Column(str, "what the reference is run with, as JSON"),
        "style": Column(str, "the style of a synthetic question"),
        "generator": Column(str, "who answered"),
        "sample": Column(int, "which of the generator's answers to the question, from 1"),
        "reference": Column(str, "the right query; none: a refusal is right"),
        "candidate": Column(str, "the answer; none: a refusal or a failure"),
        "refusal": Column(str, "why the generator declined"),
        "failure": Column(str, "why there is no answer"),
        "judge": Column(str, "who judged"),
        "score": Column(float, "1 to 5; none: no score"),
        "unscored": Column(str, "the kind of reason for no score"),
        "reason": Column(str, "why there is no score, or why a relation is open"),
        "reasoning": Column(str, "the judge's reasons"),
        "relation": Column(str, "what the evidence says: equivalent, contains, ..."),
        "method": Column(str, "how the evidence was come by"),
        "proved_right": Column(bool, "whether the answer is certainly right"),
        "witness": Column(str, "who tells the two queries apart, in a sentence"),
        "confidence": Column(float, "the judge's own, 0 to 1"),
        "ms": Column(float, "milliseconds that the verdict took"),
        "usd": Column(float, "US dollars that the verdict cost"),
        "answer_ms": Column(float, "milliseconds that the answer took"),
        "answer_usd": Column(float, "US dollars that the answer cost"),
        "answer_calls": Column(int, "calls of models that the answer took, as far as it told"),
        "answer_input_tokens": Column(int, "tokens that models were given for the answer"),
        "answer_output_tokens": Column(int, "tokens that models gave for it"),
        "asked_back": Column(int, "how often the generator asked back before it answered"),
        "transcript": Column(str, "what was said between question and answer, a line a turn"),
        "trace_id": Column(str, "by which the generator's own traces call the answer"),
        "task": Column(str, "the answer's key, the same for all judges"),
    }
)


def row_of(run: str, result: Result) -> Row:
    """A verdict as a flat row, with the columns `COLUMNS` in their order."""
    case, question, candidate, verdict = (
        result.case,
        result.question,
        result.candidate,
        result.verdict,
    )
    evidence, unscored, turns = verdict.evidence, verdict.unscored, candidate.transcript
    witnesses = () if evidence is None else evidence.witnesses
    reason = unscored.reason if unscored else evidence.reason if evidence else ""
    return {
        "run": run,
        "dataset": result.dataset,
        "case": case.id,
        "tags": ",".join(case.tags),
        "question_id": question.id,
        "question": question.text,
        "origin": question.origin.value,
        "anchored_by": case.anchored_by or None,
        "options": msgspec.json.encode(case.options).decode() if case.options else None,
        "style": question.style or None,
        "generator": result.generator,
        "sample": result.sample,
        "reference": case.reference,
        "candidate": candidate.query,
        "refusal": candidate.refusal,
        "failure": candidate.failure.reason if candidate.failure else None,
        "judge": result.judge,
        "score": verdict.score,
        "unscored": unscored.kind.value if unscored else None,
        "reason": reason or None,
        "reasoning": verdict.reasoning or None,
        "relation": evidence.relation.value if evidence else None,
        "method": evidence.method.value if evidence else None,
        "proved_right": proved_right(result),
        "witness": witnesses[0].story if witnesses else None,
        "confidence": verdict.confidence,
        "ms": verdict.cost.ms,
        "usd": verdict.cost.usd,
        "answer_ms": candidate.cost.ms,
        "answer_usd": candidate.cost.usd,
        "answer_calls": candidate.cost.calls,
        "answer_input_tokens": candidate.cost.input_tokens,
        "answer_output_tokens": candidate.cost.output_tokens,
        "asked_back": candidate.asked_back,
        "transcript": "\n".join(f"{turn.speaker}: {turn.text}" for turn in turns) or None,
        "trace_id": candidate.trace_id or None,
        "task": result.task,
    }
