"""A proxy that belongs to no run: its models, its budget, and the ledger in a store."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jurist.errors import StudyError
from jurist.models.presets import Endpoint, Preset, resolve
from jurist.models.reach import Reach, is_this_machine
from jurist.runs.means import reach_of
from jurist.runs.presets import read_presets
from jurist.runs.proxying import model_names
from jurist.runs.reaching import limits_of, logging_in, prices_of
from jurist.runs.study import StudyFile
from jurist.runs.study_privacy import NOTHING_LEAVES, OFF
from jurist.store import Store

if TYPE_CHECKING:
    from jurist.models import BudgetLimits, Models, Price

ROLE: Final = "proxy"
"""What the record of what was sent calls it."""


@dataclass(frozen=True, slots=True)
class ProxyTerms:
    """What a proxy reaches, and what that may cost."""

    names: Mapping[str, str]
    """Model strings by the names that programs use."""
    limits: BudgetLimits | None = None
    account: str = ROLE
    """Whose budget: what was spent under this name earlier counts."""
    presets: Sequence[Preset] = ()
    prices: Mapping[str, Price] = field(default_factory=dict[str, "Price"])
    reach: Reach = Reach.ANYWHERE


def terms_of(file: StudyFile, names: Mapping[str, str], account: str) -> ProxyTerms:
    """The terms of a study, with further models.

    Raises:
        StudyError: It hides values from models elsewhere, and only a run knows which.
        InputError: It names no model, or one that cannot be called.
    """
    presets = read_presets(file)
    named = model_names(file, names)
    level = file.study.privacy.level
    if level not in (OFF, NOTHING_LEAVES):
        for model in named.values():
            target = resolve(model, presets)
            if isinstance(target, Endpoint) and not is_this_machine(target.base_url):
                raise StudyError(
                    f"the study's level of privacy is {level!r}, and {model!r} is elsewhere",
                    expected="models on this machine: what must be hidden only a run knows",
                    fix="have `jurist run` start the proxy (proxy: true in the study)",
                    where=file.where,
                )
    return ProxyTerms(named, limits_of(file), account, presets, prices_of(file), reach_of(file))


@asynccontextmanager
async def reach_alone(terms: ProxyTerms, store: Store) -> AsyncGenerator[Models]:
    """The engine that such a proxy's calls go through; all that leaves is on record.

    Raises:
        InputError: A model cannot be called.
        ModelError: A model has no price and the budget is in money.
    """
    from jurist.models import Budget, Models, on_errand

    limits = terms.limits
    async with (
        logging_in(store) as ledger,
        Models(
            ledger,
            presets=terms.presets,
            prices=terms.prices,
            budget=None if limits is None else Budget(limits, account=ledger, run=terms.account),
            reach=terms.reach,
        ) as models,
    ):
        models.require(*terms.names.values())
        with on_errand(role=ROLE):
            yield models
