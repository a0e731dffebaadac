"""The proxy of a run: which models it reaches, and whom it credits what calls cost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from jurist.plurals import counted
from jurist.records import Candidate, Cost
from jurist.roles.loading import JUDGES, read_spec
from jurist.roles.spec import RoleSpec
from jurist.runs.plan import Plan
from jurist.runs.study import StudyFile

if TYPE_CHECKING:
    from jurist.models import Models
    from jurist.proxy import Credit

_OF_JUDGES: Final = frozenset({"panel", "cascade", "reference"})
_LAST_CALLS_S: Final = 30.0
"""How long an answer waits for calls that its program left under way, to count them too."""


def model_names(
    file: StudyFile, further: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """The models that a study's proxy reaches, by all their names.

    Args:
        file: The study.
        further: More of them, by name; they win over the study's.

    Raises:
        InputError: There is none.
    """
    from jurist.proxy import names_of

    alone = filter(None, (file.roles.questions, file.roles.user))
    roles = (*alone, *file.roles.generators, *file.roles.judges)
    models = [model for spec in roles for model in _models_of(spec)]
    if file.study.model is not None:
        models.append(file.study.model)
    aliases = file.study.proxy.models if file.study.proxy is not None else {}
    return names_of(models, {**aliases, **further})


@asynccontextmanager
async def with_proxy(file: StudyFile, plan: Plan, models: Models | None) -> AsyncGenerator[Plan]:
    """The plan, its generators' own calls led through a proxy where the study wants it.

    Raises:
        InputError: No model is named, or one that cannot be called.
    """
    settings = file.study.proxy
    if settings is None or models is None:
        yield plan
        return
    from jurist.proxy import Proxy

    names = model_names(file)
    models.require(*names.values())
    async with Proxy(models, names, longest=settings.max_tokens) as proxy:
        casts = {name: replace(cast_of, proxy=proxy) for name, cast_of in plan.casts.items()}
        yield replace(plan, casts=casts)


async def credited(candidate: Candidate, credit: Credit) -> Candidate:
    """The answer with what its calls cost as measured; what it says of itself becomes a note.

    Raises:
        BudgetExceeded: A call was not made, for the budget did not hold it: this is no result.
    """
    await credit.settled(_LAST_CALLS_S)
    if credit.over_budget is not None:
        raise credit.over_budget
    measured, said = credit.cost, replace(candidate.cost, ms=0.0)
    if not measured.calls and not measured.cached_calls:
        return candidate
    notes = candidate.notes
    if said not in (Cost(), replace(measured, ms=0.0)):
        notes = (*notes, f"it said of itself: {_in_words(said)}; the proxy measured the cost")
    return replace(candidate, cost=replace(measured, ms=candidate.cost.ms), notes=notes)


def _in_words(cost: Cost) -> str:
    return (
        f"{counted(cost.calls, 'call')}, {cost.cached_calls:,} cached, "
        f"{counted(cost.input_tokens, 'input token')}, "
        f"{counted(cost.output_tokens, 'output token')}, ${cost.usd:.6f}"
    )


def _models_of(spec: RoleSpec) -> Iterator[str]:
    """The models that a role names, and those of its members."""
    if spec.kind in _OF_JUDGES:
        given = spec.argument
        for member in cast("list[object]", given) if isinstance(given, list) else [given]:
            yield from _models_of(read_spec(member, JUDGES))
    elif spec.kind == "llm" and isinstance(spec.argument, str):
        yield spec.argument
