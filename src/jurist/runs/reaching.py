"""Reaching the models of a study: its presets, prices and budget, the ledger in its store."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from jurist.roles.loading import JUDGES, read_spec
from jurist.roles.spec import RoleSpec
from jurist.runs.means import reach_of
from jurist.runs.plan import Plan, asking, plan
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.lock import at_work
from jurist.store.queue import Stage

if TYPE_CHECKING:
    from jurist.models import BudgetLimits, Keys, Models, Price
    from jurist.store.ledger import SqlLedger

_WITHOUT_MODELS: Final = frozenset(
    {
        *("rules", "nearest", "recorded", "callable", "command", "http"),
        *("proof", "realizer", "simulated"),
    }
)

_OF_JUDGES: Final = frozenset({"panel", "cascade", "reference"})


def needs_models(file: StudyFile) -> bool:
    """Whether any role of the study may call a model, through its proxy too."""
    roles = file.roles
    alone = tuple(filter(None, (roles.questions, roles.user)))
    return file.study.proxy is not None or any(
        map(calls_models, (*alone, *roles.generators, *roles.judges))
    )


@asynccontextmanager
async def reach_models(file: StudyFile, store: Store) -> AsyncGenerator[Models | None]:
    """The engine that reaches the study's models; `None` where it has none.

    Every call is kept in the store's ledger, and all that leaves is on record there before it
    does, what roles send by themselves too. The budget is the run's own: what earlier sessions
    of the same run spent counts.

    Raises:
        StudyError: A preset cannot be read.
        InputError: A dataset or a role cannot be used, a model's key is missing.
    """
    file = file.kept_in(store.place)
    if not needs_models(file):
        if not _calls_servers(file):
            yield None
            return
        async with logging_in(store):
            yield None
        return
    from jurist.models import BatchMode, BatchOptions, Budget, Models
    from jurist.runs.presets import read_presets

    settings, limits = file.study.models, limits_of(file)
    run, expected = "", 0
    if limits is not None or settings.batch == "auto":
        # The run's name holds the roles' versions, and roles need an engine, if only to hold it.
        # Whether their keys are there is asked when the roles are made that the engine is for.
        planned = asking(plan(file, models=idle_models(file)))
        run = planned.run_id
        expected = expected_calls(file, planned) if settings.batch == "auto" else 0
    async with (
        logging_in(store) as ledger,
        Models(
            ledger,
            presets=read_presets(file),
            prices=prices_of(file),
            budget=None if limits is None else Budget(limits, account=ledger, run=run),
            batch=BatchOptions(mode=BatchMode(settings.batch), expected=expected),
            batches=ledger,
            reach=reach_of(file),
        ) as engine,
    ):
        yield engine


@asynccontextmanager
async def reach_models_for(
    file: StudyFile, store: Store, limits: BudgetLimits, account: str
) -> AsyncGenerator[Models]:
    """The engine that reaches the study's models, for work that is no run.

    Args:
        file: The study; its own budget is its runs'.
        store: Whose ledger keeps every call.
        limits: What may be spent in all from the account.
        account: Its name in the ledger.

    Raises:
        StudyError: A preset cannot be read.
    """
    from jurist.models import Budget, Models
    from jurist.runs.presets import read_presets

    async with (
        logging_in(store) as ledger,
        Models(
            ledger,
            presets=read_presets(file),
            prices=prices_of(file),
            budget=Budget(limits, account=ledger, run=account),
            reach=reach_of(file),
        ) as engine,
    ):
        yield engine


@asynccontextmanager
async def logging_in(store: Store) -> AsyncGenerator[SqlLedger]:
    """The store's ledger, in which all that roles send meanwhile is kept."""
    from jurist.models import logged_by
    from jurist.store.ledger import SqlLedger

    ledger = SqlLedger(store)
    try:
        with logged_by(ledger), at_work(store):
            yield ledger
    finally:
        await ledger.close()


def _calls_servers(file: StudyFile) -> bool:
    """Whether a role calls a server that is none of a model."""
    return any(spec.kind == "http" for spec in file.roles.generators)


def sketch(file: StudyFile) -> Plan:
    """The study's plan with roles that call nothing: shows what cannot be run, and needs no store.

    Raises:
        InputError: A dataset, a role or a preset cannot be used, a model's key is missing.
    """
    if not needs_models(file):
        return asking(plan(file))
    from jurist.models import Keys

    return asking(plan(file, models=_offline(file, Keys.REQUIRED)))


def idle_models(file: StudyFile) -> Models | None:
    """An engine for roles that others play: it asks for no key, and is never called."""
    if not needs_models(file):
        return None
    from jurist.models import Keys

    return _offline(file, Keys.UNASKED)


def _offline(file: StudyFile, keys: Keys) -> Models:
    from jurist.models import Budget, Models
    from jurist.runs.presets import read_presets

    limits = limits_of(file)
    return Models(
        presets=read_presets(file),
        prices=prices_of(file),
        budget=None if limits is None else Budget(limits),
        reach=reach_of(file),
        keys=keys,
    )


def limits_of(file: StudyFile) -> BudgetLimits | None:
    """What a study's calls may cost; `None` where it does not say."""
    from jurist.models import BudgetLimits

    given = file.study.budget
    usd = None if given.usd is None else Decimal(str(given.usd))
    limits = BudgetLimits(usd, given.tokens, given.calls)
    return None if limits == BudgetLimits() else limits


def prices_of(file: StudyFile) -> dict[str, Price]:
    """What a study says that tokens cost, by model string."""
    from jurist.models import Price

    return {
        model: Price(Decimal(str(price.input)), Decimal(str(price.output)))
        for model, price in file.study.models.prices.items()
    }


def expected_calls(file: StudyFile, sketched: Plan) -> int:
    """How many calls the run makes where nothing fails, nothing is repaired, proof saves none."""
    roles = file.roles
    asking = 0 if roles.questions is None else _calls_to_ask(roles.questions)
    answers = sum(each.samples for each in roles.generators)
    answering = sum(each.samples * _calls_to_answer(each) for each in roles.generators) / answers
    judging = sum(map(_calls_to_judge, roles.judges))
    written = len(file.study.questions.styles) * file.study.questions.per_case
    calls = 0.0
    for task in sketched.tasks():
        # The sketch has one task an answer and own question, and none yet for those to write.
        if task.stage is Stage.QUESTIONS:
            calls += written * (asking + answers * (answering + judging))
        else:
            calls += answering + judging
    return round(calls)


def _calls_to_ask(spec: RoleSpec) -> int:
    return calls_models(spec) * (1 if spec.options.get("read_back") is False else 2)


def _calls_to_answer(spec: RoleSpec) -> int:
    return calls_models(spec) * (2 if spec.options.get("plan") is True else 1)


def _calls_to_judge(spec: RoleSpec) -> int:
    """Calls for one answer; of a kind that a package added, one."""
    if spec.kind in _OF_JUDGES:
        given = spec.argument
        inner = cast("list[object]", given) if isinstance(given, list) else [given]
        return sum(_calls_to_judge(read_spec(each, JUDGES)) for each in inner)
    samples = spec.options.get("samples", 1)
    orders = 2 if spec.options.get("both_orders") is True else 1
    return calls_models(spec) * orders * (samples if isinstance(samples, int) else 1)


def calls_models(spec: RoleSpec | None) -> bool:
    """Whether a role may call a model."""
    return spec is not None and spec.kind not in _WITHOUT_MODELS
