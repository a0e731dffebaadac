"""What two queries permit on the databases of small worlds: ours against the naive reader's."""

from __future__ import annotations

from collections import Counter

import pytest

from jurist.languages.sql.outcomes.comparing import Agreement
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.text.parsing import parse
from sql_closed_pairs import SmallWorld, reads_of
from sql_comparing import Compared, compared

_PAIRS = 14
_DATABASES = 25
"""Of a world, from all over it."""


def judged(seed: str) -> Counter[tuple[Agreement, Compared]]:
    """How often we say what, where the naive reader says what.

    Raises:
        AssertionError: We say what cannot be.
    """
    world = SmallWorld(seed)
    schema = load_schema(world.document, where=seed)
    counts: Counter[tuple[Agreement, Compared]] = Counter()
    databases = world.world.databases
    step = max(1, len(databases) // _DATABASES)
    for drawn in world.pairs(_PAIRS):
        texts = drawn.reference.text, drawn.candidate.text
        pair = Pair(parse(texts[0], schema), parse(texts[1], schema), schema)
        for at in range(0, len(databases), step):
            theirs, mine = drawn.reference.permitted[at], drawn.candidate.permitted[at]
            if theirs is None or mine is None:
                continue
            right = compared(theirs, mine, reads_of(drawn, world.readings))
            ours = pair.compare(databases[at]).agreement
            counts[ours, right] += 1
            told = f"{world.schema.ddl}\n{databases[at]}\n{texts[0]}\n{texts[1]}\n{theirs}\n{mine}"
            if ours is Agreement.DIFFERS:
                assert right in {Compared.BEYOND, Compared.UNKNOWN}, told
            if ours is Agreement.FINER:
                assert right in {Compared.WITHIN, Compared.UNKNOWN}, told
            if ours is Agreement.SAME and len(theirs) == len(mine) == 1:
                assert right in {Compared.EQUAL, Compared.UNKNOWN}, told
    return counts


@pytest.mark.parametrize("seed", range(10))
def test_no_difference_is_seen_where_there_is_none(seed: int) -> None:
    """And what is finer is finer; where neither leaves a choice open, equal is equal."""
    assert judged(f"outcomes-{seed}").total() > 40


def test_most_differences_are_seen() -> None:
    """Soundness alone is cheap."""
    counts = sum((judged(f"outcomes-{seed}") for seed in (1, 2, 3)), Counter[object]())
    beyond = Counter({ours: counts[ours, Compared.BEYOND] for ours in Agreement})
    assert beyond[Agreement.DIFFERS] > 0.95 * beyond.total()
