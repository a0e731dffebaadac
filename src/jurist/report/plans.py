"""Plans of a precision, a comparison, a gate and a challenge as tables, bars and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor, log10
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.sheets import Sheet, plain_table

if TYPE_CHECKING:
    from jurist.alignment.challenge.planning import ChallengePlan
    from jurist.alignment.planning.decisions import DecisionPlan
    from jurist.analysis.operating import Chances
    from jurist.analysis.power import Plan

_WIDTH: Final = 25
"""Characters of a bar."""


def plans_table(plans: Iterable[Plan]) -> Table:
    """What to collect, by questions a case."""
    table = plain_table(
        "questions a case",
        "cases, judge alone",
        "cases, corrected",
        "answers",
        "labels",
        "half width",
        text=0,
    )
    for plan in plans:
        table.add_row(
            str(plan.questions),
            f"{plan.judged:,}",
            f"{plan.references:,}",
            f"{plan.references * plan.questions:,}",
            f"{plan.labels:,}",
            f"{plan.half_width:.3f}",
        )
    return table


def precision_words(plans: Iterable[Plan], half_width: float) -> Iterator[str]:
    """What the first of several plans comes to."""
    plan = next(iter(plans))
    yield (
        f"The judge's own mean is known to ± {half_width:g} with {counted(plan.judged, 'case')} of "
        f"{counted(plan.questions, 'question')}. What people would say is, with "
        f"{counted(plan.references, 'case')} and {counted(plan.labels, 'label')} together."
    )


def gate_chances_table(plan: DecisionPlan) -> Table:
    """The operating characteristic: what a gate says of true drops, in numbers and as bars."""
    table = plain_table("true drop", "PASS", "FAIL", "not enough data", "", text=0)
    places = _places(plan)
    for each in plan.chances:
        table.add_row(
            f"{-each.difference:.{places}f}",
            _percent(each.passes),
            _percent(each.fails),
            _percent(each.undecided),
            _bar(each.passes, each.undecided),
        )
    return table


def comparison_chances_table(plan: DecisionPlan) -> Table:
    """How often a true difference is found, in numbers and as bars."""
    table = plain_table("true difference", "found", "", text=0)
    places = _places(plan)
    for each in plan.chances:
        table.add_row(
            f"{-each.difference:.{places}f}",
            _percent(_chance_to_find(each)),
            _bar(_chance_to_find(each), 1.0),
        )
    return table


def _places(plan: DecisionPlan) -> int:
    """Decimal places that leave two digits of the least difference, so that no rows coincide."""
    least = min(abs(each.difference) for each in plan.chances if each.difference)
    return max(2, 1 - floor(log10(least)))


def _chance_to_find(chances: Chances) -> float:
    return chances.fails + (chances.passes if chances.difference == 0 else 0.0)


LEGEND: Final = "█ pass   ░ not enough data   ▒ fail"


def _bar(filled: float, light: float) -> Text:
    full = round(filled * _WIDTH)
    pale = round((filled + light) * _WIDTH) - full
    rest = max(0, _WIDTH - full - pale)
    return Text("█" * full + "░" * min(pale, _WIDTH - full) + "▒" * rest)


def gate_plan_words(plan: DecisionPlan, max_drop: float) -> Iterator[str]:
    """What a plan of a gate comes to."""
    at_limit = next(each for each in plan.chances if each.difference == -max_drop)
    worst = next((each for each in plan.chances if each.fails >= 0.8), None)
    yield (
        f"With {counted(plan.cases, 'case')} a system as good as its baseline passes a limit of "
        f"{max_drop:g} in {_percent(plan.power)} of runs, one that lost {max_drop:g} in "
        f"{_percent(at_limit.passes)}"
        + (
            f", and one that lost {-worst.difference:.{_places(plan)}f} fails in "
            f"{_percent(worst.fails)}."
            if worst
            else "."
        )
    )


def comparison_plan_words(plan: DecisionPlan, difference: float) -> Iterator[str]:
    """What a plan of a comparison comes to."""
    yield (
        f"With {counted(plan.cases, 'case')} a true difference of {difference:g} is found in "
        f"{_percent(plan.power)} of runs."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if 0 < share < 0.05 else f"{100 * share:.0f} %"


def challenge_plan_sheet(plan: ChallengePlan) -> Sheet:
    """One row a number of references, with who qualifies by so many."""
    from jurist.alignment.challenge.sentence import percent  # the other plans load no challenge

    priced = any(size.usd is not None for size in plan.sizes)
    judges = tuple(f"{percent(rate)} errors" for rate in plan.rates)
    demands = plan.demands
    notes = [
        f"errors: the chance to qualify of a judge that errs so often, on each item alike and "
        f"independently; the limit is {percent(demands.max_error)} in all. The datasets have "
        f"{counted(plan.available, 'reference')}; more are like them. At most {plan.sample} items "
        "an operator, each of another reference."
    ]
    if plan.found_from == plan.found_from:
        notes.append(
            f"An operator with {plan.sample} items is found significantly above "
            f"{percent(demands.max_operator_error)} in 95 % of challenges where the judge errs on "
            f"{percent(plan.found_from)} of it or more; one on which it always errs, always."
        )
    return Sheet(
        ("references", "items", "operators", "untested", *judges, *(("cost",) if priced else ())),
        tuple(
            (
                f"{size.references:,}",
                f"{size.items:,}",
                str(size.operators),
                str(size.untested),
                *(f"{chance:.0%}" for chance in size.chances),
                *((f"${size.usd:,.2f}",) if size.usd is not None else ()),
            )
            for size in plan.sizes
        ),
        " ".join(notes),
        names=0,
    )
