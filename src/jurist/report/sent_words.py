"""What left for models and endpoints, at which level of privacy, in a sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from jurist.plurals import counted
from jurist.privacy import Level
from jurist.store.sent import SentTotal


def sent_words(study: str, totals: Sequence[SentTotal]) -> Iterator[str]:
    """One sentence; none of a run that hid nothing and of which no request is on record.

    Args:
        study: The run's, as it is kept.
        totals: The record of what the run sent. What commands and functions tell others is on
            none.
    """
    level = Level(json.loads(study).get("privacy", {}).get("level", Level.OFF))
    if not totals:
        if level is not Level.OFF:
            yield f"Level of privacy: {level}. No request to a model or an endpoint is on record."
        return
    requests: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for total in totals:
        requests[total.privacy, total.server] += total.requests
        sizes[total.privacy, total.server] += total.bytes
    sent = ", ".join(
        f"{counted(requests[key], 'request')} ({sizes[key]:,} bytes) to {key[1]}"
        + (f" at level {key[0]}" if key[0] != level else "")
        for key in sorted(requests)
    )
    yield f"Level of privacy: {level}. Sent: {sent}."


def repeat_words(repeats: int) -> Iterator[str]:
    """What is said of calls that may have been paid twice; nothing where there is none."""
    if repeats:
        yield (
            f"Made again: {counted(repeats, 'call')} that may have been paid twice, for another "
            "session was lost before it could keep the reply, or did a share that needs the same."
        )
