"""What is measured of production, as records for programs, tables and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jurist.analysis.intervals import Estimate


class Assignment(StrEnum):
    """How it came about which version answered whom."""

    RANDOMIZED = "randomized"
    """By chance: says the log's owner."""
    OBSERVED = "observed"
    """Nobody knows why, or by when it was."""


class By(StrEnum):
    """What parts of a log are looked at beside the whole. A task is where its first attempt is."""

    NOTHING = "nothing"
    VERSION = "version"
    WEEK = "week"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class TimeToAudience:
    """From a task's beginning to its save. Medians in seconds, infinite where never reached."""

    all: Estimate
    worked: Estimate
    """Of settled tasks whose first attempt worked."""
    failed: Estimate
    """Of the other settled tasks; those abandoned are censored."""
    ratio: Estimate
    """The median of `failed` over that of `worked`."""
    within_hour: Estimate
    """The share of all tasks that is saved by then; who gave up never saves."""
    within_day: Estimate
    tasks: int
    abandoned: int
    """Censored where they were last seen."""
    open: int
    """Censored where the log ends."""
    silent: int
    """Of the abandoned, those of which the log does not say so."""
    if_silent_stayed: float
    """The median with these at risk until they counted as abandoned; NaN where there are none."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Shares of settled tasks, which add up to 1."""

    unchanged: Estimate
    edited: Estimate
    asked_again: Estimate
    abandoned: Estimate
    worked: Estimate
    """The first attempt worked: unchanged, or changed in nothing that it means."""
    unsettled: int
    """Tasks that began too shortly before the log's end, or are open."""


@dataclass(frozen=True, slots=True)
class Edits:
    """How far saved queries are from answers, of a random sample of saved answers, or all."""

    saved: int
    """Saved answers."""
    compared: int
    """Of these, drawn at random and read by the language."""
    unread: int
    """Drawn, but answer or saved query is none of the language."""
    untouched: Estimate
    """The share whose tree is the same."""
    nodes: Estimate
    """Nodes added, removed or renamed, on average."""
    share: Estimate
    """The same as a share of both trees' nodes, on average: from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """How saved queries relate to answers, by proof. Shares of the same sample; add up to 1."""

    equal: Estimate
    narrower: Estimate
    """The saved query selects fewer than the answer, by proof."""
    wider: Estimate
    different: Estimate
    undecided: Estimate


@dataclass(frozen=True, slots=True)
class ReturnWeek:
    """Who comes back in a week after their first task."""

    weeks: tuple[int, int]
    """From and to, both included; 1 begins seven days after the first task."""
    all: Estimate
    worked: Estimate
    failed: Estimate
    difference: Estimate
    """`worked` less `failed`."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a log, or all of it."""

    name: str
    tasks: int
    people: int
    clusters: int
    """Accounts, else people, else tasks."""
    time: TimeToAudience
    acceptance: Acceptance
    edits: Edits | None
    meaning: Meaning | None
    retention: Sequence[ReturnWeek]


@dataclass(frozen=True, slots=True)
class Change:
    """From one part of a log to another: ratio of medians, and differences of shares."""

    before: str
    after: str
    time: Estimate
    """The median of `after` over that of `before`."""
    worked: Estimate
    abandoned: Estimate
    equal: Estimate | None
    """Of the shares of saved queries that mean what was answered."""


@dataclass(frozen=True, slots=True)
class Production:
    """What a log of production shows."""

    system: str
    begin: int
    """Of its first task (milliseconds since 1970)."""
    end: int
    abandoned_after: int
    """Milliseconds of silence after which a task counts as abandoned."""
    assignment: Assignment
    whole: Part
    by: By
    parts: Sequence[Part]
    changes: Sequence[Change]
    claims: Mapping[str, str]
    """What each comparison can show, and what it cannot: of `median`, `time`, `edits`,
    `retention`, and of the `parts` with each other."""
    notes: Sequence[str]
    """What was left out, and what limits the numbers."""
