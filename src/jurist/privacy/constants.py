"""What stands for a single constant of a query or a schema, and what one stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from jurist.languages.pseudonymizing import (
    Compared,
    Constant,
    ConstantKind,
    SchemaValues,
    Value,
)
from jurist.privacy.cipher import TextCipher
from jurist.privacy.classes import Classes
from jurist.privacy.dates import moved, moved_by
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.key import Key
from jurist.privacy.scales import Scale

_EXACT_DIGITS: Final = 15
"""Of decimals: what a binary floating-point number of 64 bits keeps."""
_REMEMBERED: Final = 200_000
_OF_NOTHING: Final = ("\0nothing",)


class Constants:
    """Constants under a key.

    Args:
        key: Whose pseudonyms they are.
        hides_all: Whether all are hidden, or those of sensitive places alone.
        schema: What the schema says of values.
        queries: The dataset's queries.
    """

    def __init__(
        self, key: Key, schema: SchemaValues, queries: Iterable[Compared], *, hides_all: bool
    ) -> None:
        self.cipher = TextCipher(key)
        self.classes = Classes(key, schema, queries)
        self.moved_by = moved_by(key)
        self._sensitive = schema.sensitive
        self.hides_all = hides_all
        self.put: Callable[[Constant], Value] = lru_cache(maxsize=_REMEMBERED)(self._checked)
        """What stands for a constant; raises `NotCarriedError` where nothing can."""

    def hides(self, constant: Constant) -> bool:
        """Whether it is hidden."""
        if self.hides_all:
            return True
        places = {*constant.places, *(place for place, _ in constant.factors)}
        return not self._sensitive.isdisjoint(places)

    def _checked(self, constant: Constant) -> Value:
        if not self.hides(constant):
            return constant.value
        changed = self._put(constant)
        if isinstance(changed, Decimal) and len(changed.as_tuple().digits) > _EXACT_DIGITS:
            raise NotCarriedError("a number would have more digits than all programs keep")
        if self.back(constant, changed) != constant.value:
            raise NotCarriedError("a value is spelled in a way that could not be told again")
        return changed

    def back(self, like: Constant, value: Value) -> Value:
        """What a value stands for that is compared as a constant is.

        Raises:
            NotCarriedError: It is compared with what has no scale of its own.
        """
        if not self.hides(like):
            return value
        match like.kind:
            case ConstantKind.NUMBER:
                return self.scale(like).back_value(value)
            case ConstantKind.MOMENT:
                return moved(str(value), -self.moved_by)
            case ConstantKind.TEXT:
                return self.cipher.back(str(value))

    def scale(self, constant: Constant) -> Scale:
        """The scale of a number."""
        if constant.factors:
            return self.classes.scale_of_product(constant.factors)
        if not constant.places:
            raise NotCarriedError("a number is compared with no value of the schema")
        return self.classes.scale_of(constant.places)

    def scale_of_others(self, scales: Iterable[Scale]) -> Scale:
        """The scale of numbers of which nothing is known: that of the known ones if it is one."""
        known = set(scales)
        return known.pop() if len(known) == 1 else self.classes.scale_of(_OF_NOTHING)

    def _put(self, constant: Constant) -> Value:
        match constant.kind:
            case ConstantKind.NUMBER:
                return self.scale(constant).put_value(constant.value)
            case ConstantKind.MOMENT:
                return moved(str(constant.value), self.moved_by)
            case ConstantKind.TEXT:
                return self.cipher.put(str(constant.value))
