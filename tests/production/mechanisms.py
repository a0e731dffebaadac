"""Made-up production logs whose mechanism is known, and what is true of them.

The truth is computed from what the log does not show (when a task would have been saved had nobody
given up, whatever happens after the log ends) over many more accounts than any log has, by
counting: with no code of `jurist.production`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jurist.production import Interaction

DAY = 24 * 3600
WEEK = 7 * DAY
EDITS = 3
"""Nodes that an edit changes."""
_START = 1_780_000_000
_TRUTH_ACCOUNTS = 15_000


@dataclass(frozen=True)
class Mechanism:
    """How accounts, people and tasks come about. Times in seconds."""

    accounts: int
    people: float = 3.0
    """Of an account: 1 and a Poisson number that makes this mean."""
    large: float = 0.0
    """If above 0: the tail index of accounts' people, 3 to 150, in place of that."""
    tasks: float = 2.0
    """Of a week in which a person comes: 1 and a geometric number that makes this mean."""
    right: tuple[float, float] = (6.0, 4.0)
    """Beta distribution over accounts of the chance that a first answer is right."""
    median: float = 90.0
    """Of the time to save a right first answer."""
    slower: float = 3.0
    """How many times as long others take."""
    sigma: float = 0.8
    """Of the logarithm of times, within an account."""
    pareto: float = 0.0
    """If above 0: the tail index of times, in place of the normal logarithm."""
    frailty: float = 0.3
    """Standard deviation of the logarithm of an account's pace."""
    patience: float = 900.0
    """Mean of the exponential time after which a person gives up."""
    edits: float = 0.5
    """Of first answers that are not right, the share that is edited; others are asked again."""
    returns: tuple[float, float] = (0.85, 0.6)
    """Chance to come in a week after the first, if the very first attempt worked and if not."""
    loyalty: float = 0.15
    """Half the width of the uniform distribution over accounts of what is added to that."""
    weeks: int = 7
    """Of the log."""


MECHANISMS = {
    "plain": Mechanism(accounts=60),
    "heavy tails": Mechanism(accounts=60, pareto=0.9, patience=2400.0),
    "strong clustering": Mechanism(
        accounts=40, right=(0.7, 0.5), frailty=1.2, people=5.0, loyalty=0.14
    ),
    "few users": Mechanism(accounts=12, people=2.0),
    "heavy censoring": Mechanism(accounts=60, patience=120.0),
    "large accounts": Mechanism(accounts=50, large=0.9),
}


@dataclass(frozen=True)
class World:
    """Every task that begins while the log runs. Arrays of shape (tasks,)."""

    account: NDArray[np.int64]
    person: NDArray[np.int64]
    began: NDArray[np.float64]
    right: NDArray[np.bool_]
    edited: NDArray[np.bool_]
    takes: NDArray[np.float64]
    """Until it is saved, were nobody to give up."""
    patience: NDArray[np.float64]

    @property
    def saved(self) -> NDArray[np.bool_]:
        return self.takes < self.patience


def _people(mechanism: Mechanism, rng: np.random.Generator) -> int:
    if mechanism.large:
        return int(min(150, 2 + (1 - rng.random()) ** (-1 / mechanism.large)))
    return 1 + int(rng.poisson(mechanism.people - 1))


def draw(mechanism: Mechanism, rng: np.random.Generator) -> World:
    """A world, task by task."""
    rows: list[tuple[int, int, float, bool, bool, float, float]] = []
    person = 0
    for account in range(mechanism.accounts):
        chance = rng.beta(*mechanism.right)
        pace = np.exp(mechanism.frailty * rng.standard_normal())
        loyalty = rng.uniform(-mechanism.loyalty, mechanism.loyalty)
        for _ in range(_people(mechanism, rng)):
            began = rng.uniform(0, (mechanism.weeks - 1) * WEEK)
            worked = False
            for week in range(mechanism.weeks):
                comes = mechanism.returns[0 if worked else 1] + loyalty
                if week and rng.random() >= comes:
                    continue
                count = rng.geometric(1 / mechanism.tasks)
                moments = began + week * WEEK + np.sort(rng.uniform(0, WEEK, count))
                if not week:
                    moments[0] = began
                for number, moment in enumerate(np.sort(moments)):
                    right = bool(rng.random() < chance)
                    takes = _takes(mechanism, rng) * pace * (1 if right else mechanism.slower)
                    patience = rng.exponential(mechanism.patience)
                    if not week and not number:
                        worked = right and takes < patience
                    edited = bool(rng.random() < mechanism.edits)
                    rows.append((account, person, moment, right, edited, takes, patience))
            person += 1
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    inside = columns[2] < mechanism.weeks * WEEK
    return World(*(column[inside] for column in columns))


