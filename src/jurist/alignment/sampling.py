"""Which answers are worth a person's time, drawn so that honest estimates stay possible.

Every answer lies in exactly one stratum, and every stratum is drawn from: so each answer has
a known chance above 0. Within a stratum the order is a pseudo-random one that depends on the
seed and the answer alone, and strata are interleaved in proportion to what is drawn of each.
Therefore stopping early, going on later and asking for more all leave a random sample of
each stratum, and the chance of an answer is (labelled of its stratum) / (its stratum's size).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

from jurist.alignment.asked import automatic
from jurist.alignment.defaults import RANDOM_SHARE
from jurist.analysis.levels import PASS
from jurist.records import FailureKind, LabelRole, Relation, Verdict
from jurist.runs.results import Result

NEAR = 0.75
"""A score is near the threshold at this distance from half a point below it."""
LEAST = 2
"""Drawn of each stratum at least: one says nothing of its spread."""
AUTOMATIC_SHARE = 0.1
"""Of its proportion, what is drawn of answers that no judge was asked: nothing is learnt of one."""


class Stratum(StrEnum):
    """Why an answer is worth a look; the first that holds counts."""

    AUTOMATIC = "no judge was asked"
    UNDECIDED = "undecided by proof"
    SPLIT = "judges split"
    NEAR = "near the pass threshold"
    OTHER = "other"


_NOT_URGENT = (Stratum.OTHER, Stratum.AUTOMATIC)


@dataclass(frozen=True, slots=True)
class Draw:
    """An answer to annotate, and the chance with which it was drawn."""

    task: str
    stratum: Stratum
    probability: float


@dataclass
class _Seen:
    scores: dict[str, float] = field(default_factory=dict[str, float])
    undecided: bool = False
    decided: bool = False
    asked: bool = False

    def add(self, verdict: Verdict) -> None:
        self.asked |= automatic(verdict) is None
        self._take(verdict)

    def _take(self, verdict: Verdict) -> None:
        for member in verdict.members:
            self._take(member)
        relation = verdict.evidence.relation if verdict.evidence else None
        failure = verdict.unscored
        self.undecided |= relation is Relation.UNDECIDED or (
            failure is not None and failure.kind is FailureKind.UNDECIDED
        )
        self.decided |= relation not in {None, Relation.UNDECIDED}
        if verdict.score is not None and not verdict.members:
            self.scores[verdict.judge] = verdict.score

    def stratum(self) -> Stratum:
        if not self.asked:
            return Stratum.AUTOMATIC
        if self.undecided and not self.decided:
            return Stratum.UNDECIDED
        given = self.scores.values()
        if given and (
            max(given) - min(given) >= 2 or (min(given) < PASS <= max(given) > min(given) + 0.5)
        ):
            return Stratum.SPLIT
        if not self.decided and any(abs(score - (PASS - 0.5)) <= NEAR for score in given):
            return Stratum.NEAR
        return Stratum.OTHER


def stratify(results: Iterable[Result]) -> dict[str, Stratum]:
    """The stratum of every answer of a run; a generator's failure is no answer."""
    seen: dict[str, _Seen] = {}
    for result in results:
        if result.candidate.failure is None:
            seen.setdefault(result.task, _Seen()).add(result.verdict)
    return {task: each.stratum() for task, each in seen.items()}


def draw(
    strata: Mapping[str, Stratum],
    count: int,
    *,
    random_share: float = RANDOM_SHARE,
    seed: int = 0,
) -> tuple[Draw, ...]:
    """Draw answers to annotate, in the order in which they should be asked.

    A larger `count` with the same seed draws the same answers and more.

    Args:
        strata: Of the answers that may be drawn.
        count: How many; all where there are fewer.
        random_share: Share of them in proportion to the strata's sizes; the rest goes in
            equal parts to the strata other than `OTHER` and `AUTOMATIC`.
        seed: Of the order.
    """
    members: dict[Stratum, list[str]] = defaultdict(list)
    for task, stratum in strata.items():
        members[stratum].append(task)
    sizes = {stratum: len(tasks) for stratum, tasks in members.items()}
    drawn = allocate(sizes, min(count, len(strata)), random_share=random_share)
    chosen: list[tuple[float, str, Draw]] = []
    for stratum, tasks in members.items():
        wanted = drawn[stratum]
        ordered = sorted(tasks, key=lambda task: blake2b(f"{seed}\0{task}".encode()).digest())
        for place, task in enumerate(ordered[:wanted]):
            turn = (place + 0.5) / wanted
            chosen.append((turn, task, Draw(task, stratum, wanted / len(tasks))))
    return tuple(each for _, _, each in sorted(chosen, key=lambda entry: entry[:2]))


def allocate(
    sizes: Mapping[Stratum, int], count: int, *, random_share: float = RANDOM_SHARE
) -> dict[Stratum, int]:
    """How many to draw of each stratum; the sum is `count` wherever the sizes allow it."""
    total = sum(sizes.values())
    urgent = [stratum for stratum in Stratum if stratum not in _NOT_URGENT and sizes.get(stratum)]
    share = random_share if urgent else 1.0
    weights = {
        stratum: share * _wanted(stratum) * size / total
        + (1 - share) * (stratum in urgent) / max(1, len(urgent))
        for stratum, size in sizes.items()
    }
    drawn = {stratum: min(size, LEAST) for stratum, size in sizes.items()}
    while sum(drawn.values()) > count:  # fewer wanted than two of each: the largest give way
        drawn[max(drawn, key=lambda stratum: (drawn[stratum], sizes[stratum]))] -= 1
    while sum(drawn.values()) < count:  # one more where the share is furthest from being met
        open_ = [stratum for stratum in drawn if drawn[stratum] < sizes[stratum]]
        drawn[min(open_, key=lambda s: (drawn[s] + 1) / weights[s])] += 1
    return drawn


def _wanted(stratum: Stratum) -> float:
    return AUTOMATIC_SHARE if stratum is Stratum.AUTOMATIC else 1.0


def realised_probabilities(
    strata: Mapping[str, Stratum], labelled: Iterable[str]
) -> dict[str, float]:
    """Chance of each labelled answer, from how many of its stratum have been labelled.

    Args:
        strata: Of all answers that could have been drawn.
        labelled: Those that were drawn and have a label.
    """
    done = [task for task in labelled if task in strata]
    sizes: dict[Stratum, int] = defaultdict(int)
    counts: dict[Stratum, int] = defaultdict(int)
    for stratum in strata.values():
        sizes[stratum] += 1
    for task in done:
        counts[strata[task]] += 1
    return {task: counts[strata[task]] / sizes[strata[task]] for task in done}


def tag_of(role: LabelRole, seed: int | None) -> str:
    """The tag of a label whose task was drawn here: only these chances may be revised.

    Without a seed, what the tags of all seeds begin with.
    """
    return f"drawn:{role.value}:{'' if seed is None else seed}"
