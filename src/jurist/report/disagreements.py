"""Disagreements for a terminal: how many of which kind, and each with both sides' reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.alignment.disagreements.finding import Disagreement, UnfaithfulQuestion
    from jurist.alignment.disagreements.suspicion import Suspicion

SHORTEST_KEY = 10
"""Characters of a task's key that are shown: enough to name it."""


def kinds_table(found: Sequence[Disagreement]) -> Table:
    """One row a kind and pair of sides, the most frequent kind first."""
    totals = Counter(each.kind for each in found)
    counts = Counter((each.kind, each.judge, _side(each)) for each in found)
    settled = Counter(
        (each.kind, each.judge, _side(each)) for each in found if each.settled is not None
    )
    table = plain_table("kind", "judge", "against", "disagreements", "settled", text=3)
    for key in sorted(counts, key=lambda key: (-totals[key[0]], key[0], -counts[key], key)):
        kind, judge, side = key
        table.add_row(Text(kind), Text(judge), Text(side), str(counts[key]), str(settled[key]))
    return table


def disagreement_words(each: Disagreement) -> str:
    """One disagreement with both sides.

    The texts come from data and models: whoever prints them makes them harmless first.
    """
    asked = f"{each.kind}: {each.judge} {each.score:g}, {each.other} {each.other_score:g}"
    lines = [
        f"{asked}  (task {each.task[:SHORTEST_KEY]}, case {each.case}, by {each.generator})",
        f"  question   {each.question}",
        f"  reference  {_query(each.reference)}",
        f"  candidate  {_query(each.candidate)}",
    ]
    if each.witness:
        lines.append(f"  witness    {each.witness}")
    lines.append(f"  {each.judge}: {_reason(each.reasoning)}")
    lines.append(f"  {each.other}: {_reason(each.other_reasoning)}")
    if each.role is not None:
        lines.append(f"  labels for {each.role}")
    if each.settled is not None:
        lines.append(f"  settled: {each.settled}")
    return "\n".join(lines)


def suspicion_words(each: Suspicion) -> str:
    """A reference that may be wrong, with all that speaks against it."""
    lines = [
        f"{each.dataset}/{each.case.id}",
        f"  question   {each.question.text}",
        f"  reference  {_query(each.case.reference)}",
    ]
    for doubt in each.doubts:
        lines.append(f"  {doubt.judge} {doubt.score:g}: {doubt.ground}")
        lines.append(f"    {_reason(doubt.reasoning)}")
        if doubt.candidate:
            lines.append(f"    the other answer: {doubt.candidate}")
    return "\n".join(lines)


def unfaithful_words(each: UnfaithfulQuestion) -> str:
    """A question that does not say what its query says."""
    return (
        f"{each.dataset}/{each.case}\n"
        f"  question   {each.question}\n"
        f"  reference  {_query(each.reference)}\n"
        f"  {_reason(each.reason)}"
    )


def spread(found: Iterable[Disagreement], most: int) -> list[Disagreement]:
    """At most so many of each kind, in their order."""
    taken: Counter[str] = Counter()
    kept: list[Disagreement] = []
    for each in found:
        if taken[each.kind] < most:
            taken[each.kind] += 1
            kept.append(each)
    return kept


def _side(each: Disagreement) -> str:
    return each.other if each.against == "judge" else str(each.against)


def _query(query: str | None) -> str:
    return "(refusal)" if query is None else query


def _reason(text: str) -> str:
    shown = " ".join(text.split())
    return shown[:600] or "(no reason given)"
