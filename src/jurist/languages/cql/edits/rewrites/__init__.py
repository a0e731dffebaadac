"""Changes that keep a query's meaning by what they ask of it, one family of them a file."""

from jurist.languages.cql.edits.rewrites.aggregates import AGGREGATES
from jurist.languages.cql.edits.rewrites.boolean import BOOLEAN
from jurist.languages.cql.edits.rewrites.filters import FILTERS
from jurist.languages.cql.edits.rewrites.quantifiers import QUANTIFIERS
from jurist.languages.cql.edits.rewrites.thresholds import THRESHOLDS
from jurist.languages.cql.edits.rewrites.values import VALUES
from jurist.languages.cql.edits.rewrites.windows import WINDOWS

REWRITES = (*BOOLEAN, *THRESHOLDS, *WINDOWS, *FILTERS, *VALUES, *AGGREGATES, *QUANTIFIERS)

__all__ = ["REWRITES"]
