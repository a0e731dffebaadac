"""Questions without a model: the language's own English, in several styles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.languages.capabilities import SpeaksEnglish, Style, require
from jurist.languages.sources import source_digest
from jurist.records import Case, CheckedBy, Faithfulness, Origin, Question
from jurist.roles.protocols import Workspace
from jurist.roles.spec import digest_of

LONGEST: Final = 300
"""Characters that a prompt box takes. A longer question is asked all the same, and says so."""
_TRIES: Final = 20
CODE: Final = "jurist.roles.offline:realizer.py"
"""What shapes the questions beside the language's English."""


@dataclass(frozen=True, slots=True)
class RealizerQuestions:
    """Says each case's reference in English, `per_case` times in each style."""

    name: str
    styles: tuple[Style, ...]
    per_case: int
    seed: int
    english_version: str = ""
    """Of the language that it is to speak."""

    @property
    def version(self) -> str:
        """A digest of the options and of the code that chooses the words."""
        return digest_of(
            source_digest(CODE), self.english_version, self.styles, self.per_case, self.seed
        )

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """Distinct questions; fewer than asked for where there are fewer wordings.

        None for an unbuildable case: there is nothing to say.
        """
        if case.reference is None:
            return ()
        return realize(
            case.id,
            case.reference,
            workspace,
            styles=self.styles,
            per_case=self.per_case,
            seed=self.seed,
            author=self.name,
        )


def realize(
    case_id: str,
    reference: str,
    workspace: Workspace,
    *,
    styles: Sequence[Style],
    per_case: int,
    seed: int,
    author: str,
) -> tuple[Question, ...]:
    """Say one query in English; the same arguments give the same questions.

    Raises:
        InputError: The reference is no query of the workspace.
        UnsupportedError: The workspace's language cannot say it.
    """
    language = require(
        workspace.language,
        SpeaksEnglish,
        needed_by="the realizer",
        fix="bring questions of your own, or let a model write them",
    )
    schema = workspace.schema
    query = workspace.language.parse(reference, schema)
    questions: list[Question] = []
    seen: set[str] = set()
    for style in styles:
        rng = random.Random(f"{seed}/{case_id}/{style}")  # noqa: S311 - wordings, not secrets
        found = 0
        for _ in range(per_case * _TRIES):
            text = language.describe(query, schema, style=style, rng=rng)
            known = " ".join(text.lower().split())
            if known in seen:
                continue
            seen.add(known)
            questions.append(
                Question(
                    id=f"{case_id}/{author}/{style}/{found}",
                    text=text,
                    origin=Origin.SYNTHETIC,
                    style=style,
                    author=author,
                    faithfulness=by_construction(text),
                )
            )
            found += 1
            if found == per_case:
                break
    return tuple(questions)


def by_construction(text: str) -> Faithfulness:
    """What is known of a sentence of the language's own; how much too long it is for a box."""
    over = len(text) - LONGEST
    reason = f"{over} characters longer than the {LONGEST} of a prompt box" if over > 0 else ""
    return Faithfulness(
        faithful=True, method="by construction", reason=reason, by=CheckedBy.REALIZER
    )
