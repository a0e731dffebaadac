"""Numbers with their nouns: `1 label`, `2 labels`. Below all floors: it knows nothing."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """The number with the words that fit it.

    For example: `counted(1, "label")` is `1 label`, `counted(2, "query", "queries")` is
    `2 queries`, `counted(1200, "label is", "labels are")` is `1,200 labels are`.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
