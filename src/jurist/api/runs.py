"""A stored run in Python: its table, its rows, its report."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import Alignment, align_judges
from jurist.alignment.cards.card import Card
from jurist.alignment.challenge.challenging import draw_challenge, judge_challenge
from jurist.alignment.challenge.results import ChallengeResult
from jurist.alignment.comparison.comparing import Comparison as RunsCompared
from jurist.alignment.comparison.comparing import compare_runs
from jurist.alignment.defaults import (
    ITEMS,
    LEAST,
    MAX_ERROR,
    MAX_OPERATOR_ERROR,
    MAX_UNTESTED,
    PROBES,
    SEED,
)
from jurist.alignment.gate.deciding import GateResult, decide_gate
from jurist.analysis.estimands import About, Looks, Needed
from jurist.analysis.qualifying import Demands
from jurist.api import measures
from jurist.api.arguments import as_path, in_words, member, names, refuse_no_flag, refuse_type
from jurist.api.leaderboards import Leaderboard
from jurist.api.outcomes import Outcome
from jurist.api.rows import arrow_table, pandas_frame, polars_frame, write_parquet
from jurist.api.stored_studies import refuse_without_study, study_of_run
from jurist.api.studies import Study, study_file
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.records import LabelRole, Origin
from jurist.report.build import Survey, page_of, survey_of
from jurist.report.files import writing
from jurist.report.questions import questions_note
from jurist.report.rows import Row, row_of
from jurist.report.writing import RESULTS, Form, write_page
from jurist.runs.results import results
from jurist.runs.study import StudyFile
from jurist.store import Store, open_store, read_store
from jurist.store.counters import count_tasks
from jurist.store.failures import failures_of
from jurist.store.runs import RunState, get_run

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class Run:
    """A stored run; made by `jurist.run` and `jurist.open_run`.

    Nothing is kept in memory or open: each call reads the store as it is then.
    """

    def __init__(
        self,
        store: str | Path,
        record_id: str,
        name: str,
        unasked: tuple[str, ...] = (),
        study: StudyFile | None = None,
    ) -> None:
        self._store = store
        self._id = record_id
        self._name = name
        self._unasked = unasked
        self._study = study

    @property
    def id(self) -> str:
        """The run's id, by which commands find it too."""
        return self._id

    @property
    def name(self) -> str:
        """The study's name."""
        return self._name

    @property
    def store(self) -> str:
        """Where it is kept."""
        return str(self._store)

    @property
    def outcome(self) -> Outcome:
        """How far it has come, as it is now."""
        with self._opened() as store:
            counts = count_tasks(store, self._id)
            record = get_run(store, self._id)
            failed = failures_of(store, self._id).total
        total = sum(count.total for count in counts)
        left = total - sum(count.finished for count in counts)
        finished = record.state is RunState.FINISHED and left == 0
        return Outcome("finished" if finished else "open", total, left, failed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table should know: what failed, and what else is odd.

        Of a run that was just made also which recorded answers no question asked for.
        """
        return (*self._survey().notes, *self._unasked)

    def leaderboard(self) -> Leaderboard:
        """How each generator did under each judge, with intervals."""
        survey = self._survey()
        return Leaderboard(survey.standings, questions_note(survey.questions))

    def rows(self) -> Iterator[Row]:
        """The verdicts as flat dicts, in the run's order, in flat memory."""
        with self._opened() as store:
            for result in results(store, self._id):
                yield row_of(self._id, result)

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table. Raises `UnsupportedError` without pyarrow."""
        return arrow_table(self.rows())

    def to_parquet(self, path: str | Path) -> None:
        """Write the rows to a Parquet file. Raises `UnsupportedError` without pyarrow."""
        write_parquet(self.rows(), as_path("path", path))

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas data frame. Raises `UnsupportedError` without pandas."""
        return pandas_frame(self.rows())

    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars data frame. Raises `UnsupportedError` without polars."""
        return polars_frame(self.rows())

    def report(self, path: str | Path) -> Path:
        """Write the report.

        Args:
            path: A file that ends with .html, .md or .json.

        Returns:
            The file.

        Raises:
            InputError: It ends otherwise, or cannot be written.
        """
        file = as_path("path", path)
        ending = file.suffix.lower().removeprefix(".")
        if ending not in {*Form}:
            raise InputError(
                f"no report ends like {in_words(str(path))}",
                expected=f"a file that ends with {', '.join(f'.{form}' for form in Form)}",
                fix=f"call it {file.stem or 'report'}.html",
            )
        with self._opened() as store:
            survey = survey_of(store, self._id)
            page = page_of(store, self._id, survey)
            form = Form(ending)
            with writing(file, RESULTS[form]) as written:
                write_page(page, form, written)
        return file

    def align(
        self,
        *,
        judges: Sequence[str] = (),
        role: str = LabelRole.TEST,
        against: Collection[str] = tuple(Yardstick),
    ) -> Alignment:
        """How far each judge can be trusted; what `jurist align` does.

        Args:
            judges: Only these; all where none is named.
            role: Whose labels measure: "test", or "dev" to choose between judges.
            against: The yardsticks: "people", "proof".

        Raises:
            InputError: There is no such judge, role or yardstick, or labels cannot measure.
        """
        with self._opened() as store:
            return align_judges(
                store,
                self._id,
                judges=names("judges", judges),
                role=member("role", role, LabelRole),
                against=[member("against", each, Yardstick) for each in names("against", against)],
            )

    def cards(self, *, judges: Sequence[str] = (), role: str = LabelRole.TEST) -> tuple[Card, ...]:
        """The report cards of the judges, against people and against proofs.

        Args:
            judges: Only these; all where none is named.
            role: Whose labels measure.
        """
        made = self.align(judges=judges, role=role)
        return tuple(card for measured in made.measured for card in measured.cards)

    def compare(
        self, *others: Run | str, judges: Sequence[str] = (), allow_different: bool = False
    ) -> RunsCompared:
        """Which generators differ, with intervals; what `jurist compare` does.

        Args:
            others: Later runs of the same store, or their ids or names; differences are
                theirs minus this one's. Without any, the generators of this run.
            judges: Only under these; all that are in every run where none is named.
            allow_different: Compare although judges or data differ, and note what does.

        Raises:
            InputError: The runs are not comparable, or share nothing.
        """
        refuse_no_flag("allow_different", allow_different)
        with self._opened() as store:
            ids = [self._id, *(other_run("others", other) for other in others)]
            return compare_runs(
                store, ids, judges=names("judges", judges), allow_different=allow_different
            )

    def gate(
        self,
        baseline: Run | str,
        *,
        max_drop: float | None = None,
        min_proved_right: float | None = None,
        max_worst_operator: float | None = None,
        max_drift: float | None = None,
        about: About | str = About.REQUESTS,
        looks: Looks | str = Looks.ONCE,
        need: Needed | str = Needed.EVERY,
        origin: Origin | str | None = None,
        anchored_by: str = "",
        system: str = "",
        challenges: Sequence[ChallengeResult] = (),
        generators: Sequence[str] = (),
        judges: Sequence[str] = (),
        allow_different: bool = False,
    ) -> GateResult:
        """Whether this run may pass; what `jurist gate` does.

        Args:
            baseline: The run that it is held against, or its id or name.
            max_drop: Most the mean score may fall.
            min_proved_right: Least share proved right.
            max_worst_operator: Most errors on one kind of mistake, which needs `challenges`.
            max_drift: How well last week's questions in production may be told from the run's.
            about: `requests` like these, of which the cases are draws, or these very `cases`.
            looks: `once`, or `daily`: as often as you like, fresh cases alone count.
            need: `every` generator must pass, or `any`.
            origin: Whose questions decide; `None`: real ones first, else authored ones.
            anchored_by: Only cases whose references began as this system's answers.
            system: The feature in production that `max_drift` is about; all, if empty.
            challenges: What `challenge` gave, of the judges.
            generators: Who must pass; all where none is named.
            judges: Under whose scores; all that both runs have where none is named.
            allow_different: Decide although judges or data differ, and note what does.

        Raises:
            InputError: Nothing is limited, or the runs are not comparable.
        """
        refuse_no_flag("allow_different", allow_different)
        limits = measures.limits_of(max_drop, min_proved_right, max_worst_operator, max_drift)
        with self._opened() as store:
            return decide_gate(
                store,
                self._id,
                other_run("baseline", baseline),
                limits,
                terms=measures.terms_of(about, looks, need, origin, anchored_by, system),
                challenges=measures.challenges_of(challenges, limits),
                generators=names("generators", generators),
                judges=names("judges", judges),
                allow_different=allow_different,
            )

    def challenge(
        self,
        judge: object,
        *,
        study: Study | str | Path | None = None,
        datasets: Sequence[str] = (),
        sample: int = ITEMS,
        references: int | None = None,
        metamorphic: int = PROBES,
        seed: int = SEED,
        max_error: float = MAX_ERROR,
        max_operator_error: float = MAX_OPERATOR_ERROR,
        least: int = LEAST,
        max_untested: float = MAX_UNTESTED,
        workers: int | None = None,
    ) -> ChallengeResult:
        """Put certified mutants and rewrites of the run's references before a judge.

        What `jurist challenge` does; its verdicts are kept in the run's store.

        Args:
            judge: A judge of the run by name, what a study says of one, or an object.
            study: Whose models, budget and folder are used; `None`: that which was run. A run of
                `open_run` has none.
            datasets: Only these of the run; all where none is named.
            sample: Most items of one operator, each of another reference.
            references: Most references to change; `None`: all.
            metamorphic: Most pairs for each metamorphic check.
            seed: The same seed asks the same.
            max_error: Total error that it may have, as the upper bound.
            max_operator_error: Share of errors that no operator may be significantly above.
            least: Items of an operator from which on it is tested.
            max_untested: Share of a language's operators that may have fewer.
            workers: Processes for proofs; `None`: one a core.

        Raises:
            InputError: The judge or a dataset cannot be used.
        """
        demands = Demands(max_error, max_operator_error, least, max_untested)
        measures.refuse_challenge(demands, sample, references, metamorphic, seed, workers)
        chosen = names("datasets", datasets)
        own = self._study if study is None else study_file("study", study)
        with self._opened() as store:
            file = study_of_run(store, self._id, own)
        measures.refuse_other_datasets(chosen, (entry.name for entry in file.study.datasets))
        made = draw_challenge(
            judge,
            chosen,
            study=file,
            sample=sample,
            references=references,
            metamorphic=metamorphic,
            seed=seed,
        )
        if own is None:
            refuse_without_study(made.file.roles.judges)
        with closing(open_store(self._store)) as store:
            return judge_challenge(made, store, demands=demands, workers=workers)

    def __repr__(self) -> str:
        outcome = self.outcome
        state = outcome.state
        if outcome.open:
            state += f", {counted(outcome.open, 'task')} of {outcome.tasks} not done"
        if outcome.failed:
            state += f", {counted(outcome.failed, 'result')} missing"
        return f"<jurist.Run {self._id!r} in {self._store}: {state}>"

    def _repr_html_(self) -> str:
        from jurist.report.notebook import framed, leaderboard_html, text_html

        survey = self._survey()
        notes = "".join(f'<p class="quiet">{text_html(note)}</p>' for note in survey.notes)
        title = f'<p class="quiet">{text_html(repr(self).strip("<>"))}</p>'
        return framed(title, leaderboard_html(survey.standings), notes)

    def _survey(self) -> Survey:
        with self._opened() as store:
            return survey_of(store, self._id)

    @contextmanager
    def _opened(self) -> Generator[Store]:
        with closing(read_store(self._store)) as store:
            yield store


def other_run(name: str, given: object) -> str:
    """The id or name of a run that is given as such, or as a `Run`."""
    if isinstance(given, Run):
        return given.id
    refuse_type(name, given, str, "a jurist.Run, or its id or name as text")
    return str(given)


def open_run(name_or_id: str | None = None, store: str | Path = "jurist.db") -> Run:
    """A stored run.

    Args:
        name_or_id: Its id, how that begins, or its study's name (its newest run then);
            `None`: the newest of all.
        store: The file or URL in which it is kept.

    Raises:
        InputError: There is no such run, or several.
        StoreError: The store cannot be read.
    """
    refuse_type("store", store, (str, Path), "a file or a postgresql:// URL")
    if name_or_id is not None:
        refuse_type("name_or_id", name_or_id, str, "a run's id or name as text, or None")
        if not name_or_id:
            raise InputError(
                "`name_or_id` is empty",
                expected="a run's id, how it begins, or its study's name",
                fix="leave it out for the newest run",
            )
    with closing(read_store(store)) as opened:
        record = get_run(opened, "latest" if name_or_id is None else name_or_id)
    return Run(store, record.id, record.name)
