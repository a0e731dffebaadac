"""Disagreements in a browser: every printed key, both themes, wide and narrow."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from judged_runs import CAREFUL, LENIENT, Folder, labelled, make_folder
from jurist.store.annotations import Ruling, settlements_of
from jurist.web.settings import Settings
from web.browsing import BROWSER, VIEWS, looking, press
from web.served import serving

pytestmark = BROWSER


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = make_folder(tmp_path)
    run = folder.run(cases=12, judges=("proof", CAREFUL, LENIENT))
    folder.label(run, labelled(folder.export(run, "--count", "6")))
    return folder


def test_every_printed_key_does_what_it_says(folder: Folder, browser: Browser) -> None:
    run = folder.runs[0]

    def rulings() -> list[Ruling]:
        with closing(folder.open()) as store:
            return [each.ruling for each in settlements_of(store, run)]

    with serving(Settings(folder.place)) as address, looking(browser, address) as look:
        page = look.open(f"/disagreements?run={run}&against=people&settled=no")
        press(page, "j")
        press(page, "Enter")
        page.wait_for_url("**/disagreements/*")
        first = page.url
        for key, ruling in (
            ("r", Ruling.REFERENCE_WRONG),
            ("q", Ruling.QUESTION_AMBIGUOUS),
            ("w", Ruling.JUDGE_WRONG),
            ("l", Ruling.LABEL_WRONG),
        ):
            page.goto(first)
            press(page, key)
            expect(page.get_by_role("button", name="Undo the last")).to_be_visible()
            assert rulings() == [ruling]
            page.wait_for_load_state("load")
            press(page, "z")
            expect(page.get_by_role("button", name="Undo the last")).to_have_count(0)
            assert rulings() == []
        page.goto(first)
        press(page, "j")
        page.wait_for_url(lambda url: url != first and "/disagreements/" in url)
        press(page, "k")
        page.wait_for_url(first)
        press(page, "c")
        page.wait_for_url("**/answers/*")
        page.go_back()
        press(page, "u")
        page.wait_for_url("**/disagreements?*")
        assert look.heard == []


def test_pages_are_well_in_both_themes_wide_and_narrow(folder: Folder, browser: Browser) -> None:
    run = folder.runs[0]
    with serving(Settings(folder.place)) as address:
        for size, theme in VIEWS:
            with looking(browser, address, size=size, theme=theme) as look:
                page = look.open(f"/disagreements?run={run}")
                look.assert_well(f"list, {theme}, {size}")
                page.locator(".rows td.q a").first.click()
                page.wait_for_url("**/disagreements/*")
                look.assert_well(f"open, {theme}, {size}")
