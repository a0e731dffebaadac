"""Plain judgments put beside each other: what people said of an item, and what each judge said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from jurist.alignment.against import Yardstick
from jurist.alignment.plain.reading import Judgment, Judgments
from jurist.alignment.plain.scaling import Spelled
from jurist.alignment.rated import Rated, Ruling
from jurist.analysis.biases import SwapEffect, swap_effect
from jurist.analysis.scales import Scale
from jurist.analysis.tables import cluster_indices
from jurist.errors import InputError
from jurist.plurals import counted

Key = tuple[str, ...]
"""What a judgment is about: the item, and the system or the two where both tables name them."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Labels and verdicts on the same things."""

    rated: Rated
    swaps: Mapping[str, SwapEffect]
    """By judge, where verdicts say in which of two orders the sides were shown."""
    notes: tuple[str, ...]
    """What could not be used, and how many."""


@dataclass(frozen=True, slots=True)
class _Labelled:
    """One thing that people scored."""

    scores: Mapping[str, float]
    """By annotator."""
    gold: float
    """NaN where annotators tie between words."""
    group: str
    system: str
    chance: float | None


def pair_judgments(labels: Judgments, verdicts: Judgments, spelled: Spelled) -> Paired:
    """Put people's and judges' scores beside each other.

    Gold is the median of the annotators, which may lie between two levels; of words it is the
    commonest, and a thing on which words tie is left out. Where verdicts have an order, each order
    is a task of its own, so that agreement is the mean over both. Several verdicts of a judge on a
    thing in one order are repeats: their mean (their commonest word) counts.

    Raises:
        InputError: A score is not on the scale, an annotator scored a thing twice, or no verdict
            is about a labelled thing.
    """
    key_of = _keys(labels, verdicts)
    people, notes = _people(labels.rows, key_of, spelled)
    by_judge = _by_judge(verdicts.rows, key_of, spelled)
    tasks = _tasks(by_judge, people)
    if not tasks:
        raise InputError(
            "no verdict is about an item that has a label",
            expected="the same names in the column `item` of both tables",
            fix=f"labels begin with {labels.rows[0].item[:60]!r}, verdicts with "
            f"{verdicts.rows[0].item[:60]!r}",
        )
    notes += _unmatched(people, by_judge)
    annotators = sorted({name for key, _ in tasks for name in people[key].scores})
    table = [[people[key].scores.get(name, nan) for name in annotators] for key, _ in tasks]
    chances = [people[key].chance for key, _ in tasks]
    known = [chance for chance in chances if chance is not None]
    weights = 1 / np.asarray(known) if len(known) == len(tasks) else np.ones(len(tasks))
    scale = spelled.scale
    rated = Rated(
        Yardstick.PEOPLE,
        tuple(_name(key, order) for key, order in tasks),
        tuple(people[key].group for key, _ in tasks),
        np.asarray([people[key].gold for key, _ in tasks]),
        tuple(frozenset(people[key].scores.values()) for key, _ in tasks),
        np.asarray(table, dtype=np.float64).reshape(len(tasks), len(annotators)),
        tuple(annotators),
        {
            judge: {
                _name(key, order): _ruling(given[key, order], scale)
                for key, order in tasks
                if (key, order) in given
            }
            for judge, given in by_judge.items()
        },
        tuple(people[key].system or "all" for key, _ in tasks),
        weights / weights.mean(),
        len(known) == len(tasks),
        scale=scale,
    )
    return Paired(rated, _swaps(by_judge, people, scale), tuple(notes))


def _keys(labels: Judgments, verdicts: Judgments) -> Callable[[Judgment], Key]:
    """How things are named: by what both tables say of them."""
    both = labels.columns & verdicts.columns
    by_system, by_pair = "system" in both, "opponent" in both
    if not by_system and "system" in verdicts.columns:
        _refuse_shared_items(verdicts.rows)

    def key_of(row: Judgment) -> Key:
        sides = (row.system, row.opponent) if by_pair else (row.system,) if by_system else ()
        return row.item, *sorted(sides)

    return key_of


def _refuse_shared_items(verdicts: Sequence[Judgment]) -> None:
    systems: dict[str, str] = {}
    for row in verdicts:
        other = systems.setdefault(row.item, row.system)
        if other != row.system:
            raise InputError(
                f"item {row.item[:60]!r} was answered by {other!r} and by {row.system!r}, and the "
                "labels do not say whose answer they are about",
                expected="a column `system` in the labels too, or items of their own names",
                fix="add the column",
                where=row.where,
            )


