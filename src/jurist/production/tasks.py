"""Attempts put together to tasks, as arrays: what each came to, and when.

A task is what a person was after, in one attempt or several. It is settled where its end is known,
or would be: it began as long before the log's end as it takes to call a silent task abandoned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.tables import Ints
from jurist.store.interactions import Interaction

Flags = NDArray[np.bool_]
NEVER: Final = np.iinfo(np.int64).max
"""In place of a moment that the log does not tell."""


class Outcome(IntEnum):
    """What a task came to."""

    UNCHANGED = 0
    """The first answer was saved as it was."""
    EDITED = 1
    """The first answer was changed and saved."""
    ASKED_AGAIN = 2
    """What came of a later question was saved."""
    ABANDONED = 3
    OPEN = 4
    """Neither saved nor abandoned when the log ended."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks in the order in which they began. Arrays of shape (n,); moments in milliseconds."""

    began: Ints
    saved: Ints
    """When; `NEVER`: not, or not told."""
    seen: Ints
    """The last moment that the log tells of."""
    outcome: Ints
    silent: Flags
    """Abandoned for no reason but that nothing more is heard of it."""
    settled: Flags
    attempts: Ints
    same_meaning: Flags
    """The first answer was saved, and is proved to mean what was saved."""
    people: Ints
    """Number of the person, from 0; -1: the log names none."""
    clusters: Ints
    groups: int
    version: Ints
    segment: Ints
    versions: tuple[str, ...]
    """In the order in which they first appear."""
    segments: tuple[str, ...]
    end: int
    """The log's."""
    untold: Mapping[str, int]
    """Tasks that the log tells too little of, by what is lacking."""

    def __len__(self) -> int:
        return len(self.began)

    @property
    def worked(self) -> Flags:
        """Whether the first attempt worked: its answer was saved, unchanged in what it means."""
        return (self.outcome == Outcome.UNCHANGED) | self.same_meaning


@dataclass(slots=True)
class _Numbers:
    """Names by numbers."""

    numbers: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


@dataclass(slots=True)
class _Attempts:
    """One list a column."""

    task: list[int] = field(default_factory=list[int])
    began: list[int] = field(default_factory=list[int])
    saved: list[int] = field(default_factory=list[int])
    abandoned: list[int] = field(default_factory=list[int])
    seen: list[int] = field(default_factory=list[int])
    is_saved: list[bool] = field(default_factory=list[bool])
    same: list[bool] = field(default_factory=list[bool])
    equal: list[bool] = field(default_factory=list[bool])
    person: list[int] = field(default_factory=list[int])
    cluster: list[int] = field(default_factory=list[int])
    version: list[int] = field(default_factory=list[int])
    segment: list[int] = field(default_factory=list[int])


def tasks_of(
    interactions: Iterable[Interaction],
    *,
    abandoned_after: int,
    equal: frozenset[str] = frozenset(),
) -> Tasks:
    """The tasks of a log.

    Args:
        interactions: Of one system, in any order.
        abandoned_after: Milliseconds of silence before the log's end after which a task counts as
            abandoned.
        equal: Keys of the attempts whose saved query is proved to mean what the answer does.
    """
    told = _Attempts()
    names = {name: _Numbers() for name in ("task", "person", "cluster", "version", "segment")}
    for each in interactions:
        _append(told, names, each, equal)
    return _grouped(told, names, abandoned_after)


def _append(
    told: _Attempts, names: Mapping[str, _Numbers], each: Interaction, equal: frozenset[str]
) -> None:
    told.task.append(names["task"].of(f"task {each.task}" if each.task else each.key))
    told.began.append(_or_never(each.began_at))
    told.saved.append(_or_never(each.saved_at))
    told.abandoned.append(_or_never(each.abandoned_at))
    told.seen.append(-1 if each.seen_at is None else each.seen_at)
    is_saved = each.saved is not None or each.saved_at is not None
    unedited = each.edited_at is None if each.saved is None else each.saved == each.answer
    told.is_saved.append(is_saved)
    told.same.append(is_saved and each.answer is not None and unedited)
    told.equal.append(each.key in equal)
    told.person.append(names["person"].of(f"{each.account} {each.user}") if each.user else -1)
    told.cluster.append(names["cluster"].of(each.cluster))
    told.version.append(names["version"].of(each.version))
    told.segment.append(names["segment"].of(each.segment))


