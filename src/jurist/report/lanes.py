"""How a picture's lanes lie on a page: moments as places, in per cent of a lane's width.

Two moments of which one decides are never one place: where the edge of a window lies a
millisecond from an event, they are drawn apart, and the axis says that it is not to scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from jurist.languages.pictures import Lane, Mark, Scene
from jurist.records import Side

_UNITS: Final = (("day", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1))
_LEFT: Final = 6.0
_LEFT_OF_OPEN: Final = 14.0
"""Where the oldest moment stands if a window goes further back than it."""
_RIGHT: Final = 97.0
_APART: Final = 4.0
"""Per cent between neighbouring moments at least."""
_BESIDE: Final = 2.6
"""Between dots of one moment."""
_MOST_DESCRIBED: Final = 6
"""Marks of one dot whose values its words name."""
_WIDTHS: Final = {"wide": 1.7, "narrow": 2.4}
"""Per cent of a lane that a letter takes, in a wide and in a narrow window."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment with its words on the axis."""

    place: float
    text: str
    is_now: bool
    narrow: bool
    """Whether there is room for it in a narrow window too."""

    @property
    def anchor(self) -> str:
        """From which end its words are written, so that they stay inside."""
        return _anchor(self.place)


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark of a lane."""

    place: float
    count: int
    words: str
    reference: bool
    """Whether the reference counts it."""
    candidate: bool

    @property
    def by(self) -> str:
        """Which queries count it."""
        return _BY[self.reference, self.candidate]


_BY: Final = {
    (True, True): "both",
    (True, False): "reference",
    (False, True): "candidate",
    (False, False): "neither",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """The time that a query reads."""

    side: Side
    place: float
    width: float
    is_open: bool
    label: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """A lane with the places of what is on it."""

    lane: Lane
    dots: tuple[Dot, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """A scene, with its lanes drawn on one axis."""

    scene: Scene
    lanes: tuple[DrawnLane, ...]
    ticks: tuple[Tick, ...]
    to_scale: bool


def drawn(scene: Scene) -> DrawnScene:
    """The places of all moments of a scene."""
    edges = {
        age
        for lane in scene.lanes
        for band in lane.bands
        for age in (band.oldest, band.latest)
        if age is not None
    }
    marked = {mark.age for lane in scene.lanes for mark in lane.marks}
    is_open = any(band.oldest is None for lane in scene.lanes for band in lane.bands)
    at, to_scale = _axis(edges | marked | {0}, _LEFT_OF_OPEN if is_open else _LEFT)
    return DrawnScene(
        scene,
        tuple(DrawnLane(lane, _dots(lane.marks, at), _bars(lane, at)) for lane in scene.lanes),
        tuple(_ticks(sorted(edges - {0}), sorted(marked - edges - {0}), at)),
        to_scale,
    )


def _axis(ages: Iterable[int], left: float) -> tuple[Callable[[int], float], bool]:
    """From an age to its place, and whether distances are in proportion."""
    moments = sorted(ages, reverse=True)
    room = _RIGHT - left
    gaps = [float(old - new) for old, new in pairwise(moments)]
    if not gaps:
        return (lambda _: _RIGHT), True
    least = min(_APART, 0.7 * room / len(gaps))
    shares = _shares(gaps, room)
    to_scale = min(shares) >= least
    if not to_scale:
        shares = _shares([gap**0.25 for gap in gaps], room - least * len(gaps))
        shares = [least + share for share in shares]
    places, place = {moments[0]: left}, left
    for moment, share in zip(moments[1:], shares, strict=True):
        place += share
        places[moment] = place
    return (lambda age: round(places[age], 2)), to_scale


def _shares(parts: Sequence[float], room: float) -> list[float]:
    whole = sum(parts)
    return [room * part / whole for part in parts]


def _dots(marks: Sequence[Mark], at: Callable[[int], float]) -> tuple[Dot, ...]:
    """A dot for marks of one moment that the same queries count; such dots stand side by side."""
    groups: dict[int, dict[frozenset[Side], list[Mark]]] = {}
    for mark in marks:
        groups.setdefault(mark.age, {}).setdefault(mark.counted, []).append(mark)
    return tuple(
        Dot(
            round(at(age) + _BESIDE * (number - (len(of_moment) - 1) / 2), 2),
            sum(mark.count for mark in alike),
            _dot_words(age, alike),
            Side.REFERENCE in counted,
            Side.CANDIDATE in counted,
        )
        for age, of_moment in groups.items()
        for number, (counted, alike) in enumerate(of_moment.items())
    )


def _dot_words(age: int, marks: Sequence[Mark]) -> str:
    texts = [
        f"{mark.count} with {mark.text}" if mark.count > 1 and len(marks) > 1 else mark.text
        for mark in marks[:_MOST_DESCRIBED]
        if mark.text
    ]
    if len(marks) > _MOST_DESCRIBED:
        texts.append(f"and {len(marks) - _MOST_DESCRIBED} more")
    return f"{ago(age)}{': ' if texts else ''}{'; '.join(texts)}"


def _bars(lane: Lane, at: Callable[[int], float]) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    for band in lane.bands:
        begin = 0.0 if band.oldest is None else at(band.oldest)
        width = round(max(at(band.latest) - begin, 0.6), 2)
        bars.append(Bar(band.side, begin, width, band.oldest is None, band.label))
    return tuple(bars)


def _ticks(
    edges: Sequence[int], marked: Sequence[int], at: Callable[[int], float]
) -> Iterator[Tick]:
    """Now, then the edges of windows, then events, each where there is room for its words."""
    taken: dict[str, list[tuple[float, float]]] = {"wide": [], "narrow": []}
    for age in (0, *edges, *marked):
        text = _roughly(age)
        if not _takes(taken["wide"], at(age), len(text) * _WIDTHS["wide"]):
            continue
        narrow = _takes(taken["narrow"], at(age), len(text) * _WIDTHS["narrow"])
        yield Tick(at(age), text, age == 0, narrow)


def _takes(taken: list[tuple[float, float]], place: float, width: float) -> bool:
    """Whether there is still room for words, which is theirs then."""
    span = _span(place, width)
    has_room = all(span[1] < other[0] or other[1] < span[0] for other in taken)
    if has_room:
        taken.append(span)
    return has_room


def _span(place: float, width: float) -> tuple[float, float]:
    begin = {"start": place, "middle": place - width / 2, "end": place - width}[_anchor(place)]
    return begin - 1, begin + width + 1


def _anchor(place: float) -> str:
    return "end" if place > 84 else "start" if place < 16 else "middle"


def ago(age: int) -> str:
    """An age in words, exact: at the edge of a window a millisecond decides."""
    return "now" if age == 0 else f"{_words(abs(age))} {'ago' if age > 0 else 'from now'}"


def _roughly(age: int) -> str:
    """The same in two units at most."""
    left, sizes = abs(age), [size for _, size in _UNITS]
    largest = next((number for number, size in enumerate(sizes) if left >= size), 0)
    unit = sizes[min(largest + 1, len(sizes) - 1)]
    rough = (left + unit // 2) // unit * unit
    exact = ago(age)
    if len(_words(left).split()) <= 4 or rough == left:
        return exact
    return f"≈ {ago(rough if age > 0 else -rough)}"


def _words(milliseconds: int) -> str:
    parts: list[str] = []
    left = milliseconds
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count:,} {unit}{'s' if unit == 'day' and count > 1 else ''}")
    return " ".join(parts)
