import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix

class LogisticRegression:
    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]
    def __init__(self, *, C: float = ..., max_iter: int = ..., random_state: int = ...) -> None: ...
    def fit(self, X: csr_matrix | ArrayLike, y: ArrayLike) -> LogisticRegression: ...
    def predict_proba(self, X: csr_matrix | ArrayLike) -> NDArray[np.float64]: ...