def _or_never(moment: int | None) -> int:
    return NEVER if moment is None else moment


def _grouped(told: _Attempts, names: Mapping[str, _Numbers], abandoned_after: int) -> Tasks:
    order = np.lexsort((np.array(told.began, np.int64), np.array(told.task, np.int64)))
    task, began, saves, abandoned, last = (
        np.array(column, np.int64)[order]
        for column in (told.task, told.began, told.saved, told.abandoned, told.seen)
    )
    kept, same, equal = (
        np.array(column, np.bool_)[order] for column in (told.is_saved, told.same, told.equal)
    )
    starts = np.flatnonzero(np.diff(task, prepend=-1))
    counts = np.diff(starts, append=len(order))
    end = int(last.max(initial=0))
    first, seen = began[starts], _most(last, starts)
    saved, is_saved = _least(saves, starts), _any(kept, starts)
    latest = np.repeat(_most(np.where(began == NEVER, -1, began), starts), counts)
    said = _any((abandoned != NEVER) & (abandoned >= latest), starts) & ~is_saved
    silent = ~said & ~is_saved & (seen + abandoned_after <= end)
    by_first = kept[starts] & (saves[starts] == saved)
    outcome = np.full(len(starts), Outcome.ASKED_AGAIN, np.int64)
    outcome[by_first] = Outcome.EDITED
    outcome[by_first & same[starts]] = Outcome.UNCHANGED
    outcome[~is_saved] = Outcome.OPEN
    outcome[said | silent] = Outcome.ABANDONED
    untold = {
        "do not say when they began": int((first == NEVER).sum()),
        "were saved before they began": int(((saved < first) & (first != NEVER)).sum()),
        "do not say when they were saved": int((is_saved & (saved == NEVER)).sum()),
    }
    chosen = np.flatnonzero((first != NEVER) & (saved >= first))
    chosen = chosen[np.argsort(first[chosen], kind="stable")]
    heads = order[starts[chosen]]
    person, cluster, version, segment = (
        np.array(column, np.int64)[heads]
        for column in (told.person, told.cluster, told.version, told.segment)
    )
    versions, version = _in_order(names["version"], version)
    segments, segment = _in_order(names["segment"], segment)
    return Tasks(
        began=first[chosen],
        saved=saved[chosen],
        seen=seen[chosen],
        outcome=outcome[chosen],
        silent=silent[chosen],
        settled=(outcome[chosen] != Outcome.OPEN) & (first[chosen] + abandoned_after <= end),
        attempts=counts[chosen],
        same_meaning=(by_first & equal[starts])[chosen],
        people=person,
        clusters=cluster,
        groups=len(names["cluster"].numbers),
        version=version,
        segment=segment,
        versions=versions,
        segments=segments,
        end=end,
        untold={what: count for what, count in untold.items() if count},
    )


def _least(values: Ints, starts: Ints) -> Ints:
    return np.minimum.reduceat(values, starts) if len(starts) else values


def _most(values: Ints, starts: Ints) -> Ints:
    return np.maximum.reduceat(values, starts) if len(starts) else values


def _any(values: Flags, starts: Ints) -> Flags:
    return np.logical_or.reduceat(values, starts) if len(starts) else values


def _in_order(names: _Numbers, numbers: Ints) -> tuple[tuple[str, ...], Ints]:
    """The names in the order of their first use, and the numbers that then stand for them."""
    used, firsts, place = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(firsts, kind="stable")
    by_number = list(names.numbers)
    rank = np.empty(len(used), np.int64)
    rank[order] = np.arange(len(used))
    return tuple(by_number[used[each]] for each in order), rank[place]
