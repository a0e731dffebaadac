from collections.abc import Sequence

from numpy.typing import ArrayLike

def cohen_kappa_score(
    y1: ArrayLike, y2: ArrayLike, *, labels: Sequence[int] = ..., weights: str | None = ...
) -> float: ...