def _people(
    rows: Iterable[Judgment], key_of: Callable[[Judgment], Key], spelled: Spelled
) -> tuple[dict[Key, _Labelled], list[str]]:
    scores: dict[Key, dict[str, float]] = defaultdict(dict)
    first: dict[Key, Judgment] = {}
    chances: dict[Key, list[float]] = defaultdict(list)
    skipped = 0
    for row in rows:
        score = spelled.score_of(row)
        if score is None:
            skipped += 1
            continue
        key = key_of(row)
        if row.rater in scores[key]:
            raise InputError(
                f"{row.rater!r} scored item {row.item[:60]!r} twice",
                expected="one score of each annotator for each item",
                fix="keep one, or name the annotators in a column `annotator`",
                where=row.where,
            )
        scores[key][row.rater] = score
        first.setdefault(key, row)
        if row.probability is not None:
            chances[key].append(row.probability)
    people = {
        key: _Labelled(
            given,
            _gold(given.values(), spelled.scale),
            first[key].group,
            first[key].system,
            max(chances[key]) if chances[key] else None,
        )
        for key, given in scores.items()
    }
    ties = [key for key, each in people.items() if each.gold != each.gold]
    for key in ties:
        del people[key]
    notes: list[str] = []
    if skipped:
        notes.append(f"{counted(skipped, 'label')} without a score: left out")
    if ties:
        notes.append(f"annotators tie on {counted(len(ties), 'item')}: left out")
    return people, notes


def _gold(scores: Iterable[float], scale: Scale) -> float:
    given = list(scores)
    if scale.ordered:
        return float(np.median(given))
    (word, most), *others = Counter(given).most_common()
    return nan if others and others[0][1] == most else word


_Given = Mapping[str, Mapping[tuple[Key, str], Sequence[float | None]]]
"""By judge, then thing and order, the repeats."""


def _by_judge(
    rows: Iterable[Judgment], key_of: Callable[[Judgment], Key], spelled: Spelled
) -> _Given:
    found: dict[str, dict[tuple[Key, str], list[float | None]]] = {}
    for row in rows:
        given = found.setdefault(row.rater, {})
        given.setdefault((key_of(row), row.order), []).append(spelled.score_of(row))
    return found


def _tasks(by_judge: _Given, people: Mapping[Key, _Labelled]) -> tuple[tuple[Key, str], ...]:
    every = dict.fromkeys(place for given in by_judge.values() for place in given)
    return tuple(place for place in every if place[0] in people)


def _unmatched(people: Mapping[Key, _Labelled], by_judge: _Given) -> list[str]:
    judged = {key for given in by_judge.values() for key, _ in given}
    notes: list[str] = []
    if without := len(people.keys() - judged):
        notes.append(f"{counted(without, 'labelled item')} without a verdict: left out")
    if without := len(judged - people.keys()):
        notes.append(f"{counted(without, 'judged item')} without a label: left out")
    return notes


def _ruling(repeats: Sequence[float | None], scale: Scale) -> Ruling:
    if len(repeats) == 1:
        return Ruling(repeats[0])
    given = tuple(score for score in repeats if score is not None)
    if not given:
        return Ruling(None)
    score = float(np.mean(given)) if scale.ordered else Counter(given).most_common(1)[0][0]
    return Ruling(score, samples=given if len(given) > 1 else ())


def _swaps(
    by_judge: _Given, people: Mapping[Key, _Labelled], scale: Scale
) -> dict[str, SwapEffect]:
    """What the order does to each judge, on all that it judged in both."""
    found: dict[str, SwapEffect] = {}
    for judge, given in by_judge.items():
        orders = sorted({order for _, order in given if order})
        if len(orders) != 2:
            continue
        both = list(_in_both(given, orders, scale))
        if both:
            groups = [people[key].group if key in people else key[0] for key, _, _ in both]
            clusters, _ = cluster_indices(groups)
            usual, swapped = np.asarray([scores for _, *scores in both], dtype=np.float64).T
            found[judge] = swap_effect(usual, swapped, clusters, scale=scale)
    return found


def _in_both(
    given: Mapping[tuple[Key, str], Sequence[float | None]], orders: Sequence[str], scale: Scale
) -> Iterator[tuple[Key, float, float]]:
    for key in dict.fromkeys(key for key, _ in given):
        usual, swapped = (_ruling(given.get((key, order), ()), scale).score for order in orders)
        if usual is not None and swapped is not None:
            yield key, usual, swapped


def _name(key: Key, order: str) -> str:
    """A task's name: parts that no name can blend into one another."""
    return "\x1f".join((*key, order))
