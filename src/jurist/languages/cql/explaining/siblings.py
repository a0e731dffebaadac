"""Which of many items have a node of their own."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_SIBLINGS = 6
"""Items with a node of their own, of those that one node looks at."""
_MOST_ITEMS = 120
"""In a whole explanation."""


class Siblings:
    """Gives out places for items until there are no more."""

    def __init__(self) -> None:
        self._left = _MOST_ITEMS

    def choose(self, truths: Sequence[bool]) -> list[int]:
        """The numbers of the items to show: all where they are few, else some of either truth."""
        most = min(_MOST_SIBLINGS, self._left)
        numbers = list(range(len(truths)))
        if len(truths) > most:
            holding = [i for i in numbers if truths[i]]
            failing = [i for i in numbers if not truths[i]]
            first = holding[: max(most // 2, most - len(failing))]
            numbers = sorted(first + failing[: most - len(first)])
        self._left -= len(numbers)
        return numbers
