"""What happened in production: one record an attempt, pieced together from whatever came of it.

An attempt is a question that a person asked and what was answered. Records of the same attempt
are joined: each fact is kept once, of times the earliest. So it matters neither in which order
they come nor how often one comes: the same log twice is the same as once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Final

from sqlalchemy import Row, bindparam, func, insert, select, update

from jurist.errors import InputError
from jurist.store.engine import A_PAGE_AT_A_TIME, Store
from jurist.store.tables import INTERACTIONS

_KEYS_AT_A_TIME: Final = 500
_FACTS: Final = (
    "version",
    "task",
    "user",
    "account",
    "segment",
    "question",
    "answer",
    "refusal",
)
_EARLIEST: Final = ("asked_at", "shown_at", "edited_at", "abandoned_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """An attempt as far as its log tells of it. Times are milliseconds since 1970, UTC."""

    system: str
    """The feature that answered."""
    question_id: str
    """Of the attempt, unique within its system."""
    version: str = ""
    """Of the feature, when it answered; empty: not in the log."""
    task: str = ""
    """What the person was after: attempts at the same audience share it; empty: one attempt."""
    user: str = ""
    """A pseudonym; empty: not in the log."""
    account: str = ""
    """A pseudonym of who the user belongs to; empty: not in the log."""
    segment: str = ""
    """A kind of account, such as its plan or size."""
    question: str | None = None
    answer: str | None = None
    """The query that was shown."""
    refusal: str | None = None
    """What was shown in place of a query."""
    saved: str | None = None
    """The query as it was first saved."""
    asked_at: int | None = None
    shown_at: int | None = None
    edited_at: int | None = None
    saved_at: int | None = None
    abandoned_at: int | None = None
    seen_at: int | None = None
    """The last moment of which the log tells of the attempt."""

    @property
    def key(self) -> str:
        """What it is stored under."""
        named = f"{len(self.system)}:{self.system}{self.question_id}"
        return blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def began_at(self) -> int | None:
        """When the person asked; where the log does not tell it, when the answer was shown."""
        return self.shown_at if self.asked_at is None else self.asked_at

    @property
    def cluster(self) -> str:
        """Whose attempts hang together: the account's, else the user's, else this one alone."""
        if self.account:
            return f"account {self.account}"
        return f"user {self.user}" if self.user else f"attempt {self.key}"


class ContradictionError(InputError):
    """Two records of an attempt that cannot both be right."""


def joined(known: Interaction, told: Interaction) -> Interaction:
    """What two records of the same attempt say together.

    Raises:
        ContradictionError: They name two different facts where there can be one.
    """
    changed: dict[str, str | int | None] = {}
    for name in _FACTS:
        ours, theirs = getattr(known, name), getattr(told, name)
        if ours and theirs and ours != theirs:
            raise ContradictionError(
                f"attempt {told.question_id[:80]!r} has another {name} in an earlier row",
                expected=f"one {name} an attempt",
                fix="give each attempt an id of its own, or mend the log",
            )
        changed[name] = ours if theirs is None or (ours and not theirs) else theirs
    for name in _EARLIEST:
        changed[name] = _least(getattr(known, name), getattr(told, name))
    changed["saved_at"] = _least(known.saved_at, told.saved_at)
    changed["saved"] = _first_saved(known, told)
    changed["seen_at"] = _most(known.seen_at, told.seen_at)
    return replace(known, **changed)  # pyright: ignore[reportArgumentType] - by names of fields


def _first_saved(known: Interaction, told: Interaction) -> str | None:
    """The query of the earlier save; one without a time counts as the last."""
    saves = [
        (each.saved_at is None, each.saved_at or 0, each.saved)
        for each in (known, told)
        if each.saved is not None
    ]
    return min(saves)[2] if saves else None


def _least(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _most(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def known_interactions(store: Store, keys: Sequence[str]) -> dict[str, Interaction]:
    """What is stored under these keys."""
    found: dict[str, Interaction] = {}
    with store.read() as connection:
        for begin in range(0, len(keys), _KEYS_AT_A_TIME):
            some = keys[begin : begin + _KEYS_AT_A_TIME]
            rows = connection.execute(select(INTERACTIONS).where(INTERACTIONS.c.key.in_(some)))
            found.update((row.key, interaction_of(row)) for row in rows)
    return found


def write_interactions(
    store: Store, new: Sequence[Interaction], changed: Sequence[Interaction]
) -> None:
    """Store attempts in one transaction.

    Args:
        store: Where.
        new: None of which is there.
        changed: All of which are there.
    """
    with store.write() as connection:
        if new:
            connection.execute(insert(INTERACTIONS), [_row(each) for each in new])
        if changed:
            connection.execute(_CHANGE, [_row(each) | {"of": each.key} for each in changed])


def interactions(
    store: Store, *, system: str | None = None, since: int | None = None, until: int | None = None
) -> Iterator[Interaction]:
    """All attempts in the order of their keys, streamed in flat memory.

    Args:
        store: Where.
        system: Of this feature alone.
        since: That began at this moment or later (milliseconds since 1970).
        until: That began before this moment.
    """
    query = select(INTERACTIONS).order_by(INTERACTIONS.c.key)
    if system is not None:
        query = query.where(INTERACTIONS.c.system == system)
    began = func.coalesce(INTERACTIONS.c.asked_at, INTERACTIONS.c.shown_at)
    if since is not None:
        query = query.where(began >= since)
    if until is not None:
        query = query.where(began < until)
    with store.read() as connection:
        for row in connection.execution_options(**A_PAGE_AT_A_TIME).execute(query):
            yield interaction_of(row)


def systems_in_production(store: Store) -> Mapping[str, int]:
    """The features of which there are attempts, and how many."""
    query = select(INTERACTIONS.c.system, func.count()).group_by(INTERACTIONS.c.system)
    with store.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query.order_by(INTERACTIONS.c.system))}


_CHANGE: Final = (
    update(INTERACTIONS)
    .where(INTERACTIONS.c.key == bindparam("of"))
    .values(
        {column.name: bindparam(column.name) for column in INTERACTIONS.c if column.name != "key"}
    )
)
_NAMES: Final = tuple(each.name for each in fields(Interaction))


def _row(told: Interaction) -> dict[str, str | int | None]:
    return {"key": told.key} | {name: getattr(told, name) for name in _NAMES}


def interaction_of(row: Row[tuple[object, ...]]) -> Interaction:
    """What a row of the table says, whatever else stands in it."""
    return Interaction(**{name: getattr(row, name) for name in _NAMES})
