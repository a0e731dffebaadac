"""How far the judges of a run can be trusted: against people, and against proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.card import Card, report_card
from jurist.alignment.cards.people import Rater, raters
from jurist.alignment.cards.rated import Rated, rated_by_people, rated_by_proofs
from jurist.alignment.cards.versus import (
    Alikeness,
    JudgesCompared,
    PanelCard,
    alikeness,
    compare_judges,
    panel_card,
)
from jurist.alignment.casting import Player, generators_of, judges_of
from jurist.alignment.choosing import choose_names
from jurist.alignment.labels.files import labels_that_measure
from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.carrying import labels_of
from jurist.store.runs import RunRecord, datasets_of, get_run

MOST_COMPARED = 12
"""Judges beyond which not every two are compared: name those that matter."""


@dataclass(frozen=True, slots=True)
class MeasuredJudges:
    """All judges against one yardstick."""

    yardstick: Yardstick
    cards: tuple[Card, ...]
    """Empty where every verdict is the proof's own, held against proofs."""
    compared: tuple[JudgesCompared, ...]
    errors: Alikeness | None
    panels: tuple[PanelCard, ...]
    people: tuple[Rater, ...]
    """Each annotator beside the others."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The judges of a run against each yardstick that rated any of its answers."""

    run: str
    measured: tuple[MeasuredJudges, ...]
    notes: tuple[str, ...]
    """Which yardstick rated nothing, and what to do about it."""


def align_judges(
    store: Store,
    run: str,
    *,
    judges: Sequence[str] = (),
    role: LabelRole = LabelRole.TEST,
    against: Collection[Yardstick] = tuple(Yardstick),
) -> Alignment:
    """Measure the judges of a run; what `jurist align` does.

    Args:
        store: Where the run is kept.
        run: Its id, how it begins, or its study's name.
        judges: Only these; all where none is named.
        role: Whose labels measure: test labels, or dev labels to choose between judges.
        against: The yardsticks.

    Raises:
        AnnotationError: Labels of this role cannot measure a judge.
        InputError: There is no such run, or no such judge in it.
    """
    record = get_run(store, run)
    if judges:
        known = judges_of(record, datasets_of(store, record.id))
        choose_names(judges, list(known), "judge")
    rated = {
        each: rated_by(store, record.id, each, role=role) for each in Yardstick if each in against
    }
    return align_rated(store, record, rated, judges=judges, role=role)


def align_rated(
    store: Store,
    record: RunRecord,
    rated: Mapping[Yardstick, Rated],
    *,
    judges: Sequence[str] = (),
    role: LabelRole = LabelRole.TEST,
) -> Alignment:
    """Measure the judges of a run against what yardsticks rated of it.

    Args:
        store: Where the run is kept.
        record: The run.
        rated: What each yardstick rated, from `rated_by`.
        judges: Only these; all where none is named.
        role: Whose labels measure.
    """
    datasets = datasets_of(store, record.id)
    players = judges_of(record, datasets), generators_of(record, datasets)
    measured = [
        measure_judges(each, *players, wanted=judges) for each in rated.values() if each.tasks
    ]
    notes = [
        _nothing_rated(store, record.id, yardstick, role)
        for yardstick, each in rated.items()
        if not each.tasks
    ]
    return Alignment(record.id, tuple(measured), tuple(notes))


def rated_by(
    store: Store, run: str, yardstick: Yardstick, *, role: LabelRole = LabelRole.TEST
) -> Rated:
    """What a yardstick rated of a run, and what the judges said of it.

    Raises:
        AnnotationError: Labels of this role cannot measure a judge.
    """
    if yardstick is Yardstick.PEOPLE:
        labels = labels_that_measure(labels_of(store, run), role=role)
        return rated_by_people(results(store, run) if labels else (), labels)
    return rated_by_proofs(results(store, run))


def _nothing_rated(store: Store, run: str, yardstick: Yardstick, role: LabelRole) -> str:
    if yardstick is Yardstick.PROOF:
        return (
            "no answer was decided by proof: nothing is measured against proofs. "
            "Add the judge `proof` to the study."
        )
    counts = Counter(label.role for label in labels_of(store, run))
    there = ", ".join(f"{counts[each]} {each}" for each in LabelRole if counts[each]) or "none"
    return (
        f"no labels with the role {role} (labels of this run: {there}): nothing is "
        f"measured against people. To make some: jurist annotate {run}"
    )


def measure_judges(
    rated: Rated,
    judges: Mapping[str, Player],
    generators: Mapping[str, Player],
    *,
    wanted: Sequence[str],
) -> MeasuredJudges:
    """A card for each judge, and what holds between them.

    Args:
        rated: The yardstick's scores and all judges' rulings.
        judges: Who the judges are, as far as that is known.
        generators: Who the generators are, as far as that is known.
        wanted: Only these judges; all where none is named.

    Raises:
        InputError: One of them ruled on nothing here.
    """
    names = [name for name in rated.rulings if not wanted or name in wanted]
    for name in wanted:
        if name not in rated.rulings:
            raise InputError(
                f"no judge {name!r} ruled on what {rated.yardstick} rated",
                expected=f"one of {', '.join(rated.rulings)}",
            )
    cards = [report_card(rated, name, judges=judges, generators=generators) for name in names]
    if rated.yardstick is Yardstick.PROOF:  # where every score is the proof's own, there is none
        cards = [card for card in cards if card.missing < card.tasks]
    kept = [card.judge for card in cards]
    inner = {member.name for player in judges.values() for member in player.members}
    single = [name for name in kept if name not in judges or not judges[name].members]
    panels = [
        panel_card(rated, name, [member.name for member in judges[name].members])
        for name in kept
        if name in judges and judges[name].kind == "panel"
    ]
    compared = kept if wanted else [name for name in kept if name not in inner]
    return MeasuredJudges(
        rated.yardstick,
        tuple(cards),
        compare_judges(rated, compared) if len(compared) <= MOST_COMPARED else (),
        alikeness(rated, single),
        tuple(panel for panel in panels if panel is not None),
        raters(rated),
    )
