"""The options of an audience's definition, as Segment's public API calls them.

They say for whom and from which history an audience is computed. The query means the same with
any of them, so no proof looks at them; `limits_of` says where that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, EntitySpec
from jurist.languages.cql.syntax import Between, CqlQuery, Event, Filter, Reduction, Within
from jurist.languages.cql.tree import inner_scope, walk
from jurist.languages.options import OptionIssue, Options
from jurist.languages.texts import nearest_hint
from jurist.plurals import counted
from jurist.records import OptionValue
from jurist.shortening import shortened

_AUDIENCE_TYPE: Final = "audienceType"
_TARGET: Final = "targetEntity"
_EXTERNAL_IDS: Final = "filterByExternalIds"
_HISTORICAL: Final = "includeHistoricalData"
_ANONYMOUS: Final = "includeAnonymousUsers"
_LOOKBACK: Final = "backfillEventDataDays"

_MOST_DAYS: Final = 3_660
"""Ten years: more than any product keeps."""
_MOST_IDS: Final = 100
_MOST_NAMED: Final = 3


def check_options(options: Options, schema: CqlSchema) -> tuple[OptionIssue, ...]:
    """What is wrong with the options of a case."""
    return tuple(issue for name in options for issue in _issues(name, options, schema))


def _issues(name: str, options: Options, schema: CqlSchema) -> Iterator[OptionIssue]:
    value = options[name]
    if name not in _FITS:
        fix = nearest_hint(name, list(_FITS)) or "remove it"
        yield OptionIssue(
            f"the option {_short(name)} is unknown", f"one of {', '.join(_FITS)}", fix
        )
        return
    fits, expected = _FITS[name]
    if not fits(value):
        yield OptionIssue(f"the option {name} is {_short(value)}", expected, "write it so")
    elif name == _AUDIENCE_TYPE and value != schema.audience_type:
        yield OptionIssue(
            f"the option {name} is {value}, and the schema has audiences of {schema.audience_type}",
            "the same type in both",
            f"write `audience_type: {value}` in the schema, or remove the option",
        )
    elif name == _TARGET:
        yield from _target_issues(str(value), schema)
    elif name == _LOOKBACK and options.get(_HISTORICAL) is False:
        yield OptionIssue(
            f"the option {name} beside {_HISTORICAL}: false, which leaves all history out",
            f"{name} only where history is included",
            "remove one of them",
        )


def _target_issues(slug: str, schema: CqlSchema) -> Iterator[OptionIssue]:
    if schema.audience_type is not AudienceType.LINKED:
        yield OptionIssue(
            f"the option {_TARGET} in a schema with audiences of {schema.audience_type}",
            "a schema of linked audiences, which alone have a target",
            "write `audience_type: LINKED` in the schema, or remove the option",
        )
    known = list(_slugs(schema.entities))
    if slug not in known:
        yield OptionIssue(
            f"the option {_TARGET} names the entity {_short(slug)}, which the schema does not have",
            f"one of {', '.join(known)}" if known else "a schema with entities",
            nearest_hint(slug, known) or "name one of the schema's entities, or remove the option",
        )


def _slugs(entities: Mapping[str, EntitySpec]) -> Iterator[str]:
    for slug, spec in entities.items():
        yield slug
        yield from _slugs(spec.entities)


def limits_of(options: Options, queries: Sequence[CqlQuery]) -> tuple[str, ...]:
    """What of the options no verdict on these queries looks at, in sentences."""
    return tuple(_limits(options, queries))


def _limits(options: Options, queries: Sequence[CqlQuery]) -> Iterator[str]:
    days = options.get(_LOOKBACK)
    if options.get(_HISTORICAL) is False and (beyond := _events_beyond(queries, 0)):
        yield (
            f"The audience starts without history ({_HISTORICAL}), and {beyond} there: until events"
            " have come in, others are in it than the verdict says, which looks at the whole"
            " history (U11)."
        )
    elif isinstance(days, int) and (beyond := _events_beyond(queries, days * DAY_MS)):
        yield (
            f"The audience starts with {counted(days, 'day')} of events ({_LOOKBACK}), and {beyond}"
            " further back: until more have come in, others are in it than the verdict says, which"
            " looks at the whole history (U11)."
        )
    ids = options.get(_EXTERNAL_IDS)
    if isinstance(ids, tuple):
        yield (
            f"Only profiles with an id of {' or '.join(ids)} are in the audience"
            f" ({_EXTERNAL_IDS}); the verdict is on all customers."
        )
    if options.get(_ANONYMOUS) is False:
        yield (f"Anonymous profiles are left out ({_ANONYMOUS}); the verdict is on all customers.")


def _events_beyond(queries: Sequence[CqlQuery], reach: int) -> str:
    """Which events are looked for further back than a number of milliseconds; may be none."""
    names = {
        name: None
        for query in queries
        for name, far in _reaches(query)
        if far is None or far > reach
    }
    if not names:
        return ""
    listed = [_short(name) for name in list(names)[:_MOST_NAMED]]
    more = len(names) - len(listed)
    names_in_words = ", ".join(listed) + (f" and {more} more" if more else "")
    return f"{names_in_words} {'is' if len(names) == 1 else 'are'} looked for"


def _reaches(query: CqlQuery) -> Iterator[tuple[str, int | None]]:
    """Each event that a query looks for, and how far back; `None`: without a bound."""
    known: dict[int, int | None] = {}
    for node, scope in walk(query):
        if not isinstance(node, Reduction) or not isinstance(node.stream.source, Event):
            continue
        around = inner_scope(node, scope).enclosing_event
        parent = None if around is None else known.get(id(around.reduction))
        bounds = [_bound(part, parent) for part in node.stream.filters]
        known[id(node)] = min((bound for bound in bounds if bound is not None), default=None)
        yield node.stream.source.name, known[id(node)]


def _bound(part: Filter, parent: int | None) -> int | None:
    """How far back a filter lets events lie; what follows an event lies no further back."""
    match part:
        case Within(parent=True) | Between(parent=True):
            return parent
        case Within():
            return part.duration.ms
        case Between():
            return part.far.ms
        case _:
            return None


# --- values -----------------------------------------------------------------------------------


def _is_days(value: OptionValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_DAYS


def _is_ids(value: OptionValue) -> bool:
    return isinstance(value, tuple) and 1 <= len(value) <= _MOST_IDS and all(value)


def _is_flag(value: OptionValue) -> bool:
    return isinstance(value, bool)


_FLAG: Final = (_is_flag, "true or false")
_FITS: Final[Mapping[str, tuple[Callable[[OptionValue], bool], str]]] = {
    _AUDIENCE_TYPE: (lambda value: value in tuple(AudienceType), "USERS, ACCOUNTS or LINKED"),
    _TARGET: (lambda value: isinstance(value, str) and bool(value), "the name of an entity"),
    _EXTERNAL_IDS: (_is_ids, f"a list of 1 to {_MOST_IDS} kinds of external id, such as email"),
    _HISTORICAL: _FLAG,
    _ANONYMOUS: _FLAG,
    _LOOKBACK: (_is_days, f"a whole number of days from 1 to {_MOST_DAYS:,}"),
}
"""Each option with what its value has to be."""


def _short(value: OptionValue) -> str:
    return repr(shortened(value, 60) if isinstance(value, str) else value)[:120]
