"""A query as it was parsed under a schema."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from jurist.languages.base import Query
from jurist.languages.sql.dialects import Dialect


@dataclass(frozen=True, slots=True)
class SqlQuery(Query):
    """One SELECT (or set operation of them); equal where the canonical texts are.

    The tree is sqlglot's, with names in the schema's spelling, strings told from names as the
    dialect does, and nothing qualified or rewritten. It is never changed in place.
    """

    text: str
    """Canonical, in the dialect."""
    dialect: Dialect
    tree: exp.Query = field(compare=False, repr=False)
    lacks: str = field(default="", compare=False)
    """What in it is not known here, though its dialect may have it; empty: nothing.

    Such a query can be shown and talked of; no engine runs it, and no method decides it.
    """
    written: str = field(default="", compare=False, repr=False)
    """The text that it was parsed from; empty: the canonical one."""
