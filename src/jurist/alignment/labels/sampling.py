"""Which answers are worth a person's time, drawn so that honest estimates stay possible.

Every answer lies in exactly one stratum, and every stratum is drawn from: so each answer has
a known chance above 0. Within a stratum the order is a pseudo-random one that depends on the
seed and the answer alone, and strata are interleaved in proportion to what is drawn of each, by
chance within their turns: in a regular order the place would tell what the judges said.
Therefore stopping early, going on later and asking for more all leave a random sample of
each stratum, and the chance of an answer is (labelled of its stratum) / (its stratum's size).

Labels that measure are drawn by the judges' scores (`score_strata`), as many of each score as its
share times the spread of what people say of it (Neyman 1934; Fisch et al. 2024 for judges): by
simulation in `tests/alignment/labels/test_draws_that_pay.py` that never costs more labels than a
random draw. Labels that tune or choose a judge are drawn for what is doubtful (`stratify`); they
measure nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

import numpy as np

from jurist.alignment.automatic import SETTLED, Automatic, automatic
from jurist.analysis.levels import PASS
from jurist.analysis.tables import nearest_level
from jurist.records import Annotation, FailureKind, LabelRole, Relation, Verdict
from jurist.runs.ruled_answers import OnAnswer

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
LEVELS = (1, 2, 3, 4, 5)
PILOT = 20
"""Labels below which nothing is made of how people's scores spread."""
_PRIOR_LABELS = 5
"""Labels that the spread over all strata is worth, in each stratum."""
_LEAST_VARIANCE = 0.25
"""Added to the spread over all: labels that agree by luck do not end the asking."""
_NARROWEST, _WIDEST = 0.7, 2.0
"""How far a stratum's draws leave its proportion, as a ratio to the mean."""


@dataclass(frozen=True, slots=True)
class Draw:
    """An answer to annotate, and the chance with which it was drawn."""

    task: str
    stratum: str
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


def stratify(results: Iterable[OnAnswer]) -> dict[str, Stratum]:
    """The stratum of every answer of a run; a generator's failure is no answer."""
    seen: dict[str, _Seen] = {}
    for result in results:
        if result.candidate.failure is None:
            seen.setdefault(result.task, _Seen()).add(result.verdict)
    return {task: each.stratum() for task, each in seen.items()}


def score_strata(results: Iterable[OnAnswer]) -> dict[str, str]:
    """The judges' mean score of every answer, to the nearest level, as its stratum.

    What is settled by proof alone, and what has its score by the rubric, are strata of their own.
    """
    scores: dict[str, list[float]] = defaultdict(list)
    reasons: dict[str, set[Automatic | None]] = defaultdict(set)
    for result in results:
        if result.candidate.failure is None:
            reasons[result.task].add(automatic(result.verdict))
            if result.verdict.score is not None:
                scores[result.task].append(result.verdict.score)
    return {task: _score_stratum(given, scores[task]) for task, given in reasons.items()}


def strata_by(role: LabelRole) -> Callable[[Iterable[OnAnswer]], Mapping[str, str]]:
    """By what the answers are drawn that are labelled for a role."""
    return score_strata if role is LabelRole.TEST else stratify


def _score_stratum(reasons: Collection[Automatic | None], scores: Sequence[float]) -> str:
    if SETTLED.issuperset(reasons):
        return Stratum.AUTOMATIC
    if not scores:
        return "not scored"
    level = LEVELS[int(nearest_level([sum(scores) / len(scores)], LEVELS)[0])]
    return f"{'proved' if None not in reasons else 'judged'} {level}"


