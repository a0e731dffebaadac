"""The model card of a judge: what it is, its report card, and what it was not tested on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import Alignment, align_judges
from jurist.alignment.cards.card import FEW, Card
from jurist.alignment.challenge.keeping import kept_of
from jurist.facts.fields import Basis, Statement
from jurist.facts.flows import Flow, Part
from jurist.facts.labels import named_model
from jurist.facts.record import RunRecords
from jurist.languages.registry import language_names
from jurist.plurals import counted
from jurist.records import Origin
from jurist.report.card_words import card_sentences
from jurist.report.numbers import interval_words
from jurist.store import Store
from jurist.store.challenges import challenges_of
from jurist.store.runs import datasets_of


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A judge, as whoever relies on its scores should know it."""

    judge: str
    version: str
    """A digest of all that shapes its verdicts."""
    made_of: tuple[Statement, ...]
    tested: tuple[Statement, ...]
    not_tested: tuple[Statement, ...]


def model_cards(store: Store, flows: Sequence[Flow], records: RunRecords) -> tuple[ModelCard, ...]:
    """A card for each judge of a run, those that only prove among them."""
    alignment = align_judges(store, records.run)
    judges = dict.fromkeys(flow.name for flow in flows if flow.part is Part.JUDGE)
    return tuple(_card(store, judge, flows, records, alignment) for judge in judges)


def _card(
    store: Store, judge: str, flows: Sequence[Flow], records: RunRecords, alignment: Alignment
) -> ModelCard:
    own = [flow for flow in flows if flow.part is Part.JUDGE and flow.name == judge]
    datasets = datasets_of(store, records.run)
    versions = frozenset(each.roles.get("judges", {}).get(judge, "") for each in datasets) - {""}
    cards = {
        measured.yardstick: card
        for measured in alignment.measured
        for card in measured.cards
        if card.judge == judge
    }
    languages = frozenset(each.language for each in datasets)
    return ModelCard(
        judge,
        ", ".join(sorted(version[:12] for version in versions)),
        tuple(_made_of(own)),
        tuple(_tested(store, judge, cards, own, records, versions)),
        tuple(_not_tested(store, judge, cards, own, records, languages)),
    )


def _made_of(flows: Sequence[Flow]) -> Iterator[Statement]:
    for flow in flows:
        model = f"{named_model(flow.model)}, given " if flow.model else ""
        what = "proofs and counterexamples" if flow.kind == "proof" else f"`{flow.kind}`"
        text = f"{model}{'; '.join(flow.contents)}" if model else what
        yield Statement(text, Basis.STUDY, flow.place)


def _tested(
    store: Store,
    judge: str,
    cards: dict[Yardstick, Card],
    flows: Sequence[Flow],
    records: RunRecords,
    versions: frozenset[str],
) -> Iterator[Statement]:
    source = f"jurist align {records.run}"
    if all(flow.kind == "proof" for flow in flows):
        yield Statement(
            "A proof is checked by execution, a difference by its witness: it needs no yardstick",
            Basis.RECORD,
            "docs: what a proof rests on",
        )
    for yardstick, card in cards.items():
        for sentence in card_sentences(card):
            yield Statement(sentence, Basis.MEASURED, f"{source} --against {yardstick}")
        for name, estimate in card.statistics:
            if not isnan(estimate.value):
                text = f"{name}: {interval_words(estimate)}"
                yield Statement(text, Basis.MEASURED, f"{source} --against {yardstick}")
    for kept in challenges_of(store, judge, most=1):
        result = kept_of(kept).result
        other = "" if result.version in versions else ", of another version of this judge"
        yield Statement(result.sentence, Basis.MEASURED, f"challenge {kept.id}{other}")


def _not_tested(
    store: Store,
    judge: str,
    cards: dict[Yardstick, Card],
    flows: Sequence[Flow],
    records: RunRecords,
    languages: frozenset[str],
) -> Iterator[Statement]:
    if all(flow.kind == "proof" for flow in flows):
        return
    source = f"jurist align {records.run}"
    if Yardstick.PEOPLE not in cards:
        yield Statement("Against people: nobody labelled", Basis.RECORD, source)
    if Yardstick.PROOF not in cards:
        yield Statement("Against proofs: none beside its verdicts", Basis.RECORD, source)
    for yardstick, card in cards.items():
        for text in _gaps(card):
            yield Statement(f"Against {yardstick}: {text}", Basis.MEASURED, source)
    for origin in Origin:
        if not records.questions.get(origin):
            yield Statement(f"Questions that are {origin}: none", Basis.RECORD, source)
    for language in sorted(frozenset(language_names()) - languages):
        yield Statement(f"Queries in {language}: none", Basis.RECORD, source)
    kept = challenges_of(store, judge, most=1)
    if not kept:
        text = "Kinds of mistakes: no certified mutants were put to it, what it misses is unknown"
        yield Statement(text, Basis.RECORD, f"jurist challenge --judge {judge}")
    for challenge in kept:
        for coverage in kept_of(challenge).result.coverage:
            missing = (*coverage.untested, *coverage.placeless)
            if missing:
                names = ", ".join(missing)
                text = f"Kinds of mistakes in {coverage.language}, too few items or none: {names}"
                yield Statement(text, Basis.RECORD, f"challenge {challenge.id}")


def _gaps(card: Card) -> Iterator[str]:
    """What a card has too little of."""
    if card.references < FEW:
        yield f"{counted(card.references, 'reference')} only, so its intervals are rough"
    if card.missing:
        yield f"{counted(card.missing, 'answer')} without a score of it, in no figure"
    levels = [card.scale.called(level) for level, row in enumerate(card.confusion) if not sum(row)]
    if levels:
        yield f"no answers that are {', '.join(levels)}"
    if card.swap is None:
        yield "the queries in exchanged order"
    if isnan(card.stability.value):
        yield "the same answer asked again"
    if card.systems is None:
        yield "the order of several generators"
