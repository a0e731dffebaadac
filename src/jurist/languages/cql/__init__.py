"""CQL, the audience language of Segment: syntax, meaning, equivalence."""

from jurist.languages.cql.language import CqlLanguage

__all__ = ["CqlLanguage"]
