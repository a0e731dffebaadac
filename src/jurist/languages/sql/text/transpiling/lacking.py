"""What an engine has nothing for."""

from __future__ import annotations

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Engine


def without(what: str, engine: Engine = Engine.SQLITE) -> UnsupportedError:
    """That an engine has nothing for a part of a query."""
    return UnsupportedError(
        f"{engine} has nothing for {what}",
        expected="what it has, or can be put otherwise",
        fix="the query runs in its own dialect's engine alone",
    )
