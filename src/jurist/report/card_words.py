"""What a report card comes to in sentences, and what each of its rows is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jurist.alignment.against import Yardstick
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.alignment.cards.card import Card
    from jurist.alignment.cards.people import Rater
    from jurist.alignment.cards.versus import Alikeness, PanelCard
    from jurist.analysis.intervals import Estimate

_MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "asked": "answers that were rated and that the judge was asked",
        "references": "what these come from; intervals count them, not answers",
        "no score": "asked in vain; in no number below",
        "not asked": "scored without it; in no number below",
        "exact agreement": "share of equal scores; between two levels, in part",
        "within one": "share at most one level apart",
        "agreement by chance": "what two blind raters with these habits reach",
        "Cohen kappa": "agreement beyond chance: 0 none, 1 all",
        "weighted kappa": "the same, far misses counting more",
        "Gwet AC1": "the same, steady where one score dominates",
        "Krippendorff alpha": "agreement beyond chance, of what any rater says",
        "Spearman rho (tasks": "do answers rank alike, over single answers",
        "Kendall tau-b (tasks": "the same by pairs of answers",
        "bias": "mean of its score less the yardstick's",
        "agreement on pass": "share of equal verdicts, passed or not",
        "kappa on pass": "the same beyond chance",
        "true-positive rate": "of what passes, the share that it passes",
        "true-negative rate": "of what fails, the share that it fails",
        "leniency": "of what fails, the share that it passes",
        "says less": "of the best, the share that it marks down",
        "says ": "of the less than best, the share that it calls best",
        "it with the other": "its agreement with the majority of the others, one left out in turn",
        "a person with the other": "a person's, on the same answers: the human ceiling",
        "among acceptable": "share of scores that some annotator would accept",
        "stability": "share of the commonest score, asked again",
        "same score when": "share, the two texts in the prompt exchanged",
        "shift when": "mean change of the score then",
        "error with length": "does it pay for length: r of its error with it",
        "pairs of generators": "share that its means order as the yardstick's do",
        "Spearman rho (generators": "do generators rank alike: says nothing of one answer",
        "Kendall tau-b (generators": "the same by pairs of generators",
        "calibration error": "is its stated confidence right: 0 is best",
        "may replace": "alternative annotator test: wins over half of them or more",
        "cost": "of these verdicts",
        "latency": "of one verdict",
    }
)


def meaning_of(row: str) -> str:
    """What a row of a card is, in a few words; empty where nothing is known of it."""
    return next((text for start, text in _MEANINGS.items() if row.strip().startswith(start)), "")


def card_sentences(card: Card) -> Iterator[str]:
    """What a card comes to, with its uncertainty."""
    of_whom = "people" if card.yardstick is Yardstick.PEOPLE else "proofs"
    exact = dict(card.statistics)["exact agreement"]
    if exact.value != exact.value:
        yield f"{card.judge} scored nothing of what it was asked: nothing is known of it."
        return
    asked = counted(card.tasks, "answer")
    sentence = f"{card.judge} agrees with {of_whom} on {_range(exact)} of the {asked} it was asked"
    yield f"{sentence}{_beside_people(card)}."
    if card.scale.ordered:
        bias = dict(card.statistics)["bias (judge minus yardstick)"]
        if bias.low > 0 or bias.high < 0:
            low, high = sorted((abs(bias.low), abs(bias.high)))
            way = "high" if bias.low > 0 else "low"
            yield f"Its scores are {low:.2f} to {high:.2f} too {way} in the mean."
    if card.systems is not None:
        alike, number = card.systems.ordered_alike.value, len(card.systems.systems)
        if alike == alike:
            pairs = counted(number * (number - 1) // 2, "pair")
            share = f"{100 * alike:.0f} % of the {pairs} of generators"
            yield f"It orders {share} as {of_whom} do."
    if card.automatic:
        tasks = sum(each.tasks for each in card.automatic)
        more = counted(tasks, "more answer has", "more answers have")
        yield f"{more} a score that needed no judge."


def _beside_people(card: Card) -> str:
    if card.yardstick is not Yardstick.PEOPLE:
        return ""
    if card.peers is None:
        return "; how far two people agree there is not known"
    person, judge = (100 * each.value for each in (card.peers.person, card.peers.judge))
    return f"; a person agrees with the others on {person:.0f} %, it with them on {judge:.0f} %"


def _range(share: Estimate) -> str:
    """`71 to 84 %`, or the share alone where it has no interval."""
    if share.low != share.low:
        return f"{100 * share.value:.0f} %"
    return f"{100 * share.low:.0f} to {100 * share.high:.0f} %"


def alikeness_words(found: Alikeness) -> str:
    """What the correlations come to, in a sentence."""
    if found.votes != found.votes:
        text = "How alike the judges' errors are is unknown: of no two do both vary"
    else:
        text = f"{len(found.judges)} judges are worth {found.votes:.2f} independent votes"
        if found.unknown_pairs:
            text += f" (of {counted(found.unknown_pairs, 'pair')} nothing is known)"
    if found.both_wrong_cases:
        text += (
            f"; where two of them err on one task they give the same wrong score "
            f"{100 * found.both_wrong:.0f} % of the time (blind guesses: "
            f"{100 * found.by_chance:.0f} %; {counted(found.both_wrong_cases, 'case')})"
        )
    return f"{text}."


def panel_words(card: PanelCard) -> str:
    """A panel as a group, in two sentences."""
    votes = card.errors.votes
    worth = "an unknown number of" if votes != votes else f"{votes:.2f}"
    return (
        f"{card.panel}: {len(card.members)} members are worth {worth} independent "
        f"votes (agreement among them {card.exact:.2f}, alpha {card.alpha:.2f}). "
        f"Panel {card.panel_agreement:.2f} exact, its best member in hindsight "
        f"({card.best_member}) {card.best_agreement:.2f}."
    )


def rater_sentences(people: tuple[Rater, ...]) -> Iterator[str]:
    """Which annotators are sterner or kinder than the others, beyond chance."""
    for each in people:
        severity = each.severity
        if severity is not None and (severity.low > 0 or severity.high < 0):
            low, high = sorted((abs(severity.low), abs(severity.high)))
            way = "kinder" if severity.low > 0 else "sterner"
            yield f"{each.name} is {low:.2f} to {high:.2f} {way} than the other annotators."
