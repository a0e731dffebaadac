"""Plain judgments put beside each other: what people said of an item, and what each judge said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.rated import Rated, Ruling
from jurist.alignment.plain.reading import Judgment, Judgments
from jurist.alignment.plain.scaling import Spelled
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
    golds: tuple[float, ...]
    """What people say of it: several words where annotators tie."""
    group: str
    system: str
    chance: float | None


@dataclass(frozen=True, slots=True)
class _Task:
    """A thing in one order; of words also one repeat and one of the words that people tie on."""

    key: Key
    order: str
    repeat: int
    gold: float
    share: float
    """What it counts for: all tasks of a thing in one order count for one."""

    @property
    def name(self) -> str:
        """Parts that no name can blend into one another."""
        return "\x1f".join((*self.key, self.order, str(self.repeat), f"{self.gold:g}"))


def pair_judgments(labels: Judgments, verdicts: Judgments, spelled: Spelled) -> Paired:
    """Put people's and judges' scores beside each other.

    Gold is the median of the annotators, which may lie between two levels, and of a judge's repeats
    on a thing in one order the mean counts. Words have neither: where annotators tie, each of the
    words counts in part, and so does each repeat. Where verdicts have an order, each order is a
    task of its own, so that agreement is the mean over both.

    Raises:
        InputError: A score is not on the scale, an annotator scored a thing twice, no verdict is
            about a labelled thing, or nothing says which of two sides a score means.
    """
    key_of = _keys(labels, verdicts)
    _refuse_unclear_sides((*labels.rows, *verdicts.rows))
    people, notes = _people(labels.rows, key_of, spelled)
    by_judge = _by_judge(verdicts.rows, key_of, spelled)
    scale = spelled.scale
    tasks = tuple(_tasks(by_judge, people, scale))
    if not tasks:
        raise InputError(
            "no verdict is about an item that has a label",
            expected="the same names in the column `item` of both tables",
            fix=f"labels begin with {labels.rows[0].item[:60]!r}, verdicts with "
            f"{verdicts.rows[0].item[:60]!r}",
        )
    notes += _unmatched(people, by_judge)
    annotators = sorted({name for task in tasks for name in people[task.key].scores})
    table = [[people[task.key].scores.get(name, nan) for name in annotators] for task in tasks]
    chances = [people[task.key].chance for task in tasks]
    known = [chance for chance in chances if chance is not None]
    weights = np.asarray([task.share for task in tasks])
    if len(known) == len(tasks):
        weights = weights / np.asarray(known)
    rated = Rated(
        Yardstick.PEOPLE,
        tuple(task.name for task in tasks),
        tuple(people[task.key].group for task in tasks),
        np.asarray([task.gold for task in tasks]),
        tuple(frozenset(people[task.key].scores.values()) for task in tasks),
        np.asarray(table, dtype=np.float64).reshape(len(tasks), len(annotators)),
        tuple(annotators),
        {
            judge: {
                task.name: _ruling(given[task.key, task.order], scale, task.repeat)
                for task in tasks
                if (task.key, task.order) in given
            }
            for judge, given in by_judge.items()
        },
        tuple(people[task.key].system or "all" for task in tasks),
        weights / weights.mean(),
        len(known) == len(tasks),
        scale=scale,
    )
    return Paired(rated, _swaps(by_judge, people, scale), tuple(notes))


def _tasks(by_judge: _Given, people: Mapping[Key, _Labelled], scale: Scale) -> Iterator[_Task]:
    every = dict.fromkeys(place for given in by_judge.values() for place in given)
    for key, order in every:
        if key not in people:
            continue
        golds = people[key].golds
        repeats = 1
        if not scale.ordered:
            said = (_scored(given.get((key, order), ())) for given in by_judge.values())
            repeats = max(1, *(len(scores) for scores in said))
        for repeat in range(repeats):
            for gold in golds:
                yield _Task(key, order, repeat, gold, 1 / (repeats * len(golds)))


def _scored(repeats: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(score for score in repeats if score is not None)


def _ruling(repeats: Sequence[float | None], scale: Scale, repeat: int = 0) -> Ruling:
    """Of words the repeat of this number; who gave fewer than another judge begins again."""
    given = _scored(repeats)
    if not given:
        return Ruling(None)
    score = float(np.mean(given)) if scale.ordered else given[repeat % len(given)]
    return Ruling(score, samples=given if len(given) > 1 else ())


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


def _refuse_unclear_sides(rows: Iterable[Judgment]) -> None:
    """Where sides stand in both orders, a score has to name the winner and not its place."""
    first: dict[tuple[str, str, str], Judgment] = {}
    swapped: Judgment | None = None
    for row in rows:
        if not row.opponent:
            continue
        if row.score in {row.system, row.opponent}:
            return
        first.setdefault((row.item, row.system, row.opponent), row)
        if (row.item, row.opponent, row.system) in first:
            swapped = row
    if swapped is not None:
        raise InputError(
            f"item {swapped.item[:60]!r} has {swapped.system!r} and {swapped.opponent!r} in both "
            "orders, and nothing says which of them a score means",
            expected="the winner's name as the score (and a word for a tie)",
            fix="write names in place of first and second, or a column `order` beside one order",
            where=swapped.where,
        )


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
            _golds(given.values(), spelled.scale),
            first[key].group,
            first[key].system,
            max(chances[key]) if chances[key] else None,
        )
        for key, given in scores.items()
    }
    ties = [key for key, each in people.items() if len(each.golds) > 1]
    notes: list[str] = []
    if skipped:
        notes.append(f"{counted(skipped, 'label')} without a score: left out")
    if ties:
        notes.append(
            f"annotators tie on {counted(len(ties), 'item')}: each of the words counts in part, "
            "as an answer of its own"
        )
    return people, notes


def _golds(scores: Iterable[float], scale: Scale) -> tuple[float, ...]:
    given = list(scores)
    if scale.ordered:
        return (float(np.median(given)),)
    counts = Counter(given)
    most = max(counts.values())
    return tuple(sorted(word for word, count in counts.items() if count == most))


_Given = Mapping[str, Mapping[tuple[Key, str], Sequence[float | None]]]
"""By judge, then thing and order, the repeats."""


def _by_judge(
    rows: Iterable[Judgment], key_of: Callable[[Judgment], Key], spelled: Spelled
) -> _Given:
    found: dict[str, dict[tuple[Key, str], list[float | None]]] = {}
    for row in rows:
        given = found.setdefault(row.rater, {})
        given.setdefault((key_of(row), _order(row)), []).append(spelled.score_of(row))
    return found


def _order(row: Judgment) -> str:
    """In which order the two sides were shown: as it is said, or as they are named."""
    if row.order or not row.opponent:
        return row.order
    return "1" if row.system <= row.opponent else "2"


def _unmatched(people: Mapping[Key, _Labelled], by_judge: _Given) -> list[str]:
    judged = {key for given in by_judge.values() for key, _ in given}
    notes: list[str] = []
    if without := len(people.keys() - judged):
        notes.append(f"{counted(without, 'labelled item')} without a verdict: left out")
    if without := len(judged - people.keys()):
        notes.append(f"{counted(without, 'judged item')} without a label: left out")
    return notes


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
