"""What is computed in another process is what would be computed here, and ends with the server."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Thread

import pytest

from judged_runs import make_folder
from jurist.analysis.leaderboard import standings_of
from jurist.analysis.weaknesses import weaknesses_of
from jurist.columns import shelf_of
from jurist.report.build import notes_of, survey_of
from jurist.web.aside import Aside


def _fail(of: str) -> None:
    raise ValueError(of)


def test_a_process_tells_what_would_be_told_here(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run, store = folder.run(), folder.open()
    aside = Aside(folder.place)
    columns = shelf_of(store).sorted(run)
    standings = standings_of(columns)
    judge = standings[0].judge
    there = aside.do(weaknesses_of, columns, standings, judge)
    assert repr(there) == repr(weaknesses_of(columns, standings, judge))
    told = aside.read(notes_of, run, standings)
    assert told == notes_of(store, run, standings) == survey_of(store, run).notes
    store.close()


def test_it_is_another_process_which_makes_way() -> None:
    aside = Aside("")
    assert aside.do(os.getpid) != os.getpid()
    assert aside.do(os.nice, 0) > os.nice(0)


def test_what_is_wrong_with_the_work_is_raised_here() -> None:
    with pytest.raises(ValueError, match="of no use"):
        Aside("").do(_fail, "of no use")


def test_what_is_under_way_ends_with_the_server() -> None:
    aside, raised = Aside(""), list[str]()

    def wait() -> None:
        with pytest.raises(InterruptedError):
            aside.do(time.sleep, 600)
        raised.append("ended")

    threads = [Thread(target=wait) for _ in range(3)]  # one more than may be under way
    for thread in threads:
        thread.start()
    aside.close()
    for thread in threads:
        thread.join(60)
    assert raised == ["ended"] * 3
