"""A row of a log as what it tells of an attempt."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from hashlib import blake2b
from numbers import Number
from typing import Final

import msgspec

from jurist.errors import InputError
from jurist.languages.texts import nearest_hint
from jurist.production.layout import AT, EVENT, ID, NAMES, QUERY, TEXTS, TIMES, Event, Layout
from jurist.production.moments import MomentError, moment_of
from jurist.store.interactions import Interaction

_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 100_000
_TIME_OF: Final = {
    Event.ASKED: "asked_at",
    Event.GENERATED: "asked_at",
    Event.SHOWN: "shown_at",
    Event.EDITED: "edited_at",
    Event.SAVED: "saved_at",
    Event.ABANDONED: "abandoned_at",
}
_QUERY_OF: Final = {Event.GENERATED: "answer", Event.SHOWN: "answer", Event.SAVED: "saved"}
_PEOPLE: Final = ("user", "account")
_QUERIES: Final = frozenset({"answer", "refusal", "saved", QUERY})
_FLAGS: Final = frozenset({"0", "1", "true", "false", "yes", "no"})
_SKEW_MS: Final = 24 * 3600 * 1000
"""How far a log's clock may be ahead of ours. One moment of years ahead would end the log there:
all that is open would count as abandoned, and nobody as having come back."""


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class UnusableError(InputError):
    """A row that tells nothing; `problem` says why, with nothing of the row's own in it."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows of one log."""

    layout: Layout
    zone: tzinfo
    """Of times that say none."""
    pseudonym: Callable[[str, str], str]
    """What takes a name's place: of `user` or `account`, and the name."""
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])
    """What rows are taken to say that lack it: `system`, `version`."""
    clock: Callable[[], int] = now_ms
    """The time in milliseconds since 1970: nothing has happened long after it."""

    def read(self, row: Mapping[str, object]) -> Interaction:
        """What a row tells.

        Raises:
            UnusableError: Nothing, and why.
        """
        told: dict[str, object] = dict(self.defaults)
        for name in NAMES:
            if text := self._text(row, name, _LONGEST_NAME):
                told[name] = self.pseudonym(name, text) if name in _PEOPLE else text
        for name in TEXTS:
            if text := self._text(row, name, _LONGEST_TEXT):
                told[name] = text
        times = self._event(row, told) if self.layout.column(EVENT) in row else self._times(row)
        told |= times
        told["seen_at"] = max(times.values(), default=None)
        told["question_id"] = self._text(row, ID, _LONGEST_NAME) or _made_of(told)
        return msgspec.convert(told, Interaction)

    def _times(self, row: Mapping[str, object]) -> dict[str, int]:
        read = {name: self._moment(row, name) for name in TIMES}
        return {name: at for name, at in read.items() if at is not None}

    def _event(self, row: Mapping[str, object], told: dict[str, object]) -> dict[str, int]:
        """The time that an event's row gives; what its query is is put with the rest."""
        name = self._text(row, EVENT, _LONGEST_NAME)
        event = self.layout.events.get(name)
        if event is None:
            raise UnusableError(
                f"its event {name[:60]!r} is none that is known" if name else "it names no event",
                expected=f"one of {', '.join(self.layout.events)}",
                fix=nearest_hint(name, self.layout.events)
                or f"say what it means, such as saved={name[:60] or 'audience_saved'}",
            )
        if not self._text(row, ID, _LONGEST_NAME):
            raise UnusableError(
                "it has no id",
                expected="the attempt's id on each of its events",
                fix="name the column of it: id=...",
            )
        at = self._moment(row, AT)
        if at is None:
            raise UnusableError(
                "its event has no time",
                expected="when it happened",
                fix="name the column of it: at=...",
            )
        query = self._text(row, QUERY, _LONGEST_TEXT)
        if query and event in _QUERY_OF:
            told.setdefault(_QUERY_OF[event], query)
        return {_TIME_OF[event]: at}

    def _moment(self, row: Mapping[str, object], name: str) -> int | None:
        column = self.layout.column(name)
        cell = row.get(column)
        if _is_missing(cell):
            return None
        try:
            moment = moment_of(cell, self.zone)
        except MomentError as error:
            raise UnusableError(
                f"its `{column}` is no moment", expected=error.expected, fix=error.fix
            ) from None
        if moment > self.clock() + _SKEW_MS:
            raise UnusableError(
                f"its `{column}` is in the future",
                expected="what has happened",
                fix="mend the log's clock, or say of which zone its times are",
            )
        return moment

    def _text(self, row: Mapping[str, object], name: str, longest: int) -> str:
        column = self.layout.column(name)
        cell = row.get(column)
        if _is_missing(cell):
            return ""
        text = _written(cell)
        if name in _QUERIES and text.lower() in _FLAGS:
            raise UnusableError(
                f"its `{column}` is a flag, no query",
                expected=f"the text that was shown or saved, in the column of `{name}`",
                fix=f"name the column of that text: {name}=...; when it happened tells whether",
            )
        if len(text) > longest:
            problem, fix = f"its `{column}` is longer than {longest:,} characters", "cut it"
        elif "\0" in text or not _is_unicode(text):
            problem, fix = f"its `{column}` holds what no text holds", "write it as UTF-8"
        else:
            return text
        raise UnusableError(problem, expected=f"a text of at most {longest:,} characters", fix=fix)


def _is_missing(cell: object) -> bool:
    """Whether there is nothing: also what pandas puts where there is nothing."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return True
    if type(cell).__name__ in {"NaTType", "NAType"}:
        return True
    # Not a number in any library's type is what does not equal itself.
    return isinstance(cell, Number) and bool(cell != cell)


def _written(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():  # ids in a column that has gaps
        return str(int(cell))
    if isinstance(cell, (dict, list)):  # a query as a JSON tree
        return msgspec.json.encode(cell).decode()
    return str(cell)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _made_of(told: Mapping[str, object]) -> str:
    """An id of what a row tells, where it names none: the same row twice is one attempt."""
    if not told.get("question") and not told.get("answer"):
        raise UnusableError(
            "it has no id, no question and no answer",
            expected="an attempt's id, or what was asked",
            fix="name their columns, such as id=request_id or question=prompt",
        )
    kept = [(name, told.get(name)) for name in (*NAMES, "question", "asked_at", "shown_at")]
    return "row-" + blake2b(msgspec.json.encode(kept), digest_size=12).hexdigest()
