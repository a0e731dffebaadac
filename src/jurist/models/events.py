"""Replies that come as a stream of events (server-sent events), passed on while they come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from jurist.secrets import hide

_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LINES: Final = re.compile(rb"\r\n|\n|\r")


class Watch:
    """Passes on each event of a reply as soon as all of it is there.

    Args:
        tell: Is given each event, without its blank line.
    """

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self.begun = False
        """Whether anything was passed on: then the call cannot be made again."""
        self._tell = tell
        self._rest = bytearray()

    def take(self, chunk: bytes, secrets: Iterable[str]) -> None:
        """Take the next bytes of a body; what may not be shown is hidden in each event."""
        self._rest += chunk
        while (end := _END.search(self._rest)) is not None:
            event = bytes(self._rest[: end.start()])
            del self._rest[: end.end()]
            if event.strip():
                self.begun = True
                self._tell(hide(event, secrets))


def is_stream(body: bytes) -> bool:
    """Whether a body is a stream of events and no JSON object."""
    return body.lstrip()[:1] != b"{"


def events_in(body: bytes) -> Iterator[bytes]:
    """The events of a whole body."""
    return (event for event in _END.split(body) if event.strip())


def data_of(event: bytes) -> bytes:
    """What stands in an event's lines of data; empty for a comment."""
    lines = (line for line in _LINES.split(event) if line.startswith(b"data:"))
    return b"\n".join(line[5:].removeprefix(b" ") for line in lines)
