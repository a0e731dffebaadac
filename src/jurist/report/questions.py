"""How a run's synthetic questions were checked, and how many were not asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from jurist.plurals import counted
from jurist.records import CheckedBy, Origin, Question
from jurist.runs.plan import is_asked
from jurist.runs.results import Writing

_FOUND: Final = {
    CheckedBy.PROOF: "proved to say what their query says",
    CheckedBy.MENTION: "found to say what their query mentions",
    CheckedBy.REALIZER: "the realizer's own sentences",
    None: "faithful by the word of who brought them",
}


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


NONE: Final = QuestionCounts()


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

    def told(self) -> Iterator[str]:
        """One note, if there are such questions at all."""
        parts = [f"{self.asked[by]:,} {what}" for by, what in _FOUND.items() if self.asked[by]]
        unasked = [
            *([f"{self.unfaithful:,} proved to say something else"] if self.unfaithful else []),
            *(
                [f"{self.unasked:,} that nothing found faithful (ask_unchecked asks them)"]
                if self.unasked
                else []
            ),
        ]
        if not (parts or unasked or self.unchecked):
            return
        total = self.asked.total() + self.unchecked
        note = f"{counted(total, 'synthetic question')}: " if total else "No synthetic question: "
        note += ", ".join((*parts, f"{self.unchecked:,} unchecked")) if total else "none was asked"
        yield f"{note}." + (f" Not asked: {', '.join(unasked)}." if unasked else "")


def asks_unchecked(study: str) -> bool:
    """Whether a run asked what nothing found faithful, as all did before studies could say so."""
    return bool(json.loads(study).get("questions", {}).get("ask_unchecked", True))
