"""What stands right of an operator, as values."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.semantics.values import Atom, constant_moment, constant_value
from jurist.languages.cql.syntax import Constant, Duration, Operand


def constants_of(arguments: Sequence[Operand]) -> list[Atom]:
    """The values of arguments that are constants.

    Raises:
        Beyond: One is none.
    """
    return [constant_value(_constant(argument)) for argument in arguments]


def moment_or_length(argument: Operand) -> Duration | int | None:
    """A length of time, or a moment (`None`: no moment).

    Raises:
        Beyond: It is no constant.
    """
    if isinstance(argument, Duration):
        return argument
    return constant_moment(_constant(argument))


def _constant(argument: Operand) -> Constant:
    if isinstance(argument, Constant):
        return argument
    raise Beyond("this argument")
