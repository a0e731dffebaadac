"""Changes that should change nothing, one family of them a file. Evidence has the last word."""

from jurist.languages.sql.variants.rewriting.conditions import COMMUTE, CONDITIONS
from jurist.languages.sql.variants.rewriting.joins import JOINS
from jurist.languages.sql.variants.rewriting.naming import NAMING
from jurist.languages.sql.variants.rewriting.subqueries import SUBQUERIES

REWRITES = (*CONDITIONS, *JOINS, *NAMING, *SUBQUERIES)
REORDERINGS = frozenset({COMMUTE.name})
"""Those that change nothing but an order that means nothing."""

__all__ = ["REORDERINGS", "REWRITES"]
