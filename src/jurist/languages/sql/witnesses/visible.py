"""Whether a difference can be seen in the two results, and how rows must lie for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from jurist.languages.sql.outcomes.comparing import Comparison
from jurist.languages.sql.values import Database

_SHUFFLES: Final = 2


def is_visible(comparison: Comparison) -> bool:
    """Whether the results that are shown differ to the eye.

    Two queries may differ where one leaves open what the other settles; then the engine may well
    return the same of both. And results of other columns look the same without a row.
    """
    one, other = comparison.reference, comparison.candidate
    if one.raises or other.raises:
        return True
    if one.width != other.width:
        return bool(one.size or other.size)
    return one.rows != other.rows


def arrangements(database: Database) -> Iterator[Database]:
    """The same rows as they lie, from last to first, and in a few other orders."""
    yield database
    yield {name: tuple(reversed(rows)) for name, rows in database.items()}
    chance = random.Random(len(database))  # noqa: S311 - nothing here is secret
    for _ in range(_SHUFFLES):
        yield {name: tuple(chance.sample(rows, len(rows))) for name, rows in database.items()}
