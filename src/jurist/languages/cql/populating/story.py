"""One English sentence about a subject: what it did and has, and which audience it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jurist.languages.cql.meaning.customers import (
    Account,
    Customer,
    Occurrence,
    Row,
    Subject,
    Value,
    Values,
)
from jurist.languages.cql.meaning.values import moment_text, text_of

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000))
_LONGEST_TEXT = 60
_LONGEST_STORY = 1_000
_MOST_LISTED = 6


def tell(
    subject: Subject, now: int, *, in_reference: bool, in_candidate: bool, dated: bool = False
) -> str:
    """A sentence of about 1,000 characters at most that says what tells two audiences apart.

    For example: a customer with two Order Completed events, 3 and 9 days ago, is in the
    first audience and not in the second.

    Args:
        subject: The customer or account.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
        in_reference: Whether it is in the first audience.
        in_candidate: Whether it is in the second.
        dated: Whether the sentence says when now is, as absolute dates need.
    """
    return f"{_who(subject, now, dated=dated)} {_membership(in_reference, in_candidate)}"


def tell_values(
    subject: Subject,
    now: int,
    reference: Value | None,
    candidate: Value | None,
    *,
    dated: bool = False,
) -> str:
    """The same of computed traits: what each of the two is worth."""
    worth = f"has {_worth(reference)} as the first value and {_worth(candidate)} as the second"
    return f"{_who(subject, now, dated=dated)} {worth}"


def _who(subject: Subject, now: int, *, dated: bool) -> str:
    who = _account(subject, now) if isinstance(subject, Account) else _customer(subject, now)
    seen = f" seen at {moment_text(now)}," if dated else ""
    return f"{_shortened(who, _LONGEST_STORY)}{seen}"


def _membership(in_reference: bool, in_candidate: bool) -> str:  # noqa: FBT001 - a pair
    match in_reference, in_candidate:
        case True, False:
            return "is in the first audience and not in the second"
        case False, True:
            return "is in the second audience and not in the first"
        case True, True:
            return "is in both audiences"
        case _:
            return "is in neither audience"


def _worth(value: Value | None) -> str:
    return "nothing" if value is None else _value(value)


# --- who ----------------------------------------------------------------------------------------


def _account(account: Account, now: int) -> str:
    traits = _traits(account.traits)
    start = f"an account {_with([traits])}" if traits else "an account"
    if not account.users:
        return f"{start} {'and ' if traits else ''}without users,"
    users = [_parts(user, now) for user in account.users[:_MOST_LISTED]]
    if len(users) == 1:
        described = f"one user {_with(users[0])}" if users[0] else "one user who has done nothing"
        return f"{start}{' and' if traits else ' with'} {described},"
    several = [_with(parts) if parts else "who has done nothing" for parts in users]
    listed = "; ".join(f"{'one' if i == 0 else 'another'} {text}" for i, text in enumerate(several))
    unlisted = len(account.users) - len(users)
    more = f"; and {unlisted} more" if unlisted else ""
    number = _count(len(account.users), "user")
    return f"{start}{' and' if traits else ' with'} {number} ({listed}{more})"


def _customer(customer: Customer, now: int) -> str:
    parts = _parts(customer, now)
    return f"a customer {_with(parts)}," if parts else "a customer who has done nothing"


def _with(parts: Sequence[str]) -> str:
    return f"with {_listed(parts, last=', and ')}"


def _parts(customer: Customer, now: int) -> list[str]:
    traits = _traits(customer.traits)
    events = _events(customer.events, now)
    return [*([traits] if traits else []), *events, *_rows(customer.entities)]


def _traits(traits: Values) -> str:
    return _listed([f"{_name(name)} {_value(value)}" for name, value in traits.items()])


# --- events -------------------------------------------------------------------------------------


def _events(events: Sequence[Occurrence], now: int) -> list[str]:
    alike: dict[tuple[str, str], list[Occurrence]] = {}
    for event in sorted(events, key=lambda event: (-event.time, event.name)):
        alike.setdefault((event.name, _properties(event)), []).append(event)
    told = [
        f"{_count(len(group), f'{_name(name)} event')}{properties}, {_when(group, now)}"
        for (name, properties), group in alike.items()
    ]
    more = len(told) - _MOST_LISTED
    return [*told[:_MOST_LISTED], f"{more} more kinds of event"] if more > 0 else told


def _properties(event: Occurrence) -> str:
    told = [f"{_name(name)} {_value(value)}" for name, value in event.properties.items()]
    told += [f"context {_name(name)} {_value(value)}" for name, value in event.context.items()]
    if event.source is not None:
        told.append(f"source {_value(event.source)}")
    return f" ({', '.join(told)})" if told else ""


def _when(events: Sequence[Occurrence], now: int) -> str:
    ages = [now - event.time for event in events]
    if any(age < 0 for age in ages):
        return _listed([moment_text(event.time) for event in events[:_MOST_LISTED]])
    if len(set(ages)) == 1:
        ago = _ago(ages[0])
        return f"{'all ' if len(ages) > 2 else 'both ' if len(ages) == 2 else ''}{ago}"
    if len(ages) > _MOST_LISTED:
        return f"the latest {_ago(ages[0])}, the first {_ago(ages[-1])}"
    days = [divmod(age, _UNITS[0][1]) for age in ages]
    if all(rest == 0 and day > 0 for day, rest in days):
        return f"{_listed([str(day) for day, _ in days])} days ago"
    return _listed([_ago(age) for age in ages])


def _ago(age: int) -> str:
    if age == 0:
        return "just now"
    return f"{_duration(age)} ago"


def _duration(ms: int) -> str:
    """`3 days`, `2 days and 1 hour`, `30 days less 1 ms`: exact in every case."""
    for unit, length in _UNITS[:2]:
        near = -(-ms // length)
        if near and near * length - ms == 1:
            return f"{_plural(near, unit)} less 1 ms"
        if near > 1 and ms - (near - 1) * length == 1:
            return f"{_plural(near - 1, unit)} and 1 ms"
    parts: list[str] = []
    for unit, length in _UNITS:
        amount, ms = divmod(ms, length)
        if amount:
            parts.append(_plural(amount, unit))
    if ms:
        parts.append(f"{ms} ms")
    return _listed(parts)


# --- rows ---------------------------------------------------------------------------------------


def _rows(entities: Mapping[str, tuple[Row, ...]]) -> list[str]:
    told: list[str] = []
    for slug, rows in entities.items():
        alike: dict[str, int] = {}
        for row in rows:
            description = _row(row)
            alike[description] = alike.get(description, 0) + 1
        told += [
            f"{_count(n, f'{_name(slug)} row')}{description}" for description, n in alike.items()
        ]
    return told[:_MOST_LISTED]


def _row(row: Row) -> str:
    parts = [f"{_name(name)} {_value(value)}" for name, value in row.properties.items()]
    parts += _rows(row.entities)
    return f" ({', '.join(parts)})" if parts else ""


# --- words --------------------------------------------------------------------------------------


def _count(number: int, noun: str) -> str:
    word = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{word} {noun}{'' if number == 1 else 's'}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[str], last: str = " and ") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{last}{parts[-1]}"


def _name(name: str) -> str:
    return _printable(_shortened(name, _LONGEST_TEXT))


def _value(value: Value) -> str:
    text = _printable(_shortened(text_of(value), _LONGEST_TEXT))
    return f"'{text}'" if isinstance(value, str) else text


def _printable(text: str) -> str:
    """The text on one line, without characters that are not seen or turn others around."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
