"""A stored run in Python: its table, its rows, its report."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from jurist.analysis.leaderboard import Standing
from jurist.api.arguments import as_path, refuse_type, shown
from jurist.api.rows import (
    Row,
    arrow_table,
    pandas_frame,
    polars_frame,
    row_of,
    write_parquet,
)
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.report.build import Survey, page_of, survey_of
from jurist.report.files import writing
from jurist.runs.results import results
from jurist.store import Store, read_store
from jurist.store.queue import count_failed, count_tasks
from jurist.store.runs import RunState, get_run

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_ENDINGS: Final = (".html", ".md", ".json")


class Leaderboard(Sequence[Standing]):
    """How each generator did under each judge; `print` and notebooks show a table."""

    def __init__(self, standings: Sequence[Standing]) -> None:
        self._standings = tuple(standings)

    @overload
    def __getitem__(self, index: int) -> Standing: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Standing, ...]: ...
    def __getitem__(self, index: int | slice) -> Standing | tuple[Standing, ...]:
        return self._standings[index]

    def __len__(self) -> int:
        return len(self._standings)

    def __str__(self) -> str:
        from jurist.report.terminal import leaderboard_text

        return leaderboard_text(self._standings)

    def __repr__(self) -> str:
        return str(self) or "<jurist.Leaderboard: nothing was judged>"

    def _repr_html_(self) -> str:
        from jurist.report.notebook import framed, leaderboard_html

        return framed(leaderboard_html(self._standings))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run has come."""

    state: str
    """`finished`; or `open`: it was interrupted, its budget ended, or it is still running."""
    tasks: int
    """Questions to write, to answer and answers to judge, as far as they are known."""
    open: int
    """Of these not done."""
    failed: int
    """Of these failed in a way that may pass: `jurist.run(..., retry_failures=True)`."""


class Run:
    """A stored run; made by `jurist.run` and `jurist.open_run`.

    Nothing is kept in memory or open: each call reads the store as it is then.
    """

    def __init__(self, store: str | Path, record_id: str, name: str) -> None:
        self._store = store
        self._id = record_id
        self._name = name

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
            failed = count_failed(store, self._id)
        total = sum(count.total for count in counts)
        left = total - sum(count.finished for count in counts)
        finished = record.state is RunState.FINISHED and left == 0
        return Outcome("finished" if finished else "open", total, left, failed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table should know: what failed, and what else is odd."""
        return self._survey().notes

    def leaderboard(self) -> Leaderboard:
        """How each generator did under each judge, with intervals."""
        return Leaderboard(self._survey().standings)

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
        ending = file.suffix.lower()
        if ending not in _ENDINGS:
            raise InputError(
                f"no report ends like {shown(str(path))}",
                expected=f"a file that ends with {', '.join(_ENDINGS)}",
                fix=f"call it {file.stem or 'report'}.html",
            )
        with self._opened() as store:
            survey = survey_of(store, self._id)
            page = page_of(store, self._id, survey)
            with writing(file) as written:
                if ending == ".html":
                    from jurist.report.html import write_html

                    write_html(page, written)
                elif ending == ".md":
                    from jurist.report.markdown import render_markdown

                    written.write(render_markdown(page).encode())
                else:
                    from jurist.report.as_json import write_json

                    write_json(page, written)
        return file

    def __repr__(self) -> str:
        outcome = self.outcome
        state = outcome.state
        if outcome.open:
            state += f", {counted(outcome.open, 'task')} of {outcome.tasks} not done"
        if outcome.failed:
            state += f", {counted(outcome.failed, 'task')} failed"
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
        store = read_store(self._store)
        try:
            yield store
        finally:
            store.close()


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
    opened = read_store(store)
    try:
        record = get_run(opened, "latest" if name_or_id is None else name_or_id)
    finally:
        opened.close()
    return Run(store, record.id, record.name)
