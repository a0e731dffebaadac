"""The 1-5 score of evidence: the whole rule, with its borders.

Two measures, each from 0 to 1, decide what is not equivalent:

- *behaviour*: of the kinds of inputs that the two queries tell apart and on which either
  gives something, the share on which both give the same. A kind is a kind however many
  inputs it has, so a difference at a border, which real ones seldom meet, weighs far more
  here than in life: "at least 100" and "at least 101" tell three kinds apart and share one
  of two. A high value is strong evidence of likeness, a middling one is not evidence of the
  contrary. Where nothing was proved, the same is counted on inputs that were made up.
- *matched*: the share of conditions of the normal forms that both queries have, edges apart.

- 5: equivalent, or the reference permits all that the candidate does.
- 4: the results have something in common, and all that differs is at an edge (a bound's own value,
  a missing value, 30 days for a month of 31); or matched is at least 0.5 and behaviour at
  least 0.9; or of the results' aspects only their arrangement differs: the same rows in another
  order, repeated, with their columns in other places or more of them, with other ones of equals,
  or beside rows with missing values.
- 3: the results have something in common, and matched is at least 0.5 or the mean of both measures
  at least 0.4.
- 2: matched is at least 0.1.
- 1: all else.

Where one measure is not there, the other stands for the mean, and what asks for it does
not hold. Without both, and where equality stays undecided, there is no score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from jurist.evidence.sentences import sentences
from jurist.languages.words import Words
from jurist.records import DifferenceAspect, Evidence, Failure, FailureKind, Method, Relation

NEAR_BEHAVIOUR = 0.9
MAIN_MATCHED = 0.5
MAIN_MEAN = 0.4
SOME_MATCHED = 0.1

RULE: Final[Mapping[int, str]] = {
    5: "The same, or all that the reference permits.",
    4: "The results have something in common, and all that differs is at an edge (a bound's own "
    f"value, a missing value); or {MAIN_MATCHED:.0%} of the conditions match and behaviour is at "
    f"least {NEAR_BEHAVIOUR}; or only the arrangement of the same rows differs.",
    3: f"They have something in common, and {MAIN_MATCHED:.0%} of the conditions match, or the "
    f"mean of both measures is at least {MAIN_MEAN}.",
    2: f"{SOME_MATCHED:.0%} of the conditions match.",
    1: "All else.",
}
"""What each score stands for, for people: the table above in short."""
_ROWS = frozenset({DifferenceAspect.MEMBERS, DifferenceAspect.ROWS})
"""The aspects that are more than arrangement."""
_AT_AN_EDGE = "right but at an edge"
"""Of a 4 where all that differs is at an edge. How rare that is, only real inputs could say."""
_METHODS = {
    Method.IDENTICAL: "the two queries are identical",
    Method.NORMAL_FORM: "the two queries have the same normal form",
    Method.PROOF: "proved for every possible {input}",
}
REFINES = "the reference permits every outcome that the candidate permits"


def score(evidence: Evidence, words: Words) -> tuple[float, str] | Failure:
    """The score of a candidate, from 1 to 5, and the reason in words.

    Args:
        evidence: About the candidate and its reference.
        words: Of their language.

    Returns:
        A `Failure` of kind `undecided` where the evidence shows neither equality nor a
        difference, or a difference of which nothing says how large it is.
    """
    if evidence.relation is Relation.UNDECIDED:
        return Failure(FailureKind.UNDECIDED, evidence.reason or "no arm decided it")
    if evidence.relation in {Relation.EQUIVALENT, Relation.REFINES}:
        how = _METHODS.get(evidence.method, "found equal").format(input=words.input)
        if evidence.relation is Relation.REFINES:
            how = f"{REFINES}, {how}"
        return 5.0, _sentences([f"{words.levels[5]}: {how}", *sentences(evidence, words)])
    behaviour = _behaviour(evidence)
    if behaviour is None and evidence.matched is None and not _is_arrangement(evidence):
        return Failure(
            FailureKind.UNDECIDED, "the queries differ, but nothing measures by how much"
        )
    points = _points(evidence, behaviour)
    return float(points), _sentences(_reasons(points, evidence, words))


def _points(evidence: Evidence, behaviour: float | None) -> int:
    """The rule of this module's table, for what is certainly different."""
    if _is_arrangement(evidence):
        return 4
    matched = evidence.matched
    known = [measure for measure in (behaviour, matched) if measure is not None]
    share_something = evidence.relation is not Relation.DISJOINT and behaviour != 0
    if share_something:
        at_least = behaviour if behaviour is not None else 0.0
        if evidence.edges_only:
            return 4
        mostly_matched = matched is not None and matched >= MAIN_MATCHED
        if mostly_matched and at_least >= NEAR_BEHAVIOUR:
            return 4
        if mostly_matched or sum(known) / len(known) >= MAIN_MEAN:
            return 3
    if (matched if matched is not None else behaviour or 0.0) >= SOME_MATCHED:
        return 2
    return 1


def _is_arrangement(evidence: Evidence) -> bool:
    """Whether something is known to differ, and no rows themselves."""
    return bool(evidence.aspects) and _ROWS.isdisjoint(evidence.aspects)


def _behaviour(evidence: Evidence) -> float | None:
    return 0.0 if evidence.relation is Relation.DISJOINT else evidence.behaviour


def _reasons(points: int, evidence: Evidence, words: Words) -> Iterator[str]:
    at_an_edge = points == 4 and evidence.edges_only
    relation = _relation(evidence, words)
    yield f"{_AT_AN_EDGE if at_an_edge else words.levels[points]}: {relation}"
    yield evidence.reason
    yield from sentences(evidence, words)
    yield from (witness.story for witness in evidence.witnesses)
    measures: list[str] = []
    behaviour = _behaviour(evidence)
    if behaviour is not None:
        measures.append(f"behaviour {behaviour:.2f}")
    if evidence.matched is not None:
        measures.append(f"matched conditions {evidence.matched:.2f}")
    yield ", ".join(measures)


def _relation(evidence: Evidence, words: Words) -> str:
    if _is_arrangement(evidence):
        return f"they differ in {' and '.join(evidence.aspects)} alone"
    match evidence.relation:
        case Relation.CONTAINS:
            return "the reference contains the candidate and more"
        case Relation.CONTAINED:
            return "the candidate contains the reference and more"
        case Relation.OVERLAPS:
            return words.overlap
        case Relation.DISJOINT:
            return words.disjoint
        case _:
            return "they differ"


def _sentences(parts: list[str] | Iterator[str]) -> str:
    """One sentence a part, each with a capital and a full stop."""
    return " ".join(f"{part[0].upper()}{part[1:].rstrip('.')}." for part in parts if part)
