"""Where a run's answers are annotated: what is drawn, who has done what, labels in and out."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import msgspec

from jurist.alignment.defaults import RANDOM_SHARE, SEED, TASKS
from jurist.alignment.labels.drawable import Drawable, drawable_of
from jurist.alignment.labels.files import make_annotation
from jurist.alignment.labels.frames import Place, frame_of
from jurist.alignment.labels.progress import Progress
from jurist.alignment.labels.rubric import Rubric, rubric_of
from jurist.alignment.labels.sampling import (
    Draw,
    draw,
    is_drawn,
    realised_probabilities,
    spreads_of,
    tag_of,
)
from jurist.alignment.rows import inert
from jurist.analysis.labelling import KnownSoFar
from jurist.errors import AnnotationError, InputError
from jurist.languages.layout import laid_out
from jurist.records import Annotation, LabelRole, Verdict
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result, results, workspaces
from jurist.store import Store
from jurist.store.annotations import add_annotations, revise_probabilities
from jurist.store.carrying import is_carried, labels_of
from jurist.store.runs import get_run


@dataclass(frozen=True, slots=True)
class Sheet:
    """One task as an annotator sees it: no verdict, no generator. All texts are hostile."""

    task: str
    question: str
    reference: str
    candidate: str
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is hidden while a task is annotated."""

    generator: str
    verdicts: tuple[Verdict, ...]


@dataclass
class Desk:
    """A run's draw for one role, with the labels that are there. See `open_desk`."""

    store: Store
    run: str
    role: LabelRole
    seed: int
    strata: Mapping[str, str]
    """Of all answers that may be drawn for this role."""
    draws: tuple[Draw, ...]
    sheets: Mapping[str, Sheet]
    """Of the drawn tasks."""
    labels: list[Annotation]
    """All labels of the run, of any role."""
    drawable: Drawable
    """All answers of the run, with their judges' scores."""

    def progress(self, generator: str | None = None, judge: str | None = None) -> Progress:
        """What `pass_rate` and `mean_score` are computed from, for whoever asks often.

        Raises:
            InputError: There is no such generator or judge.
        """
        levels = self.drawable.answers.chosen(generator, judge)
        strata, settled = self.drawable.strata, self.drawable.answers.settled

        def place(task: str) -> Place | None:
            if task not in levels:
                return None
            return Place(strata[task], levels[task], settled.get(task))

        return Progress(frame_of(self.drawable, levels, self.labels), place, self.role)

    def pass_rate(self, generator: str | None = None, judge: str | None = None) -> KnownSoFar:
        """The share of these answers that people would pass, known at any time.

        The interval holds after each label, so one may stop whenever it is narrow enough. It
        speaks of the answers of this run, not of requests like these.

        Args:
            generator: Of its answers; of all where none is named.
            judge: Whose scores help; the mean of all judges' where none is named.

        Raises:
            InputError: There is no such generator or judge.
        """
        return self.progress(generator, judge).pass_rate(self.labels)

    def mean_score(self, generator: str | None = None, judge: str | None = None) -> KnownSoFar:
        """The mean score that people would give to these answers; else as `pass_rate`."""
        return self.progress(generator, judge).mean_score(self.labels)

    def differences(self) -> tuple[int, int]:
        """Of the answers that several labelled for this role: on how many they differ; of all."""
        scores: dict[str, list[int]] = defaultdict(list)
        for label in self.labels:
            if label.role is self.role:
                scores[label.task].append(label.scores[0])
        several = [given for given in scores.values() if len(given) > 1]
        return sum(len({*given}) > 1 for given in several), len(several)

    def open_for(self, annotator: str) -> list[Draw]:
        """What this annotator has not labelled yet, in the order to be asked."""
        done = {label.task for label in self.labels if label.annotator == annotator}
        return [each for each in self.draws if each.task not in done]

    def record(self, each: Draw, annotator: str, scores: tuple[int, ...], rationale: str) -> None:
        """Store one answer; the chances of its stratum follow from it."""
        label = make_annotation(
            self.run,
            each.task,
            annotator,
            scores,
            self.role,
            rubric=self.sheets[each.task].rubric.version,
            rationale=rationale,
            sampling_probability=each.probability,
            tags=(tag_of(self.role, self.seed),),
        )
        add_annotations(self.store, [label])
        self.refresh()

    def export(self, *, as_csv: bool) -> bytes:
        """The drawn tasks with empty scores: JSONL, or CSV for a spreadsheet."""
        rows = [self._row(each) for each in self.draws]
        return _as_csv(rows) if as_csv else b"".join(msgspec.json.encode(r) + b"\n" for r in rows)

    def reveal(self, task: str) -> Revealed:
        """Who answered, and what the judges said."""
        found = [result for result in results(self.store, self.run) if result.task == task]
        return Revealed(found[0].generator, tuple(result.verdict for result in found))

    def _row(self, each: Draw) -> dict[str, object]:
        sheet = self.sheets[each.task]
        return {
            "task": each.task,
            "question": sheet.question,
            "reference": sheet.reference,
            "candidate": sheet.candidate,
            "annotator": "",
            "scores": [],
            "rationale": "",
            "rubric": sheet.rubric.version,
            "rubric_text": sheet.rubric.text,
            "role": self.role.value,
            "sampling_probability": each.probability,
            "tags": [tag_of(self.role, self.seed)],
        }

    def refresh(self) -> None:
        """Take in what was stored; chances follow from how much of each stratum is labelled."""
        self.labels[:] = labels_of(self.store, self.run)
        taken = {label.task for label in self.labels if label.role is not self.role}
        self.strata = {task: name for task, name in self.strata.items() if task not in taken}
        drawn = [label for label in self.labels if is_drawn(label, self.role)]
        chances = realised_probabilities(
            Counter(self.strata.values()),
            {label.task: self.strata[label.task] for label in drawn if label.task in self.strata},
        )
        revise_probabilities(
            self.store,
            {
                label.id: chances[label.task]
                for label in drawn
                if label.task in chances and label.sampling_probability != chances[label.task]
            },
        )
        self.labels[:] = labels_of(self.store, self.run)


