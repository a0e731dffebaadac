"""What roles remember of other cases, told as pseudonyms too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

from jurist.privacy import NotCarriedError
from jurist.roles.border.crossing import Crossing


class Retelling(Protocol):
    """Puts pseudonyms into what is remembered."""

    def pair(
        self, proses: Sequence[str], queries: Sequence[str]
    ) -> tuple[list[str], list[str]] | None:
        """What was said of queries, and these; `None`: it cannot be told, and is left out.

        A query that is empty stays so.
        """
        ...

    def sentence(self, text: str) -> str | None:
        """A sentence that is about no query in particular; `None` as in `pair`."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A role that remembers queries or what was said of them."""

    def retold(self, retelling: Retelling) -> Self:
        """The same role, whose memory was retold."""
        ...


class Memories:
    """Retells for one workspace."""

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing

    def pair(
        self, proses: Sequence[str], queries: Sequence[str]
    ) -> tuple[list[str], list[str]] | None:
        """See `Retelling`."""
        parsed = [query for text in queries if text for query in self._crossing.parsed(text)]
        if len(parsed) < len(list(filter(None, queries))):
            return None
        telling = self._crossing.telling(parsed, proses)
        try:
            told = iter(telling.told_queries(*parsed))
            return list(map(telling.told, proses)), [text and next(told) for text in queries]
        except NotCarriedError:
            return None

    def sentence(self, text: str) -> str | None:
        """See `Retelling`."""
        try:
            return self._crossing.telling((), (text,)).told(text)
        except NotCarriedError:
            return None
