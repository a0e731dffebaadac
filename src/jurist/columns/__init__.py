"""Runs as columns: what lists, boards and comparisons of verdicts are computed from.

A row is a verdict on an answer. `Shelf` builds the columns of a run once; `view` filters,
counts, sorts and pages them; `results_of` reads the whole records of a page.
"""

from jurist.columns.columns import NONE, UNSORTED, Columns, Dimension, Outcome
from jurist.columns.shelf import Shelf, columns_of, results_of, shelf_of
from jurist.columns.viewing import (
    CONSTRUCT,
    Filters,
    Neighbours,
    Sort,
    View,
    cases_with,
    chosen,
    count,
    neighbours,
    rows_of_task,
    tags_in,
    view,
)

__all__ = [
    "CONSTRUCT",
    "NONE",
    "UNSORTED",
    "Columns",
    "Dimension",
    "Filters",
    "Neighbours",
    "Outcome",
    "Shelf",
    "Sort",
    "View",
    "cases_with",
    "chosen",
    "columns_of",
    "count",
    "neighbours",
    "results_of",
    "rows_of_task",
    "shelf_of",
    "tags_in",
    "view",
]
