"""`jurist disagreements RUN`: where judges contradict proofs, people and each other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.against import Against
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.alignment.disagreements.finding import Disagreement, UnfaithfulQuestion
    from jurist.alignment.disagreements.suspicion import Suspicion
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist disagreements my-study
  jurist disagreements my-study --judge gpt-5 --kind window --show 20
  jurist disagreements my-study --interactive --by ada
  jurist disagreements my-study --settle 1a2b3c gpt-5 judge_wrong --by ada --note "24 h is 1 day"

\b
Rulings: judge_wrong, reference_wrong, question_ambiguous, label_wrong. What is settled as
judge_wrong or label_wrong becomes a tune label, from which `jurist tune` learns; an answer
whose labels are for test or dev cannot.
"""


_LISTED = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("disagreements", epilog=EXAMPLES)(disagreements)


def disagreements(
    run: Annotated[str, typer.Argument(help="The run's id, or how it begins.")],
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    against: Annotated[
        list[Against] | None, typer.Option(help="Only with these; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind, or how it begins; repeatable.")
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Shown of each kind.")] = 2,
    interactive: Annotated[
        bool, typer.Option("--interactive", "-i", help="Walk through what is not settled.")
    ] = False,
    settle: Annotated[
        tuple[str, str, str] | None,
        typer.Option(metavar="TASK JUDGE RULING", help="Settle one, without being asked."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who settles: a name or pseudonym.")] = "",
    note: Annotated[str, typer.Option(help="Why; a tune label's rationale.")] = "",
    score: Annotated[
        int | None, typer.Option(min=1, max=5, help="The right score, if it is neither's.")
    ] = None,
    no_label: Annotated[
        bool, typer.Option("--no-label", help="Keep the ruling, make no tune label.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """List what judges got wrong, or others did, by kind; and settle it."""
    from jurist.alignment.disagreements.reviewing import (
        find_disagreements,
        find_unfaithful_questions,
    )
    from jurist.alignment.disagreements.suspicion import suspicions_of
    from jurist.cli.stores import existing_store, say_which, store_to_change
    from jurist.store.runs import get_run

    open_it = store_to_change if interactive or settle is not None else existing_store
    with open_it(store) as opened:
        found_run = get_run(opened, run).id
        say_which(opened, run)
        found = find_disagreements(
            opened,
            found_run,
            judges=judge or (),
            against=against or tuple(Against),
            kinds=kind or (),
        )
        if settle is not None:
            task, name, ruling = settle
            _settle(
                opened,
                found_run,
                found,
                task,
                name,
                ruling,
                by=by,
                note=note,
                score=score,
                teach=not no_label,
            )
            return
        if interactive:
            _walk(opened, found_run, found, by)
            return
        suspicious = suspicions_of(opened, found_run)
        unfaithful = find_unfaithful_questions(opened, found_run)
    if json:
        from jurist.report.as_json import as_json

        lists = {
            "disagreements": found,
            "suspicious_references": suspicious,
            "unfaithful_questions": unfaithful,
        }
        typer.echo(as_json(lists))
        return
    _show(found, show)
    _show_lists(suspicious, unfaithful, show * _LISTED)


def _settle(
    store: Store,
    run: str,
    found: tuple[Disagreement, ...],
    task: str,
    judge: str,
    ruling: str,
    *,
    by: str,
    note: str,
    score: int | None,
    teach: bool,
) -> None:
    from jurist.alignment.disagreements.settling import find_disagreement, settle_disagreement
    from jurist.errors import InputError
    from jurist.store.annotations import Ruling

    if ruling not in {*Ruling}:
        raise InputError(f"there is no ruling {ruling!r}", expected=f"one of {', '.join(Ruling)}")
    about = find_disagreement(found, task, judge)
    label = settle_disagreement(
        store, run, about, Ruling(ruling), by=by, note=note, score=score, teach=teach
    )
    made = f"tune label {label.scores[0]}" if label is not None else "no tune label"
    notices().print(plain(f"{about[0].task}, {judge}: {ruling}; {made}"))


def _show(found: tuple[Disagreement, ...], most: int) -> None:
    from jurist.report.disagreements import disagreement_words, kinds_table, spread

    console = output()
    if not found:
        console.print("no judge disagrees with a proof, a person or another judge")
        return
    console.print(kinds_table(found))
    for each in spread(found, most):
        console.print(f"\n{plain(disagreement_words(each), limit=8_000)}")
    measured = sum(each.role in {"test", "dev"} for each in found)
    if measured:
        notices().print(
            f"{measured} of these are on answers with labels for test or dev: "
            "do not tune a judge on what you read here"
        )


def _show_lists(
    suspicious: tuple[Suspicion, ...], unfaithful: tuple[UnfaithfulQuestion, ...], most: int
) -> None:
    from jurist.report.disagreements import suspicion_words, unfaithful_words

    console = output()
    for title, texts in (
        ("suspicious references", [suspicion_words(each) for each in suspicious]),
        ("unfaithful questions", [unfaithful_words(each) for each in unfaithful]),
    ):
        if texts:
            console.print(f"\n[bold]{len(texts)} {title}[/]")
        for text in texts[:most]:
            console.print(f"\n{plain(text, limit=8_000)}")


_KEYS = {
    "j": "judge_wrong",
    "r": "reference_wrong",
    "a": "question_ambiguous",
    "l": "label_wrong",
}
_PROMPT = "j judge wrong, r reference wrong, a question ambiguous, l label wrong, s skip, q quit: "


def _walk(store: Store, run: str, found: tuple[Disagreement, ...], by: str) -> None:
    """Ask about each disagreement that is not settled, until there is none, or `q`."""
    from jurist.alignment.disagreements.settling import find_disagreement, settle_disagreement
    from jurist.errors import InputError
    from jurist.report.disagreements import disagreement_words
    from jurist.store.annotations import Ruling

    if not by:
        raise InputError("nobody settles", expected="a name or pseudonym", fix="say --by NAME")
    done: set[tuple[str, str]] = set()
    settled = 0
    for each in found:
        key = each.task, each.judge
        if each.settled is not None or key in done:
            continue
        done.add(key)
        about = find_disagreement(found, each.task, each.judge)
        for side in about:
            output().print(f"\n{plain(disagreement_words(side), limit=8_000)}")
        while True:
            given = _read(_PROMPT)
            if given is None or given == "q":
                notices().print(f"{settled} settled")
                return
            if given == "s":
                break
            if given not in _KEYS:
                notices().print("please: j, r, a, l, s or q")
                continue
            note = _read("why (may be empty): ") or ""
            try:
                settle_disagreement(store, run, about, Ruling(_KEYS[given]), by=by, note=note)
            except InputError as error:
                notices().print(plain(str(error)))
                continue
            settled += 1
            break
    notices().print(f"{settled} settled, nothing is left")


def _read(prompt: str) -> str | None:
    """A line that a person types; `None` at the end of input."""
    output().print(prompt, end="", markup=False)
    line = sys.stdin.readline()
    return line.strip() if line else None
