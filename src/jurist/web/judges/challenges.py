"""A kept challenge as its pages show it: operators by upper bound, items, one item laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.alignment.challenge.keeping import AskedItem
from jurist.alignment.challenge.results import ChallengeResult, OperatorResult, Standing
from jurist.evidence.score import score
from jurist.records import (
    Candidate,
    Case,
    Failure,
    FailureKind,
    Origin,
    Question,
    Verdict,
)
from jurist.report.items import Item, make_item
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result, workspaces
from jurist.store import Store
from jurist.store.runs import find_run

CERTAIN = "the certificate"
"""Under whose name the evidence of an item stands beside the judge's verdict."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator, and how many items it lacks."""

    result: OperatorResult
    lacking: int
    """Items by which it is below those from which on it is tested."""


def operators_by_bound(result: ChallengeResult) -> tuple[Operator, ...]:
    """The operators, that with the highest upper bound first."""
    least = result.demands.least
    ordered = sorted(
        result.operators,
        key=lambda each: (-each.rate.high, -each.rate.value, each.language, each.operator),
    )
    return tuple(
        Operator(each, max(0, least - each.trials) if each.standing is Standing.FEW else 0)
        for each in ordered
    )


def chosen(items: Sequence[AskedItem], *, wrong: bool, operator: str, kind: str) -> tuple[int, ...]:
    """The places of the items that are asked for, in the order in which they were judged."""
    return tuple(
        place
        for place, item in enumerate(items)
        if (item.wrong or not wrong) and operator in ("", item.operator) and kind in ("", item.kind)
    )


def laid_out(store: Store, result: ChallengeResult, item: AskedItem) -> Item | None:
    """An item with both queries and what tells them apart; `None` where its run was deleted."""
    if find_run(store, result.run) is None:
        return None
    place = workspaces(store, result.run).get(item.dataset)
    return None if place is None else make_item(_results(result, item, place), place)


def _results(
    result: ChallengeResult, item: AskedItem, workspace: Workspace
) -> tuple[Result, Result]:
    question = Question("q", item.question, Origin.SYNTHETIC)
    case = Case(item.case, item.reference, (question,))
    verdict = Verdict(
        result.judge,
        item.score,
        item.reasoning,
        None if item.score is not None else Failure(FailureKind.ERROR, item.unscored),
    )
    scored = score(item.evidence, workspace.language.words)
    if isinstance(scored, Failure):
        certain = Verdict(CERTAIN, None, item.truth, scored, item.evidence)
    else:
        certain = Verdict(CERTAIN, scored[0], item.truth, evidence=item.evidence)
    candidate = Candidate(query=item.candidate)
    first, second = (
        Result(item.dataset, case, question, item.operator, candidate, each.judge, each, item.task)
        for each in (verdict, certain)
    )
    return first, second
