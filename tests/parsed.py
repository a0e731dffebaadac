"""Texts of which a test knows whether they are an audience or a computed trait."""

from __future__ import annotations

from jurist.languages.cql.syntax import Condition, Scalar
from jurist.languages.cql.text.parser import parse


def condition(text: str) -> Condition:
    """The condition that a text says."""
    query = parse(text)
    assert isinstance(query, Condition)
    return query


def scalar(text: str) -> Scalar:
    """The value that a text says."""
    query = parse(text)
    assert isinstance(query, Scalar)
    return query
