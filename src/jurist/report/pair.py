"""One pair of queries and its evidence, told so that a person sees it at once."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from jurist.records import Evidence, Method, Relation
from jurist.report.visible import visible

HEADLINES = {
    Relation.EQUIVALENT: ("the same audience", "bold green"),
    Relation.CONTAINS: ("different: the first audience contains the second", "bold red"),
    Relation.CONTAINED: ("different: the first audience is contained in the second", "bold red"),
    Relation.OVERLAPS: ("different: the audiences overlap, neither contains the other", "bold red"),
    Relation.DISJOINT: ("different: nobody can be in both audiences", "bold red"),
    Relation.DIFFERENT: ("different", "bold red"),
    Relation.UNDECIDED: ("undecided", "bold yellow"),
}
METHODS = {
    Method.IDENTICAL: "the texts are the same",
    Method.NORMAL_FORM: "the normal forms are the same",
    Method.EXECUTION: "found by running both on seeded customers",
    Method.PROOF: "proved for every possible customer",
    Method.NONE: "nothing decided it",
}


def tell_pair(
    reference: str, candidate: str, evidence: Evidence, *, readings: Sequence[str]
) -> Text:
    """The relation, both queries, the witnesses' stories, notes and assumptions.

    Args:
        reference: The first query, laid out over lines.
        candidate: The second query, laid out over lines.
        evidence: What was found about them.
        readings: Of the evidence's assumptions, those to list in full; the others, which
            hold for every verdict, are only counted.
    """
    words, style = HEADLINES[evidence.relation]
    spent = sum(ms for arm, ms in evidence.timings_ms.items() if arm in {*Method})
    told = Text.assemble(
        (words, style), (f"  ({METHODS[evidence.method]}, {spent:.1f} ms)\n", "dim")
    )
    told.append(_labelled("first", reference)).append(_labelled("second", candidate))
    if evidence.reason:
        told.append(f"\n  why: {visible(evidence.reason)}\n", "yellow")
    for witness in evidence.witnesses:
        told.append(f"\n  {visible(witness.story)}\n", "bold")
    for note in evidence.notes:
        told.append(f"\n  note: {visible(note)}\n")
    if readings:
        told.append("\n  under these assumptions:\n", "dim")
        for sentence in readings:
            told.append(f"    {visible(sentence)}\n", "dim")
    counted = len(evidence.assumptions) - len(readings)
    if counted > 0:
        told.append(f"\n  under {counted} readings of the language (--assumptions)\n", "dim")
    told.rstrip()
    return told


def _labelled(label: str, query: str) -> Text:
    first, *others = visible(query).split("\n")
    text = Text.assemble((f"  {label:<8}", "dim"), f"{first}\n")
    for line in others:
        text.append(f"{'':10}{line}\n")
    return text
