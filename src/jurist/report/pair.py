"""One pair of queries and its evidence, told so that a person sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from jurist.evidence.explanations import explain_witness
from jurist.evidence.score import REFINES
from jurist.evidence.sentences import sentences
from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import TabulatesWitnesses
from jurist.languages.layout import laid_out
from jurist.languages.words import Words
from jurist.plurals import counted
from jurist.records import Evidence, Method, Relation
from jurist.report.english import in_english
from jurist.report.explained import tell_explanation
from jurist.report.grids import tell_grids
from jurist.report.visible import visible

_INDENT: Final = 11
_METHODS: Final = {
    Method.IDENTICAL: "they are the same query",
    Method.NORMAL_FORM: "the normal forms are the same",
    Method.EXECUTION: "found by running both on seeded {inputs}",
    Method.PROOF: "proved for every possible {input}",
    Method.NONE: "nothing decided it",
}
_STYLES: Final = {
    Relation.EQUIVALENT: "bold green",
    Relation.REFINES: "bold green",
    Relation.UNDECIDED: "bold yellow",
}
_BY_WITNESSES = {Relation.OVERLAPS, Relation.DIFFERENT}
"""What is shown by those who tell the two apart: nothing is said of every input."""


@dataclass(frozen=True, slots=True)
class Told:
    """A query as people read it: laid out over lines, and in English where it can be."""

    layout: str
    english: str


def tell_pair(
    reference: Told,
    candidate: Told,
    evidence: Evidence,
    words: Words,
    *,
    readings: Sequence[str],
    explained: Sequence[Text],
) -> Text:
    """The relation, both queries, the witnesses' stories, notes and assumptions.

    Args:
        reference: The query that is right.
        candidate: The query that is compared with it.
        evidence: What was found about them.
        words: Of their language.
        readings: Of the evidence's assumptions, those to list in full; the others, which
            hold for every verdict, are only counted.
        explained: Of each witness, what the two queries make of it.
    """
    relation, style = headline(evidence.relation, words)
    spent, how = milliseconds(evidence), how_shown(evidence, words)
    told = Text.assemble((relation, style), (f"  ({how}, {spent:.1f} ms)\n", "dim"))
    told.append(_labelled("reference", reference)).append(_labelled("candidate", candidate))
    if evidence.reason:
        told.append(f"\n  why: {visible(evidence.reason)}\n", "yellow")
    for witness, explanation in zip(evidence.witnesses, explained, strict=True):
        told.append(f"\n  {visible(witness.story)}\n", "bold").append(explanation)
    for note in sentences(evidence, words):
        told.append(f"\n  note: {visible(note)}\n")
    if readings:
        told.append("\n  under these assumptions:\n", "dim")
        for sentence in readings:
            told.append(f"    {visible(sentence)}\n", "dim")
    unlisted = len(evidence.assumptions) - len(readings)
    if unlisted > 0:
        under = counted(unlisted, "reading")
        told.append(f"\n  under {under} of the language (--assumptions)\n", "dim")
    told.rstrip()
    return told


def how_shown(evidence: Evidence, words: Words) -> str:
    """What shows the relation, as a clause."""
    if evidence.method is Method.PROOF and evidence.relation in _BY_WITNESSES:
        return f"proved by {words.inputs} {words.relative} tell them apart"
    if evidence.method is Method.EXECUTION and not evidence.witnesses:
        kinds = "of different kinds, so nobody can tell them apart one by one"
        return f"for every possible {words.input}" if evidence.reason else kinds
    return _METHODS[evidence.method].format(input=words.input, inputs=words.inputs)


def milliseconds(evidence: Evidence) -> float:
    """What all arms took together."""
    return sum(ms for arm, ms in evidence.timings_ms.items() if arm in {*Method})


def spell_out(language: Language, schema: Schema, query: Query) -> Told:
    """A query laid out and in English."""
    return Told(laid_out(language, query), in_english(language, query, schema))


def tell_evidence(
    language: Language,
    schema: Schema,
    reference: Query,
    candidate: Query,
    evidence: Evidence,
    *,
    every_reading: bool = False,
    every_part: bool = False,
) -> Text:
    """What `jurist diff` prints of two queries: see `tell_pair`.

    Args:
        language: What both are written in.
        schema: What they name.
        reference: The query that is right.
        candidate: The query that is compared with it.
        evidence: What was found about them.
        every_reading: Whether to list those too that every verdict under the schema rests on.
        every_part: Whether to show all that the queries make of a witness, not the deciding parts.
    """
    standing = set(schema.assumptions)
    readings = [
        sentence for sentence in evidence.assumptions if every_reading or sentence not in standing
    ]
    right, other = (spell_out(language, schema, query) for query in (reference, candidate))
    explained = [
        tell_grids(language.tables(witness), witness)
        if isinstance(language, TabulatesWitnesses)
        else tell_explanation(
            explain_witness(language, reference, candidate, schema, witness), every_part=every_part
        )
        for witness in evidence.witnesses
    ]
    return tell_pair(right, other, evidence, language.words, readings=readings, explained=explained)


def headline(relation: Relation, words: Words) -> tuple[str, str]:
    """A relation in the words of the two queries' language, and its style."""
    return _headline(relation, words), _STYLES.get(relation, "bold red")


def _headline(relation: Relation, words: Words) -> str:
    match relation:
        case Relation.EQUIVALENT:
            return words.levels[5]
        case Relation.REFINES:
            return f"right: {REFINES}"
        case Relation.CONTAINS:
            return "different: the reference contains the candidate"
        case Relation.CONTAINED:
            return "different: the reference is contained in the candidate"
        case Relation.OVERLAPS:
            return f"different: the {words.results} overlap, neither contains the other"
        case Relation.DISJOINT:
            return f"different: {words.disjoint_results}"
        case Relation.DIFFERENT | Relation.UNDECIDED:
            return str(relation)


def _labelled(label: str, query: Told) -> Text:
    first, *others = visible(query.layout).split("\n")
    text = Text.assemble((f"  {label:<{_INDENT}}", "dim"), f"{first}\n")
    for line in others:
        text.append(f"  {'':{_INDENT}}{line}\n")
    if query.english:
        text.append(f"  {'':{_INDENT}}{visible(query.english)}\n", "dim italic")
    return text