def draw(
    strata: Mapping[str, str],
    count: int,
    *,
    random_share: float = 1.0,
    spreads: Mapping[str, float] | None = None,
    done: Collection[str] = (),
    seed: int = 0,
) -> tuple[Draw, ...]:
    """Draw answers to annotate, in the order in which they should be asked.

    A larger `count` with the same seed draws the same answers and more, as long as `spreads` are
    the same; answers that are `done` are always among the draws.

    Args:
        strata: Of the answers that may be drawn.
        count: How many; all where there are fewer.
        random_share: Share of them in proportion to the strata's sizes (times their spreads); the
            rest goes in equal parts to the strata that are doubtful.
        spreads: How much people's scores of a stratum spread; 1 where nothing is said.
        done: Drawn with this seed before, and labelled.
        seed: Of the order.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for task in sorted(strata, key=lambda task: blake2b(f"{seed}\0{task}".encode()).digest()):
        members[strata[task]].append(task)
    sizes = {stratum: len(tasks) for stratum, tasks in members.items()}
    reached = {
        stratum: max((place for place, task in enumerate(tasks, 1) if task in done), default=0)
        for stratum, tasks in members.items()
    }
    drawn = allocate(
        sizes, min(count, len(strata)), random_share=random_share, spreads=spreads, reached=reached
    )
    chosen: list[tuple[float, str, Draw]] = []
    for stratum, tasks in members.items():
        wanted = drawn[stratum]
        for place, task in enumerate(tasks[:wanted]):
            turn = (place + _share(seed, task)) / wanted
            chosen.append((turn, task, Draw(task, stratum, wanted / len(tasks))))
    return tuple(each for _, _, each in sorted(chosen, key=lambda entry: entry[:2]))


def _share(seed: int, task: str) -> float:
    """Where in its turn an answer comes, 0 to 1: a regular order would tell its stratum."""
    digest = blake2b(f"{seed}\0{task}\0turn".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def allocate(
    sizes: Mapping[str, int],
    count: int,
    *,
    random_share: float = 1.0,
    spreads: Mapping[str, float] | None = None,
    reached: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """How many to draw of each stratum; the sum is `count` wherever the sizes allow it.

    Never fewer than `reached` of each. See `draw`.
    """
    weighed = {
        stratum: size * _wanted(stratum) * (spreads or {}).get(stratum, 1.0)
        for stratum, size in sizes.items()
    }
    total = sum(weighed.values()) or 1.0
    urgent = [each for each in Stratum if each not in _NOT_URGENT and sizes.get(each)]
    share = random_share if urgent else 1.0
    weights = {
        stratum: share * size / total + (1 - share) * (stratum in urgent) / max(1, len(urgent))
        for stratum, size in weighed.items()
    }
    floor = reached or {}
    drawn = {stratum: min(size, LEAST) for stratum, size in sizes.items()}
    while sum(drawn.values()) > count:  # fewer wanted than two of each: the largest give way
        drawn[max(drawn, key=lambda stratum: (drawn[stratum], sizes[stratum]))] -= 1
    drawn = {stratum: max(number, floor.get(stratum, 0)) for stratum, number in drawn.items()}
    while sum(drawn.values()) < count:  # one more where the share is furthest from being met
        open_ = [stratum for stratum in drawn if drawn[stratum] < sizes[stratum]]
        drawn[min(open_, key=lambda s: (drawn[s] + 1) / weights[s])] += 1
    return drawn


def _wanted(stratum: str) -> float:
    return AUTOMATIC_SHARE if stratum == Stratum.AUTOMATIC else 1.0


def spreads_of(strata: Mapping[str, str], scores: Mapping[str, float]) -> dict[str, float]:
    """How much people's scores spread within each stratum, against their mean over all answers.

    Drawn towards the spread over all strata, as far as labels are few, and kept within bounds.

    Args:
        strata: Of all answers.
        scores: People's, by task; with fewer than `PILOT` nothing is known.
    """
    given: dict[str, list[float]] = defaultdict(list)
    for task, score in scores.items():
        if task in strata:
            given[strata[task]].append(score)
    sizes = Counter(strata.values())
    if sum(map(len, given.values())) < PILOT:
        return {}
    variances = {stratum: float(np.var(values)) for stratum, values in given.items()}
    labelled = sum(sizes[stratum] for stratum in variances)
    pooled = sum(sizes[each] * variance for each, variance in variances.items()) / labelled
    spread = {
        stratum: (
            _PRIOR_LABELS * (pooled + _LEAST_VARIANCE)
            + len(given[stratum]) * variances.get(stratum, 0.0)
        )
        / (_PRIOR_LABELS + len(given[stratum]))
        for stratum in sizes
    }
    roots = {stratum: variance**0.5 for stratum, variance in spread.items()}
    mean = sum(sizes[stratum] * root for stratum, root in roots.items()) / len(strata)
    return {each: min(max(root / mean, _NARROWEST), _WIDEST) for each, root in roots.items()}


def realised_probabilities(sizes: Mapping[str, int], drawn: Mapping[str, str]) -> dict[str, float]:
    """Chance of each labelled answer, from how many of its stratum have been labelled.

    Args:
        sizes: How many answers of each stratum could have been drawn.
        drawn: The stratum of each answer that was drawn and has a label; those of others are left.
    """
    counts = Counter(drawn.values())
    return {
        task: counts[stratum] / sizes[stratum]
        for task, stratum in drawn.items()
        if stratum in sizes
    }


def tag_of(role: LabelRole, seed: int | None) -> str:
    """The tag of a label whose task was drawn here: only these chances may be revised.

    Without a seed, what the tags of all seeds begin with. It names the strata too: chances within
    others say nothing of these.
    """
    by = "score" if role is LabelRole.TEST else "doubt"
    return f"drawn:{role.value}:{by}:{'' if seed is None else seed}"


def is_drawn(label: Annotation, role: LabelRole) -> bool:
    """Whether a label's task was drawn here for a role, with whatever seed."""
    return any(tag.startswith(tag_of(role, None)) for tag in label.tags)
