"""Asking a person in a terminal: one task a screen, blind, resumable."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from jurist.alignment.labels.desk import Desk, Sheet
from jurist.alignment.labels.files import LONGEST_NAME
from jurist.cli.terminal import notices, output, plain
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.report.so_far import enough, so_far_words

if TYPE_CHECKING:
    from jurist.alignment.labels.progress import Progress
    from jurist.alignment.labels.sampling import Draw

LONGEST_RATIONALE = 4_000
_SHOWN = 6_000
_PROMPT = "score 1-5 (all that you would accept, best first: 4 5), s skip, b back, q quit: "


class _Move(Enum):
    SKIP = auto()
    BACK = auto()
    QUIT = auto()


@dataclass(frozen=True)
class _Answer:
    draw: Draw
    scores: tuple[int, ...]
    rationale: str


def ask_all(desk: Desk, annotator: str, *, reveal: bool, until: float | None = None) -> None:
    """Ask for all that this annotator has not labelled yet; Ctrl-C goes on to the caller.

    An answer is stored when the next one is given or the session ends, so that `b` can take
    the last one back; with `reveal` it is stored at once, and stands. Nothing is asked any more
    once the stored labels tell the pass rate to within `until`.
    """
    if not 0 < len(annotator) <= LONGEST_NAME or not annotator.isprintable():
        raise InputError(
            f"the annotator is {annotator[:40]!r}",
            expected=f"1 to {LONGEST_NAME} printable characters",
            fix="say --annotator NAME",
        )
    queue = desk.open_for(annotator)
    total = len(desk.draws)
    progress = desk.progress()
    pending: _Answer | None = None
    place, stored = 0, 0
    try:
        while place < len(queue) and not _enough(desk, progress, until):
            each = queue[place]
            _show(desk.sheets[each.task], total - len(queue) + place + 1, total)
            given = _ask_scores()
            if given is _Move.QUIT:
                break
            if given is _Move.BACK:
                if pending is None:
                    notices().print("there is no answer to take back: what is stored stands")
                else:
                    place, pending = queue.index(pending.draw), None
                continue
            if isinstance(given, tuple):
                rationale = _read("why (may be empty): ")[:LONGEST_RATIONALE]
                if pending is not None:
                    stored += _store(desk, annotator, pending)
                pending = _Answer(each, given, rationale)
                if reveal:
                    stored += _store(desk, annotator, pending)
                    pending = None
                    _reveal(desk, each.task)
            place += 1
    except EOFError:
        notices().print("")
    finally:  # at Ctrl-C too: what a person said is kept
        if pending is not None:
            stored += _store(desk, annotator, pending)
        _say_what_is_left(desk, annotator, stored)
        say_what_is_known(desk, until)


def _enough(desk: Desk, progress: Progress, until: float | None) -> bool:
    return until is not None and enough(progress.pass_rate(desk.labels), until)


def say_what_is_known(desk: Desk, until: float | None) -> None:
    """What people would pass of the run's answers, and whether more labels are worth giving."""
    passed = desk.pass_rate()
    notices().print(so_far_words(passed, desk.role, until))
    differing, several = desk.differences()
    if several:
        each = counted(several, "answer")
        notices().print(f"annotators differ on {differing} of the {each} that several labelled")
    more = None if until is None else passed.labels_for(until)
    undone = {each.task for each in desk.draws} - {label.task for label in desk.labels}
    if more is not None and more > len(undone):
        notices().print(f"more are drawn with --count {len(desk.draws) + more - len(undone)}")


def _say_what_is_left(desk: Desk, annotator: str, stored: int) -> None:
    left = len(desk.open_for(annotator))
    notices().print(
        f"{counted(stored, 'label')} stored; {left} of {counted(len(desk.draws), 'task')} open for "
        f"{plain(annotator)}"
    )


def _store(desk: Desk, annotator: str, answer: _Answer) -> int:
    desk.record(answer.draw, annotator, answer.scores, answer.rationale)
    return 1


def _show(sheet: Sheet, number: int, total: int) -> None:
    console = output()
    if console.is_terminal:
        console.clear()
    console.print(f"[bold]Task {number} of {total}[/]\n")
    for title, text in (
        ("QUESTION", sheet.question),
        ("REFERENCE", sheet.reference),
        ("CANDIDATE", sheet.candidate),
    ):
        console.print(f"[bold]{title}[/]\n{plain(text, limit=_SHOWN)}\n")
    console.print(f"[dim]{plain(sheet.rubric.text)}[/]\n")


def _ask_scores() -> tuple[int, ...] | _Move:
    moves = {"s": _Move.SKIP, "b": _Move.BACK, "q": _Move.QUIT}
    while True:
        given = _read(_PROMPT).lower()
        if given in moves:
            return moves[given]
        parts = given.replace(",", " ").split()
        if parts and all(part in {"1", "2", "3", "4", "5"} for part in parts):
            return tuple(dict.fromkeys(int(part) for part in parts))
        notices().print("please: one or more numbers from 1 to 5, or s, b, q")


def _read(prompt: str) -> str:
    output().print(prompt, end="", markup=False)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _reveal(desk: Desk, task: str) -> None:
    found = desk.reveal(task)
    output().print(f"\n[bold]generator[/] {plain(found.generator)}")
    for verdict in found.verdicts:
        said = "no score" if verdict.score is None else f"{verdict.score:g}"
        reason = verdict.reasoning or (verdict.unscored.reason if verdict.unscored else "")
        output().print(f"[bold]{plain(verdict.judge)}[/] {said}  {plain(reason, limit=600)}")
    _read("\nEnter for the next task: ")
