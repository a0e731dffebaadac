"""Two systems compared over the API."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Query, Request, Response

from jurist.alignment.comparison.one_pair import OnePair
from jurist.errors import InputError
from jurist.report.sentences import comparison_words
from jurist.web.comparing.comparisons import differing
from jurist.web.comparing.systems import shared_judges, system_named
from jurist.web.names import require_known
from jurist.web.people import may
from jurist.web.permissions import Permission
from jurist.web.site import SiteOf
from jurist.web.v1.conventions import api_router, described, tagged_answer

router = api_router("runs")

System = Annotated[str, Query(max_length=500, description="`RUN:GENERATOR`")]


class Compared(msgspec.Struct, frozen=True):
    """Two systems on the questions that both were asked, by origin."""

    comparison: OnePair
    sentences: tuple[str, ...]
    """The same in words."""
    differing: tuple[str, ...]
    """What differs besides the generators."""


@router.get(
    "/compare",
    dependencies=[may(Permission.READ)],
    **described(gives=Compared, what="The difference, and whether it is settled."),
)
def compare(
    request: Request,
    site: SiteOf,
    a: System,
    b: System,
    *,
    judge: Annotated[
        str, Query(max_length=500, description="Whose scores; empty: the first of both.")
    ] = "",
    although: Annotated[
        bool, Query(description="Also where more differs than the generators.")
    ] = False,
) -> Response:
    """Whether system b does better than system a, with an interval, paired by question."""
    first, second = system_named(site, a), system_named(site, b)
    if first == second:
        raise InputError("both are the same system", expected="two systems", fix="change one")
    apart = differing(site.store, first, second)
    if apart and not although:
        raise InputError(
            f"their scores are not on one scale: {'; '.join(apart)}",
            expected="runs that differ in their generators alone",
            fix="add although=true to compare them although",
        )
    judges = shared_judges(site, first, second)
    if not judges:
        raise InputError("no judge ruled on both", expected="a judge that both runs have")
    if judge:
        require_known("judge", judge, judges)
    made = site.comparisons.of(first, second, judge or judges[0])
    words = tuple(comparison_words(made.contrasts, made.unchanged))
    return tagged_answer(request, Compared(made, words, apart))
