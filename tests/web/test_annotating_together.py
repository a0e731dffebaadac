"""Two at one queue at once, over the API."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from judged_runs import make_folder
from jurist.alignment.labels.queues import make_queue
from jurist.store import open_store
from jurist.store.annotations import annotations_of
from jurist.web.settings import Settings
from web.people import add_annotators, open_to


@pytest.mark.parametrize("cases", [20, pytest.param(125, marks=pytest.mark.long)])
def test_labels_by_two_clients_at_once_are_there_once(
    tmp_path: Path, store_url: str, cases: int
) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=cases, store=store_url)
    with closing(open_store(store_url)) as store:
        add_annotators(store, "ada", "bob")
        queue = make_queue(store, run, name="", by="eve", count=2 * cases)
    settings = Settings(store_url, host="0.0.0.0", hosts=("127.0.0.1",))  # noqa: S104
    refused: list[str] = []
    with open_to(settings) as served:

        def walk(name: str) -> None:
            client = served.log_in(name)
            while (told := client.get(f"/v1/queues/{queue.id}/next")).status_code == 200:
                item = told.json()
                said = {"queue": queue.id, "task": item["task"], "scores": [4]}
                for _ in range(2):  # each is sent twice
                    sent = client.post(
                        "/v1/annotations", json=said, headers={"Idempotency-Key": item["key"]}
                    )
                    if sent.status_code != 200:
                        refused.append(sent.text)
                        return

        threads = [threading.Thread(target=walk, args=(name,)) for name in ("ada", "bob")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert refused == []
    with closing(open_store(store_url)) as store:
        labels = list(annotations_of(store, run))
    drawn = len({label.task for label in labels})
    assert Counter(label.annotator for label in labels) == {"ada": drawn, "bob": drawn}
    assert len({label.id for label in labels}) == 2 * drawn >= 2 * 0.8 * cases
    chances = {label.task: label.sampling_probability for label in labels}
    assert all(label.sampling_probability == chances[label.task] for label in labels)
