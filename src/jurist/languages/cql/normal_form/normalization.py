"""The normal form: equal normal forms mean the same audience under a schema's readings.

A query that nobody or everybody satisfies by these rules becomes one of two fixed
tautologies over a trait without a name.

One stream has one window, one session, one list of sources, one `where`: filters commute
and repeated ones intersect (U13), so each kind needs saying once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from jurist.languages.cql.boolean import FALSE, TRUE, Junction, conjunction, disjunction
from jurist.languages.cql.normal_form.comparisons import EMPTY, comparison, duration
from jurist.languages.cql.normal_form.simplification import (
    NOBODY,
    Formula,
    literal,
    negate,
    simplify,
    to_condition,
)
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    Table,
    context_of,
    subject_type,
)
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.arrays import unrolled_arrays
from jurist.languages.cql.semantics.readings import ParentTies, Readings, WindowEdges
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    CqlQuery,
    ExpiresAfter,
    Filter,
    Not,
    Or,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Where,
    Within,
)
from jurist.languages.cql.tree import compares_stream, with_children

_LARGEST_GROWTH = 8
_ALWAYS_SMALL = 4_000
"""A stream may grow up to so many times, and up to so many characters (of its Python form),
by saying `= 2` as `>= 2` and not `>= 3`; nested streams would else grow exponentially."""


def normalize(query: CqlQuery, schema: CqlSchema) -> CqlQuery:
    """The canonical query of the same meaning, as far as cheap local rules go.

    Equal results mean equal audiences (or computed traits) for every subject; unequal
    ones mean nothing. `normalize(normalize(q)) == normalize(q)`.
    """
    memory = context_of(schema).get(_Memory)
    # By the typed query: the arm of the normal form asks with one as parsed, the prover with that.
    of_types = typed(query, schema)
    known = memory.queries.find(of_types)
    if known is None:
        of_accounts = subject_type(schema, query) is Account
        known = _normalized(of_types, schema, memory, of_accounts=of_accounts)
        memory.queries.keep(of_types, known)
    return known


_MOST_KNOWN = 2_048


class _Memory:
    """What was normalised lately under a schema: a reference meets many candidates.

    And these are much like it, so comparisons are remembered too; those of accounts mean
    something else.
    """

    def __init__(self, schema: CqlSchema) -> None:
        self.readings = schema.readings
        self.queries = Table[CqlQuery, CqlQuery](_MOST_KNOWN)
        self.comparisons = Table[tuple[Comparison, bool], Formula](_MOST_KNOWN)


def _normalized(
    query: CqlQuery, schema: CqlSchema, memory: _Memory, *, of_accounts: bool
) -> CqlQuery:
    if isinstance(query, Scalar):
        return _reduction(query, memory) if isinstance(query, Reduction) else query
    formula = simplify(_formula(query, _Setting(memory, of_accounts)))
    normal = to_condition(formula)
    if of_accounts and schema.audience_type is not AudienceType.ACCOUNTS:
        return _about_accounts(normal, schema)
    return normal


class _Setting(Struct, frozen=True, eq=False):
    """Where a condition stands."""

    memory: _Memory
    accounts: bool = False
    """Outside ANY and ALL of an account audience."""

    @property
    def of_a_user(self) -> _Setting:
        """The same inside ANY and ALL."""
        return _Setting(self.memory)


def _about_accounts(normal: Condition, schema: CqlSchema) -> Condition:
    """Keep a word of accounts where simplifying lost the last one.

    Without it, a query of accounts and one of users, which mean different things where
    they say the same, could meet in one form.
    """
    if subject_type(schema, normal) is Account:
        return normal
    no_contradiction = Not(AnyUser(NOBODY))
    if isinstance(normal, And) and normal != NOBODY:
        return And((*normal.operands, no_contradiction))
    return And((normal, no_contradiction))


def _formula(condition: Condition, setting: _Setting) -> Formula:
    if type(condition) is Comparison:
        return _comparison(condition, setting)
    match condition:
        case And(operands):
            return conjunction([_formula(operand, setting) for operand in operands])
        case Or(operands):
            return disjunction([_formula(operand, setting) for operand in operands])
        case Not(operand):
            return negate(_formula(operand, setting))
        case AnyUser(operand):
            return _any_user(_formula(operand, setting.of_a_user))
        case AllUsers(operand):
            return negate(_any_user(negate(_formula(operand, setting.of_a_user))))


def _comparison(node: Comparison, setting: _Setting) -> Formula:
    def formula(_: object) -> Formula:
        if setting.accounts and compares_stream(node):
            return _any_user(_comparison(node, setting.of_a_user))  # A2
        normal = node
        if compares_stream(node):
            sides = node.left, *node.arguments
            of_streams = [
                _reduction(side, setting.memory) if type(side) is Reduction else side
                for side in sides
            ]
            normal = with_children(node, of_streams)
        return comparison(normal, setting.memory.readings)

    return setting.memory.comparisons.get((node, setting.accounts), formula)


def _any_user(formula: Formula) -> Formula:
    """`ANY` of a disjunction is the disjunction of `ANY`s; no user can do the impossible."""
    simple = simplify(formula)
    if simple is FALSE:
        return FALSE
    alternatives = simple.parts if isinstance(simple, Junction) and not simple.every else (simple,)
    return disjunction(literal(AnyUser(to_condition(part))) for part in alternatives)


# --- streams --------------------------------------------------------------------------------


def _reduction(node: Reduction, memory: _Memory) -> Reduction:
    """The reduction over its stream's normal form."""
    filters = _filters(node.stream.filters, memory)
    cast = node.cast
    if cast is Cast.NUMBER or (cast is Cast.STRING and not node.reducer.is_extreme):
        cast = None  # the reducer does so without
    if cast is Cast.ARRAY and node.value is not None and EACH not in node.value.name:
        # There is no array to take as a whole; its text is still what `min` and `max` compare.
        cast = Cast.STRING if node.reducer.is_extreme else None
    stream = Stream(node.stream.source, filters)
    normal = Reduction(stream, node.reducer, node.value, cast, node.minimum, node.coercion)
    if filters is EMPTY or normal == node:
        return normal
    # An array named in a condition makes each of its entries an item (A7), even where the
    # condition does not matter: then what it says is left as it is written.
    # What is normal names none that was not written.
    arrays = unrolled_arrays(node)
    if arrays and unrolled_arrays(normal) != arrays:
        return node
    return node if _has_outgrown(normal, node) else normal


