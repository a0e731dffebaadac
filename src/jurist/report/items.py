"""One judged answer as reports show it: texts laid out, trees compared, witnesses ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jurist.evidence.difference_kinds import difference_kind
from jurist.evidence.sentences import sentences
from jurist.languages.base import Language, Query
from jurist.languages.options import TakesOptions, option_text
from jurist.languages.words import Words
from jurist.plurals import counted
from jurist.provenance import provenance_of
from jurist.records import Case, Relation, Verdict, Witness
from jurist.report.came_about import UNTOLD, Origins, origins_of
from jurist.report.pair import headline, how_shown
from jurist.report.queries import ReadQuery, bounded, read_shown
from jurist.report.query_lines import Lines, compared
from jurist.report.shown import Shown, show
from jurist.report.tree_difference import tree_difference
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one judge said of an answer."""

    judge: str
    score: float | None
    unscored: str | None
    """The kind of failure, a colon, the reason."""
    relation: str | None
    method: str | None
    reasoning: str
    undecided: str
    """Why the evidence is undecided, or the kind of a difference open; else empty."""
    notes: tuple[str, ...]
    headline: str = ""
    """The relation in the words of the language; empty without evidence."""
    how: str = ""
    """What shows it, as a clause."""
    ms: float = 0.0
    usd: float = 0.0
    behaviour: float | None = None
    matched: float | None = None
    readings: int = 0
    """How many readings of the language the evidence rests on."""
    members: tuple[Member, ...] = ()
    """What each judge of a panel or a cascade said."""
    confidence: float | None = None
    samples: tuple[float, ...] = ()
    shown: tuple[Shown, ...] = ()
    """The witnesses that no judge before this one showed."""


@dataclass(frozen=True, slots=True)
class Member:
    """What one judge of several said, who together gave a ruling."""

    judge: str
    score: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """An answer with all judges on it. All texts are hostile: whoever shows them escapes them."""

    dataset: str
    case: str
    tags: tuple[str, ...]
    question: str
    origin: str
    style: str
    faithful: bool | None
    generator: str
    reference: str | None
    reference_english: str
    candidate: str | None
    candidate_english: str
    refusal: str | None
    failure: str | None
    notes: tuple[str, ...]
    """Of the generator."""
    difference: tuple[tuple[int, str, str], ...]
    """(depth, label, mark) of the merged trees; empty where a side does not parse."""
    rulings: tuple[Ruling, ...]
    sample: int = 1
    """Which of the generator's answers to the question it is, from 1."""
    checked_by: str | None = None
    """What found the question faithful, of our checks."""
    reference_lines: Lines = ()
    candidate_lines: Lines = ()
    """Both queries in pieces, with what only one of them has marked; none where there is none."""
    unread: tuple[str, str] = ("", "")
    """Why the reference, and why the candidate, is no query of the workspace."""
    showing: str = ""
    """How many inputs show a difference, in the language's words; empty for none."""
    kind: str = ""
    """The kind of the answer's difference from its reference; empty where none is due."""
    failed: str = ""
    """The kind of the failure, where there is no answer."""
    origins: Origins = UNTOLD
    options: tuple[tuple[str, str], ...] = ()
    """What the reference is run with."""
    limits: tuple[str, ...] = ()
    """What of these options no verdict looks at."""

    @property
    def same_meaning(self) -> bool:
        """Whether a judge's evidence says that both mean the same."""
        return any(each.relation == Relation.EQUIVALENT for each in self.rulings)

    @property
    def worst(self) -> float | None:
        """The lowest score that a judge gave; none where none did."""
        return min((each.score for each in self.rulings if each.score is not None), default=None)


def make_item(results: Sequence[Result], workspace: Workspace) -> Item:
    """Lay the verdicts on one answer, of which there is at least one, out for people."""
    of, language = results[0], workspace.language
    reference, candidate = of.case.reference, of.candidate
    faithfulness = of.question.faithfulness
    right, given = read_shown(reference, workspace), read_shown(candidate.query, workspace)
    rulings = _rulings(results, right.query, given.query, workspace)
    lines = _lines(right, given, workspace, rulings)
    return Item(
        dataset=of.dataset,
        case=of.case.id,
        tags=of.case.tags,
        question=bounded(of.question.text),
        origin=provenance_of(of.case, of.question),
        style=of.question.style,
        faithful=faithfulness.faithful if faithfulness else None,
        generator=of.generator,
        reference=right.text,
        reference_english=right.english,
        candidate=given.text,
        candidate_english=given.english,
        refusal=None if candidate.refusal is None else bounded(candidate.refusal),
        failure=None if candidate.failure is None else bounded(candidate.failure.reason),
        notes=candidate.notes,
        difference=_difference(right.query, given.query, language),
        rulings=rulings,
        sample=of.sample,
        checked_by=faithfulness.by if faithfulness else None,
        reference_lines=lines[0],
        candidate_lines=lines[1],
        unread=(right.unread, given.unread),
        showing=_showing([one.kind for each in rulings for one in each.shown], language.words),
        kind=_kind(of, workspace),
        failed="" if candidate.failure is None else candidate.failure.kind,
        origins=origins_of(candidate),
        options=tuple((name, option_text(value)) for name, value in of.case.options.items()),
        limits=_limits(of.case, (right.query, given.query), workspace),
    )


