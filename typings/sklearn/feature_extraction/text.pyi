from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

class TfidfVectorizer:
    def __init__(
        self,
        *,
        ngram_range: tuple[int, int] = ...,
        analyzer: str = ...,
        sublinear_tf: bool = ...,
        lowercase: bool = ...,
        token_pattern: str = ...,
        min_df: int = ...,
    ) -> None: ...
    def fit(self, raw_documents: Iterable[str]) -> TfidfVectorizer: ...
    def fit_transform(self, raw_documents: Iterable[str]) -> csr_matrix: ...
    def transform(self, raw_documents: Iterable[str]) -> csr_matrix: ...
    def get_feature_names_out(self) -> NDArray[np.str_]: ...

class CountVectorizer:
    def __init__(
        self,
        *,
        ngram_range: tuple[int, int] = ...,
        lowercase: bool = ...,
        token_pattern: str = ...,
    ) -> None: ...
    def fit_transform(self, raw_documents: Iterable[str]) -> csr_matrix: ...
    def transform(self, raw_documents: Iterable[str]) -> csr_matrix: ...
