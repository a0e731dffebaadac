"""A run is deleted by an admin who was told what goes with it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from judged_runs import labelled, make_folder
from jurist.store.audit import audit_of
from jurist.store.lock import hold_run
from jurist.store.runs import find_run
from jurist.web.settings import Settings
from web.served import client_of


def test_what_goes_is_named_and_typed_where_people_worked(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run, other = folder.run(cases=6), folder.run(cases=3, name="other")
    assert folder.label(run, labelled(folder.export(run))).exit_code == 0
    with client_of(Settings(folder.place)) as client:
        shown = client.get(f"/runs/{run}/delete").text
        assert "12 labels" in shown
        assert client.post(f"/runs/{run}/delete").status_code == 422
        assert client.post(f"/runs/{run}/delete", data={"typed": other}).status_code == 422
        with closing(folder.open()) as store:
            assert find_run(store, run) is not None
        assert client.post(f"/runs/{run}/delete", data={"typed": run}).status_code == 303
        assert client.get(f"/runs/{run}/delete").status_code == 404
        assert "labels" not in client.get(f"/runs/{other}/delete").text
    with closing(folder.open()) as store:
        assert find_run(store, run) is None
        assert find_run(store, other) is not None
        entry = audit_of(store)[0]
        assert (entry.action, entry.object, entry.detail) == ("delete run", run, "12 labels")


def test_a_run_that_is_under_way_stays(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=3)
    with (
        closing(folder.open()) as store,
        hold_run(store, run),
        client_of(Settings(folder.place)) as client,
    ):
        assert client.post(f"/runs/{run}/delete").status_code == 503
        assert find_run(store, run) is not None
