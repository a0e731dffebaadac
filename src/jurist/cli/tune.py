"""`jurist tune judge|generator`: a judge learns from rulings, a generator from proofs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jurist.alignment.defaults import EXAMPLES, SEED, TRIALS, TuningMethod
from jurist.cli.options import STORE
from jurist.cli.terminal import notices, output, plain

EXAMPLES_OF_USE = """\b
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


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tune", epilog=EXAMPLES_OF_USE)(tune)


def tune(
    what: Annotated[Tunable, typer.Argument(help="What is tuned.")],
    *,
    run: Annotated[str, typer.Option(help="The run with the answers and the labels.")],
    study: Annotated[Path, typer.Option(help="Study file with the role.")],
    out: Annotated[Path, typer.Option(help="YAML file for the tuned role.")],
    judge: Annotated[str, typer.Option(help="The judge's name in the study.")] = "",
    generator: Annotated[str, typer.Option(help="The generator's name in the study.")] = "",
    method: Annotated[
        TuningMethod, typer.Option(help="Guidelines and examples, or prompt evolution (gepa).")
    ] = TuningMethod.MEMORY,
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
    trials: Annotated[
        int, typer.Option(min=1, help="About the most trials of evolution.")
    ] = TRIALS,
    seed: Annotated[int, typer.Option(help="Of every draw.")] = SEED,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[
        str | None,
        typer.Option(help="Where the run is kept; the study's store if absent.", envvar=STORE),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Teach a judge what people ruled, or a generator what proofs found; choose, then report."""
    from jurist.alignment.tuning.files import find_role, read_memory, report_of, write_tuned
    from jurist.alignment.tuning.roles import tune_generator, tune_judge
    from jurist.cli.files import output_file
    from jurist.cli.stores import store_to_change
    from jurist.report.earlier import Result
    from jurist.runs.study import read_study

    file = read_study(study)
    kept = store or file.study.store
    target = output_file(out, "--out", Result.ROLE, endings=(".yaml", ".yml"), inputs=(study, kept))
    find_role(file, what, judge if what is Tunable.JUDGE else generator)  # before a store is needed
    say = notices(quiet=quiet)

    def tell(text: str) -> None:
        say.print(plain(text))

    with store_to_change(kept) as opened:
        if what is Tunable.GENERATOR:
            role = tune_generator(
                opened, run, file, generator, model=model, trials=trials, seed=seed, tell=tell
            )
        else:
            role = tune_judge(
                opened,
                run,
                file,
                judge,
                method=method,
                model=model,
                examples=examples or EXAMPLES,
                memory=None if memory is None else read_memory(memory),
                forget=forget or (),
                trials=trials,
                seed=seed,
                tell=tell,
            )
    files = write_tuned(target.path, role)
    tuned = role.tuned
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
