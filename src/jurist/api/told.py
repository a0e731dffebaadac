"""A run as it may be shown to others, in Python."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, contextmanager

from jurist.api.arguments import refuse_type
from jurist.api.runs import Run
from jurist.errors import StoreError
from jurist.report.told import level_for_others, told_run
from jurist.runs.borders import key_of
from jurist.store import read_store


@contextmanager
def pseudonymised(run: Run, privacy: str) -> Generator[Run]:
    """A run whose rows, tables, files and reports show pseudonyms in place of what is private.

    It is a copy, which is gone at the end of the block:

        with jurist.pseudonymised(run, "values") as shown:
            shown.to_parquet("for-others.parquet")

    Its `notes` say what cannot be told so.

    Args:
        run: As it is.
        privacy: What is hidden: `values`, or `values and names`.

    Raises:
        InputError: There is no such level.
        StudyError: The key of the store's pseudonyms is lost.
        UnsupportedError: A language has no pseudonyms, or the extra `privacy` is missing.
    """
    refuse_type("run", run, Run, "a jurist.Run")
    level = level_for_others(privacy)
    with (
        closing(read_store(run.store)) as store,
        told_run(store, run.id, level, key_of(run.store)) as told,
    ):
        if told.store.path is None:
            raise StoreError("the copy of the run has no file", expected="a store in a file")
        yield Run(told.store.path, run.id, run.name, told.notes())
