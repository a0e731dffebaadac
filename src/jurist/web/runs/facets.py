"""What a list can be narrowed to, what it is narrowed to, and what to drop for more of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jurist.columns import CONSTRUCT, NONE, Columns, Dimension, View, count
from jurist.columns.columns import LEVELS
from jurist.report.parts import kind_words, part_words
from jurist.web.runs.listing import Listing

_MOST: Final = 12
"""Values of a dimension that are shown at once; the others open."""
_ALWAYS: Final = (Dimension.LEVEL, Dimension.RELATION, Dimension.GENERATOR)
_WHERE_SEVERAL: Final = (
    Dimension.KIND,
    Dimension.JUDGE,
    Dimension.ORIGIN,
    Dimension.DATASET,
    Dimension.OUTCOME,
    Dimension.METHOD,
    Dimension.SAMPLE,
)
_HEADINGS: Final[Mapping[Dimension, str]] = {
    Dimension.LEVEL: "Score",
    Dimension.RELATION: "Reference and answer",
    Dimension.GENERATOR: "Generator",
    Dimension.KIND: "Kind of mistake",
    Dimension.JUDGE: "Judge",
    Dimension.ORIGIN: "Questions",
    Dimension.DATASET: "Dataset",
    Dimension.OUTCOME: "Answered with",
    Dimension.METHOD: "Found by",
    Dimension.SAMPLE: "Sample",
}
_WITHOUT: Final[Mapping[Dimension, str]] = {
    Dimension.LEVEL: "no score",
    Dimension.RELATION: "not compared",
    Dimension.KIND: "no mistake",
    Dimension.METHOD: "nothing",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that the list can be narrowed to."""

    value: str
    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a dimension, or the tags."""

    name: str
    heading: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    """Rarer ones."""

    @property
    def most(self) -> int:
        """The greatest count: bars are as long as their share of it."""
        return max((choice.count for choice in (*self.choices, *self.more)), default=0)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the list without it."""

    label: str
    url: str
    total: int | None = None
    """Verdicts without it; counted only where nothing is left."""


def value_label(dimension: Dimension, value: str) -> str:
    """A value in words."""
    if value == NONE:
        return _WITHOUT.get(dimension, value)
    if dimension is Dimension.METHOD:
        return value.replace("_", " ")
    return kind_words(value) if dimension is Dimension.KIND else value


def facets_of(seen: View, listing: Listing, path: str) -> tuple[Facet, ...]:
    """All facets that have something to choose, or to give up."""
    levels = dict.fromkeys(LEVELS, 0)  # each has a key, whether it occurs or not
    counts = {**seen.facets, Dimension.LEVEL: {**levels, **seen.facets[Dimension.LEVEL]}}
    found = [
        _facet(dimension, counts[dimension], listing, path)
        for dimension in (*_ALWAYS, *_WHERE_SEVERAL)
        if dimension in _ALWAYS or len(counts[dimension]) > 1 or dimension in listing.values
    ]
    tags = [
        Choice(
            tag,
            part_words(tag),
            count,
            listing.toggled_tag(tag).url(path),
            tag in listing.tags,
        )
        for tag, count in sorted(seen.tags.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    own = [tag for tag in tags if not tag.value.startswith(CONSTRUCT)]
    constructs = [tag for tag in tags if tag.value.startswith(CONSTRUCT)]
    named = (("Tag", own), ("In the reference", constructs))
    return (*found, *(_split("tag", heading, given) for heading, given in named if given))


def _facet(dimension: Dimension, counts: Mapping[str, int], listing: Listing, path: str) -> Facet:
    choices = [
        Choice(
            value,
            value_label(dimension, value),
            count,
            listing.toggled(dimension, value).url(path),
            listing.chosen(dimension, value),
        )
        for value, count in counts.items()
    ]
    if dimension is Dimension.KIND:
        choices.sort(key=lambda choice: (choice.value == NONE, -choice.count))
    return _split(dimension.value, _HEADINGS[dimension], choices)


def _split(name: str, heading: str, choices: list[Choice]) -> Facet:
    """The first values, and those that are asked for; the rest apart."""
    if len(choices) <= _MOST + 2:
        return Facet(name, heading, tuple(choices))
    shown = [choice for place, choice in enumerate(choices) if place < _MOST or choice.chosen]
    return Facet(
        name, heading, tuple(shown), tuple(choice for choice in choices if choice not in shown)
    )


def chips_of(listing: Listing, path: str) -> tuple[Chip, ...]:
    """The filters that are on."""
    return tuple(Chip(label, left.url(path)) for label, left in _each_dropped(listing))


def dropped(columns: Columns, listing: Listing, path: str) -> tuple[Chip, ...]:
    """What each filter, were it dropped, would leave: the most first."""
    found = [
        Chip(label, left.url(path), count(columns, left.filters()))
        for label, left in _each_dropped(listing)
    ]
    return tuple(sorted(found, key=lambda chip: -(chip.total or 0)))


def _each_dropped(listing: Listing) -> Iterator[tuple[str, Listing]]:
    """Each filter in words, and the list without it."""
    for dimension, values in listing.values.items():
        for value in values:
            label = value_label(dimension, value)
            named = f"score {label}" if dimension is Dimension.LEVEL else label
            yield named, listing.toggled(dimension, value)
    for tag in listing.tags:
        named = part_words(tag) if tag.startswith(CONSTRUCT) else f"tag {tag}"
        yield named, listing.toggled_tag(tag)
    if listing.text:
        yield f"“{listing.text}”", listing.without_text()
