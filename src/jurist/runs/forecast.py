"""What a run of a study will do, before it does anything: its tasks, and the calls they take."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.runs.reaching import expected_calls, sketch
from jurist.runs.study import StudyFile
from jurist.store.queue import Stage


@dataclass(frozen=True, slots=True)
class Forecast:
    """A run that has not begun; it goes on where an earlier session of it ended."""

    run: str
    """The id that it has or will have."""
    name: str
    """Of the study."""
    cases: int
    questions: int
    """To be written, where each is written at once."""
    answers: int
    verdicts: int
    calls: int
    """Of models, where nothing fails, nothing is repaired, and proof saves none."""
    usd: float | None
    """What they may cost at most; `None`: no limit is said."""


def forecast(file: StudyFile) -> Forecast:
    """What a run of a study will do. Loads its data and roles, and calls nothing.

    Raises:
        InputError: A dataset, a role or a preset cannot be used, a model's key is missing.
    """
    planned = sketch(file)
    written = len(file.study.questions.styles) * file.study.questions.per_case
    questions = answers = verdicts = 0
    for task in planned.tasks():
        cast = planned.casts[task.dataset]
        each = 1
        if task.stage is Stage.QUESTIONS:
            questions += written
            each = written * cast.answers
        answers += each
        verdicts += each * len(cast.judges)
    return Forecast(
        planned.run_id,
        file.study.name,
        sum(1 for _ in planned.cases()),
        questions,
        answers,
        verdicts,
        expected_calls(file, planned),
        file.study.budget.usd,
    )