def _takes(mechanism: Mechanism, rng: np.random.Generator) -> float:
    if mechanism.pareto:
        least = mechanism.median / 2 ** (1 / mechanism.pareto)
        return float(least * (1 + rng.pareto(mechanism.pareto)))
    return float(mechanism.median * np.exp(mechanism.sigma * rng.standard_normal()))


def log_of(world: World, mechanism: Mechanism) -> Iterator[Interaction]:
    """What a log holds of a world: nothing that happens after its end."""
    end = mechanism.weeks * WEEK
    saved = world.saved
    for task in range(len(world.began)):
        began = float(world.began[task])
        ends = began + float(min(world.takes[task], world.patience[task]))
        right, edited = bool(world.right[task]), bool(world.edited[task])
        again = not right and not edited
        first = Interaction(
            system="s",
            question_id=f"{task}.1",
            task=f"t{task}",
            version=f"v{task % 2}",
            user=f"u{world.person[task]}",
            account=f"a{world.account[task]}",
            question="?",
            answer="A",
            asked_at=_ms(began),
            seen_at=_ms(began),
        )
        done = ends < end
        if again:
            yield first
            middle = _ms(began + (min(ends, end) - began) / 2)
            first = replace(
                first, question_id=f"{task}.2", answer="B", asked_at=middle, seen_at=middle
            )
        yield _ended(first, done, bool(saved[task]), _ms(ends), "A" if right else "B")


def _ended(attempt: Interaction, done: bool, saved: bool, at: int, query: str) -> Interaction:
    if not done:
        return attempt
    if saved:
        return replace(attempt, saved=query, saved_at=at, seen_at=at)
    return replace(attempt, abandoned_at=at, seen_at=at)


def _ms(seconds: float) -> int:
    return round((_START + seconds) * 1000)


@cache
def truth(name: str) -> dict[str, float]:
    """What is true of a mechanism, counted in a world of very many accounts."""
    mechanism = replace(MECHANISMS[name], accounts=_TRUTH_ACCOUNTS)
    world = draw(mechanism, np.random.default_rng(20261129))
    saved, takes = world.saved, world.takes
    unchanged = saved & world.right
    failed_ends = np.minimum(takes, world.patience)[~unchanged]
    worked = float(np.median(takes[unchanged]))
    failed = _product_limit_median(failed_ends, saved[~unchanged])
    facts = {
        "median": float(np.median(takes)),
        "worked": worked,
        "failed": failed,
        "ratio": failed / worked,
        "within hour": float((saved & (takes <= 3600)).mean()),
        "unchanged": float(unchanged.mean()),
        "edited": float((saved & ~world.right & world.edited).mean()),
        "asked again": float((saved & ~world.right & ~world.edited).mean()),
        "abandoned": float((~saved).mean()),
        "version, ratio": 1.0,  # versions are drawn task by task and do nothing
        "version, worked": 0.0,
        "equal": float(world.right[saved].mean()),
        "nodes": EDITS * float((~world.right[saved]).mean()),
    }
    return facts | _returns(world, unchanged, mechanism)


def _product_limit_median(ends: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    order = np.argsort(ends)
    left = np.cumprod(1 - happened[order] / np.arange(len(ends), 0, -1))
    return float(ends[order][np.argmax(left <= 0.5)])


def _returns(world: World, worked: NDArray[np.bool_], mechanism: Mechanism) -> dict[str, float]:
    order = np.lexsort((world.began, world.person))
    person, began = world.person[order], world.began[order]
    firsts = np.flatnonzero(np.diff(person, prepend=-1))
    place = np.cumsum(np.diff(person, prepend=-1) > 0) - 1
    week = (began - began[firsts][place]) // WEEK
    success = worked[order][firsts]
    facts: dict[str, float] = {}
    for label, low, high in (("week 1", 1, 1), ("month", 1, 4)):
        over = began[firsts] + (high + 1) * WEEK <= mechanism.weeks * WEEK
        came = np.zeros(len(firsts), np.bool_)
        came[place[(week >= low) & (week <= high)]] = True
        facts[f"{label} worked"] = float(came[over & success].mean())
        facts[f"{label} failed"] = float(came[over & ~success].mean())
        facts[f"{label} difference"] = facts[f"{label} worked"] - facts[f"{label} failed"]
    return facts
