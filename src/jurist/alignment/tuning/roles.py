"""Tuning from beginning to end: a judge learns from rulings, a generator from proofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jurist.alignment.defaults import EXAMPLES, SEED, TRIALS, TuningMethod
from jurist.alignment.tuning.files import TunedRole, find_role, tunable
from jurist.alignment.tuning.guidelines import JudgeMemory
from jurist.alignment.tuning.running import Setting, evolve_generator, evolve_judge, teach_judge
from jurist.errors import InputError
from jurist.event_loops import run_to_end
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.annotations import annotations_of
from jurist.store.runs import get_run


def tune_judge(
    store: Store,
    run: str,
    study: StudyFile,
    judge: str,
    *,
    method: TuningMethod = TuningMethod.MEMORY,
    model: str = "",
    examples: Sequence[int] = EXAMPLES,
    memory: JudgeMemory | None = None,
    forget: Sequence[str] = (),
    trials: int = TRIALS,
    seed: int = SEED,
    tell: Callable[[str], None] | None = None,
) -> TunedRole:
    """Teach a judge what people ruled; what `jurist tune judge` does.

    It learns from labels of the role tune, is chosen on dev labels, and reported once on test
    labels. `write_tuned` makes files of what comes of it.

    Args:
        store: Where the run is kept.
        run: The run with the answers and the labels: its id, how it begins, or its study's name.
        study: Where the judge is described, and how models are reached.
        judge: Its name in the study.
        method: Guidelines and examples, or prompt evolution.
        model: Who distils or reflects; the judge's own model if empty.
        examples: Numbers of nearest examples to try; of guidelines and examples alone.
        memory: What was learnt before; of guidelines and examples alone.
        forget: Tasks, or how they begin, whose lessons are unlearned.
        trials: About the most trials of evolution.
        seed: Of every draw.
        tell: Is told what is being done.

    Raises:
        AnnotationError: There are no tune labels, or no dev labels.
        InputError: There is no such run, judge or task, or the judge cannot be tuned.
        ModelError: A model failed for good, or the budget ended.
    """
    given = find_role(study, "judge", judge)
    base = tunable(given, what="judge")
    learnt = memory or JudgeMemory()
    setting = Setting(study, store, get_run(store, run).id, model, seed, tell)
    if method is TuningMethod.EVOLUTION:
        tuned, evolved = run_to_end(lambda: evolve_judge(setting, base, judge, most_trials=trials))
        return TunedRole(judge, given, tuned, evolved)
    forgotten = [_task(setting, task, learnt) for task in forget]
    tuned = run_to_end(
        lambda: teach_judge(
            setting, base, judge, memory=learnt, forgotten=forgotten, shown=examples
        )
    )
    return TunedRole(judge, given, tuned, None)


def tune_generator(
    store: Store,
    run: str,
    study: StudyFile,
    generator: str,
    *,
    model: str = "",
    trials: int = TRIALS,
    seed: int = SEED,
    tell: Callable[[str], None] | None = None,
) -> TunedRole:
    """Evolve a generator's instructions on what proofs find; what `jurist tune generator` does.

    The run's references are divided: half to learn, a quarter to choose, a quarter to report.

    Args:
        store: Where the run is kept.
        run: The run with the answers: its id, how it begins, or its study's name.
        study: Where the generator is described, and how models are reached.
        generator: Its name in the study.
        model: Who reflects; the generator's own model if empty.
        trials: About the most trials.
        seed: Of every draw.
        tell: Is told what is being done.

    Raises:
        InputError: There is no such run or generator, it cannot be tuned, or the run has too
            few references.
        ModelError: A model failed for good, or the budget ended.
    """
    given = find_role(study, "generator", generator)
    setting = Setting(study, store, get_run(store, run).id, model, seed, tell)
    tuned, evolved = run_to_end(
        lambda: evolve_generator(setting, tunable(given, what="generator"), most_trials=trials)
    )
    return TunedRole(generator, given, tuned, evolved)


def _task(setting: Setting, given: str, learnt: JudgeMemory) -> str:
    """The task whose key begins so, among the labels and what was learnt."""
    known = {label.task for label in annotations_of(setting.store, setting.run)}
    known |= {example.source for example in learnt.examples}
    fitting = [task for task in known if task.startswith(given)]
    if len(fitting) != 1:
        raise InputError(
            f"{len(fitting)} labelled answers begin with {given!r}", expected="a task's key"
        )
    return fitting[0]
