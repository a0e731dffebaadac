"""`jurist annotate RUN`: people's verdicts on a run's answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.defaults import RANDOM_SHARE, SEED, TASKS
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.records import LabelRole

if TYPE_CHECKING:
    from jurist.alignment.labels.desk import Desk
    from jurist.alignment.labels.importing import Imported
    from jurist.cli.files import Output

EXAMPLES = """\b
Examples:
  jurist annotate my-study --annotator ada
  jurist annotate my-study --annotator ada --count 200       (goes on where ada stopped)
  jurist annotate my-study --annotator ada --until 0.1       (stops when enough is known)
  jurist annotate my-study --export tasks.csv
  jurist annotate my-study --import tasks.csv --annotator ada
  jurist annotate my-study --correct 3f2a9c --annotator ada --score 4 --why "read it wrongly"
  jurist annotate my-study --history

\b
What is asked is drawn at random within strata (test: by the judges' scores; dev and tune:
undecided by proof, judges split, near the pass threshold, other); every label keeps the
chance with which its answer was drawn, so that `jurist estimate` stays honest. No verdict and
no generator's name is shown. Labels follow a question, reference and answer that stand
unchanged in a later run; they are not asked again.

\b
Roles: test labels measure, dev labels choose between judges, tune labels improve one. A
task's role is fixed by its first label. Estimates count dev and tune labels as they are, and
let them correct nothing; tune labels can enter no report card.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("annotate", epilog=EXAMPLES)(annotate)


def annotate(
    run: Annotated[str, typer.Argument(help="The run's id, or how it begins.")],
    *,
    annotator: Annotated[str, typer.Option(help="Who says so: a name or pseudonym.")] = "",
    role: Annotated[
        LabelRole | None, typer.Option(help="What the labels are for: test, unless a file says it.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Answers to draw, done ones included.")] = TASKS,
    random_share: Annotated[
        float, typer.Option(min=0.05, max=1.0, help="dev, tune: share not drawn for doubt.")
    ] = RANDOM_SHARE,
    seed: Annotated[int, typer.Option(help="The same seed asks everyone the same.")] = SEED,
    until: Annotated[
        float | None,
        typer.Option(min=0.01, max=0.5, help="Stop when the pass rate is known to plus or minus."),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="After each answer show who said what.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the tasks to a .csv or .jsonl file instead.")
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", help="Read labels from a .csv or .jsonl file.")
    ] = None,
    correct: Annotated[
        str | None, typer.Option(help="Put the label of this task (how it begins) right.")
    ] = None,
    score: Annotated[
        list[int] | None,
        typer.Option(min=1, max=5, help="With --correct: acceptable, the best first; repeatable."),
    ] = None,
    why: Annotated[str, typer.Option(help="With --correct: why; it is kept.")] = "",
    history: Annotated[
        bool, typer.Option("--history", help="List the run's labels and their corrections.")
    ] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Ask for a person's verdict on answers that are worth one, or export and import them."""
    from jurist.alignment.labels.desk import open_desk
    from jurist.cli.files import output_file
    from jurist.cli.stores import existing_store, store_to_change
    from jurist.report.earlier import Result

    target = (
        None
        if export is None
        else output_file(
            export, "--export", Result.TASKS, endings=(".csv", ".jsonl"), inputs=(store,)
        )
    )
    if history:
        _history(store, run)
        return
    if correct is not None:
        _correct(store, run, correct, annotator, tuple(score or ()), why)
        return
    open_it = existing_store if export is not None else store_to_change
    with open_it(store) as opened:
        if target is None and import_ is not None:
            from jurist.alignment.labels.importing import import_labels
            from jurist.languages.texts import read_text

            text, where = read_text(import_), str(import_)
            _say_imported(
                import_labels(
                    opened,
                    run,
                    text,
                    where=where,
                    role=role,
                    annotator=annotator,
                    count=count,
                    random_share=random_share,
                    seed=seed,
                ),
                until,
            )
            return
        asked = role or LabelRole.TEST
        desk = open_desk(opened, run, asked, count=count, random_share=random_share, seed=seed)
        if not desk.draws:
            raise InputError(
                f"the run {desk.run} has no answer to label",
                expected="a run with answers that were judged",
                fix="let it go on first",
            )
        if target is not None:
            _export(desk, target, until)
        else:
            from jurist.cli.asking import ask_all

            ask_all(desk, annotator, reveal=reveal, until=until)


def _correct(
    where: str, run: str, task: str, annotator: str, scores: tuple[int, ...], reason: str
) -> None:
    from jurist.alignment.labels.correcting import correct_label
    from jurist.cli.stores import store_to_change

    with store_to_change(where) as opened:
        before = correct_label(opened, run, task, annotator=annotator, scores=scores, reason=reason)
    after = tuple(dict.fromkeys(scores))
    stood = f"{before.task}: {_scores(before.scores)} of {annotator}"
    became = f"is now {_scores(after)}" if after != before.scores else "stands: nothing changed"
    notices().print(plain(f"{stood} {became}"))


def _scores(scores: tuple[int, ...]) -> str:
    return " or ".join(map(str, scores))


def _history(where: str, run: str) -> None:
    from jurist.cli.stores import existing_store, say_which
    from jurist.report.labels import labels_table
    from jurist.store.carrying import labels_of
    from jurist.store.corrections import corrections_of
    from jurist.store.runs import get_run

    with existing_store(where) as opened:
        say_which(opened, run)
        identity = get_run(opened, run).id
        labels, corrections = labels_of(opened, identity), corrections_of(opened, identity)
    if not labels and not corrections:
        notices().print(plain(f"no answer of {identity} has a label: jurist annotate {identity}"))
        return
    output().print(labels_table(labels, corrections))


def _export(desk: Desk, target: Output, until: float | None) -> None:
    from jurist.cli.asking import say_what_is_known
    from jurist.cli.files import open_output

    with open_output(target) as written:
        written.write(desk.export(as_csv=target.path.suffix.lower() == ".csv"))
    notices().print(f"{counted(len(desk.draws), 'task')}: {plain(str(target.path))}")
    say_what_is_known(desk, until)


def _say_imported(imported: Imported, until: float | None) -> None:
    from jurist.cli.asking import say_what_is_known

    new = (f"{counted(n, 'new label')} with the role {role}" for role, n in imported.new.items())
    there = counted(imported.known, "was", "were")
    notices().print(f"{', '.join(new)}, {there} there already")
    for desk in imported.desks:
        say_what_is_known(desk, until)
