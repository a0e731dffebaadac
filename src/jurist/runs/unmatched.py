"""Recorded answers that no question of a run takes: most often a misspelt id."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from jurist.languages.texts import nearest_hint
from jurist.plurals import counted
from jurist.roles.recorded_file import keys_of_recording
from jurist.runs.case_files import read_cases
from jurist.runs.datasets import paths_of
from jurist.runs.results import results
from jurist.runs.study import StudyFile
from jurist.store import Store

_MOST_COMPARED: Final = 5_000
"""Ids among which the nearest is looked for."""


def unmatched_answers(file: StudyFile, store: Store, run: str) -> Iterator[str]:
    """Of each recording of a study: how many answers have no such case or question, and the first.

    A case counts as there if it is in a dataset's file, chosen for the run or not; a question
    of a case of the run, if the file has it or it was asked.

    Args:
        file: The study.
        store: Where the run is kept.
        run: The run, once it is done.

    Raises:
        DatasetError: A file cannot be read any more.
    """
    recordings = [
        (file.folder / spec.argument, spec.samples)
        for spec in file.roles.generators
        if spec.kind == "recorded" and isinstance(spec.argument, str)
    ]
    if not recordings:
        return
    cases, questions = set[str](), set[tuple[str, str]]()
    for entry in file.study.datasets:
        given = file.given.get(entry.name)
        of_entry = given.cases if given else read_cases(paths_of(entry, file.folder)[1])
        for case in of_entry:
            cases.add(case.id)
            for question in case.questions:
                questions |= {(case.id, question.id), (case.id, question.text)}
    asked = set[str]()
    for result in results(store, run):
        asked.add(result.case.id)
        questions |= {(result.case.id, result.question.id), (result.case.id, result.question.text)}
    for path, samples in recordings:
        yield from _of_file(path, cases, questions, asked)
        yield from _beyond(path, samples)


def _of_file(
    path: Path, cases: set[str], questions: set[tuple[str, str]], asked: set[str]
) -> Iterator[str]:
    number, first = 0, ""
    for line, (case, question, _) in keys_of_recording(path):
        if case not in cases:
            what = f"there is no case {case!r} in the study's datasets"
            known = islice(cases, _MOST_COMPARED)
            name = case
        elif question is not None and case in asked and (case, question) not in questions:
            what = f"case {case!r} has no question {question!r}"
            known = (known for of_case, known in questions if of_case == case)
            name = question
        else:
            continue
        number += 1
        if not first:
            listed = sorted(known)
            hint = nearest_hint(name, listed) or f"there are {', '.join(map(repr, listed[:5]))}"
            first = f"line {line}: {what}; {hint}"
    if number:
        answers = counted(number, "answer is", "answers are")
        such_as = ", such as" if number > 1 else ":"
        yield f"{path.name}: {answers} for no question of the study{such_as} {first}"


def _beyond(path: Path, samples: int) -> Iterator[str]:
    """Answers that are further samples than the generator is asked for."""
    beyond = [(line, sample) for line, (*_, sample) in keys_of_recording(path) if sample > samples]
    if beyond:
        line, sample = beyond[0]
        answers = counted(len(beyond), "answer is", "answers are")
        such_as = ", such as" if len(beyond) > 1 else ":"
        yield (
            f"{path.name}: {answers} never asked for{such_as} line {line}: it is sample {sample}, "
            f"and the generator has samples: {samples}; set samples: {max(n for _, n in beyond)}"
        )
