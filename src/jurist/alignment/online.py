"""What is known of the judges that rule on production, and whether its answers are good enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from jurist.alignment.challenge.results import ChallengeResult
from jurist.analysis.gating import Decision
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import LEAST_TO_DECIDE
from jurist.production.online_figures import OnlineRow
from jurist.store import Store
from jurist.store.challenges import challenges_of
from jurist.store.online_verdicts import Way


class _Kept(msgspec.Struct):
    """The part of a kept challenge that is read here."""

    result: ChallengeResult


@dataclass(frozen=True, slots=True)
class JudgeCard:
    """How a judge that needs no reference erred on certified changes, by its newest challenge."""

    judge: str
    version: str
    challenge: str
    """Its id; empty: this very version was never challenged in this store."""
    errors: Estimate | None
    """Share of certified items on which it was wrong."""
    qualified: Decision | None


def cards_of_judges(store: Store, rows: Iterable[OnlineRow]) -> tuple[JudgeCard, ...]:
    """The card of each judge that ruled without a reference."""
    judges = dict.fromkeys(
        (row.judge, row.judge_version) for row in rows if row.way is Way.UNSAVED and row.judge
    )
    return tuple(_card(store, *judge) for judge in judges)


def _card(store: Store, judge: str, version: str) -> JudgeCard:
    for record in challenges_of(store, judge):
        result = msgspec.json.decode(record.payload, type=_Kept).result
        if result.version == version:
            total = result.total
            return JudgeCard(judge, version, record.id, total.rate, total.decision)
    return JudgeCard(judge, version, "", None, None)


def newest_right(rows: Iterable[OnlineRow], limit: float) -> Decision:
    """Whether the saved answers of each feature's newest version are right often enough.

    Answers without a score, and such as wait to be judged, count at their worst for a pass and at
    their best for a failure.

    Args:
        rows: One a version.
        limit: Least share proved right.
    """
    newest: dict[str, OnlineRow] = {}
    for row in rows:
        if row.way is Way.SAVED and row.judge:
            known = newest.get(row.system)
            if known is None or (row.newest, row.judged) > (known.newest, known.judged):
                newest[row.system] = row
    decisions = {_decision(row, limit) for row in newest.values()}
    for decision in (Decision.FAIL, Decision.NOT_ENOUGH_DATA):
        if decision in decisions:
            return decision
    return Decision.PASS if decisions else Decision.NOT_ENOUGH_DATA


def _decision(row: OnlineRow, limit: float) -> Decision:
    if row.right.clusters < LEAST_TO_DECIDE:
        return Decision.NOT_ENOUGH_DATA
    if min(row.right.low, row.bounds[0]) >= limit:
        return Decision.PASS
    fails = max(row.right.high, row.bounds[1]) < limit
    return Decision.FAIL if fails else Decision.NOT_ENOUGH_DATA
