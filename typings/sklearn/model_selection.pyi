from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

class StratifiedKFold:
    def __init__(
        self, n_splits: int = ..., *, shuffle: bool = ..., random_state: int = ...
    ) -> None: ...
    def split(
        self, X: ArrayLike, y: ArrayLike
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]: ...
