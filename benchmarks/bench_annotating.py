"""Annotating a run of 200,000 verdicts: a queue drawn, an item asked, its label saved.

Server time of requests through the application, without a network; medians of many, but those that
say `first`. The store is made from the demo's own rows (`big_store`).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.big_store import Size, make_big
from benchmarks.measuring import is_quick
from jurist.web.settings import Settings
from web.served import client_of

_LABELS = 60


def _ms(work: Callable[[], object], times: int = 1) -> float:
    spent: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def bench() -> dict[str, float]:
    cases = 500 if is_quick() else 10_000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "jurist.db"
        make_big(place, {"big-a": Size(cases)})
        with client_of(Settings(str(place))) as client:
            return _of_a_queue(client)


def _of_a_queue(client: TestClient) -> dict[str, float]:
    began = time.perf_counter()
    queue = client.post("/v1/queues", json={"run": "big-a", "count": 2 * _LABELS}).json()["id"]
    figures = {"queue_drawn_s": time.perf_counter() - began}
    item: dict[str, str] = {}
    asked: list[float] = []
    saved: list[float] = []
    for _ in range(_LABELS):
        began = time.perf_counter()
        item = client.get(f"/v1/queues/{queue}/next").json()
        asked.append(time.perf_counter() - began)
        said = {"queue": queue, "task": item["task"], "scores": [4]}
        began = time.perf_counter()
        told = client.post("/v1/annotations", json=said, headers={"Idempotency-Key": item["key"]})
        saved.append(time.perf_counter() - began)
        assert told.status_code == 200, told.text
    figures["next_item_ms"] = 1000 * statistics.median(asked)
    figures["label_saved_ms"] = 1000 * statistics.median(saved)
    desk = f"/annotate/{queue}/items/{item['task']}"
    figures["desk_page_ms"] = _ms(lambda: client.get(desk), 7)
    return figures


if __name__ == "__main__":
    for name, figure in bench().items():
        print(f"{name:32}{figure:12.3f}")
