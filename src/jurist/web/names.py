"""Names in a URL that are not known: the nearest that are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jurist.languages.nearest import NearestNames
from jurist.store import Store
from jurist.store.runs import RunRecord, find_run, list_runs
from jurist.web.problems import MissingError

_MOST: Final = 10


def require_known(what: str, name: str, known: Collection[str]) -> None:
    """Raise `MissingError` for a name that is not known, with the nearest that is.

    Args:
        what: What it should name: a run, a judge.
        name: As the URL has it.
        known: All there are.
    """
    if name in known:
        return
    names = sorted(map(str, known))
    nearest = NearestNames(names).nearest(name)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    raise MissingError(
        f"there is no {what} {name[:200]!r} here",
        expected=f"one of {', '.join(names[:_MOST])}{more}" if names else "none is there",
        fix=f"did you mean {nearest!r}?" if nearest else "",
    )


def run_of(store: Store, run: str) -> RunRecord:
    """The run of this whole id. Raises `MissingError` where there is none."""
    record = find_run(store, run)
    if record is None:
        require_known("run", run, [each.id for each in list_runs(store)])
        raise MissingError(f"the run {run} was deleted a moment ago")
    return record
