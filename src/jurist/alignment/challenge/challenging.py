"""A challenge from beginning to end: items drawn from references, judged, summed up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jurist.alignment.challenge.items import Drawn, draw_items
from jurist.alignment.challenge.keeping import KeptChallenge, asked_items, record_of
from jurist.alignment.challenge.metamorphic import Probe, draw_probes
from jurist.alignment.challenge.results import ChallengeResult
from jurist.alignment.challenge.running import Sitting, judge_file, judges_by_name, put_before_judge
from jurist.alignment.challenge.summary import sum_up
from jurist.alignment.defaults import (
    ITEMS,
    LEAST,
    MAX_ERROR,
    MAX_OPERATOR_ERROR,
    MAX_UNTESTED,
    PROBES,
    SEED,
)
from jurist.analysis.qualifying import Demands
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.records import FailureKind
from jurist.runs.datasets import Dataset, load_dataset
from jurist.runs.naming import entries_of
from jurist.runs.outcomes import Ending
from jurist.runs.progress import Progress
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.challenges import keep_challenge

DEMANDS: Final = Demands(MAX_ERROR, MAX_OPERATOR_ERROR, LEAST, MAX_UNTESTED)
"""What a judge has to keep where nothing is said."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is put before a judge."""

    file: StudyFile
    """Nothing but the judge, with the models and the budget of its study."""
    datasets: tuple[Dataset, ...]
    renamed: tuple[Dataset, ...]
    """The same under other names, where pairs under other names belong."""
    drawn: Drawn
    probes: tuple[Probe, ...]
    seed: int


def draw_challenge(
    judge: object,
    datasets: Sequence[str | Path] = (),
    *,
    study: StudyFile | None = None,
    sample: int = ITEMS,
    references: int | None = None,
    metamorphic: int = PROBES,
    seed: int = SEED,
    tell: Callable[[int, int], None] | None = None,
) -> Challenge:
    """Make certified mutants and rewrites of references, with which to challenge a judge.

    Args:
        judge: As a study says it (`proof`, `module:function`, `{"llm": MODEL, ...}`), the name of
            one of the study's, or a function or an object that judges.
        datasets: Shipped ones, folders with `schema.yaml` and `cases.jsonl`, or the study's by
            name; all of the study where none is named.
        study: Whose models, budget and names are used.
        sample: Most items of one operator, each of another reference.
        references: Most references to change; `None`: all.
        metamorphic: Most pairs for each metamorphic check.
        seed: Of every draw.
        tell: Is told how many references are changed, of how many.

    Raises:
        InputError: The judge or a dataset cannot be used, or nothing can be drawn.
    """
    spec = _as_study_says(judge, study)
    entries = entries_of(datasets, study)
    file = judge_file(spec, entries, study, where=f"the judge {judge}"[:200])
    given: Mapping[str, Dataset] = {} if study is None else study.given
    loaded = tuple(given.get(entry.name) or load_dataset(entry, file.folder) for entry in entries)
    drawn = draw_items(loaded, per_operator=sample, seed=seed, references=references, tell=tell)
    probes, renamed = draw_probes(loaded, drawn.items, count=metamorphic, seed=seed)
    return Challenge(file, loaded, renamed, drawn, probes, seed)


def judge_challenge(
    challenge: Challenge,
    store: Store,
    *,
    demands: Demands = DEMANDS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ChallengeResult:
    """Put a challenge before its judge; with `draw_challenge`, what `jurist challenge` does.

    Interrupted or out of budget, the result says so (`open`, `ending`), and the same call goes
    on where it was and pays nothing twice. Else the store keeps the result with every item.

    Args:
        challenge: What is put before it.
        store: Where the verdicts are kept.
        demands: What it has to keep, and what is asked of the items.
        workers: Processes for proofs; `None`: one a core.
        progress: Is told how far the judge is.

    Raises:
        InputError: The judge cannot be made, or never gave a score, or a limit is one that nothing
            can show.
        StoreError: The store failed; all that was committed is safe.
    """
    refuse_impossible(demands)  # before anything is paid for
    posed = [item.posed for item in challenge.drawn.items]
    posed += [side for probe in challenge.probes for side in (probe.before, probe.after)]
    sitting = put_before_judge(
        challenge.file,
        [*challenge.datasets, *challenge.renamed],
        posed,
        store,
        progress=progress,
        workers=workers,
    )
    _refuse_fruitless(sitting)
    result = sum_up(
        challenge.drawn,
        challenge.probes,
        sitting,
        datasets=[dataset.name for dataset in challenge.datasets],
        seed=challenge.seed,
        demands=demands,
    )
    if result.ending is not Ending.INTERRUPTED:
        items = asked_items(challenge.drawn.items, sitting)
        keep_challenge(store, record_of(KeptChallenge(result, items)))
    return result


def refuse_impossible(demands: Demands) -> None:
    """Raise `InputError` for limits that no number of items can show."""
    for name in ("max_error", "max_operator_error"):
        limit: float = getattr(demands, name)
        if not 0 < limit <= 1:
            raise InputError(
                f"{name} is {limit:g}: no number of items can show that",
                expected="a share above 0, and at most 1",
                fix=f"allow a few errors, such as {getattr(DEMANDS, name):g}",
            )


def _refuse_fruitless(sitting: Sitting) -> None:
    """Raise where a judge never worked: that nothing is known of it is no finding."""
    unscored = [each.unscored for each in sitting.verdicts.values()]
    reasons = [each.reason for each in unscored if each and each.kind is not FailureKind.UNDECIDED]
    if not sitting.outcome.open and len(reasons) == len(unscored) > 0:
        raise InputError(
            f"the judge {sitting.judge!r} gave no score: it failed on all "
            f"{counted(len(reasons), 'item')}, first: {reasons[0]}",
            expected="a judge that works at least once",
            fix="mend the judge, and run again",
        )


def _as_study_says(judge: object, study: StudyFile | None) -> object:
    """The judge, or that of the study which goes under this name."""
    if study is None or not isinstance(judge, str):
        return judge
    known = judges_by_name(study)
    if judge in known:
        return known[judge]
    if judge != "proof" and ":" not in judge:
        raise InputError(f"the study has no judge {judge!r}", expected=f"one of {', '.join(known)}")
    return judge
