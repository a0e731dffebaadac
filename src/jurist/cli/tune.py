"""`jurist tune judge|generator`: a judge learns from rulings, a generator from proofs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.alignment.guidelines import JudgeMemory
    from jurist.alignment.tuning import Tuned
    from jurist.alignment.tuning_evolution import Evolved
    from jurist.alignment.tuning_run import Setting
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist tune judge --run my-study --study study.yaml --judge gpt-5 --out tuned.yaml
  jurist tune judge ... --method evolution --model openai:gpt-5
  jurist tune judge ... --memory tuned.memory.json --forget 1a2b3c       (unlearns that answer)
  jurist tune generator --run my-study --study study.yaml --generator small --out tuned.yaml

\b
Learnt from labels of the role tune (settled disagreements are some), chosen on dev labels,
reported once on test labels. In a study, the result is a role: judges: [{file: tuned.yaml}]
"""


class Tunable(StrEnum):
    """What can be tuned."""

    JUDGE = "judge"
    GENERATOR = "generator"


class Method(StrEnum):
    """How a judge is tuned."""

    MEMORY = "memory"
    EVOLUTION = "evolution"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tune", epilog=EXAMPLES)(tune)


def tune(
    what: Annotated[Tunable, typer.Argument(help="What is tuned.")],
    *,
    run: Annotated[str, typer.Option(help="The run with the answers and the labels.")],
    study: Annotated[Path, typer.Option(help="Study file with the role.")],
    out: Annotated[Path, typer.Option(help="YAML file for the tuned role.")],
    judge: Annotated[str, typer.Option(help="The judge's name in the study.")] = "",
    generator: Annotated[str, typer.Option(help="The generator's name in the study.")] = "",
    method: Annotated[
        Method, typer.Option(help="Guidelines and examples, or prompt evolution (gepa).")
    ] = Method.MEMORY,
    model: Annotated[
        str, typer.Option(help="Who distils or reflects; the role's own model if absent.")
    ] = "",
    examples: Annotated[
        list[int] | None, typer.Option(min=0, max=50, help="Nearest examples to try; repeatable.")
    ] = None,
    memory: Annotated[
        Path | None, typer.Option(help="What was learnt before: a .memory.json file.")
    ] = None,
    forget: Annotated[
        list[str] | None, typer.Option(help="Task whose lessons are unlearned; repeatable.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="About the most trials of evolution.")] = 200,
    seed: Annotated[int, typer.Option(help="Of every draw.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[
        str | None, typer.Option(help="Where the run is kept; the study's store if absent.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Teach a judge what people ruled, or a generator what proofs found; choose, then report."""
    from jurist.alignment.tuning_run import Setting, find_role, report_of, write_tuned
    from jurist.cli.stores import resolve_run, store_to_change
    from jurist.runs.study import read_study

    file = read_study(study)
    name = judge if what is Tunable.JUDGE else generator
    given = find_role(file, what, name)
    say = notices(quiet=quiet)
    with store_to_change(store or file.study.store) as opened:
        found = resolve_run(opened, run)
        setting = Setting(file, opened, found, model, seed, lambda text: say.print(plain(text)))
        if what is Tunable.JUDGE and method is Method.MEMORY:
            learnt = _memory(memory)
            forgotten = [_task(opened, found, task, learnt) for task in forget or ()]
            tuned = _taught(setting, given, name, learnt, forgotten, examples)
            evolved = None
        else:
            tuned, evolved = _evolved(setting, given, name, what, trials)
    files = write_tuned(out, given, tuned, name=f"{name} (tuned)", evolved=evolved)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({**report_of(tuned), "guidelines": tuned.memory.guidelines}))
    else:
        from jurist.report.tuning import tuned_table, tuned_words

        output().print(tuned_table(tuned))
        for sentence in tuned_words(tuned):
            output().print(plain(sentence))
        for guideline in tuned.memory.guidelines:
            output().print(plain(f"- {guideline.text}  ({len(guideline.sources)} sources)"))
    say.print(plain(f"written: {', '.join(map(str, files))}"))


def _taught(
    setting: Setting,
    given: object,
    name: str,
    learnt: JudgeMemory,
    forgotten: list[str],
    examples: list[int] | None,
) -> Tuned:
    import asyncio

    from jurist.alignment.tuning_run import tunable, tune_judge

    return asyncio.run(
        tune_judge(
            setting,
            tunable(given, what="judge"),
            name,
            memory=learnt,
            forgotten=forgotten,
            shown=examples or (3,),
        )
    )


def _evolved(
    setting: Setting, given: object, name: str, what: Tunable, trials: int
) -> tuple[Tuned, Evolved]:
    import asyncio

    from jurist.alignment.tuning_run import evolve_generator, evolve_judge, tunable

    base = tunable(given, what=what)
    if what is Tunable.GENERATOR:
        return asyncio.run(evolve_generator(setting, base, most_trials=trials))
    return asyncio.run(evolve_judge(setting, base, name, most_trials=trials))


def _memory(path: Path | None) -> JudgeMemory:
    from jurist.alignment.guidelines import JudgeMemory
    from jurist.alignment.tuning_run import read_memory
    from jurist.languages.texts import read_text

    if path is None:
        return JudgeMemory()
    return read_memory(read_text(path), where=str(path))


def _task(store: Store, run: str, given: str, learnt: JudgeMemory) -> str:
    """The task whose key begins so, among the labels and what was learnt."""
    from jurist.errors import InputError
    from jurist.store.annotations import annotations_of

    known = {label.task for label in annotations_of(store, run)}
    known |= {each.source for each in learnt.examples}
    found = [task for task in known if task.startswith(given)]
    if len(found) != 1:
        raise InputError(
            f"{len(found)} labelled answers begin with {given!r}", expected="a task's key"
        )
    return found[0]
