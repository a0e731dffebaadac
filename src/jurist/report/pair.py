"""One pair of queries and its evidence, told so that a person sees it at once."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from jurist.records import Evidence, Method, Relation, Witness

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


def tell_pair(reference: str, candidate: str, evidence: Evidence) -> RenderableType:
    """The relation, both queries, the witnesses' stories, notes and assumptions.

    Args:
        reference: The first query, laid out over lines.
        candidate: The second query, laid out over lines.
        evidence: What was found about them.
    """
    words, style = HEADLINES[evidence.relation]
    spent = sum(ms for arm, ms in evidence.timings_ms.items() if arm in {*Method})
    head = Text.assemble((words, style), (f"  ({METHODS[evidence.method]}, {spent:.1f} ms)", "dim"))
    parts: list[RenderableType] = [
        head,
        _labelled("first", reference),
        _labelled("second", candidate),
    ]
    if evidence.reason:
        parts.append(Padding(Text(f"why: {evidence.reason}", "yellow"), (1, 0, 0, 2)))
    parts.extend(_witness(witness) for witness in evidence.witnesses)
    parts.extend(Padding(Text(f"note: {note}"), (1, 0, 0, 2)) for note in evidence.notes)
    if evidence.assumptions:
        parts.append(Padding(Text("under these assumptions:", "dim"), (1, 0, 0, 2)))
        parts.extend(Padding(Text(line, "dim"), (0, 0, 0, 4)) for line in evidence.assumptions)
    return Group(*parts)


def _labelled(label: str, query: str) -> RenderableType:
    first, *others = query.splitlines() or [""]
    text = Text.assemble((f"  {label:<8}", "dim"), first)
    for line in others:
        text.append(f"\n{'':10}{line}")
    return text


def _witness(witness: Witness) -> RenderableType:
    return Padding(Text(witness.story, "bold"), (1, 0, 0, 2))
