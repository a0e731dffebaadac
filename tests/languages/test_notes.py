"""Notes of several arms on the same pair, each thing said once."""

from __future__ import annotations

import pytest

from jurist.languages.notes import everybody_in, nobody_in, nobody_seen_in, said_once

WHY = nobody_in("reference", "it asks for a and b, which are never true together")
BOTH = ["reference", "candidate"]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (["x", "y", "x"], ["x", "y"]),
        ([nobody_in("reference"), WHY, "x"], [WHY, "x"]),
        ([WHY, nobody_in("reference")], [WHY]),
        ([WHY, nobody_in("candidate")], [WHY, nobody_in("candidate")]),
        ([nobody_seen_in(["reference"]), WHY], [WHY]),
        ([nobody_seen_in(["candidate"]), WHY], [nobody_seen_in(["candidate"]), WHY]),
        ([nobody_seen_in(BOTH), WHY], [WHY, nobody_seen_in(["candidate"])]),
        ([nobody_seen_in(BOTH)], [nobody_seen_in(BOTH)]),
        (
            [nobody_seen_in(BOTH), nobody_in("reference"), "x", nobody_in("candidate")],
            ["both are empty: nobody can be in either", "x"],
        ),
        ([everybody_in("candidate"), everybody_in("reference")], ["everybody is in both"]),
    ],
)
def test_what_is_said_better_is_not_said_again(notes: list[str], expected: list[str]) -> None:
    assert said_once(notes) == tuple(expected)
