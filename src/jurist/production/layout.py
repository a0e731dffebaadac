"""Which columns of a log mean what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jurist.errors import InputError
from jurist.languages.texts import nearest_hint


class Event(StrEnum):
    """What may happen to an attempt, and the time of an `Interaction` that it gives."""

    ASKED = "asked"
    GENERATED = "generated"
    SHOWN = "shown"
    EDITED = "edited"
    SAVED = "saved"
    ABANDONED = "abandoned"


ID: Final = "id"
EVENT: Final = "event"
AT: Final = "at"
QUERY: Final = "query"
TEXTS: Final = ("question", "answer", "refusal", "saved")
NAMES: Final = ("system", "version", "task", "user", "account", "segment")
TIMES: Final = ("asked_at", "shown_at", "edited_at", "saved_at", "abandoned_at")
COLUMNS: Final = (ID, *NAMES, *TEXTS, *TIMES, EVENT, AT, QUERY)
"""What a column may mean; `event`, `at` and `query` are of logs with a row an event."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a log is to be read.

    `columns` leads from what is meant to the log's own column, `events` from the log's own name
    of an event to what it means; what is not in them is called as it is here.
    """

    columns: Mapping[str, str]
    events: Mapping[str, Event]

    def column(self, meaning: str) -> str:
        """The log's column of a meaning."""
        return self.columns.get(meaning, meaning)


def layout_of(columns: Mapping[str, str], events: Mapping[str, str]) -> Layout:
    """The layout that somebody names.

    Args:
        columns: From what is meant to the log's own column: `{"question": "prompt"}`.
        events: From what is meant to the log's own event: `{"saved": "audience_saved"}`.

    Raises:
        InputError: Something is meant that there is not, or a column is to mean two things.
    """
    _refuse_unknown(columns, COLUMNS, "column")
    _refuse_unknown(events, [event.value for event in Event], "event")
    _refuse_twice(columns.values(), "column")
    _refuse_twice(events.values(), "event")
    return Layout(
        dict(columns),
        {event.value: event for event in Event if event.value not in events}
        | {name: Event(meaning) for meaning, name in events.items()},
    )


def read_pairs(words: Iterable[str], option: str) -> dict[str, str]:
    """What an option says as `meaning=name,meaning=name`.

    Raises:
        InputError: It says something else.
    """
    pairs: dict[str, str] = {}
    for word in (part for given in words for part in given.split(",")):
        meaning, equals, name = (part.strip() for part in word.partition("="))
        if not (meaning and equals and name) or meaning in pairs:
            raise InputError(
                f"{option} says {word[:80]!r}" + (" once more" if meaning in pairs else ""),
                expected="pairs such as question=prompt,user=user_id, each meaning once",
                fix="put what is meant before the = and the log's own name after it",
            )
        pairs[meaning] = name
    return pairs


def _refuse_unknown(given: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in given:
        if name not in set(known):
            raise InputError(
                f"no {what} of a log means {name[:80]!r}",
                expected=f"one of {', '.join(known)}",
                fix=nearest_hint(name, known) or "put what is meant before the =",
            )


def _refuse_twice(given: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in given:
        if name in seen:
            raise InputError(
                f"the {what} {name[:80]!r} is to mean two things",
                expected=f"one meaning a {what}",
                fix="leave one out",
            )
        seen.add(name)
