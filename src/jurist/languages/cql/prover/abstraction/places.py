"""Where a condition stands, and what of it depends on that place."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
)
from jurist.languages.cql.prover.abstraction.atoms import (
    OuterAtom,
    Sort,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import Primitive
from jurist.languages.cql.schemas.schema import EntitySpec
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Date,
    Entity,
    Event,
    Moment,
    Not,
    Number,
    Operand,
    Or,
    Property,
    Scalar,
    Stream,
    Text,
    Where,
    Within,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands: the item it is about, and the places around it."""

    sort: Sort
    outer: Place | None = None
    source: Event | Entity | None = None
    rows: EntitySpec | None = None
    of_entries: bool = False
    """Whether the item is an entry of a trait."""

    @property
    def of_rows(self) -> bool:
        """Whether the item is a row."""
        return isinstance(self.source, Entity)

    @property
    def profile(self) -> Place:
        """The user (or the account) around this place."""
        place = self
        while (place.source is not None or place.of_entries) and place.outer is not None:
            place = place.outer
        return place


class NothingLeaf:
    """A value that is never there."""

    def atom(self, fact: Primitive) -> Formula:  # noqa: ARG002
        """False: none of its facts hold."""
        return FALSE


def lifted(formula: Formula, owner: Place, place: Place) -> Formula:
    """A formula about an item further out, as an atom of the item at hand."""
    if owner.sort is place.sort or formula in (TRUE, FALSE):
        return formula
    return place.sort.atom(OuterAtom(owner.sort, formula))


def constant_of(argument: Operand) -> Number | Text | Date | Moment:
    """An argument that is a constant.

    Raises:
        Beyond: Where it is none.
    """
    if isinstance(argument, Number | Text | Date | Moment):
        return argument
    raise Beyond("this argument")


def has_row_type(value: Scalar, place: Place) -> bool:
    """Whether a value is a property of a row, which is compared in its own type (A10)."""
    if not isinstance(value, Property):
        return False
    owner = place.outer if value.parent else place
    return owner is not None and owner.of_rows


def depends_on_parent(stream: Stream, place: Place) -> bool:
    """Whether a stream inside a `where` depends on the item that the `where` is about."""
    if isinstance(stream.source, Entity) and place.of_rows:
        return True
    for part in stream.filters:
        if isinstance(part, Within | Between) and part.parent:
            return True
        if isinstance(part, Where) and _names_parent(part.condition):
            return True
    return False


def _names_parent(condition: Condition) -> bool:
    match condition:
        case And(operands) | Or(operands):
            return any(map(_names_parent, operands))
        case Not(operand) | AnyUser(operand) | AllUsers(operand):
            return _names_parent(operand)
        case Comparison(left, _, arguments):
            return any(isinstance(side, Property) and side.parent for side in (left, *arguments))
