"""Every page in a browser: both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from judged_runs import make_folder
from jurist.web.settings import Settings
from web.browsing import BROWSER, VIEWS, looking
from web.served import serving

pytestmark = BROWSER


def test_the_list_of_runs_is_well(browser: Browser, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.run(cases=3)
    with serving(Settings(folder.place)) as address:
        for size, theme in VIEWS:
            with looking(browser, address, size=size, theme=theme) as look:
                look.open("/runs")
                look.assert_well(f"runs, {theme}, {size}")
