"""Where in a schema document we are, with what people write in place of CQL's own words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jurist.languages.places import Place as AnyPlace


@dataclass(frozen=True, slots=True)
class Place(AnyPlace):
    """A place in a schema document."""

    def instead_of(self, what: str, word: str, known: Collection[str]) -> str:
        """What to do about a word that is not known."""
        other = _OTHER_TYPES.get(word.lower()) if what == "type" else None
        usual = AnyPlace.instead_of(self, what, word, known)
        if other:
            return f"did you mean {other!r}?"
        if usual == "remove it" and "properties" in known:
            return f"put {word[:80]!r} under `properties:` if it is one, or remove it"
        return usual


_OTHER_TYPES: Final = {
    "float": "number", "double": "number", "decimal": "number", "numeric": "number",
    "int": "integer", "long": "integer", "bigint": "integer",
    "bool": "boolean", "str": "string", "text": "string", "varchar": "string",
    "list": "array", "dict": "object", "map": "object", "record": "object", "none": "null",
}  # fmt: skip
"""What other schemas call a type."""
