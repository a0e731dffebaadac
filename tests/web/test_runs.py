"""The list of runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from judged_runs import make_folder
from jurist.errors import JuristError
from jurist.web.settings import Settings
from web.served import client_of


def test_runs_are_listed_by_name(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=3)
    with client_of(Settings(folder.place)) as client:
        shown = client.get("/runs")
    assert shown.status_code == 200
    assert run in shown.text


def test_a_finished_run_without_a_score_awaits_none(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    with suppress(JuristError):  # no judge worked
        folder.run(cases=3, judges=('{{callable: "{module}:shy", name: shy}}',))
    with client_of(Settings(folder.place)) as client:
        text = client.get("/runs").text
    assert "no score</span>" in text
    assert "no score yet" not in text


def test_nobody_is_shown_a_page_without_the_token(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.run(cases=3)
    with client_of(Settings(folder.place)) as client:
        client.cookies.clear()
        assert client.get("/runs").status_code == 303
        assert client.get("/?token=wrong").headers.get("set-cookie") is None
