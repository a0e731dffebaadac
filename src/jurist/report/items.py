"""One judged answer as reports show it: texts laid out, trees compared, witnesses ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from jurist.errors import InputError
from jurist.languages.base import Language
from jurist.records import Verdict, Witness
from jurist.report.tree_difference import tree_difference
from jurist.run.results import Result

LONGEST = 4_000
"""Characters that a report shows of one text; longer ones are cut and say so."""
LONGEST_VALUE = 200
"""Characters of what a computed trait gives."""
LARGEST_SUBJECT = 200_000
"""Bytes of JSON of a witness that a report holds; of a larger one only its story."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the report. All texts are hostile: whoever shows them must escape them."""

    dataset: str
    case: str
    tags: tuple[str, ...]
    question: str
    origin: str
    style: str
    faithful: bool | None
    generator: str
    judge: str
    reference: str | None
    candidate: str | None
    refusal: str | None
    failure: str | None
    score: float | None
    unscored: str | None
    relation: str | None
    method: str | None
    reasoning: str
    undecided: str
    """Why the evidence is undecided, or the kind of a difference open; else empty."""
    notes: tuple[str, ...]
    witnesses: tuple[Mapping[str, object], ...]
    difference: tuple[tuple[int, str, str], ...]
    """(depth, label, mark) of the merged trees; empty where a side does not parse."""


def make_item(result: Result, language: Language) -> Item:
    """Lay one result out for people."""
    verdict, candidate = result.verdict, result.candidate
    evidence = verdict.evidence
    reference = result.case.reference
    unscored = verdict.unscored
    faithfulness = result.question.faithfulness
    return Item(
        dataset=result.dataset,
        case=result.case.id,
        tags=result.case.tags,
        question=_bounded(result.question.text),
        origin=result.question.origin,
        style=result.question.style,
        faithful=faithfulness.faithful if faithfulness else None,
        generator=result.generator,
        judge=result.judge,
        reference=None if reference is None else _laid_out(reference, language),
        candidate=None if candidate.query is None else _laid_out(candidate.query, language),
        refusal=None if candidate.refusal is None else _bounded(candidate.refusal),
        failure=None if candidate.failure is None else _bounded(candidate.failure.reason),
        score=verdict.score,
        unscored=None if unscored is None else f"{unscored.kind}: {_bounded(unscored.reason)}",
        relation=evidence.relation if evidence else None,
        method=evidence.method if evidence else None,
        reasoning=_bounded(verdict.reasoning),
        undecided=_bounded(evidence.reason) if evidence else "",
        notes=(*(evidence.notes if evidence else ()), *_decided_by(verdict), *candidate.notes),
        witnesses=tuple(_witness(each) for each in evidence.witnesses) if evidence else (),
        difference=_difference(reference, candidate.query, language),
    )


def _decided_by(verdict: Verdict) -> tuple[str, ...]:
    if not verdict.members:
        return ()
    said = ", ".join(
        f"{member.judge} {'no score' if member.score is None else format(member.score, 'g')}"
        for member in verdict.members
    )
    return (f"asked: {said}",)


def _witness(witness: Witness) -> Mapping[str, object]:
    large = len(msgspec.json.encode(witness.subject)) > LARGEST_SUBJECT
    return {
        "subject": None if large else witness.subject,
        "story": _bounded(witness.story),
        "reference": _small(witness.reference),
        "candidate": _small(witness.candidate),
        "given": _given(witness),
    }


def _small(given: object) -> object:
    """A value as it is, or the beginning of its JSON where that is long."""
    text = msgspec.json.encode(given).decode()
    return given if len(text) <= LONGEST else _bounded(text)


def _given(witness: Witness) -> str:
    """What each query gives on the subject."""
    match witness.reference, witness.candidate:
        case True, False:
            return "in the reference, not in the candidate"
        case False, True:
            return "in the candidate, not in the reference"
        case reference, candidate:
            return (
                f"the reference gives {_value(reference)}, the candidate gives {_value(candidate)}"
            )


def _value(given: object) -> str:
    """A value in words: 'free' as a text, 5 as a number, a list as its JSON."""
    if given is None:
        return "nothing"
    text = f"'{given}'" if isinstance(given, str) else msgspec.json.encode(given).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _laid_out(text: str, language: Language) -> str:
    try:
        return _bounded(language.layout(language.parse(text)))
    except InputError:
        return _bounded(text)


def _difference(
    reference: str | None, candidate: str | None, language: Language
) -> tuple[tuple[int, str, str], ...]:
    if reference is None or candidate is None:
        return ()
    try:
        left = language.tree(language.parse(reference))
        right = language.tree(language.parse(candidate))
    except InputError:
        return ()
    lines = tree_difference(left, right)
    return tuple((line.depth, line.label, str(line.mark)) for line in lines)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"
