"""Reaching the models of a study: its presets, prices and budget, the ledger in its store."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from jurist.errors import StudyError
from jurist.roles.spec import RoleSpec, nearest_hint
from jurist.run.plan import Plan, plan
from jurist.run.study import StudyFile
from jurist.store import Store
from jurist.store.queue import Stage

if TYPE_CHECKING:
    from jurist.models import Models, Preset

_WITHOUT_MODELS: Final = frozenset(
    {"rules", "nearest", "recorded", "callable", "command", "http", "proof", "realizer"}
)


def needs_models(file: StudyFile) -> bool:
    """Whether any role of the study may call a model."""
    roles = file.roles
    asking = () if roles.questions is None else (roles.questions,)
    return any(map(_calls_models, (*asking, *roles.generators, *roles.judges)))


@asynccontextmanager
async def reach_models(file: StudyFile, store: Store) -> AsyncGenerator[Models | None]:
    """The engine that reaches the study's models; `None` where it has none.

    Every call is kept in the store's ledger. The budget is the run's own: what
    earlier sessions of the same run spent counts.

    Raises:
        StudyError: A preset cannot be read.
    """
    if not needs_models(file):
        yield None
        return
    from jurist.models import BatchMode, BatchOptions, Budget, BudgetLimits, Models, Price
    from jurist.store.ledger import SqlLedger

    settings, budget = file.study.models, file.study.budget
    limits = BudgetLimits(
        None if budget.usd is None else Decimal(str(budget.usd)), budget.tokens, budget.calls
    )
    ledger = SqlLedger(store)
    bounded = limits != BudgetLimits()
    run, expected = "", 0
    if bounded or settings.batch == "auto":
        # The run's name holds the roles' versions, and roles need an engine, if only to hold it.
        sketch = plan(file, models=Models())
        run, expected = sketch.run_id, _expected_calls(file, sketch)
    engine = Models(
        ledger,
        presets=_read_presets(file),
        prices={
            model: Price(Decimal(str(price.input)), Decimal(str(price.output)))
            for model, price in settings.prices.items()
        },
        budget=Budget(limits, account=ledger, run=run) if bounded else None,
        batch=BatchOptions(mode=BatchMode(settings.batch), expected=expected),
        batches=ledger,
    )
    try:
        async with engine:
            yield engine
    finally:
        await ledger.close()


def _expected_calls(file: StudyFile, sketch: Plan) -> int:
    """How many calls the run makes at least, where nothing fails and proof saves none."""
    settings, roles = file.study.questions, file.roles
    written = len(settings.styles) * settings.per_case
    calls = 0
    for task in sketch.tasks():
        writes = task.stage is Stage.QUESTIONS
        calls += writes and _calls_models(roles.questions)
        # The sketch has one task a generator and own question, and none yet for those to write.
        answered = written * len(roles.generators) if writes else 1
        answering = sum(map(_calls_models, roles.generators)) / len(roles.generators)
        judging = sum(map(_calls_models, roles.judges))
        calls += round(answered * (answering + judging))
    return calls


def _calls_models(spec: RoleSpec | None) -> bool:
    return spec is not None and spec.kind not in _WITHOUT_MODELS


def _read_presets(file: StudyFile) -> list[Preset]:
    from jurist.models import Preset

    known = [field.name for field in fields(Preset)]
    presets: list[Preset] = []
    for name, given in file.study.models.presets.items():
        where = f"{file.where}, models.presets.{name}"
        for key in given:
            if key not in known:
                raise StudyError(
                    f"unknown key {key!r}",
                    expected=f"one of {', '.join(known)}",
                    fix=nearest_hint(key, known),
                    where=where,
                )
        try:
            presets.append(msgspec.convert({**given, "name": name}, Preset))
        except msgspec.ValidationError as error:
            raise StudyError(str(error), where=where) from None
    return presets
