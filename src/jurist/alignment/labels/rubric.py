"""What annotators are asked, word for word; its version stands on every label."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from jurist.languages.words import Words


@dataclass(frozen=True, slots=True)
class Rubric:
    """The question and the five levels, in the words of a language."""

    question: str
    hint: str
    """What to judge by."""
    levels: tuple[tuple[int, str], ...]
    """Each with what it means, the best first."""

    @property
    def text(self) -> str:
        """All of it, as annotators in a terminal and judges read it."""
        levels = "\n".join(f"{level}: {meaning}" for level, meaning in self.levels)
        return f"{self.question} {self.hint}\n{levels}"

    @property
    def version(self) -> str:
        """A digest of the text."""
        return sha256(self.text.encode()).hexdigest()[:12]


def rubric_of(words: Words) -> Rubric:
    """The rubric for answers in a language whose people speak so."""
    another = words.levels[1]
    return Rubric(
        "How close is the candidate to the reference, as an answer to the question?",
        f"Judge by which {words.given} it {words.gives}, not by how it is written.",
        (
            (5, f"{words.exact}, however it is spelled."),
            (4, "Right but for rare edge cases."),
            (3, "The main idea is right, but one condition is wrong, missing or too many."),
            (2, f"Some conditions are shared, the {words.result} is another one."),
            (
                1,
                f"{another[0].upper()}{another[1:]} altogether, or not a query. A refusal where a "
                "query could be built.",
            ),
        ),
    )
