"""From a judge's verdicts on certified variants to what they say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from jurist.alignment.automatic import automatic
from jurist.alignment.challenge.checks import MOST_EXAMPLES, check_results
from jurist.alignment.challenge.items import Drawn, Item, Kind, Stratum
from jurist.alignment.challenge.metamorphic import Probe
from jurist.alignment.challenge.results import (
    ChallengeResult,
    CoverageResult,
    Example,
    FamilyResult,
    OperatorResult,
    Standing,
    TotalResult,
)
from jurist.alignment.challenge.running import Sitting
from jurist.alignment.challenge.sentence import sentence_of
from jurist.analysis.bounded import proportion
from jurist.analysis.gating import Decision
from jurist.analysis.levels import LEVEL, PASS, SAME
from jurist.analysis.pooling import pooled_rates
from jurist.analysis.qualifying import (
    Demands,
    fitted,
    operator_p_values,
    total_error,
    total_p_value,
    untested_allowed,
)
from jurist.analysis.tables import Floats, Ints
from jurist.records import Cost, Verdict


def sum_up(
    drawn: Drawn,
    probes: Sequence[Probe],
    sitting: Sitting,
    *,
    datasets: Sequence[str],
    seed: int,
    demands: Demands,
) -> ChallengeResult:
    """What a judge's verdicts on the items say of it.

    It qualifies where the upper bound of its total error is at most `max_error`, no operator lies
    significantly above `max_operator_error`, and few enough operators are untested. It fails where
    the lower bound of its total error lies above, or an operator does.

    Args:
        drawn: The items.
        probes: The pairs of the metamorphic checks, which decide nothing.
        sitting: The verdicts.
        datasets: Their names.
        seed: With which the items were drawn.
        demands: What it has to keep; `least` is raised to where being always wrong shows.
    """
    demands = fitted(demands, len({item.stratum for item in drawn.items}))
    groups: dict[Stratum, list[Item]] = defaultdict(list)
    settled = 0
    for item in drawn.items:
        verdict = sitting.verdicts.get(item.posed.id)
        if verdict is not None and automatic(verdict) is not None:
            settled += 1
        elif verdict is not None:
            groups[item.stratum].append(item)
    judged = [item for group in groups.values() for item in group]
    operators = _operators(groups, sitting.verdicts, demands)
    total = _total(judged, sitting.verdicts, demands)
    coverage = _coverage(drawn, operators, demands)
    asked = {item.posed.id for item in drawn.items}
    asked |= {posed.id for probe in probes for posed in (probe.before, probe.after)}
    left = len(asked - sitting.verdicts.keys())
    result = ChallengeResult(
        sitting.judge,
        sitting.version,
        sitting.outcome.run,
        tuple(datasets),
        seed,
        len(drawn.items),
        settled,
        left,
        sitting.outcome.ending,
        sitting.outcome.reason,
        drawn.references,
        drawn.left_out,
        demands,
        _decision(total, operators, coverage, left=left),
        "",
        total,
        coverage,
        _families(judged, operators, drawn.unreachable, sitting.verdicts),
        operators,
        check_results(probes, sitting.verdicts),
        sum((verdict.cost for verdict in sitting.verdicts.values()), start=Cost()),
    )
    return replace(result, sentence=sentence_of(result))


def _decision(
    total: TotalResult,
    operators: Iterable[OperatorResult],
    coverage: Iterable[CoverageResult],
    *,
    left: int,
) -> Decision:
    if left:
        return Decision.NOT_ENOUGH_DATA
    if total.decision is Decision.FAIL or any(
        each.standing is Standing.ABOVE for each in operators
    ):
        return Decision.FAIL
    parts = {total.decision, *(each.decision for each in coverage)}
    return Decision.NOT_ENOUGH_DATA if Decision.NOT_ENOUGH_DATA in parts else Decision.PASS


# --- operators ------------------------------------------------------------------------------


def _operators(
    groups: Mapping[Stratum, Sequence[Item]], verdicts: Mapping[str, Verdict], demands: Demands
) -> tuple[OperatorResult, ...]:
    errors = np.asarray(
        [sum(errs(item, verdicts[item.posed.id]) for item in group) for group in groups.values()],
        dtype=np.float64,
    )
    trials = np.asarray([len(group) for group in groups.values()], dtype=np.float64)
    corrected = operator_p_values(errors, trials, demands)
    families = [(language, kind) for language, kind, _ in groups]
    pooled = np.full(len(groups), np.nan)
    for family in set(families):
        mine = np.asarray([each == family for each in families])
        pooled[mine] = pooled_rates(errors[mine], trials[mine])
    p_values = [None if np.isnan(each) else float(each) for each in corrected]
    rows = zip(groups.items(), pooled.tolist(), p_values, strict=True)
    found = [
        _operator(stratum, items, verdicts, rate, p_value)
        for (stratum, items), rate, p_value in rows
    ]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                each.standing is not Standing.ABOVE,
                -round(each.pooled, 9),
                each.language,
                each.kind,
                each.operator,
            ),
        )
    )


def _operator(
    stratum: Stratum,
    items: Sequence[Item],
    verdicts: Mapping[str, Verdict],
    pooled: float,
    p_value: float | None,
) -> OperatorResult:
    language, kind, operator = stratum
    wrong = [item for item in items if errs(item, verdicts[item.posed.id])]
    silent = [
        verdict.unscored
        for item in wrong
        if (verdict := verdicts[item.posed.id]).unscored is not None
    ]
    scores = [verdicts[item.posed.id].score for item in items]
    examples = (_example(item, verdicts[item.posed.id]) for item in wrong)
    if p_value is None:
        standing = Standing.FEW
    else:
        standing = Standing.ABOVE if p_value <= LEVEL else Standing.NOT_ABOVE
    return OperatorResult(
        language,
        operator,
        kind,
        len(wrong),
        len(items),
        len(silent),
        proportion(len(wrong), len(items)),
        pooled,
        p_value,
        standing,
        sum(score is not None and score >= PASS for score in scores) * (kind is Kind.MUTANT),
        silent[0].reason if silent else "",
        tuple(each for each in examples if each is not None)[:MOST_EXAMPLES],
    )


def errs(item: Item, verdict: Verdict) -> bool:
    """Whether the judge's verdict on an item is an error; one without a score is."""
    return verdict.score is None or (verdict.score >= SAME) is (item.kind is Kind.MUTANT)


