"""Whether a change may pass: each criterion decided by an interval, never by a bare number.

A false PASS and a false FAIL each happen with a chance of at most 2.5 %, whatever is true and
however many criteria there are:

- PASS asks for every criterion, and each is tested at 2.5 %. At least one that does not hold must
  pass for the whole to pass wrongly, so nothing has to be corrected (an intersection-union test,
  Berger 1982).
- FAIL is said where any criterion fails, so these are corrected over criteria (Holm 1979).
- Where any of several generators may give the PASS, that is several chances of a false one: each
  is tested at 2.5 % over their number. FAIL then asks that all of them fail, which is no second
  chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan

import numpy as np

from jurist.analysis.comparison import adjust
from jurist.analysis.corrected import Corrected
from jurist.analysis.estimands import Needed
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import LEAST_TO_DECIDE, LEVEL
from jurist.analysis.samples import (
    Rule,
    Sample,
    estimate_of,
    needed_above,
    p_below,
    p_not_below,
)


class Decision(StrEnum):
    """What a criterion says."""

    PASS = "pass"  # noqa: S105 - a decision, no password
    FAIL = "fail"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that had to hold, what was measured, and the decision.

    `p_pass` and `p_fail` are one-sided p-values of "it does not hold" and "it holds":
    small ones are evidence for passing, and for failing.
    """

    name: str
    subject: str
    """Generator and judge, or operator."""
    estimate: Estimate
    limit: float
    decision: Decision
    generator: str = ""
    """Whom it is about; empty: all."""
    p_pass: float = nan
    p_fail: float = nan
    p_fail_adjusted: float = nan
    """Corrected over the criteria that may fail together (Holm)."""
    needed: int | None = None
    """References like these that would pass it with a chance of 80 %; `None`: it is decided, or
    no number would, since what was seen is not inside the limit."""
    needed_at_best: int | None = None
    """The least number of references with which anything passes: had all been as good as can
    be asked (an unchanged system, no error), with no spread at all. `None`: any number."""
    note: str = ""
    labels: int | None = None
    """People's labels that correct the measurement; `None`: it is the judge's own."""
    more_labels: int | None = None
    """Labels that would halve its interval; `None`: more references are needed for that."""


def at_least(
    limit: float,
    sample: Sample,
    rule: Rule,
    *,
    best: float,
    name: str,
    subject: str,
    generator: str = "",
    passes: int = 1,
) -> Criterion:
    """A mean has to be `limit` or more.

    Args:
        limit: On the sample's scale.
        sample: What was measured.
        rule: Why the true mean may be another.
        best: The mean that can be asked at most (0 for the difference to a baseline).
        name: Of the criterion.
        subject: Generator and judge.
        generator: Whom it is about.
        passes: Generators that each may give the PASS: its level and interval are corrected.
    """
    level = LEVEL / passes
    p_pass, p_fail = p_below(sample, limit, rule), p_not_below(sample, limit, rule)
    decision = _decision(p_pass, level, p_fail)
    if sample.references < LEAST_TO_DECIDE and rule is not Rule.EXACT:
        decision = Decision.NOT_ENOUGH_DATA
    open_ = decision is Decision.NOT_ENOUGH_DATA and rule is not Rule.EXACT
    return Criterion(
        name,
        subject,
        estimate_of(sample, rule, 1 - 2 * level),
        limit,
        decision,
        generator,
        p_pass,
        p_fail,
        p_fail,
        needed_above(sample, limit, rule, level=level) if open_ else None,
        needed_above(_all_at(best, sample), limit, rule, level=level) if open_ else None,
    )


def corrected_at_least(
    limit: float,
    corrected: Corrected,
    *,
    name: str,
    subject: str,
    generator: str = "",
    passes: int = 1,
) -> Criterion:
    """A mean that people's labels correct has to be `limit` or more.

    Args:
        limit: On the mean's scale; what was claimed of `corrected`.
        corrected: With p-values of that claim, and an interval corrected over `passes`.
        name: Of the criterion.
        subject: Generator and judge.
        generator: Whom it is about.
        passes: Generators that each may give the PASS.
    """
    decision = _decision(corrected.p_at_most, LEVEL / passes, corrected.p_at_least)
    if corrected.estimate.clusters < LEAST_TO_DECIDE:
        decision = Decision.NOT_ENOUGH_DATA
    return Criterion(
        name,
        subject,
        corrected.estimate,
        limit,
        decision,
        generator,
        corrected.p_at_most,
        corrected.p_at_least,
        corrected.p_at_least,
        labels=corrected.labels,
        more_labels=corrected.labels_to_halve,
    )


def overall(criteria: Iterable[Criterion]) -> Decision:
    """Fail where one fails; else not enough data where one is undecided; else pass."""
    decisions = {each.decision for each in criteria}
    for decision in (Decision.FAIL, Decision.NOT_ENOUGH_DATA):
        if decision in decisions:
            return decision
    return Decision.PASS


def decide(
    criteria: Sequence[Criterion], needed: Needed = Needed.EVERY
) -> tuple[tuple[Criterion, ...], Decision]:
    """Correct the failures that may be said together, and decide over all criteria.

    Where any generator may give the PASS, a criterion that concerns all is one of every
    generator's; its failure counts where it holds up among the criteria of each of them.

    Returns:
        The criteria with their corrected p-values and decisions, and the decision over all.
    """
    names = dict.fromkeys(each.generator for each in criteria if each.generator)
    if needed is Needed.EVERY or not names:
        corrected = _corrected(criteria)
        return corrected, overall(corrected)
    families = [
        _corrected([each for each in criteria if each.generator in ("", name)]) for name in names
    ]
    decisions = [overall(family) for family in families]
    by_key = {
        (each.generator, each.name, each.subject): each for family in families for each in family
    }
    corrected = tuple(by_key[each.generator, each.name, each.subject] for each in criteria)
    if Decision.PASS in decisions:
        return corrected, Decision.PASS
    if set(decisions) == {Decision.FAIL}:
        return corrected, Decision.FAIL
    return corrected, Decision.NOT_ENOUGH_DATA


def _corrected(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    adjusted = adjust([each.p_fail for each in criteria])
    return tuple(
        replace(
            each,
            p_fail_adjusted=p_fail,
            decision=Decision.NOT_ENOUGH_DATA
            if each.decision is Decision.FAIL and p_fail > LEVEL
            else each.decision,
        )
        for each, p_fail in zip(criteria, adjusted, strict=True)
    )


def _decision(p_pass: float, level: float, p_fail: float) -> Decision:
    if p_pass <= level:
        return Decision.PASS
    return Decision.FAIL if p_fail <= LEVEL else Decision.NOT_ENOUGH_DATA


def _all_at(value: float, sample: Sample) -> Sample:
    """One reference whose mean is `value`, on the scale of a sample."""
    seen = np.array([value])
    return replace(
        sample, seen=seen, worst=seen, best=seen, weights=np.ones(1), items=1, references=1
    )
