"""Changes of the kind that people and models make by mistake, one family of them a file."""

from jurist.languages.sql.variants.mutating.aggregates import AGGREGATES
from jurist.languages.sql.variants.mutating.bounds import BOUNDS
from jurist.languages.sql.variants.mutating.columns import COLUMNS
from jurist.languages.sql.variants.mutating.conditions import CONDITIONS
from jurist.languages.sql.variants.mutating.duplicates import DUPLICATES
from jurist.languages.sql.variants.mutating.joins import JOINS
from jurist.languages.sql.variants.mutating.nulls import NULLS
from jurist.languages.sql.variants.mutating.ordering import ORDERING
from jurist.languages.sql.variants.mutating.sets import SETS
from jurist.languages.sql.variants.mutating.values import VALUES

MUTATIONS = (
    *JOINS,
    *DUPLICATES,
    *NULLS,
    *BOUNDS,
    *VALUES,
    *AGGREGATES,
    *ORDERING,
    *SETS,
    *COLUMNS,
    *CONDITIONS,
)

__all__ = ["MUTATIONS"]