def open_desk(
    store: Store,
    run: str,
    role: LabelRole = LabelRole.TEST,
    *,
    count: int = TASKS,
    random_share: float = RANDOM_SHARE,
    seed: int = SEED,
) -> Desk:
    """Draw what to annotate of a run; what `jurist annotate` begins with.

    Args:
        store: Where the run is.
        run: Its id, how it begins, or its study's name.
        role: What the labels will be for. Tasks with labels of another role are not drawn, nor
            are those that have their score by the rubric alone (no query, a refusal).
        count: How many tasks to draw in all, those that are labelled already included.
        random_share: See `sampling.draw`; of labels that tune or choose. Those that measure are
            drawn by the judges' scores.
        seed: Of the draw.

    Raises:
        AnnotationError: The run has no answer that could be annotated for this role.
    """
    drawn = draw_of(store, run, role, count=count, random_share=random_share, seed=seed)
    wanted = {each.task for each in drawn.draws}
    places = workspaces(store, drawn.run)
    sheets: dict[str, Sheet] = {}
    for result in results(store, drawn.run):
        if result.task in wanted and result.task not in sheets:
            sheets[result.task] = sheet_of(result, places[result.dataset])
    return Desk(
        store,
        drawn.run,
        role,
        seed,
        drawn.strata,
        drawn.draws,
        sheets,
        drawn.labels,
        drawn.drawable,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw without the sheets. See `Desk`."""

    run: str
    strata: Mapping[str, str]
    draws: tuple[Draw, ...]
    labels: list[Annotation]
    drawable: Drawable
    """Of the whole run."""


def draw_of(
    store: Store, run: str, role: LabelRole, *, count: int, random_share: float, seed: int
) -> Drawn:
    """Draw as `open_desk` does."""
    run = get_run(store, run).id
    labels = list(labels_of(store, run))
    taken = {label.task for label in labels if label.role is not role or is_carried(label)}
    drawable = drawable_of(store, run, role)
    taken |= drawable.answers.settled.keys()
    measuring = role is LabelRole.TEST
    strata = {task: name for task, name in drawable.strata.items() if task not in taken}
    if not strata:
        raise AnnotationError(
            f"run {run} has no answer left to annotate for {role.value!r}",
            expected="judged answers without labels of another role or a score by the rubric alone",
            fix="let the run finish, or use the role that they have",
        )
    done = {label.task: label.scores[0] for label in labels if tag_of(role, seed) in label.tags}
    draws = draw(
        strata,
        count,
        random_share=1.0 if measuring else random_share,
        spreads=spreads_of(strata, done) if measuring else None,
        done=done,
        seed=seed,
    )
    return Drawn(run, strata, draws, labels, drawable)


def sheet_of(result: Result, workspace: Workspace) -> Sheet:
    """What an annotator sees of an answer, whatever was ruled on it."""
    reference, candidate = result.case.reference, result.candidate
    return Sheet(
        result.task,
        result.question.text,
        "(cannot be built: the right answer is a refusal)"
        if reference is None
        else _laid_out(reference, workspace),
        _laid_out(candidate.query, workspace)
        if candidate.query is not None
        else f"(a refusal) {candidate.refusal}",
        rubric_of(workspace.language.words),
    )


def rubric_versions(store: Store, run: str) -> dict[str, str]:
    """By each task of a run that can be annotated, the version of the rubric that goes with it."""
    versions = {
        name: rubric_of(workspace.language.words).version
        for name, workspace in workspaces(store, run).items()
    }
    return {result.task: versions[result.dataset] for result in results(store, run)}


def _laid_out(text: str, workspace: Workspace) -> str:
    language = workspace.language
    try:
        return laid_out(language, language.parse(text, workspace.schema))
    except InputError:
        return text


def _as_csv(rows: Iterable[Mapping[str, object]]) -> bytes:
    columns = (
        "task",
        "question",
        "reference",
        "candidate",
        "annotator",
        "score",
        "also_acceptable",
        "rationale",
        "rubric",
        "rubric_text",
        "role",
        "sampling_probability",
        "tags",
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert(_cell(row.get(column, ""))) for column in columns])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    return (
        " ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else str(value)
    )
