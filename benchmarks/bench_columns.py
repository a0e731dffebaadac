"""The columns of a run of 200,000 verdicts: opened, filtered, searched, sorted, compared.

What lies behind a page, by itself; whole pages are timed by `bench_web`. The store is made from
the demo's own rows (`big_store`). Each figure is the median of several looks, but those that
say `first`.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.big_store import Size, make_big
from benchmarks.measuring import is_quick, peak_mb
from jurist.alignment.comparison.comparing import compare_runs
from jurist.analysis.leaderboard import standings_of
from jurist.columns import Dimension, Filters, Shelf, Sort, results_of, view
from jurist.store import Store, open_store

_LOOKS = {
    "none": Filters(),
    "judge_and_generator": Filters(
        {Dimension.JUDGE: frozenset({"proof"}), Dimension.GENERATOR: frozenset({"large"})}
    ),
    "relation": Filters({Dimension.RELATION: frozenset({"overlaps"})}),
    "tag": Filters(tags=frozenset({"easy"})),
    "rare_text": Filters(text="b2b-018"),
    "common_text": Filters(text="event("),
    "one_letter": Filters(text="e"),
    "all_at_once": Filters(
        {Dimension.LEVEL: frozenset({"1", "2"})}, frozenset({"easy"}), "wishlist"
    ),
}


def _median_ms(work: Callable[[], object], *, times: int = 7) -> float:
    spent: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def bench() -> dict[str, float]:
    cases = 500 if is_quick() else 10_000
    sizes = {"big-a": Size(cases), "big-b": Size(cases, judges=("proof",))}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "jurist.db"
        make_big(place, sizes)
        store = open_store(place)
        figures = _of_columns(store, Path(folder) / "kept")
        store.close()
    return figures | {"peak_mb": peak_mb()}


def _of_columns(store: Store, kept: Path) -> dict[str, float]:
    began = time.perf_counter()
    Shelf(store, kept).unsorted("big-a")
    figures = {"first_built_s": time.perf_counter() - began}
    Shelf(store, kept).sorted("big-a")
    figures["first_built_and_sorted_s"] = time.perf_counter() - began
    figures["opened_from_cache_ms"] = _median_ms(lambda: Shelf(store, kept).columns("big-a"))
    shelf = Shelf(store, kept)
    columns = shelf.columns("big-a")
    figures["verdicts"] = len(columns)
    figures["asked_for_again_ms"] = _median_ms(lambda: shelf.columns("big-a"))
    page = view(columns, Filters(), Sort.WORST, 0, 50)
    figures["records_of_a_page_ms"] = _median_ms(
        lambda: results_of(store, "big-a", columns, page.rows)
    )
    for sort in Sort:
        figures[f"sort_{sort}_ms"] = _median_ms(
            lambda sort=sort: view(columns, Filters(), sort, 0, 50)
        )
    for name, filters in _LOOKS.items():
        fresh = Shelf(store, kept).columns("big-a")  # nothing is kept of an earlier search
        view(fresh, Filters(text="fold"), Sort.WORST, 0, 50)
        look = partial(view, fresh, filters, Sort.WORST, 0, 50)
        figures[f"filter_{name}_ms"] = _median_ms(look, times=1)
    figures["leaderboard_ms"] = _median_ms(lambda: standings_of(columns), times=3)
    compare = partial(compare_runs, store, ["big-b", "big-a"], allow_different=True)
    figures["compare_runs_first_ms"] = _median_ms(compare, times=1)
    figures["compare_runs_ms"] = _median_ms(compare, times=3)
    return figures


if __name__ == "__main__":
    for name, figure in bench().items():
        print(f"{name:32}{figure:12.3f}")
