"""A witness of tables in a terminal."""

from jurist.languages.capabilities import Grid
from jurist.records import Witness
from jurist.report.grids import tell_grids


def _witness(reference: object, candidate: object) -> Witness:
    return Witness("database", {}, reference, candidate, "")


def test_tables_stand_beside_each_other_and_so_do_results() -> None:
    grids = [
        Grid("customer", ("id", "name"), ((1, "Ann"), (2, None))),
        Grid("orders", ("id",), ()),
    ]
    text = tell_grids(grids, _witness([["Ann", 2]], [["Ann", 2], ["Ann", 2]]))
    assert text.plain.splitlines() == [
        "    customer    empty: orders",
        "    id  name",
        "    1   'Ann'",
        "    2   NULL",
        "",
        "    the reference gives   the candidate gives",
        "    'Ann'  2              'Ann'  2",
        "                          'Ann'  2",
    ]
    marked = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold red"]
    assert [piece.strip() for piece in marked] == ["'Ann'  2"]  # the second one of the candidate


def test_what_does_not_fit_is_shortened_and_hostile_text_is_harmless() -> None:
    wide = Grid("t\x1b[2J", tuple(f"c{i}" for i in range(40)), (("x" * 500,) * 40,) * 30)
    text = tell_grids([wide], _witness("an error: several rows", [])).plain
    assert "\x1b" not in text
    assert "and 18 more" in text
    assert "an error: several rows" in text
    assert "no rows" in text
    assert len(text) < 15_000
