"""One English sentence about a subject: what it did and has, and which audience it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner
from jurist.languages.cql.operators import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value, Values, moment_text, text_of
from jurist.shortening import shortened

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS = (("day", DAY_MS), ("hour", HOUR_MS), ("minute", MINUTE_MS), ("second", SECOND_MS))
_LONGEST_TEXT = 60
_LONGEST_STORY = 1_000
_MOST_LISTED = 6
_MOST_MISSED = 3


def owner_of_context(event: str) -> Owner:
    """The owner of what an event has as context."""
    return "", "context", event


@dataclass(frozen=True, slots=True)
class Focus:
    """What two queries look at: a story says that, and nothing that fills up a legal subject."""

    named: frozenset[tuple[Owner, str]] | None = None
    """Each field that they name, with its owner: an event, `USER`, `ACCOUNT` or the slug of an
    entity alone in a tuple. `None` where all there is shall be told."""
    dated: bool = False
    """Whether they compare with an absolute date, so that a story says when now is."""
    ordered: bool = False
    """Whether it matters to them which event came first, and how long after it the next."""
    aged: frozenset[str] = frozenset()
    """The events whose distance from now they look at."""

    def described(self, owner: Owner, values: Values, kind: str = "") -> list[str]:
        """What an owner has of the fields that are looked at; where that is nothing, what not.

        Args:
            owner: Whose they are.
            values: All that it has.
            kind: What stands before each name.
        """
        if self.named is None:
            return [f"{kind}{_name(name)} {_value(value)}" for name, value in values.items()]
        looked_at = {name for whose, name in self.named if whose == owner}
        has = [(name, value) for name, value in values.items() if name in looked_at]
        fields = [f"{kind}{_name(name)} {_value(value)}" for name, value in has]
        return fields or [f"no {kind}{_name(name)}" for name in sorted(looked_at)[:_MOST_MISSED]]


def describe(
    subject: Subject,
    now: int,
    *,
    reference: bool | Value | None,
    candidate: bool | Value | None,
    focus: Focus = Focus(),
) -> str:
    """A sentence of about 1,000 characters at most that says what tells two queries apart.

    For example: a customer with two Order Completed events, 3 and 9 days ago, is in the
    reference and not in the candidate.

    Args:
        subject: The customer or account.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
        reference: Whether it is in the reference's audience, or what the reference gives.
        candidate: The same of the candidate.
        focus: What the queries look at.
    """
    who = _who(subject, now, focus)
    if isinstance(reference, bool) and isinstance(candidate, bool):
        return f"{who} {_MEMBERSHIP[reference, candidate]}"
    given = f"the reference gives {_worth(reference)}, the candidate gives {_worth(candidate)}"
    return f"{who.removesuffix(',')}: {given}"


_MEMBERSHIP = {
    (True, False): "is in the reference and not in the candidate",
    (False, True): "is in the candidate and not in the reference",
    (True, True): "is in both",
    (False, False): "is in neither",
}


def _who(subject: Subject, now: int, focus: Focus) -> str:
    """The subject of the sentence; with a comma at its end where its inside has some."""
    if isinstance(subject, Account):
        who = _account(subject, now, focus)
    else:
        who = f"a customer {_with(subject, now, focus)}"
    who = shortened(who, _LONGEST_STORY)
    return f"{who.removesuffix(',')}, seen at {moment_text(now)}," if focus.dated else who


def _worth(value: Value | None) -> str:
    return "nothing" if value is None else _value(value)


# --- who ----------------------------------------------------------------------------------------


def _account(account: Account, now: int, focus: Focus) -> str:
    traits = focus.described(ACCOUNT, account.traits)
    start = ["an account", *([f"with {_listed(traits)}"] if traits else [])]
    if not account.users:
        return " ".join(["an account without users", *(["and"] if traits else []), *start[1:]])
    if len(account.users) == 1:
        only = f"whose only user {_having(account.users[0], now, focus)}"
        return f"{' '.join(start)}, {only.removesuffix(',')}," if traits else f"an account {only}"
    several = [_with(user, now, focus).removesuffix(",") for user in account.users[:_MOST_LISTED]]
    listed = "; ".join(f"{'one' if i == 0 else 'another'} {text}" for i, text in enumerate(several))
    unlisted = len(account.users) - len(several)
    more = f"; and {unlisted} more" if unlisted else ""
    users = f"{_count(len(account.users), 'user')} ({listed}{more})"
    return f"an account with {_joined(traits, [], [users])}"


def _with(customer: Customer, now: int, focus: Focus) -> str:
    parts = _parts(customer, now, focus)
    return f"with {parts}" if parts else "who has done nothing"


def _having(customer: Customer, now: int, focus: Focus) -> str:
    return f"has {_parts(customer, now, focus) or 'done nothing'}"


def _parts(customer: Customer, now: int, focus: Focus) -> str:
    tell_events = _in_order if focus.ordered else _latest_first
    events = tell_events(customer.events, now, focus)
    return _joined(focus.described(USER, customer.traits), events, _rows(customer.entities, focus))


def _joined(traits: Sequence[str], events: Sequence[str], others: Sequence[str]) -> str:
    """What somebody has, with a comma at its end where commas set off a part of it.

    Each event has its time behind a comma: `one A event, 3 days ago`.
    """
    parts = [*([_listed(traits)] if traits else []), *events, *others]
    plain = len(parts) < 3 and len(traits) < 2 and (bool(traits) or not events)
    text = _listed(parts, last=" and " if plain else ", and ")
    return f"{text}," if events or (len(parts) > 1 and not plain) else text


# --- events -------------------------------------------------------------------------------------


def _latest_first(events: Sequence[CustomerEvent], now: int, focus: Focus) -> list[str]:
    alike: dict[tuple[str, str], list[CustomerEvent]] = {}
    for event in sorted(events, key=lambda event: (-event.time, event.name)):
        alike.setdefault((event.name, _properties(event, focus)), []).append(event)
    groups = [f"{_described(group, focus)}, {_when(group, now)}" for group in alike.values()]
    more = len(groups) - _MOST_LISTED
    return [*groups[:_MOST_LISTED], f"{more} more kinds of event"] if more > 0 else groups


def _in_order(events: Sequence[CustomerEvent], now: int, focus: Focus) -> list[str]:
    """One chain: `one A event, 3 days ago, then one B event 2 hours later`.

    At equal times the events stay as the history has them, which `first` and `last` obey.
    """
    in_order = sorted(events, key=lambda event: event.time)
    alike = groupby(in_order, lambda event: (event.time, event.name, _properties(event, focus)))
    steps = [list(step) for _, step in alike]
    if not steps:
        return []
    chain = [f"{_described(steps[0], focus)}, {_when(steps[0], now)}"]
    chain += [_step(*both, now, focus) for both in pairwise(steps[:_MOST_LISTED])]
    more = sum(len(step) for step in steps[_MOST_LISTED:])
    return [", then ".join([*chain, *([_plural(more, "more event")] if more else [])])]


def _step(
    before: Sequence[CustomerEvent], step: Sequence[CustomerEvent], now: int, focus: Focus
) -> str:
    """What came next: `one B event 2 hours later`, `another 3 days later`."""
    last, event = before[0], step[0]
    what = _described(step, focus)
    if event.time == last.time:
        return f"at the same moment {what}"
    if (event.name, _properties(event, focus)) == (last.name, _properties(last, focus)):
        what = "another" if len(step) == 1 else f"{_number(len(step))} more"
    age = f" ({_when(step[:1], now)})" if event.name in focus.aged else ""
    return f"{what} {_duration(event.time - last.time)} later{age}"


def _described(events: Sequence[CustomerEvent], focus: Focus) -> str:
    """Events that are alike: `two A events (p 5)`."""
    return f"{_count(len(events), f'{_name(events[0].name)} event')}{_properties(events[0], focus)}"


def _properties(event: CustomerEvent, focus: Focus) -> str:
    fields = focus.described(event.name, event.properties)
    fields += focus.described(owner_of_context(event.name), event.context, "context ")
    if event.source is not None:
        fields.append(f"source {_value(event.source)}")
    return f" ({', '.join(fields)})" if fields else ""


def _when(events: Sequence[CustomerEvent], now: int) -> str:
    ages = [now - event.time for event in events]
    if any(age < 0 for age in ages):
        return f"at {_listed([moment_text(event.time) for event in events[:_MOST_LISTED]])}"
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


def _rows(entities: Mapping[str, tuple[Row, ...]], focus: Focus) -> list[str]:
    descriptions: list[str] = []
    for slug, rows in entities.items():
        alike: dict[str, int] = {}
        for row in rows:
            description = _row(row, slug, focus)
            alike[description] = alike.get(description, 0) + 1
        descriptions += [f"{_count(n, 'row')} of {_name(slug)}{text}" for text, n in alike.items()]
    return descriptions[:_MOST_LISTED]


def _row(row: Row, slug: str, focus: Focus) -> str:
    parts = focus.described((slug,), row.properties)
    parts += _rows(row.entities, focus)
    return f" ({', '.join(parts)})" if parts else ""


# --- words --------------------------------------------------------------------------------------


def _count(number: int, noun: str) -> str:
    return f"{_number(number)} {noun}{'' if number == 1 else 's'}"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[str], last: str = " and ") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{last}{parts[-1]}"


def _name(name: str) -> str:
    return _printable(shortened(name, _LONGEST_TEXT))


def _value(value: Value) -> str:
    text = _printable(shortened(text_of(value), _LONGEST_TEXT))
    return f"'{text}'" if isinstance(value, str) else text


def _printable(text: str) -> str:
    """The text on one line, without characters that are not seen or turn others around."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
