"""A challenge as tables: the decision, kinds of errors, operators worst first, the misses."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.alignment.challenge.items import Kind
from jurist.alignment.challenge.results import ChallengeResult, OperatorResult, Standing
from jurist.alignment.challenge.sentence import ERRORS, percent, percents
from jurist.analysis.gating import Decision
from jurist.plurals import counted
from jurist.report.numbers import NOTHING
from jurist.report.sheets import Section, Sheet

STYLES = {
    Decision.PASS: "bold green",
    Decision.FAIL: "bold red",
    Decision.NOT_ENOUGH_DATA: "bold yellow",
}
STANDINGS = {
    str(Standing.ABOVE): "red",
    str(Standing.NOT_ABOVE): "green",
    str(Standing.FEW): "dim",
}
_RATE = "rate [95 %]"
_EXAMPLES = 1
"""Errors of each operator in a file."""


def families_sheet(result: ChallengeResult) -> Sheet:
    """One row a kind of error, and all in all."""
    rows = [
        (
            f"{ERRORS[each.kind][1]} ({each.language})",
            str(each.errors - each.unscored),
            str(each.unscored),
            str(each.trials),
            percents(each.rate),
            str(each.operators),
            str(each.untested),
        )
        for each in result.families
    ]
    total = result.total
    in_all = (
        "in all",
        str(total.errors - total.unscored),
        str(total.unscored),
        str(total.trials),
        percents(total.rate),
        str(sum(each.operators for each in result.coverage)),
        str(sum(len(each.untested) for each in result.coverage)),
    )
    return Sheet(
        ("errors", "number", "unscored", "of", _RATE, "operators", "untested"),
        (*rows, in_all),
        "rate: of errors, the unscored among them; each reference counts the same, however "
        "many items it has, so that what hangs together counts once.",
    )


def operators_sheet(result: ChallengeResult) -> Sheet:
    """One row an operator, the worst first."""
    several = len(result.coverage) > 1
    limit = percent(result.demands.max_operator_error)
    return Sheet(
        ("operator", "errors", "of", _RATE, "pooled", "passed at 4", f"limit {limit}"),
        tuple(
            (
                f"{each.operator} ({each.language})" if several else each.operator,
                errors_of(each),
                str(each.trials),
                percents(each.rate),
                percent(each.pooled),
                str(each.passed) if each.kind is Kind.MUTANT else "",
                str(each.standing),
            )
            for each in result.operators
        ),
        "rate: of errors, with an exact interval. pooled: the rate to be expected, given what "
        "the operator's family shows; it ranks and decides nothing. passed at 4: mutants that "
        "got 4 or more, which those that differ at an edge alone may rightly get.",
    )


def errors_of(operator: OperatorResult) -> str:
    """`2 misses, 1 unscored`."""
    told = counted(operator.wrong, *ERRORS[operator.kind])
    return told + (f", {operator.unscored} unscored" if operator.unscored else "")


def checks_sheet(result: ChallengeResult) -> Sheet:
    """One row a metamorphic check."""
    return Sheet(
        ("verdict moved by", "pairs", "moved [95 %]", "same/different flipped", "mean change"),
        tuple(
            (
                str(each.check),
                str(each.pairs),
                percents(each.moved),
                str(each.flipped),
                f"{each.mean_change:+.2f}" if each.pairs else NOTHING,
            )
            for each in result.checks
        ),
    )


def remarks(result: ChallengeResult) -> Iterator[str]:
    """What was not asked: operators without a certified variant, by name, and what was left out."""
    for each in result.coverage:
        if each.unreachable:
            operators = counted(len(each.unreachable), "operator")
            yield f"no certified variant of {operators}: {', '.join(each.unreachable)}"
        if each.placeless:
            operators = counted(len(each.placeless), "operator")
            yield (
                f"no place in these references for {operators} of {each.language}, of which "
                f"nothing is known: {', '.join(each.placeless)}"
            )
    for reason, number in result.left_out.items():
        yield f"left out: {number} {reason}"


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


def challenge_sections(result: ChallengeResult) -> Iterator[Section]:
    """All of it, as a file shows it: the decision first."""
    yield Section("Errors", (result.sentence,), (families_sheet(result),), tuple(remarks(result)))
    yield Section("Operators, the worst first", (), (operators_sheet(result),))
    if result.checks:
        yield Section("What must not move a verdict", (), (checks_sheet(result),))
    examples = tuple(misses(result, most=_EXAMPLES))
    if examples:
        yield Section("The first error on each operator", (), (), texts=examples)


def subtitle(result: ChallengeResult) -> str:
    """What it was made of."""
    return (
        f"{counted(result.items, 'item')} made of {', '.join(result.datasets)}, "
        f"drawn with the seed {result.seed}"
    )
