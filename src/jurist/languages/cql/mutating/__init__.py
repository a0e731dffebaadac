"""Changes of the kind that people and models make by mistake, one family of them a file."""

from jurist.languages.cql.mutating.aggregates import AGGREGATES
from jurist.languages.cql.mutating.filters import FILTERS
from jurist.languages.cql.mutating.funnels import FUNNELS
from jurist.languages.cql.mutating.junctions import JUNCTIONS
from jurist.languages.cql.mutating.names import NAMES
from jurist.languages.cql.mutating.quantifiers import QUANTIFIERS
from jurist.languages.cql.mutating.thresholds import THRESHOLDS
from jurist.languages.cql.mutating.values import VALUES
from jurist.languages.cql.mutating.windows import WINDOWS

MUTATIONS = (
    *THRESHOLDS,
    *WINDOWS,
    *JUNCTIONS,
    *VALUES,
    *NAMES,
    *FILTERS,
    *AGGREGATES,
    *FUNNELS,
    *QUANTIFIERS,
)

__all__ = ["MUTATIONS"]
