"""Views of a run by plain reading of its results: what columns are held against."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from jurist.columns import CONSTRUCT, NONE, Dimension, Filters, Sort
from jurist.evidence.constructs import constructs_of
from jurist.evidence.difference_kinds import difference_kind
from jurist.roles.protocols import Workspace
from jurist.runs import Result


def value_of(result: Result, dimension: Dimension, workspace: Workspace) -> str:
    """A result's value in a dimension."""
    candidate, verdict = result.candidate, result.verdict
    evidence, score = verdict.evidence, verdict.score
    match dimension:
        case Dimension.JUDGE:
            return result.judge
        case Dimension.GENERATOR:
            return result.generator
        case Dimension.DATASET:
            return result.dataset
        case Dimension.ORIGIN:
            return result.question.origin
        case Dimension.OUTCOME:
            if candidate.failure is not None:
                return "error"
            return "query" if candidate.refusal is None else "refusal"
        case Dimension.RELATION:
            return NONE if evidence is None else evidence.relation
        case Dimension.METHOD:
            return NONE if evidence is None else evidence.method
        case Dimension.LEVEL:
            return NONE if score is None else str(math.floor(score + 0.5))
        case Dimension.SAMPLE:
            return str(result.sample)
        case Dimension.KIND:
            due = result.case.unbuildable and candidate.refusal is not None
            if (score is not None and score >= 4.5) or due or candidate.failure is not None:
                return NONE
            reference = result.case.reference
            return difference_kind(reference, candidate, workspace.language, workspace.schema)


def tags_of(result: Result, workspace: Workspace) -> set[str]:
    """The tags of a result's case, and the constructs of its reference."""
    reference = result.case.reference or "no query"
    words = constructs_of(reference, workspace.language, workspace.schema)
    return {*result.case.tags, *(f"{CONSTRUCT}{word}" for word in words)}


def is_left(
    result: Result, filters: Filters, workspace: Workspace, *, but: Dimension | None = None
) -> bool:
    """Whether filters leave a result; a dimension may be freed."""
    candidate = result.candidate
    texts = [
        result.case.id,
        result.question.text,
        result.case.reference or "",
        candidate.query or candidate.refusal or "",
        "" if candidate.failure is None else candidate.failure.reason,
    ]
    return (
        all(
            dimension is but or not wanted or value_of(result, dimension, workspace) in wanted
            for dimension, wanted in filters.values.items()
        )
        and filters.tags <= tags_of(result, workspace)
        and any(filters.text.casefold() in text.casefold() for text in texts)
    )


def sorted_rows(results: Sequence[Result], sort: Sort) -> list[int]:
    """The places of results in an order."""

    def key(place: int) -> tuple[float, str, str]:
        result = results[place]
        score, cost = result.verdict.score, result.candidate.cost + result.verdict.cost
        match sort:
            case Sort.WORST:
                return math.inf if score is None else score, "", ""
            case Sort.BEST:
                return math.inf if score is None else -score, "", ""
            case Sort.SLOWEST:
                return -cost.ms, "", ""
            case Sort.DEAREST:
                return -cost.usd, "", ""
            case Sort.CASE:
                return 0, result.dataset, result.case.id
            case Sort.RUN:
                return 0, "", ""

    return sorted(range(len(results)), key=key)


def facet_of(
    results: Sequence[Result],
    filters: Filters,
    dimension: Dimension,
    workspaces: dict[str, Workspace],
) -> dict[str, int]:
    """How many each value would give, all other filters kept."""
    counts = Counter({value_of(each, dimension, workspaces[each.dataset]): 0 for each in results})
    for each in results:
        place = workspaces[each.dataset]
        counts[value_of(each, dimension, place)] += is_left(each, filters, place, but=dimension)
    return dict(counts)