def _limits(case: Case, queries: Sequence[Query | None], workspace: Workspace) -> tuple[str, ...]:
    language = workspace.language
    if not case.options or not isinstance(language, TakesOptions):
        return ()
    read = [query for query in queries if query is not None]
    return tuple(language.limits_of(case.options, read))


def _showing(kinds: Sequence[str], words: Words) -> str:
    if not kinds:
        return ""
    kind = kinds[0] if len(set(kinds)) == 1 else ""
    plain = kind in {"", words.input}
    many = counted(len(kinds), words.input, words.inputs) if plain else counted(len(kinds), kind)
    return f"{many} {words.relative if plain else 'that'} show{'s' if len(kinds) == 1 else ''} it"


def _kind(of: Result, workspace: Workspace) -> str:
    candidate = of.candidate
    if candidate.failure is not None or (of.case.unbuildable and candidate.refusal is not None):
        return ""
    return difference_kind(of.case.reference, candidate, workspace.language, workspace.schema)


def _rulings(
    results: Sequence[Result],
    reference: Query | None,
    candidate: Query | None,
    workspace: Workspace,
) -> tuple[Ruling, ...]:
    """Each judge's ruling. A witness that several judges show is shown for the first."""
    pair = None if reference is None or candidate is None else (reference, candidate)
    seen: set[str] = set()

    def shown(witnesses: Sequence[Witness]) -> Iterator[Shown]:
        for witness in witnesses:
            if witness.story not in seen:
                seen.add(witness.story)
                yield show(witness, pair, workspace)

    words = workspace.language.words
    return tuple(_ruling(each.judge, each.verdict, words, shown) for each in results)


_Show = Callable[[Sequence[Witness]], Iterator[Shown]]


def _ruling(judge: str, verdict: Verdict, words: Words, shown: _Show) -> Ruling:
    evidence, unscored = verdict.evidence, verdict.unscored
    return Ruling(
        judge=judge,
        score=verdict.score,
        unscored=None if unscored is None else f"{unscored.kind}: {bounded(unscored.reason)}",
        relation=evidence.relation if evidence else None,
        method=evidence.method if evidence else None,
        reasoning=bounded(verdict.reasoning),
        undecided=bounded(evidence.reason) if evidence else "",
        notes=(*(sentences(evidence, words) if evidence else ()), *_decided_by(verdict)),
        headline=headline(evidence.relation, words)[0] if evidence else "",
        how=how_shown(evidence, words) if evidence else "",
        ms=verdict.cost.ms,
        usd=verdict.cost.usd,
        behaviour=evidence.behaviour if evidence else None,
        matched=evidence.matched if evidence else None,
        readings=len(evidence.assumptions) if evidence else 0,
        members=tuple(map(_member, verdict.members)),
        confidence=verdict.confidence,
        samples=verdict.samples,
        shown=tuple(shown(evidence.witnesses)) if evidence else (),
    )


def _member(verdict: Verdict) -> Member:
    unscored = verdict.unscored
    reason = verdict.reasoning or (f"{unscored.kind}: {unscored.reason}" if unscored else "")
    return Member(verdict.judge, verdict.score, bounded(reason))


def _decided_by(verdict: Verdict) -> tuple[str, ...]:
    if not verdict.members:
        return ()
    said = ", ".join(
        f"{member.judge} {'no score' if member.score is None else format(member.score, 'g')}"
        for member in verdict.members
    )
    return (f"asked: {said}",)


def _lines(
    reference: ReadQuery, candidate: ReadQuery, workspace: Workspace, rulings: Sequence[Ruling]
) -> tuple[Lines, Lines]:
    first, second = reference.lines, candidate.lines
    if reference.query is None or candidate.query is None:
        return first, second
    equal = any(each.relation == Relation.EQUIVALENT for each in rulings)
    return compared(first, second, workspace.language, workspace.schema, equal=equal)


def _difference(
    reference: Query | None, candidate: Query | None, language: Language
) -> tuple[tuple[int, str, str], ...]:
    if reference is None or candidate is None:
        return ()
    lines = tree_difference(language.outline(reference), language.outline(candidate))
    return tuple((line.depth, line.label, str(line.mark)) for line in lines)
