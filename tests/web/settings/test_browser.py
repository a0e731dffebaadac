"""Logging in and settings in a browser: the whole way, both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser

from jurist.store import open_store
from jurist.store.audit import add_to_audit
from jurist.store.tokens import add_token
from jurist.web.settings import Settings
from web.browsing import BROWSER, NARROW, THEMES, WIDE, looking, press
from web.people import PASSWORD, add_people
from web.served import serving

pytestmark = BROWSER
HOSTILE = "<script>alert(1)</script>\u202e" + "a" * 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    place = str(tmp_path_factory.mktemp("settings") / "jurist.db")
    store = open_store(place)
    add_people(store)
    for number in range(60):
        add_to_audit(store, actor=HOSTILE, action="try", object_=HOSTILE * 3, detail=f"{number}")
    for number, scope in enumerate(((), ("judge",))):
        add_token(
            store,
            f"{number:064}",
            name=HOSTILE,
            owner="admin",
            role="editor",
            scope=scope,
            now=1_700_000_000_000,
            expires=None if scope else 1,
        )
    store.close()
    with serving(Settings(place)) as address:
        yield address


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_pages_are_well(browser: Browser, address: str, theme: str, size: tuple[int, int]) -> None:
    with looking(browser, address, size=size, theme=theme) as look:
        for path in ("/settings", "/settings/tokens", "/settings/audit", "/settings/store"):
            look.open(path)
            for closed in look.page.locator("main details > summary").all():
                closed.click()
            look.assert_well(path)
        look.open("/settings/users").locator("summary").nth(1).click()
        look.assert_well("users, a form open")
        look.page.context.clear_cookies()
        look.open("/login")
        look.assert_well("login")


def test_one_logs_in_changes_the_theme_and_logs_out(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = look.page
        page.context.clear_cookies()
        look.open("/settings/audit?actor=admin")
        assert "/login?next=" in page.url
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill("not the password")
        press(page, "Enter")
        assert "wrong" in page.get_by_role("alert").inner_text()
        assert look.heard == [
            "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
        ]
        look.heard.clear()
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/settings/audit?actor=admin")
        press(page, "t")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        look.open("/settings")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        look.assert_well("settings of somebody with an account")
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/login")
        look.open("/runs")
        assert page.url == f"{address}/login?next=%2Fruns"
        look.assert_well("logged out")


def test_the_log_is_paged_with_keys(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        page = look.open("/settings/audit")
        press(page, "n")
        page.wait_for_url("**/settings/audit?before=*")
        press(page, "p")
        page.wait_for_url("**/settings/audit")
        look.open("/settings/audit?actor=admin")
        press(page, "x")
        page.wait_for_url("**/settings/audit")
