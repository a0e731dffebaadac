"""A study in a browser: started, watched to its end, stopped and resumed by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from jurist.store import open_store
from jurist.web.settings import Settings
from studies import write_dataset
from web.browsing import BROWSER, VIEWS, looking, press
from web.served import serving
from web.study_folders import StudyFolder

pytestmark = BROWSER


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    open_store(str(tmp_path / "jurist.db")).close()
    return StudyFolder(tmp_path, cases=150)


def test_a_study_is_watched_live_stopped_and_resumed(browser: Browser, folder: StudyFolder) -> None:
    with (
        serving(Settings(folder.store, studies=folder.path)) as address,
        looking(browser, address) as look,
    ):
        page = look.open("/studies")
        press(page, "j")
        press(page, "j")
        press(page, "Enter")
        expect(page.get_by_role("button", name="Start")).to_be_visible(timeout=30_000)
        press(page, "s")
        count = page.locator('[data-stage="candidates"] [data-live="count"]')
        expect(count).to_be_visible(timeout=30_000)
        first = count.inner_text()
        expect(count).not_to_have_text(first)  # it moves, and nobody loads the page again
        look.assert_well("under way")
        press(page, "s")
        expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=30_000)
        expect(page.locator("#words")).to_contain_text("tasks are open")
        look.assert_well("stopped")
        press(page, "s")
        expect(page.get_by_text("See how the generators did")).to_be_visible(timeout=60_000)
        look.assert_well("finished")
    assert len(set(folder.calls())) == 150


def test_pages_are_well(browser: Browser, folder: StudyFolder) -> None:
    (folder.path / "wrong.yaml").write_text("name: [\ngenerators: 1\n")
    with serving(Settings(folder.store, studies=folder.path)) as address:
        for size, theme in VIEWS:
            with looking(browser, address, size=size, theme=theme) as look:
                for path in ("/studies", "/studies/slow.yaml", "/studies/wrong.yaml"):
                    page = look.open(path)
                    expect(page.locator(".waiting")).to_have_count(0, timeout=30_000)
                    look.assert_well(f"{path}, {theme}, {size}")
                page = look.open("/studies/going.yaml")
                expect(page.locator(".waiting")).to_have_count(0, timeout=30_000)
                press(page, "s")
                expect(page.get_by_text("Its last words")).to_be_visible(timeout=30_000)
                look.assert_well(f"failed, {theme}, {size}")


def test_control_enter_and_c_check_the_cases(browser: Browser, folder: StudyFolder) -> None:
    write_dataset(folder.path, cases=6)  # each two references are held against each other
    with (
        serving(Settings(folder.store, studies=folder.path)) as address,
        looking(browser, address) as look,
    ):
        for key in ("c", "Control+Enter"):
            page = look.open("/studies/slow.yaml")
            expect(page.locator(".waiting")).to_have_count(0, timeout=30_000)
            press(page, key)
            page.wait_for_url("**check=yes")
            expect(page.get_by_role("heading", name="remark")).to_be_visible(timeout=30_000)
            look.assert_well("checked")


def test_a_run_is_stopped_from_its_own_page(browser: Browser, folder: StudyFolder) -> None:
    with (
        serving(Settings(folder.store, studies=folder.path)) as address,
        looking(browser, address) as look,
    ):
        page = look.open("/studies/slow.yaml")
        expect(page.get_by_role("button", name="Start")).to_be_visible(timeout=30_000)
        press(page, "s")
        page.locator(".live progress").first.wait_for(timeout=30_000)
        page.locator(".head a[href^='/runs/']").click()
        page.wait_for_url("**/runs/slow-*")
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        press(page, "s")
        page.wait_for_url("**/runs")
        page = look.open("/studies/slow.yaml")
        expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=30_000)
