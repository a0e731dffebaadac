"""What must be the same before and after: how the constants of a place relate to each other.

If values can be exchanged one for one so that each condition of a pair holds as before, the
pair has the same verdict. Which conditions hold together is decided by how the constants
relate under what is asked of them; so that is compared, and the pair refused where a
relation is lost or made by chance.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeVar

from jurist.languages.pseudonymizing import Constant, ConstantKind, Relation, Value
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.scales import number_of, text_of

_OrderedT = TypeVar("_OrderedT", int | Decimal, datetime.datetime)
Pair = tuple[Constant, Value]
"""A constant, and what stands for it."""
_PARTS: Final[Mapping[Relation, Callable[[str, str], bool]]] = {
    Relation.PREFIX: str.startswith,
    Relation.SUFFIX: str.endswith,
    Relation.CONTAINMENT: str.__contains__,
}


def guard(pairs: Iterable[Pair], root: Callable[[str], str], whole: Callable[[str], bool]) -> None:
    """Refuse pseudonyms that do not relate as what they stand for.

    Args:
        pairs: All constants of the queries and of the schema's places that these use.
        root: What names the class of a place.
        whole: Whether a place of a class holds integers whose scale is a factor, which
            does not keep which integers follow each other.

    Raises:
        NotCarriedError: With the relation that is lost.
    """
    classes: dict[str, list[Pair]] = defaultdict(list)
    for pair in dict.fromkeys(pairs):
        for name in {root(place) for place in pair[0].places}:
            classes[name].append(pair)
    for name, members in classes.items():
        _guard_class(members, is_whole=whole(name))


def _guard_class(members: Sequence[Pair], *, is_whole: bool) -> None:
    asked = frozenset(relation for constant, _ in members for relation in constant.relations)
    if asked & _PARTS.keys():
        if any(constant.kind is ConstantKind.MOMENT for constant, _ in members):
            raise NotCarriedError("it asks for a part of a date as of a text")
        if Relation.TEXT_ORDER in asked:
            raise NotCarriedError("it asks for the order of texts and for parts of them")
    _same_partition(members, _equality, "two values are equal, and their pseudonyms not or so only")
    _same_partition(members, _caseless, "two texts differ in case only, or their pseudonyms do")
    _same_order(members, ConstantKind.NUMBER, number_of, "numbers change their order")
    _same_order(members, ConstantKind.MOMENT, moment_of, "dates change their order")
    if Relation.TEXT_ORDER in asked:
        before = sorted(members, key=lambda pair: text_of(pair[0].value))
        after = [text_of(put) for _, put in before]
        if after != sorted(after):
            raise NotCarriedError("it asks for the order of texts, which pseudonyms do not keep")
    if is_whole:
        _no_neighbours(members)
    for relation, holds in _PARTS.items():
        for constant, put in members:
            if relation in constant.relations:
                _same_parts(text_of(constant.value), text_of(put), members, holds, relation)


def _equality(kind: ConstantKind, value: Value) -> Hashable:
    return number_of(value) if kind is ConstantKind.NUMBER else value


def _caseless(kind: ConstantKind, value: Value) -> Hashable:
    return number_of(value) if kind is ConstantKind.NUMBER else str(value).lower()


def _same_partition(
    members: Sequence[Pair], key: Callable[[ConstantKind, Value], Hashable], lost: str
) -> None:
    there: dict[Hashable, Hashable] = {}
    back: dict[Hashable, Hashable] = {}
    for constant, put in members:
        one, other = key(constant.kind, constant.value), key(constant.kind, put)
        if there.setdefault(one, other) != other or back.setdefault(other, one) != one:
            raise NotCarriedError(lost)


def _same_order(
    members: Sequence[Pair],
    kind: ConstantKind,
    key: Callable[[Value], _OrderedT],
    lost: str,
) -> None:
    """Refuse where order or equality of numbers or moments is not the same."""
    ordered = sorted({(key(c.value), key(put)) for c, put in members if c.kind is kind})
    for (one, first), (other, second) in pairwise(ordered):
        if (one < other) != (first < second) or (one == other) != (first == second):
            raise NotCarriedError(lost)


def _no_neighbours(members: Sequence[Pair]) -> None:
    numbers = sorted({number_of(c.value) for c, _ in members if c.kind is ConstantKind.NUMBER})
    if any(other - one <= 2 for one, other in pairwise(numbers)):
        raise NotCarriedError("it tells integers apart that follow each other, of a sum")


def _same_parts(
    part: str,
    put_part: str,
    members: Iterable[Pair],
    holds: Callable[[str, str], bool],
    relation: Relation,
) -> None:
    for constant, put in members:
        before = holds(text_of(constant.value), part)
        if before != holds(text_of(put), put_part):
            raise NotCarriedError(f"it asks for a part of a text within a word ({relation})")


def moment_of(value: Value) -> datetime.datetime:
    """A day or time of ISO 8601 as a moment, in UTC where it says no zone.

    Raises:
        NotCarriedError: It is none that Python reads.
    """
    try:
        moment = datetime.datetime.fromisoformat(str(value))
    except ValueError:
        raise NotCarriedError("a date is spelled in a way that cannot be compared") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
