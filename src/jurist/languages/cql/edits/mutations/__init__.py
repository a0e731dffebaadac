"""Changes of the kind that people and models make by mistake, one family of them a file."""

from jurist.languages.cql.edits.mutations.aggregates import AGGREGATES
from jurist.languages.cql.edits.mutations.filters import FILTERS
from jurist.languages.cql.edits.mutations.funnels import FUNNELS
from jurist.languages.cql.edits.mutations.junctions import JUNCTIONS
from jurist.languages.cql.edits.mutations.names import NAMES
from jurist.languages.cql.edits.mutations.quantifiers import QUANTIFIERS
from jurist.languages.cql.edits.mutations.thresholds import THRESHOLDS
from jurist.languages.cql.edits.mutations.values import VALUES
from jurist.languages.cql.edits.mutations.windows import WINDOWS

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
