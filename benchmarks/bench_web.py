"""The pages of a run of 200,000 verdicts and one of 100,000: opened, filtered, compared, judged.

What `jurist serve` does for a look, through the application without a network. Columns are in
their cache, as they are from the second start of a server on. Of each page three figures: wall
time, the least and the median of several looks, and the median of the processor time of the
server's process, which other work on the machine changes little; what it leaves to processes of
their own is not in it. Figures with `first` are of one look each, the median over different ones.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Iterable
from html import unescape
from itertools import permutations, product
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.big_store import GENERATORS, Size, make_big
from benchmarks.measuring import is_quick, now_mb
from jurist.columns import shelf_of
from jurist.store import open_store
from jurist.web.settings import Settings
from web.served import client_of

_LOOKS = 7
_RUN = "/runs/big-a"
_FILTERS = (
    "?judge=proof&generator=large&relation=overlaps",
    "?judge=grader&level=1&level=2",
    "?tag=easy&sort=case",
    "?q=event(",
    "?outcome=refusal&q=wishlist",
    "?sort=slowest&page=900",
    "?sort=dearest",
    "?sort=best&kind=window",
)
_GOES_ON = "look again"
"""What a page says while something of it is being computed."""


def bench() -> dict[str, float]:
    cases = 500 if is_quick() else 10_000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "jurist.db"
        make_big(place, {"big-a": Size(cases), "big-b": Size(cases, judges=("proof",))})
        store = open_store(place)
        for run in ("big-a", "big-b"):
            shelf_of(store).sorted(run)
        store.close()
        return _of_a_start(Settings(str(place))) | _of_pages(Settings(str(place)))


def _of_a_start(settings: Settings) -> dict[str, float]:
    """A server that has just started: whatever is looked at first."""
    figures: dict[str, float] = {}
    for name, url in (("run", _RUN), ("list_of_runs", "/runs"), ("judges", "/judges")):
        with client_of(settings) as client:
            figures |= _told(f"first_{name}_after_start", [_look(client, url)])
    return figures


def _of_pages(settings: Settings) -> dict[str, float]:
    with client_of(settings) as client:
        figures = _told("judges_first", [_look(client, "/judges")])
        figures |= _told("card_first", [_look(client, "/judges/grader?run=big-a")])
        figures |= _told("disagreements_first", [_look(client, "/disagreements?run=big-a")])
        figures |= _again(client, "run_while_more_is_computed", _RUN)
        began = time.perf_counter()
        for url in (_RUN, "/runs/big-b", "/disagreements?run=big-a", "/judges/grader?run=big-a"):
            _wait_for(client, url)
        figures["all_computed_after_s"] = time.perf_counter() - began
        figures |= _again(client, "run", _RUN)
        figures |= _told("filtered_first", [_look(client, _RUN + each) for each in _FILTERS])
        figures |= _told("filtered", [_look(client, _RUN + each) for each in _FILTERS])
        pairs = list(permutations(GENERATORS, 2))[:_LOOKS]
        within = [f"/compare?a=big-a:{a}&b=big-a:{b}&judge=proof" for a, b in pairs]
        across = [
            f"/compare?a=big-a:{a}&b=big-b:{b}&judge=proof&although=yes"
            for a, b in list(product(GENERATORS, repeat=2))[:_LOOKS]
        ]
        figures |= _told("compared_first", [_look(client, each) for each in within])
        figures |= _told("compared_over_runs_first", [_look(client, each) for each in across])
        figures |= _again(client, "compared", within[0])
        cases = _cases(client)
        figures |= _told("case_first", [_look(client, each) for each in cases])
        figures |= _again(client, "case", cases[-1])
        figures |= _again(client, "disagreements", "/disagreements?run=big-a")
        figures |= _again(client, "list_of_runs", "/runs")
        figures |= _again(client, "judges", "/judges")
        figures |= _again(client, "card", "/judges/grader?run=big-a")
    return figures | {"server_mb": now_mb()}


def _look(client: TestClient, url: str) -> tuple[float, float]:
    """Wall and processor time of one look, in milliseconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(url)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    assert answer.status_code == 200, f"{url}: {answer.text[:500]}"
    return 1000 * spent[0], 1000 * spent[1]


def _again(client: TestClient, name: str, url: str) -> dict[str, float]:
    return _told(name, [_look(client, url) for _ in range(_LOOKS)])


def _told(name: str, looks: Iterable[tuple[float, float]]) -> dict[str, float]:
    walls, cpus = zip(*looks, strict=True)
    figures = {f"{name}_ms": statistics.median(walls), f"{name}_cpu_ms": statistics.median(cpus)}
    return figures if len(walls) == 1 else {f"{name}_least_ms": min(walls), **figures}


def _wait_for(client: TestClient, url: str) -> None:
    while True:
        answer = client.get(url)
        if not (_GOES_ON in answer.text or "Refresh" in answer.headers):
            return
        time.sleep(0.5)


def _cases(client: TestClient) -> list[str]:
    """Cases with a difference to be drawn, as the list links to them."""
    listed = client.get(f"{_RUN}?judge=proof&relation=overlaps").text
    found = dict.fromkeys(re.findall(r'href="(/runs/big-a/answers/[^"]+)"', listed))
    return [unescape(each) for each in found][:_LOOKS]


if __name__ == "__main__":
    for name, figure in bench().items():
        print(f"{name:36}{figure:12.3f}")
