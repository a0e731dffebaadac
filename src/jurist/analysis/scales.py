"""The scale that scores lie on: its levels, whether they are ordered, and what passes.

Every table, share and correlation of a report card is computed on a `Scale`: Jurist's own verdicts
lie on `FIVE`; a team's labels may be binary, 0 to 10, or the winner of a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.analysis.levels import PASS
from jurist.analysis.tables import Floats


class ScaleKind(StrEnum):
    """Whether the order of the levels means anything."""

    ORDINAL = "ordinal"
    NOMINAL = "nominal"


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores that can be given.

    A binary scale is `Scale((0, 1), passing=1)`; the winner of a pair, with ties,
    `Scale((0, 1, 2), names=("A", "tie", "B"), kind=ScaleKind.NOMINAL)`. Scores between levels are
    legal on an ordinal scale: a judge's mean over samples, the median of two people.

    Raises:
        ValueError: Fewer than two levels, or they do not rise; the threshold passes everything or
            nothing; the names are not one for each level.
    """

    levels: tuple[float, ...]
    """In rising order."""
    passing: float | None = None
    """The score from which on an answer passes, unrounded; `None` where there is no such thing."""
    names: tuple[str, ...] = ()
    """What people call the levels, one for each; none: the numbers themselves."""
    kind: ScaleKind = ScaleKind.ORDINAL

    def __post_init__(self) -> None:
        """Hold what the statistics rest on."""
        if len(self.levels) < 2 or any(high <= low for low, high in pairwise(self.levels)):
            msg = f"a scale has two levels or more, in rising order; these are {self.levels}"
            raise ValueError(msg)
        if self.passing is not None and not self.levels[0] < self.passing <= self.levels[-1]:
            msg = f"the threshold {self.passing} would pass or fail every score of {self.levels}"
            raise ValueError(msg)
        if self.names and len(self.names) != len(self.levels):
            msg = f"{len(self.names)} names for {len(self.levels)} levels"
            raise ValueError(msg)

    @property
    def size(self) -> int:
        """How many levels there are."""
        return len(self.levels)

    @property
    def ordered(self) -> bool:
        """Whether one score can be higher than another, and a mean means something."""
        return self.kind is ScaleKind.ORDINAL

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest score."""
        return self.levels[0], self.levels[-1]

    @property
    def gaps(self) -> tuple[float, float]:
        """The least and the greatest difference of two scores."""
        span = self.levels[-1] - self.levels[0]
        return -span, span

    def passes(self, scores: Floats) -> NDArray[np.bool_]:
        """Which scores pass, unrounded: 3.8 is below 4. None where the scale has no threshold."""
        if self.passing is None:
            return np.zeros(np.shape(scores), dtype=np.bool_)
        return scores >= self.passing

    def positions(self, scores: Floats) -> Floats:
        """Where scores lie among the levels: 2.5 is midway between the third and the fourth.

        NaN stays NaN. Scores beyond the ends count as the end.
        """
        return np.interp(scores, self.levels, np.arange(self.size, dtype=np.float64))

    def called(self, level: int) -> str:
        """What people call the level of this index."""
        return self.names[level] if self.names else f"{self.levels[level]:g}"


FIVE: Final = Scale((1.0, 2.0, 3.0, 4.0, 5.0), PASS)
"""The scale of Jurist's own verdicts."""
