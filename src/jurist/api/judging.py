"""One answer before one judge, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jurist.errors import ModelError
from jurist.event_loops import run_to_end
from jurist.records import Candidate, Case, Failure, Question, Verdict
from jurist.roles.entering import entered
from jurist.roles.foreign import outcome_of
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means
from jurist.runs.borders import border_without_study
from jurist.runs.reaching import calls_models

if TYPE_CHECKING:
    from jurist.models import Models


def rule(
    given: object, question: Question, case: Case, candidate: Candidate, workspace: Workspace
) -> Verdict:
    """The verdict of a judge, given as a study says it or as an object.

    Raises:
        InputError: The judge cannot be made.
    """
    spec = read_spec(given, JUDGES)

    async def ruled(models: Models | None) -> Verdict:
        border = border_without_study(workspace)
        means = Means(Path.cwd(), models=models, language=workspace.language, border=border)
        judge = load_judge(spec, means)
        async with entered([judge]):
            try:
                verdict = await outcome_of(judge, judge.judge(question, case, candidate, workspace))
            except ModelError as error:
                verdict = error.failure
        if isinstance(verdict, Failure):
            return Verdict(judge.name, None, unscored=verdict)
        return verdict

    async def with_models() -> Verdict:
        if not calls_models(spec):
            return await ruled(None)
        from jurist.models import Models

        async with Models() as models:
            return await ruled(models)

    return run_to_end(with_models)