def _has_outgrown(normal: Reduction, node: Reduction) -> bool:
    size = len(repr(normal))
    return size > _ALWAYS_SMALL and size > _LARGEST_GROWTH * len(repr(node))


def _filters(filters: Sequence[Filter], memory: _Memory) -> tuple[Filter, ...]:
    readings, inside = memory.readings, _Setting(memory)
    windows: list[Within | Between] = []
    sessions: list[ExpiresAfter] = []
    excluded: set[str] = set()
    asked: list[Formula] = []
    for node in filters:
        if type(node) is Where:
            asked.append(_formula(node.condition, inside))
        elif type(node) is Within or type(node) is Between:
            windows.append(node)
        elif type(node) is Sources:
            excluded.update(node.exclude)
        elif type(node) is ExpiresAfter:
            sessions.append(node)
    ages = _common([window for window in windows if not window.parent])
    delays = _common([window for window in windows if window.parent])
    kept = simplify(conjunction(asked))
    if kept is FALSE or _no_age(ages, readings) or _no_delay(delays, readings):
        return EMPTY
    normal = [*_window(ages, parent=False), *_window(delays, parent=True)]
    for of_parent in (False, True):  # the shorter of two gaps keeps what both keep
        gaps = [node.duration.ms for node in sessions if node.parent is of_parent]
        if gaps:
            normal.append(ExpiresAfter(duration(min(gaps)), of_parent))
    if excluded:
        normal.append(Sources(tuple(sorted(excluded))))
    if kept is not TRUE:
        normal.append(Where(to_condition(kept)))
    return tuple(normal)


_Bounds = tuple[int, int] | None
"""Nearest and farthest, in milliseconds."""


def _common(windows: Sequence[Within | Between]) -> _Bounds:
    if not windows:
        return None
    nearest = max([node.near.ms if type(node) is Between else 0 for node in windows])
    ends = [node.far if type(node) is Between else node.duration for node in windows]
    return nearest, min(end.ms for end in ends)


def _no_age(ages: _Bounds, readings: Readings) -> bool:
    """Whether no whole millisecond lies in a window before now."""
    if ages is None:
        return False
    outside = 2 if readings.window_edges is WindowEdges.OPEN else 0
    return ages[1] - ages[0] < outside


def _no_delay(delays: _Bounds, readings: Readings) -> bool:
    if delays is None:
        return False
    soonest = 1 if readings.parent_ties is ParentTies.EXCLUDED else 0
    return max(delays[0], soonest) > delays[1]


def _window(bounds: _Bounds, *, parent: bool) -> Iterator[Filter]:
    if bounds is not None:
        near, far = bounds
        if near:
            yield Between(duration(near), duration(far), parent)
        else:
            yield Within(duration(far), parent)
