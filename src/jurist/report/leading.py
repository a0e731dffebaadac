"""Who leads a run, and whether that is sure: the leader of each judge against all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jurist.analysis.levels import CONFIDENCE
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.analysis.contrasts import Contrast
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.standings import Standing

_MOST: Final = 3
"""Judges of whom each has its own sentences."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another generator beside the leader."""

    generator: str
    difference: Estimate
    """The leader minus it, in points; as people's labels correct it where they do."""
    p_value: float
    """That there is no difference, corrected over all comparisons made together."""
    more_references: int | None
    """References to add until a difference of this size would be found; `None`: unknown."""

    @property
    def settled(self) -> bool:
        """Whether the leader is better than it beyond chance."""
        return self.p_value <= 1 - CONFIDENCE and self.difference.value > 0


@dataclass(frozen=True, slots=True)
class Lead:
    """The best generator under one judge, by its mean on the questions that decide."""

    judge: str
    origin: str
    leader: str
    rivals: tuple[Rival, ...]
    """From the best to the worst."""
    sentences: tuple[str, ...]
    """First about the runner-up, then about all others together."""


def leads_of(standings: Sequence[Standing], compared: Sequence[Contrast]) -> tuple[Lead, ...]:
    """The lead under each judge that compares two generators or more.

    Args:
        standings: Of a run, from the best to the worst.
        compared: Its generators, each with each other, real questions first.
    """
    judges = dict.fromkeys(row.judge for row in standings)
    leads = (_lead(judge, standings, compared) for judge in judges)
    return tuple(lead for lead in leads if lead is not None)[:_MOST]


def lead_words(leads: Iterable[Lead]) -> tuple[str, ...]:
    """All that is said of who leads."""
    return tuple(sentence for lead in leads for sentence in lead.sentences)


def _lead(judge: str, standings: Sequence[Standing], compared: Sequence[Contrast]) -> Lead | None:
    from jurist.analysis.contrasts import turned
    from jurist.report.sentences import contrast_words

    ranked = [row for row in standings if row.judge == judge and row.decides]
    if not ranked or ranked[0].origin is None:
        return None
    leader, origin = ranked[0].generator, ranked[0].origin
    against: dict[str, Contrast] = {}
    for each in compared:
        names = each.first.generator, each.second.generator
        if each.judge == judge and each.origin == origin and leader in names:
            other = names[names[0] == leader]
            against[other] = each if names[1] == leader else turned(each)
    rivals = tuple(
        _rival(row.generator, against[row.generator])
        for row in ranked[1:]
        if row.generator in against
    )
    if not rivals:
        return None
    first = contrast_words(against[rivals[0].generator], compared)
    return Lead(judge, origin, leader, rivals, (first, *_of_all(leader, rivals)))


def _rival(generator: str, contrast: Contrast) -> Rival:
    corrected = contrast.corrected
    if corrected is not None:
        return Rival(generator, corrected.estimate, contrast.corrected_p, None)
    difference = contrast.difference
    return Rival(generator, difference.estimate, difference.p_adjusted, contrast.more_references)


def _of_all(leader: str, rivals: Sequence[Rival]) -> Iterator[str]:
    """How many others the leader is surely better than, where there are several."""
    open_ones = [rival for rival in rivals if not rival.settled]
    if len(rivals) > 1:
        others = counted(len(rivals), "other")
        if not open_ones:
            yield f"{leader} is better than each of the {others}, beyond chance."
        else:
            named = ", ".join(rival.generator for rival in open_ones[:_MOST])
            more = len(open_ones) - _MOST
            also = f" and {more} more" if more > 0 else ""
            yield (
                f"It is better than {len(rivals) - len(open_ones)} of the {others} beyond chance; "
                f"open against {named}{also}."
            )
    needed = [rival.more_references for rival in open_ones if rival.more_references]
    if needed and len(needed) == len(open_ones):
        yield f"About {counted(max(needed), 'more case')} would settle differences of this size."
