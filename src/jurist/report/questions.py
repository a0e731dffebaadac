"""How a run's synthetic questions were checked, and how many were not asked."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from jurist.plurals import counted
from jurist.records import CheckedBy, Origin, Question
from jurist.runs.plan import is_asked
from jurist.runs.results import Writing


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """Synthetic questions by what is known of them."""

    by_proof: int = 0
    by_mention: int = 0
    by_realizer: int = 0
    by_others: int = 0
    """Faithful by the word of whoever brought them."""
    unchecked: int = 0
    """Asked, though nothing found them faithful."""
    unasked_unfaithful: int = 0
    """Not asked: they are proved to say something else."""
    unasked_unchecked: int = 0
    """Not asked: nothing found them faithful."""

    @property
    def asked(self) -> int:
        """All that were asked."""
        found = self.by_proof + self.by_mention + self.by_realizer + self.by_others
        return found + self.unchecked


NO_QUESTIONS: Final = QuestionCounts()


@dataclass
class CountedQuestions:
    """Counts questions as a run's results are gone through."""

    ask_unchecked: bool
    asked: Counter[CheckedBy | None] = field(default_factory=Counter[CheckedBy | None])
    unchecked: int = 0
    unfaithful: int = 0
    unasked: int = 0

    def add(self, question: Question) -> None:
        """Take in a question that was asked."""
        if question.origin is not Origin.SYNTHETIC:
            return
        if question.faithfulness is None or not question.faithfulness.faithful:
            self.unchecked += 1
        else:
            self.asked[question.faithfulness.by] += 1

    def add_writing(self, writing: Writing) -> None:
        """Take in what was written for a case, and not asked."""
        for question in writing.questions:
            if not is_asked(question, ask_unchecked=self.ask_unchecked):
                found = question.faithfulness
                is_unfaithful = found is not None and found.faithful is False
                self.unfaithful += is_unfaithful
                self.unasked += not is_unfaithful

    def counts(self) -> QuestionCounts:
        """What was counted."""
        return QuestionCounts(
            self.asked[CheckedBy.PROOF],
            self.asked[CheckedBy.MENTION],
            self.asked[CheckedBy.REALIZER],
            self.asked[None],
            self.unchecked,
            self.unfaithful,
            self.unasked,
        )


def questions_note(counts: QuestionCounts) -> str:
    """One sentence or two; empty where there are no written questions."""
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (counts.by_proof, "proved to say what their query says"),
            (counts.by_mention, "found to say what their query mentions"),
            (counts.by_realizer, "the realizer's own sentences"),
            (counts.by_others, "faithful by the word of who brought them"),
        )
        if number
    ]
    unasked = [
        f"{number:,} {what}"
        for number, what in (
            (counts.unasked_unfaithful, "proved to say something else"),
            (counts.unasked_unchecked, "that nothing found faithful (ask_unchecked asks them)"),
        )
        if number
    ]
    left_out = f" Not asked: {', '.join(unasked)}." if unasked else ""
    total = counts.asked
    if not total:
        return f"No synthetic question was asked.{left_out}" if unasked else ""
    told = ", ".join((*parts, f"{counts.unchecked:,} unchecked"))
    return f"{counted(total, 'synthetic question')}: {told}.{left_out}"


def asks_unchecked(study: str) -> bool:
    """Whether a run asked what nothing found faithful, as all did before studies could say so."""
    return bool(json.loads(study).get("questions", {}).get("ask_unchecked", True))
