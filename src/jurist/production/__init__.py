"""What really happened: the log of a feature in use, read in and measured.

Definitions, estimands and what each comparison can show: docs/explanation/production.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jurist.deferred import public_names
from jurist.store.interactions import Interaction, interactions, systems_in_production

if TYPE_CHECKING:
    from jurist.production.cases import AnchoredCase, SavedCases, saved_cases
    from jurist.production.drift import Week, WeeklyDrift, questions_of_cases, weekly_drift
    from jurist.production.ingesting import Ingested, Unusable, ingest_rows
    from jurist.production.layout import Layout, layout_of, read_pairs
    from jurist.production.rows import RowReader
    from jurist.production.sources import rows_of_file, rows_of_json, rows_of_query, rows_of_table

__all__ = [
    "AnchoredCase",
    "Ingested",
    "Interaction",
    "Layout",
    "RowReader",
    "SavedCases",
    "Unusable",
    "Week",
    "WeeklyDrift",
    "ingest_rows",
    "interactions",
    "layout_of",
    "questions_of_cases",
    "read_pairs",
    "rows_of_file",
    "rows_of_json",
    "rows_of_query",
    "rows_of_table",
    "saved_cases",
    "systems_in_production",
    "weekly_drift",
]

__getattr__ = public_names(
    __name__,
    {
        "cases": (
            "AnchoredCase",
            "SavedCases",
            "saved_cases",
        ),
        "drift": (
            "Week",
            "WeeklyDrift",
            "questions_of_cases",
            "weekly_drift",
        ),
        "ingesting": (
            "Ingested",
            "Unusable",
            "ingest_rows",
        ),
        "layout": (
            "Layout",
            "layout_of",
            "read_pairs",
        ),
        "rows": ("RowReader",),
        "sources": (
            "rows_of_file",
            "rows_of_json",
            "rows_of_query",
            "rows_of_table",
        ),
    },
)
