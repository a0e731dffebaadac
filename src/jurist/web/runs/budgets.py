"""How much of a run's budget is spent, in words."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jurist.store import Store
from jurist.store.runs import RunRecord, Spent, spent_on
from jurist.web.formats import usd


class _Budget(msgspec.Struct):
    usd: float | None = None
    tokens: int | None = None
    calls: int | None = None


class _Study(msgspec.Struct):
    budget: _Budget | None = None


def budget_words(store: Store, record: RunRecord) -> str:
    """`$0.98 of $1.00 and 412 of 500 calls`; empty where the run has no budget."""
    budget = msgspec.json.decode(record.study, type=_Study).budget
    if budget is None:
        return ""
    return " and ".join(_words(budget, spent_on(store, record.id)))


def _words(budget: _Budget, spent: Spent) -> Iterator[str]:
    if budget.usd is not None:
        yield f"{usd(spent.usd)} of {usd(budget.usd)}"
    if budget.tokens is not None:
        yield f"{spent.tokens:,} of {budget.tokens:,} tokens"
    if budget.calls is not None:
        yield f"{spent.calls:,} of {budget.calls:,} calls"
