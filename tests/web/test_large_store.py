"""Every page over 200,000 verdicts, in a browser: a store as benchmarks have it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from jurist.web.application import build_application
from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, THEMES, WIDE, looking
from web.crawling import crawl, first_pages, routes_of
from web.served import client_at, serving

pytestmark = [*BROWSER, pytest.mark.long]

ROOT = Path(__file__).parents[2]


def test_every_page_is_well(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "jurist.db"
    make = [sys.executable, "-m", "benchmarks.big_store", str(place)]
    subprocess.run(make, cwd=ROOT, check=True)
    settings = Settings(str(place))
    routes = routes_of(build_application(settings))
    wrong: list[str] = []
    with serving(settings) as address:
        with client_at(address) as client:
            visits = list(crawl(client, routes, most=200))
        assert Counter(each.status for each in visits).keys() <= {200, 303, 307}
        first = first_pages(visits)
        assert {"/runs/{run}", "/runs/{run}/answers/{task}", "/compare"} <= first.keys()
        for theme in THEMES:
            for size in (WIDE, NARROW):
                with looking(browser, address, size=size, theme=theme) as look:
                    for route, path in sorted(first.items()):
                        look.open(path)
                        wrong += look.faults(f"{route} at {path[:60]}, {theme}, {size}")
    assert "\n".join(wrong) == ""
