"""The desk in a browser: every key, the network gone, two tabs, a full storage."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from judged_runs import Folder, make_folder
from jurist.alignment.labels.queues import make_queue
from jurist.records import Annotation
from jurist.store.annotations import annotations_of
from jurist.web.settings import Settings
from web.browsing import BROWSER, VIEWS, Look, looking, press
from web.served import serving

pytestmark = BROWSER


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = make_folder(tmp_path)
    folder.run(cases=8)
    return folder


@pytest.fixture
def desk(folder: Folder, browser: Browser) -> Generator[Look]:
    with serving(Settings(folder.place)) as address, looking(browser, address) as look:
        look.open(f"/annotate/{_queue(folder)}/next")
        yield look


def _queue(folder: Folder, count: int = 8) -> str:
    with closing(folder.open()) as store:
        return make_queue(store, "study", name="first", by="eve", count=count).id


def _labels(folder: Folder) -> list[Annotation]:
    with closing(folder.open()) as store:
        return list(annotations_of(store, folder.runs[0]))


def _task(page: Page) -> str:
    task = page.locator("#desk").get_attribute("data-task")
    assert task is not None
    return task


def _said(page: Page, words: str) -> None:
    expect(page.locator("#saved")).to_contain_text(words)


def _at_another(page: Page, task: str) -> str:
    expect(page.locator("#desk")).not_to_have_attribute("data-task", task)
    return _task(page)


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        press(page, key)


def test_every_printed_key_does_what_it_says(desk: Look, folder: Folder) -> None:
    page = desk.page
    first = _task(page)
    for level in "12345":
        _press(page, level)
        assert page.locator("input[name=score]:checked").get_attribute("value") == level
    _press(page, "4", "Shift+Digit5", "Shift+Digit4", "Shift+Digit1", "Shift+Digit1")
    assert page.locator("input[name=also]:checked").count() == 1
    _press(page, "r", "q", "q", "w")
    page.keyboard.type("rare 1 case s")
    _press(page, "Escape", "Enter")
    second = _at_another(page, first)
    _said(page, "All saved")
    (label,) = _labels(folder)
    assert (label.task, label.scores, label.rationale) == (first, (4, 5), "rare 1 case s")
    assert label.tags == ("drawn:test:score:0", "reference_wrong")
    assert page.url.endswith(second)
    expect(page.locator(".count")).to_have_text("1 of 8")
    _press(page, "s")
    third = _at_another(page, second)
    _press(page, "z")  # what was undone is back as it was
    assert _at_another(page, third) == first
    assert page.locator("input[name=also]:checked").get_attribute("value") == "5"
    assert page.locator("#why").input_value() == "rare 1 case s"
    _said(page, "All saved")
    assert _labels(folder) == []
    _press(page, "2", "w")
    _press(page, "Control+Enter")
    assert _at_another(page, first) == third
    _said(page, "All saved")
    assert [label.scores for label in _labels(folder)] == [(2, 5)]
    _press(page, "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    desk.assert_well("after all keys")


def test_a_queue_is_walked_to_its_end_and_skipped_items_come_last(
    desk: Look, folder: Folder
) -> None:
    page = desk.page
    skipped = task = _task(page)
    _press(page, "s")
    for _ in range(7):
        task = _at_another(page, task)
        _press(page, "4", "Enter")
    assert _at_another(page, task) == skipped
    _press(page, "5", "Enter")
    page.wait_for_url("**/annotate/*")
    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible()
    assert len(_labels(folder)) == 8
    desk.assert_well("done")
    _press(page, "u")
    page.wait_for_url("**/annotate")
    _press(page, "j", "Enter")
    page.wait_for_url("**/annotate/*")


def test_nothing_is_lost_or_twice_without_the_network(desk: Look, folder: Folder) -> None:
    page = desk.page
    expect(page.locator("#desk")).to_have_attribute("data-count", "0")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    tasks = [_task(page)]
    for score in "543":
        _press(page, score, "Enter")
        tasks.append(_at_another(page, tasks[-1]))
    _said(page, "3 waiting to be sent")
    _press(page, "z")  # an unsent one is simply not sent
    assert _at_another(page, tasks[-1]) == tasks[2]
    _said(page, "2 waiting to be sent")
    _press(page, "1", "w")
    page.keyboard.type("a draft")
    assert _labels(folder) == []
    page.context.set_offline(False)
    page.reload()
    _said(page, "All saved")
    assert page.locator("#why").input_value() == "a draft"
    assert {label.task: label.scores for label in _labels(folder)} == {
        tasks[0]: (5,),
        tasks[1]: (4,),
    }


def test_what_waits_is_sent_by_the_next_page_of_annotating(desk: Look, folder: Folder) -> None:
    page = desk.page
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    _press(page, "4", "Enter")
    _said(page, "1 waiting to be sent")
    page.close()
    other = page.context.new_page()
    page.context.set_offline(False)
    other.goto(f"{desk.address}/annotate")
    _said(other, "All saved")
    assert len(_labels(folder)) == 1


def test_two_tabs_send_each_label_once(desk: Look, folder: Folder) -> None:
    first = desk.page
    second = first.context.new_page()
    second.goto(first.url)
    first.wait_for_load_state("networkidle")
    second.wait_for_load_state("networkidle")
    first.context.set_offline(True)
    task = _task(first)
    _press(first, "4", "Enter")
    _press(second, "4", "Enter")  # the same item, said twice
    there = _at_another(second, task)
    _press(second, "2", "Enter")
    _at_another(second, there)
    first.context.set_offline(False)
    _said(first, "All saved")
    _said(second, "All saved")
    assert sorted(label.scores for label in _labels(folder)) == [(2,), (4,)]


def test_what_is_not_taken_is_told_until_it_was_read(desk: Look, folder: Folder) -> None:
    first = desk.page
    second = first.context.new_page()
    second.goto(first.url)
    task = _task(first)
    _press(first, "4", "Enter")
    _said(first, "All saved")
    _press(second, "1", "Enter")  # something else of the same item
    _at_another(second, task)
    refused = second.locator("#refused li")
    expect(refused).to_contain_text("your 1 of item")
    second.reload()
    expect(refused).to_be_visible()
    refused.get_by_role("button").click()
    expect(refused).to_have_count(0)
    assert [label.scores for label in _labels(folder)] == [(4,)]


def test_what_is_not_taken_is_sent_once_also_where_the_storage_is_full(desk: Look) -> None:
    page = desk.page
    page.wait_for_load_state("networkidle")
    task, queue = _task(page), page.locator("#desk").get_attribute("data-queue")
    said = {"queue": queue, "task": task, "scores": [2]}
    assert page.request.post(
        f"{desk.address}/v1/annotations", data=said, headers={"Sec-Fetch-Site": "same-origin"}
    ).ok
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full',"
        " 'QuotaExceededError'); }; }"
    )
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if "/annotations" in each.url else None)
    _press(page, "4", "Enter")
    second = _at_another(page, task)
    expect(page.locator("#refused li")).to_have_count(1)
    _press(page, "5", "Enter")  # and what comes after it is sent
    _at_another(page, second)
    _said(page, "All saved")
    assert len(sent) == 2


def test_what_is_sent_says_whose_it_is(desk: Look) -> None:
    page = desk.page
    person = page.locator("#desk").get_attribute("data-person")
    with page.expect_request("**/draft") as draft:
        _press(page, "3")
    with page.expect_request("**/v1/annotations") as label:
        _press(page, "Enter")
    for sent in (draft.value, label.value):
        assert unquote(sent.headers["jurist-person"]) == person


def test_a_full_storage_loses_nothing(desk: Look, folder: Folder) -> None:
    page = desk.page
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full',"
        " 'QuotaExceededError'); }; }"
    )
    page.context.set_offline(True)
    task = _task(page)
    _press(page, "4", "Enter")
    _at_another(page, task)
    _said(page, "storage is full: keep this tab open")
    page.context.set_offline(False)
    _said(page, "All saved")
    assert len(_labels(folder)) == 1


def test_a_draft_is_kept_on_the_server_for_another_browser(desk: Look, browser: Browser) -> None:
    page = desk.page
    with page.expect_response("**/draft"):
        _press(page, "3", "w")
        page.keyboard.type("half a thought")
    with looking(browser, desk.address) as other:
        there = other.open(page.url.removeprefix(desk.address))
        expect(there.locator("#why")).to_have_value("half a thought")
        assert there.locator("input[name=score]:checked").get_attribute("value") == "3"


def test_a_label_of_before_is_taken_back_on_its_own_page(desk: Look, folder: Folder) -> None:
    page = desk.page
    task = _task(page)
    _press(page, "4", "Enter")
    _at_another(page, task)
    _said(page, "All saved")
    page.reload()
    _press(page, "z")
    page.wait_for_url(f"**/{task}")
    expect(page.get_by_role("button", name="Take this label back")).to_be_visible()
    desk.assert_well("a label that is there")
    _press(page, "z")
    expect(page.get_by_role("button", name="Save and next")).to_be_visible()
    page.wait_for_load_state("load")
    assert _labels(folder) == []
    _press(page, "5", "Enter")
    _at_another(page, task)
    _said(page, "All saved")
    assert [label.scores for label in _labels(folder)] == [(5,)]


def test_pages_are_well_in_both_themes_wide_and_narrow(folder: Folder, browser: Browser) -> None:
    queue = _queue(folder)
    with serving(Settings(folder.place)) as address:
        for size, theme in VIEWS:
            with looking(browser, address, size=size, theme=theme) as look:
                for path in ("/annotate", f"/annotate/{queue}", f"/annotate/{queue}/next"):
                    look.open(path)
                    look.assert_well(f"{path}, {theme}, {size}")


def test_storage_of_somebody_else_is_left_alone(desk: Look) -> None:
    page = desk.page
    entry: dict[str, object] = {
        "url": "/v1/annotations",
        "method": "POST",
        "body": {},
        "kind": "save",
    }
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", ["outbox:bob:1-x", json.dumps(entry)])
    page.reload()
    task = _task(page)
    _press(page, "4", "Enter")
    _at_another(page, task)
    _said(page, "All saved")
    assert page.evaluate("localStorage.getItem('outbox:bob:1-x')") is not None
