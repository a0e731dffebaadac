"""A challenge in a terminal: operators worst first, the misses with who tells them apart."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from jurist.alignment.challenge import ChallengeResult, OperatorResult
from jurist.alignment.challenge_items import Kind
from jurist.analysis.gating import Decision
from jurist.analysis.intervals import Estimate
from jurist.plurals import counted
from jurist.report.cards import plain_table

_WORDS = {
    Decision.PASS: ("it qualifies", "bold green"),
    Decision.FAIL: ("it does not qualify", "bold red"),
    Decision.NOT_ENOUGH_DATA: ("too little is known", "bold yellow"),
}
_ERRORS = {Kind.MUTANT: "misses", Kind.REWRITE: "false alarms"}


def operators_table(result: ChallengeResult) -> Table:
    """One row an operator, the worst first; those with too few items at the end."""
    table = plain_table(
        "operator", "errors", "of", "rate [95 %]", "passed at 4", "unscored", "", text=1
    )
    for each in result.operators:
        table.add_row(
            Text(each.operator),
            f"{each.errors} {_ERRORS[each.kind]}",
            str(each.trials),
            _share(each.rate),
            str(each.passed) if each.kind is Kind.MUTANT else "",
            str(each.unscored or ""),
            _said(each),
        )
    return table


def checks_table(result: ChallengeResult) -> Table:
    """One row a metamorphic check."""
    table = plain_table(
        "verdict moved by", "pairs", "moved [95 %]", "same/different flipped", "mean change", text=1
    )
    for each in result.checks:
        table.add_row(
            Text(each.check),
            str(each.pairs),
            _share(each.moved),
            str(each.flipped),
            f"{each.mean_change:+.2f}" if each.pairs else "–",
        )
    return table


def words(result: ChallengeResult) -> Text:
    """Whether the judge qualifies, by which operator."""
    text, style = _WORDS[result.decision]
    told = Text.assemble(f"{result.judge}: ", (text, style))
    worst = result.worst
    if worst is not None:
        told.append(
            f". Its worst operator is {worst.operator}: {worst.errors} "
            f"{_ERRORS[worst.kind]} in {worst.trials}, at most {worst.rate.high:.0%} by the upper "
            f"95 % bound; the limit is {result.limit:.0%}"
        )
    if result.open:
        told.append(f". {counted(result.open, 'item is', 'items are')} still to be judged")
    few = sum(each.decision is None for each in result.operators)
    if few:
        operators = counted(few, "operator has", "operators have")
        told.append(f". {operators} fewer than {result.least} items, too few to qualify by")
    told.append(".")
    return told


def misses(result: ChallengeResult, *, most: int) -> Iterator[str]:
    """The first wrong verdicts of each operator, worst first, at most `most` an operator.

    The texts come from data and models: whoever prints them makes them harmless first.
    """
    for each in result.operators:
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


def _said(each: OperatorResult) -> Text:
    if each.decision is None:
        return Text("too few", "dim")
    styles = {Decision.PASS: "green", Decision.FAIL: "red", Decision.NOT_ENOUGH_DATA: "yellow"}
    return Text(each.decision, styles[each.decision])


def _share(rate: Estimate) -> str:
    if not rate.n:
        return "–"
    return f"{rate.value:.0%} [{rate.low:.0%}, {rate.high:.0%}]"
