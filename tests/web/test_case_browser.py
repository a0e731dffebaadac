"""A case in a browser: every printed key, themes, widths; texts that would do harm."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from judged_runs import CAREFUL, Folder, make_folder
from jurist.runs.results import Result, results
from jurist.web.settings import Settings
from web.answered import ACCOUNT_PAIRS, ACCOUNTS, DATABASE, DATABASE_PAIRS, answered_run
from web.browsing import BROWSER, NARROW, VIEWS, WIDE, looking, press
from web.hostile_run import hostile_run
from web.served import serving

pytestmark = BROWSER


@dataclass(frozen=True)
class Served:
    address: str
    run: str
    every: tuple[Result, ...]

    def path(self, of: str, judge: str = "proof", query: str = "") -> str:
        """Of the first answer to a case."""
        task = next(each.task for each in self.every if each.case.id == of)
        return f"/runs/{self.run}/answers/{task}?judge={judge}{query}"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    folder = make_folder(tmp_path_factory.mktemp("plain"))
    run = folder.run(cases=12, judges=("proof", CAREFUL), generators=("weak",))
    with served(folder, run) as shown:
        yield shown


@contextmanager
def served(folder: Folder, run: str) -> Generator[Served]:
    store = folder.open()
    every = tuple(results(store, run))
    store.close()
    with serving(Settings(folder.place)) as address:
        yield Served(address, run, every)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    folder, run = hostile_run(tmp_path_factory.mktemp("hostile"))
    with served(folder, run) as shown:
        yield shown


@pytest.mark.parametrize(("size", "theme"), VIEWS)
def test_a_case_is_well(browser: Browser, plain: Served, theme: str, size: tuple[int, int]) -> None:
    with looking(browser, plain.address, size=size, theme=theme) as look:
        for case in ("case-1", "case-2", "case-9"):  # wrong, right, unbuildable
            page = look.open(plain.path(case))
            for summary in page.locator("summary").all():
                summary.click()
            look.assert_well(f"{case}, {theme}, {size}")


def test_every_printed_key_does_what_it_says(browser: Browser, plain: Served) -> None:
    with looking(browser, plain.address) as look:
        page = look.open(plain.path("case-1", query="&sort=run"))
        first = page.url
        tree = page.locator("details.tree")
        assert not tree.get_attribute("open")
        press(page, "d")
        expect(tree).to_have_attribute("open", "")
        press(page, "j")
        page.wait_for_url(lambda url: url != first)
        press(page, "k")
        page.wait_for_url(first)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        press(page, "c")
        expect(page.locator("#copied")).to_have_text("Copied.")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == "Reference:\ntrait('age') > 1\n\nAnswer:\ntrait('age') > 8"
        press(page, "u")
        page.wait_for_url(lambda url: "/answers/" not in url)
        assert f"/runs/{plain.run}" in page.url
        page = look.open(plain.path("case-1"))
        with page.expect_request("**/annotate?*") as asked:
            press(page, "a")
        assert plain.run in asked.value.url


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_texts_that_would_do_harm_are_texts(
    browser: Browser, hostile: Served, size: tuple[int, int]
) -> None:
    with looking(browser, hostile.address, size=size) as look:
        for word in ("answer", "refuse", "fail", "unread"):
            page = look.open(hostile.path(f"c-{word}"))
            for summary in page.locator("summary").all():
                summary.click()
            look.assert_well(f"{word}, {size}")
            assert page.evaluate("window.hurt") is None
            text = page.locator("main").inner_text()
            assert "onerror" in text
            assert "\u202e" not in text
            assert page.locator("main img, main script").count() == 0
            assert (page.locator(".lanes").count() > 0) is (word == "answer")


@pytest.mark.parametrize(
    ("schema", "pairs"), [(ACCOUNTS, ACCOUNT_PAIRS), (DATABASE, DATABASE_PAIRS)], ids=["cql", "sql"]
)
def test_every_shape_of_a_witness_is_drawn(
    browser: Browser,
    tmp_path: Path,
    schema: Mapping[str, object],
    pairs: Mapping[str, tuple[str, str]],
) -> None:
    folder, run = answered_run(tmp_path, schema, pairs)
    with served(folder, run) as shown:
        for size, theme in VIEWS:
            with looking(browser, shown.address, size=size, theme=theme) as look:
                for name in pairs:
                    page = look.open(shown.path(name))
                    for summary in page.locator("summary").all():
                        summary.click()
                    look.assert_well(f"{name}, {theme}, {size}")
                    drawn = page.locator(".wit").count()
                    assert (drawn > 0) is (name not in {"same", "unknown"}), name
                    assert page.get_by_text("There is no picture").count() == 0
                    marked = page.locator(".only-r, .only-c").count()
                    assert (marked > 0) is (name != "same"), name
