"""How much of a customer's data may leave."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What may leave the machine."""

    OFF = "off"
    """Everything but the values of places that a schema marks `sensitive`."""
    VALUES = "values"
    """No value: texts, numbers and dates of queries, schemas and questions are pseudonyms."""
    VALUES_AND_NAMES = "values and names"
    """No value and no name: those of events, tables, properties and columns are pseudonyms too."""
    NOTHING_LEAVES = "nothing leaves"
    """Nothing: only roles on this machine are called, and they see things as they are."""