def _example(item: Item, verdict: Verdict) -> Example | None:
    if verdict.score is None:
        return None
    witnesses = item.evidence.witnesses
    return Example(
        item.case,
        item.posed.question.text,
        item.posed.reference,
        item.posed.candidate,
        verdict.score,
        verdict.reasoning,
        witnesses[0].story if witnesses else "",
        item.same,
    )


# --- all together ---------------------------------------------------------------------------


def _wrong(items: Sequence[Item], verdicts: Mapping[str, Verdict]) -> tuple[Floats, Ints]:
    """1 where the judge erred, and the number of each item's reference."""
    places: dict[str, int] = {}
    references = [places.setdefault(item.reference, len(places)) for item in items]
    wrong = [float(errs(item, verdicts[item.posed.id])) for item in items]
    return np.asarray(wrong, dtype=np.float64), np.asarray(references, dtype=np.int64)


def _total(items: Sequence[Item], verdicts: Mapping[str, Verdict], demands: Demands) -> TotalResult:
    errors, references = _wrong(items, verdicts)
    rate = total_error(errors, references)
    wrong = [item for item in items if errs(item, verdicts[item.posed.id])]
    scored = [item.kind for item in wrong if verdicts[item.posed.id].score is not None]
    if rate.high <= demands.max_error:
        decision = Decision.PASS
    else:  # no bounds where there is nothing
        decision = Decision.FAIL if rate.low > demands.max_error else Decision.NOT_ENOUGH_DATA
    return TotalResult(
        len(wrong),
        len(items),
        scored.count(Kind.MUTANT),
        scored.count(Kind.REWRITE),
        len(wrong) - len(scored),
        rate,
        total_p_value(errors, references, demands.max_error),
        decision,
    )


def _families(
    items: Sequence[Item],
    operators: Iterable[OperatorResult],
    unreachable: Sequence[Stratum],
    verdicts: Mapping[str, Verdict],
) -> tuple[FamilyResult, ...]:
    members: dict[tuple[str, Kind], list[OperatorResult]] = defaultdict(list)
    for each in operators:
        members[each.language, each.kind].append(each)
    found: list[FamilyResult] = []
    for (language, kind), mine in sorted(members.items()):
        family = (language, kind)
        beyond = sum(each[:2] == family for each in unreachable)
        asked = [item for item in items if item.stratum[:2] == family]
        found.append(
            FamilyResult(
                language,
                kind,
                sum(each.errors for each in mine),
                sum(each.trials for each in mine),
                sum(each.unscored for each in mine),
                total_error(*_wrong(asked, verdicts)),
                len(mine) + beyond,
                sum(each.standing is Standing.FEW for each in mine) + beyond,
            )
        )
    return tuple(found)


def _coverage(
    drawn: Drawn, operators: Iterable[OperatorResult], demands: Demands
) -> tuple[CoverageResult, ...]:
    tested = {
        (each.language, each.kind, each.operator)
        for each in operators
        if each.standing is not Standing.FEW
    }
    reached = {item.stratum for item in drawn.items}
    found: list[CoverageResult] = []
    for language in sorted({each[0] for each in (*reached, *drawn.unreachable)}):
        mine = sorted(each for each in {*reached, *drawn.unreachable} if each[0] == language)
        untested = tuple(name for *_, name in (each for each in mine if each not in tested))
        unreachable = tuple(name for *_, name in (each for each in mine if each not in reached))
        allowed = untested_allowed(len(mine), demands)
        enough = len(untested) <= allowed
        found.append(
            CoverageResult(
                language,
                len(mine),
                untested,
                unreachable,
                tuple(name for of, name in drawn.placeless if of == language),
                allowed,
                Decision.PASS if enough else Decision.NOT_ENOUGH_DATA,
            )
        )
    return tuple(found)
