"""What stands for the numbers of a class, exactly: a factor, or a shift of integers.

Both keep order; a factor keeps sums, averages and ratios too, and 0 (so what is positive
stays so); a shift keeps which integers follow each other. All is decimal and exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Final

from jurist.languages.pseudonymizing import Value
from jurist.privacy.errors import NotCarriedError

_EXACT: Final = Context(prec=120, traps=[Inexact])
_ROUNDED: Final = Context(prec=12)


@dataclass(frozen=True, slots=True)
class Scale:
    """`number * factor + shift`, with `factor > 0`."""

    factor: Decimal = Decimal(1)
    shift: int = 0

    @property
    def stays(self) -> bool:
        """Whether each number stands for itself."""
        return self.factor == 1 and self.shift == 0

    def times(self, other: Scale, exponent: int) -> Scale:
        """The scale of a product with a power of numbers of another scale.

        Raises:
            NotCarriedError: One of both shifts, or their factor is no finite decimal.
        """
        if self.shift or other.shift:
            raise NotCarriedError("it multiplies integers that no other query adds up")
        try:
            power = _EXACT.power(other.factor, abs(exponent))
            combine = _EXACT.multiply if exponent > 0 else _EXACT.divide
            return Scale(combine(self.factor, power))
        except Inexact:
            raise NotCarriedError("a ratio of numbers is no finite decimal any more") from None

    def put(self, number: int | Decimal) -> int | Decimal:
        """What stands for a number."""
        return plain(_EXACT.add(_EXACT.multiply(Decimal(number), self.factor), Decimal(self.shift)))

    def back(self, number: int | Decimal) -> int | Decimal:
        """The number that one stands for; to 12 digits where it stands for none exactly."""
        apart = _EXACT.subtract(Decimal(number), Decimal(self.shift))
        try:
            return plain(_EXACT.divide(apart, self.factor))
        except Inexact:
            return plain(_ROUNDED.divide(apart, self.factor))

    def put_value(self, value: Value) -> Value:
        """The same for a number as a text, whose zeros at both ends stay as many."""
        return self.put(value) if not isinstance(value, str) else _respelled(value, self.put)

    def back_value(self, value: Value) -> Value:
        """The reverse of `put_value`."""
        return self.back(value) if not isinstance(value, str) else _respelled(value, self.back)


def plain(number: Decimal) -> int | Decimal:
    """The same number: an `int` where it is integral, else a `Decimal` without end zeros."""
    if number == number.to_integral_value():
        return int(number)
    return _EXACT.normalize(number)


def number_of(value: Value) -> int | Decimal:
    """A number, also of a text that says one."""
    return plain(Decimal(value)) if isinstance(value, str) else value


def text_of(value: Value) -> str:
    """A number's shortest plain decimal; a text itself."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _respelled(text: str, change: Callable[[int | Decimal], int | Decimal]) -> str:
    """A number's text with another number, and the zeros around it that say nothing."""
    whole, _, rest = text.removeprefix("-").partition(".")
    before = len(whole) - len(whole.lstrip("0") or "0")
    after = len(rest) - len(rest.rstrip("0"))
    sign, digits = "", text_of(change(number_of(text)))
    if digits.startswith("-") or (text.startswith("-") and digits == "0"):
        sign, digits = "-", digits.removeprefix("-")
    whole, _, rest = digits.partition(".")
    rest += "0" * after
    return f"{sign}{'0' * before}{whole}{'.' + rest if rest else ''}"
