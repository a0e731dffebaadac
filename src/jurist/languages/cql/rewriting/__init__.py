"""Changes that keep a query's meaning by what they ask of it, one family of them a file."""

from jurist.languages.cql.rewriting.aggregates import AGGREGATES
from jurist.languages.cql.rewriting.boolean import BOOLEAN
from jurist.languages.cql.rewriting.filters import FILTERS
from jurist.languages.cql.rewriting.quantifiers import QUANTIFIERS
from jurist.languages.cql.rewriting.thresholds import THRESHOLDS
from jurist.languages.cql.rewriting.values import VALUES
from jurist.languages.cql.rewriting.windows import WINDOWS

REWRITES = (*BOOLEAN, *THRESHOLDS, *WINDOWS, *FILTERS, *VALUES, *AGGREGATES, *QUANTIFIERS)

__all__ = ["REWRITES"]
