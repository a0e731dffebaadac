"""What two systems took and came to, fact by fact beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.analysis.pairing import System
from jurist.analysis.spending import Spent
from jurist.analysis.standings import Standing
from jurist.report.numbers import NOTHING, interval_words, percent
from jurist.report.standing_words import refused_rightly, scored
from jurist.web.formats import span, usd
from jurist.web.site import Site


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of both."""

    name: str
    first: str
    second: str


def side_by_side(
    site: Site, first: System, second: System, judge: str, origin: str
) -> tuple[Fact, ...]:
    """The facts of two systems under a judge, on the questions of an origin."""
    ours, theirs = (_facts(site, each, judge, origin) for each in (first, second))
    return tuple(Fact(name, ours[name], theirs[name]) for name in ours)


def _facts(site: Site, system: System, judge: str, origin: str) -> dict[str, str]:
    glance = site.glances.of(site.shelf.columns(system.run))
    row = next(
        (
            each
            for each in glance.standings
            if (each.generator, each.judge, each.origin) == (system.generator, judge, origin)
        ),
        None,
    )
    spent = next((each for each in glance.generators if each.name == system.generator), None)
    return {**_stood(row), **_took(spent)}


def _stood(row: Standing | None) -> dict[str, str]:
    return {
        "mean score": NOTHING if row is None else f"{row.mean.value:.2f}",
        "its interval": NOTHING if row is None else interval_words(row.mean).partition(" ")[2],
        "scored": NOTHING if row is None else scored(row),
        "passed": NOTHING if row is None else percent(row.pass_rate.value, 0),
        "proved right": NOTHING if row is None else percent(row.proved_right, 0),
        "refused rightly": NOTHING if row is None else refused_rightly(row),
        "refused wrongly": NOTHING if row is None else str(row.undue_refusals),
        "no answer": NOTHING if row is None else str(row.unanswered),
    }


def _took(spent: Spent | None) -> dict[str, str]:
    return {
        "median time": NOTHING if spent is None else span(spent.median_ms / 1000),
        "9 in 10 under": NOTHING if spent is None else span(spent.slow_ms / 1000),
        "cost of its answers": NOTHING if spent is None else usd(spent.usd),
    }
