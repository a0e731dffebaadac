"""A challenge in a terminal: the decision, kinds of errors, operators worst first, the misses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.alignment.challenge import (
    ChallengeResult,
    CoverageResult,
    OperatorResult,
    Standing,
)
from jurist.alignment.challenge_items import Kind
from jurist.alignment.challenge_sentence import ERRORS, percent, percents
from jurist.analysis.gating import Decision
from jurist.plurals import counted
from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.alignment.challenge_plan import ChallengePlan

_STYLES = {
    Decision.PASS: "bold green",
    Decision.FAIL: "bold red",
    Decision.NOT_ENOUGH_DATA: "bold yellow",
}
_STANDINGS = {Standing.ABOVE: "red", Standing.NOT_ABOVE: "green", Standing.FEW: "dim"}
_RATE = "rate [95 %]"
COLUMNS = (
    "rate: of errors, with an exact interval. pooled: the rate to be expected, given what the "
    "operator's family shows; it ranks and decides nothing. passed at 4: mutants that got 4 or "
    "more, which those that differ at an edge alone may rightly get."
)
TOTAL = (
    "rate: of errors, the unscored among them; each reference counts the same, however many items "
    "it has, so that what hangs together counts once."
)


def families_table(result: ChallengeResult) -> Table:
    """One row a kind of error, and all in all."""
    columns = ("errors", "number", "unscored", "of", _RATE, "operators", "untested")
    table = plain_table(*columns, text=1)
    for each in result.families:
        table.add_row(
            Text(f"{ERRORS[each.kind][1]} ({each.language})"),
            str(each.errors - each.unscored),
            str(each.unscored),
            str(each.trials),
            percents(each.rate),
            str(each.operators),
            str(each.untested),
        )
    total = result.total
    table.add_row(
        Text("in all", "bold"),
        str(total.errors - total.unscored),
        str(total.unscored),
        str(total.trials),
        Text(percents(total.rate), "bold"),
        str(sum(each.operators for each in result.coverage)),
        str(sum(len(each.untested) for each in result.coverage)),
    )
    return table


def operators_table(result: ChallengeResult) -> Table:
    """One row an operator, the worst first."""
    table = plain_table("operator", "errors", "of", _RATE, "pooled", "passed at 4", "", text=1)
    several = len(result.coverage) > 1
    for each in result.operators:
        table.add_row(
            Text(f"{each.operator} ({each.language})" if several else each.operator),
            errors_of(each),
            str(each.trials),
            percents(each.rate),
            percent(each.pooled),
            str(each.passed) if each.kind is Kind.MUTANT else "",
            Text(each.standing, _STANDINGS[each.standing]),
        )
    return table


def errors_of(operator: OperatorResult) -> str:
    """`2 misses, 1 unscored`."""
    told = counted(operator.wrong, *ERRORS[operator.kind])
    return told + (f", {operator.unscored} unscored" if operator.unscored else "")


def checks_table(result: ChallengeResult) -> Table:
    """One row a metamorphic check."""
    table = plain_table(
        "verdict moved by", "pairs", "moved [95 %]", "same/different flipped", "mean change", text=1
    )
    for each in result.checks:
        table.add_row(
            Text(each.check),
            str(each.pairs),
            percents(each.moved),
            str(each.flipped),
            f"{each.mean_change:+.2f}" if each.pairs else "–",
        )
    return table


def plan_table(plan: ChallengePlan) -> Table:
    """One row a number of references, with who qualifies by so many."""
    judges = [f"{percent(rate)} errors" for rate in plan.rates]
    priced = any(size.usd is not None for size in plan.sizes)
    cost = ("cost",) if priced else ()
    table = plain_table("references", "items", "operators", "untested", *judges, *cost, text=0)
    for size in plan.sizes:
        row = [f"{size.references:,}", f"{size.items:,}", str(size.operators), str(size.untested)]
        row += [f"{chance:.0%}" for chance in size.chances]
        row += ["" if size.usd is None else f"${size.usd:,.2f}"] * priced
        mine = size.references == plan.available
        table.add_row(*row, style="bold" if mine else "")
    return table


def plan_notes(plan: ChallengePlan) -> Iterator[str]:
    """What the columns are, and what is assumed."""
    demands = plan.demands
    yield (
        f"errors: the chance to qualify of a judge that errs so often, on each item alike and "
        f"independently; the limit is {percent(demands.max_error)} in all. The datasets have "
        f"{counted(plan.available, 'reference')}; more are like them. At most {plan.sample} items "
        "an operator, each of another reference."
    )
    if plan.found_from == plan.found_from:
        yield (
            f"An operator with {plan.sample} items is found significantly above "
            f"{percent(demands.max_operator_error)} in 95 % of challenges where the judge errs on "
            f"{percent(plan.found_from)} of it or more; one on which it always errs, always."
        )


def words(result: ChallengeResult) -> Text:
    """The decision in a sentence."""
    return Text(result.sentence, _STYLES[result.decision])


def unreachable(coverage: CoverageResult) -> str:
    """The operators of which nothing could be certified, by name; empty where there are none."""
    if not coverage.unreachable:
        return ""
    operators = counted(len(coverage.unreachable), "operator", "operators")
    return f"no certified variant of {operators}: {', '.join(coverage.unreachable)}"


def misses(result: ChallengeResult, *, most: int) -> Iterator[str]:
    """The first wrong verdicts of each operator, worst first, at most `most` an operator.

    The texts come from data and models: whoever prints them makes them harmless first.
    """
    for each in result.operators:
        if most and each.unscored:
            yield f"{each.operator}\n  {each.unscored} without a score, first: {each.reason[:600]}"
        for example in each.examples[:most]:
            yield "\n".join(
                [
                    f"{each.operator}  ({example.case})",
                    f"  question   {example.question}",
                    f"  reference  {example.reference}",
                    f"  candidate  {example.candidate}",
                    f"  truth      {example.witness or f'proved to be {example.same}'}",
                    f"  judge      {example.score:g}: {example.reasoning[:600]}",
                ]
            )
