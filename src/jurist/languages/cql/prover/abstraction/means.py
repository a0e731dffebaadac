"""Comparisons of means, which may be fractions."""

from __future__ import annotations

from fractions import Fraction

from jurist.languages.cql.boolean import (
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.abstraction.atoms import (
    MeanAtom,
)
from jurist.languages.cql.prover.abstraction.reduced_stream import ReducedStream
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    IS_NUMBER,
)
from jurist.languages.cql.semantics.readings import NoneOfMissing
from jurist.languages.cql.semantics.values import Atom as Constant
from jurist.languages.cql.semantics.values import Coercion, as_number
from jurist.languages.cql.syntax import (
    Operator,
)


def mean_formula(
    stream: ReducedStream,
    operator: Operator,
    constants: list[Constant],
    coercion: Coercion,
) -> Formula:
    """A comparison of a mean, which may be a fraction, with constants."""
    present = stream.some(stream.value(IS_NUMBER))
    if operator is Operator.EXISTS:
        return present
    if operator is Operator.ABSENT:
        return negation(present)
    numbers = [as_number(constant, coercion) for constant in constants]
    if any(number is None for number in numbers):
        raise Beyond("a mean compared with text")

    def reaches(constant: Fraction, *, strict: bool) -> Formula:
        slot = stream.slot
        return stream.translator.grouped(
            stream.place.sort,
            stream.key,
            conjunction((stream.members, stream.value(IS_NUMBER))),
            lambda members: MeanAtom(
                stream.key, members, slot, constant.numerator, constant.denominator, strict
            ),
        )

    exact = [Fraction(number) for number in numbers if number is not None]
    equal = disjunction(
        conjunction((reaches(c, strict=False), negation(reaches(c, strict=True)))) for c in exact
    )
    match operator:
        case Operator.EQUALS | Operator.ONE_OF:
            return equal
        case Operator.DIFFERS:
            return conjunction((present, negation(equal)))
        case Operator.NONE_OF:
            if stream.translator.readings.none_of_missing is NoneOfMissing.TRUE:
                return negation(equal)
            return conjunction((present, negation(equal)))
        case Operator.GREATER_THAN:
            return reaches(exact[0], strict=True)
        case Operator.AT_LEAST:
            return reaches(exact[0], strict=False)
        case Operator.LESS_THAN:
            return conjunction((present, negation(reaches(exact[0], strict=False))))
        case Operator.AT_MOST:
            return conjunction((present, negation(reaches(exact[0], strict=True))))
        case _:
            raise Beyond(f"`{operator}` on a mean")
