"""What a judge reads of a question, a reference and a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.errors import InputError, UnsupportedError
from jurist.evidence.verdicts import NO_QUERY
from jurist.languages.base import Query
from jurist.privacy.numbered import Shown, Veiled, veil
from jurist.records import Candidate, Case, Failure, FailureKind, Question, Verdict
from jurist.roles.llm.fence import fence
from jurist.roles.llm.styles import ScoreLevel, Style
from jurist.roles.protocols import Workspace
from jurist.shortening import visible

READING = 3
"""To be raised with any change of what is read of a pair: it is part of every judge's version."""
_NO_QUERY = "(not a query)"
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Example:
    """A judged pair for the prompt: it must not come from the labels that estimates use."""

    question: str
    reference: str
    candidate: str
    reasoning: str
    score: ScoreLevel


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with stand-ins for what may not be read; `question` is `None` where none may."""

    question: str | None
    reference: str | None
    candidate: str
    veiled: Veiled

    @property
    def alike(self) -> str:
        """What two judged pairs are likened by: nothing that is not read."""
        return f"{self.question or ''}\n{self.reference or ''}\n{self.candidate}"

    def told_question(self) -> str:
        """The question for a prompt."""
        return (
            "(the request is not shown)"
            if self.question is None
            else fence("QUESTION", self.question)
        )

    def told_queries(self, style: Style, *, swapped: bool) -> str:
        """The queries for a prompt, and what may be known of the texts in them."""
        if self.reference is None:
            parts = [fence("QUERY", self.candidate)]
        else:
            label = "RESPONSE" if style is Style.PROMETHEUS else "CANDIDATE"
            parts = [fence("REFERENCE", self.reference), fence(label, self.candidate)]
        if swapped:
            parts.reverse()
        facts = self.veiled.facts
        return "\n\n".join([*parts, f"About the texts:\n{facts}"] if facts else parts)


def read_pair(
    question: Question,
    case: Case,
    candidate: Candidate,
    workspace: Workspace,
    *,
    style: Style,
    shown: Shown,
) -> Pair | Verdict:
    """The pair as a judge reads it, or what is certain where a text is no query at all.

    An answer that does not parse is a 1, as it is for proof: the feature could not have
    built it. Nobody is asked, so no text that is free of the language reaches a model.
    The verdict's judge is left empty.
    """
    given = _parsed(candidate.query or "", workspace)
    saved = None if style is Style.REFERENCE_FREE else _parsed(case.reference or "", workspace)
    if isinstance(given, str):
        return Verdict("", 1.0, NO_QUERY + given)
    try:
        return _covered(workspace, shown, saved, given, (question.text,))
    except UnsupportedError as error:
        reason = f"{error}; a judge with `shown: everything` reads such queries as they are"
        return Verdict("", None, unscored=Failure(FailureKind.ERROR, reason))


def read_example(
    example: Example, workspace: Workspace, *, style: Style, shown: Shown
) -> tuple[Pair, str]:
    """An example as a judge reads it, and its reasons."""
    saved = None if style is Style.REFERENCE_FREE else example.reference
    proses = (example.question, example.reasoning)
    pair = read_texts(workspace, saved, example.candidate, proses, shown=shown)
    return pair, "" if shown is Shown.NOTHING else pair.veiled.proses[1]


def read_texts(
    workspace: Workspace,
    reference: str | None,
    candidate: str,
    proses: Sequence[str],
    *,
    shown: Shown = Shown.PLAIN,
) -> Pair:
    """The pair as a judge reads it; a text that is no query says so and no more.

    Args:
        workspace: Where the pair belongs.
        reference: `None` where none is to be read.
        candidate: The answer.
        proses: The question, and what was said of the pair.
        shown: What stays as it is.
    """
    saved = None if reference is None else _parsed(reference, workspace)
    return _covered(workspace, shown, saved, _parsed(candidate, workspace), proses)


def _covered(
    workspace: Workspace,
    shown: Shown,
    reference: Query | str | None,
    candidate: Query | str,
    proses: Sequence[str],
) -> Pair:
    """The pair; a text that is no query is left out, and says so."""
    queries = [each for each in (reference, candidate) if isinstance(each, Query)]
    veiled = veil(workspace.language, workspace.schema, queries, proses, shown)
    texts = iter(veiled.queries)
    saved, given = (
        next(texts) if isinstance(each, Query) else each and _NO_QUERY
        for each in (reference, candidate)
    )
    question = None if shown is Shown.NOTHING else veiled.proses[0]
    return Pair(question, saved, given or _NO_QUERY, veiled)


def _parsed(text: str, workspace: Workspace) -> Query | str:
    """The query, or why a text is none."""
    try:
        return workspace.language.parse(text, workspace.schema)
    except InputError as error:
        return visible(str(error))[:_LONGEST_REASON]
