"""Names of 200 letters and tables with every column: nothing scrolls sideways, all can be met."""

from __future__ import annotations

from pathlib import Path

from judged_runs import Folder, make_folder
from jurist.web.settings import Settings
from web.browsing import BROWSER, browser_of_tests, looking
from web.served import serving

pytestmark = BROWSER

FIRST, SECOND, JUDGE = ("first-" + "x" * 194, "second " + "word " * 38, "judge-" + "y" * 194)
WIDTHS = (1400, 1100, 700, 400)


def _run(folder: Folder) -> str:
    call = "{{{{callable: '{{module}}:{}', name: '{}'}}}}"
    return folder.run(
        cases=12,
        name="S" * 60,
        judges=("proof", call.format("silent", JUDGE), call.format("careful", "careful")),
        generators=(f"{FIRST}=good", f"{SECOND.strip()}=weak", "wrong"),
    )


def test_long_names_push_nothing_out_of_a_page(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = _run(folder)
    pages = (
        "/runs",
        f"/runs/{run}",
        f"/compare?a={run}:{FIRST}&b={run}:wrong&judge={JUDGE}",
        "/judges",
        f"/judges/{JUDGE}",
        f"/disagreements?run={run}",
    )
    with serving(Settings(folder.place)) as address, browser_of_tests() as browser:
        for width in WIDTHS:
            with looking(browser, address, size=(width, 900)) as look:
                for path in pages:
                    look.open(path)
                    look.assert_well(f"{path[:20]} at {width}")


def test_axes_beside_each_other_keep_their_numbers_apart(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = _run(folder)
    with (
        serving(Settings(folder.place)) as address,
        browser_of_tests() as browser,
        looking(browser, address) as look,
    ):
        page = look.open("/judges")
        ends = page.eval_on_selector_all(
            "thead .wide",
            "all => all.map(th => [...th.querySelectorAll('text')].map(t => "
            "t.getBoundingClientRect()).map(({left, right}) => [left, right]))",
        )
        assert ends[0][-1][1] + 8 < ends[1][0][0]
        page = look.open(f"/compare?a={run}:{FIRST}&b={run}:wrong")
        heads = page.eval_on_selector_all(
            ".sides thead th",
            "all => all.map(th => { const range = document.createRange();"
            "range.selectNodeContents(th); return range.getBoundingClientRect().bottom })",
        )
        assert abs(heads[0] - heads[1]) < 2
