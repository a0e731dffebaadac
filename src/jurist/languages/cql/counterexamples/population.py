"""A deterministic population that is seeded with the constants of two queries.

It has subjects at every border of both queries (a count or value at, below and above
each constant, an event just inside and just outside each window, a child before, at
and after its parent's window ...), members and near misses of each, subjects made to
be in one and not in the other, and mixtures. Two queries that agree on it may still
differ: an empty difference is no proof.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from jurist.languages.cql.counterexamples.boundary_cases import BoundaryCases
from jurist.languages.cql.counterexamples.builders import (
    ENTRY_MARK,
    AccountDraft,
    DraftValues,
    ItemDraft,
    Place,
    SubjectBuilder,
    UserDraft,
    new_user,
)
from jurist.languages.cql.counterexamples.constants import (
    ACCOUNT,
    USER,
    Owner,
    Vocabulary,
    vocabulary_of,
)
from jurist.languages.cql.counterexamples.goal_directed import DraftEditor, Plan
from jurist.languages.cql.schemas.schema import CqlSchema, schema_of_pair, subject_type
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.subjects import Account, Subject
from jurist.languages.cql.syntax import (
    Condition,
    CqlQuery,
)
from jurist.languages.cql.tree import walk
from jurist.languages.effort import OutOfSteps, share_of, spend

_SEED = 20_260_601
_USUAL_SIZE = 400
"""Nodes of two queries, deep ones counted more than once; where there are more, there are
fewer subjects, as each takes longer to make and to look at."""
_PLANS = 100
"""The most borders of one query."""
_PLANS_SEEN = 2_000
_MEMBERS = 2
_NEAR_MISSES = 3
_MIXTURES = 24
_MOST_USERS = 3
_SHARE = 0.4
"""Of the steps that are left: the subjects must be looked at, and the witnesses shrunk, too."""
_SEVERAL = 0.5
"""How often a mixed array has two entries, and an event follows another one."""


@dataclass(frozen=True, slots=True)
class Population:
    """Subjects, and the moment (milliseconds since 1970 UTC) at which to look at them."""

    now: int
    subjects: tuple[Subject, ...]


def population(
    reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema, *, most: int | None = None
) -> Population:
    """The population for a pair of queries: the same for the same arguments.

    With `most`, every so many of its plans are carried out, so that about so many subjects
    of all kinds are left. Where the steps for it are used up, those made so far are all.
    """
    as_read = schema_of_pair(reference, candidate, schema)
    reference, candidate = typed(reference, as_read), typed(candidate, as_read)
    words = vocabulary_of((reference, candidate), schema)
    rng = random.Random(_SEED)  # noqa: S311 - reproducible, not secret
    editor = DraftEditor(words, schema.readings, rng)
    of_accounts = subject_type(schema, reference, candidate) is Account
    builder = SubjectBuilder(schema)
    subjects: list[Subject] = []
    with suppress(OutOfSteps), share_of(_SHARE):
        for plan in _plans(reference, candidate, editor, rng, most):
            spend()
            editor.start()
            if of_accounts:
                account = AccountDraft()
                plan(Place(UserDraft(), account))
                subjects.append(builder.account(account))
            else:
                user = UserDraft()
                plan(Place(user))
                subjects.append(builder.customer(user))
    return Population(words.now, tuple(subjects))


def _plans(
    reference: CqlQuery,
    candidate: CqlQuery,
    editor: DraftEditor,
    rng: random.Random,
    most: int | None,
) -> Iterable[Plan]:
    plans = _all_plans(reference, candidate, editor, rng)
    if most is None:
        return plans
    listed = list(plans)
    few = min(most, len(listed))
    return [listed[i * len(listed) // few] for i in range(few)]


def _all_plans(
    reference: CqlQuery, candidate: CqlQuery, editor: DraftEditor, rng: random.Random
) -> Iterator[Plan]:
    size = sum(1 + scope.depth for query in (reference, candidate) for _, scope in walk(query))
    share = min(1.0, _USUAL_SIZE / size)
    members, near_misses, mixtures, most = (
        1 + int(share * number) for number in (_MEMBERS, _NEAR_MISSES, _MIXTURES, _PLANS)
    )
    yield _nothing
    yield _nobody_special
    for query in (reference, candidate):
        plans = list(islice(BoundaryCases(editor).plans(query), _PLANS_SEEN))
        yield from plans if len(plans) <= most else rng.sample(plans, most)
    if isinstance(reference, Condition) and isinstance(candidate, Condition):
        for query in (reference, candidate):
            for want in (True, False):
                yield from [partial(editor.satisfy, query, want=want)] * members
        opposed = ((reference, candidate), (candidate, reference))
        for first, second in opposed if reference is not candidate else ():
            for queries in (((first, True), (second, False)), ((second, False), (first, True))):
                yield from [partial(_satisfy, editor, queries)] * near_misses
            yield from [partial(_satisfy, editor, ((first, True), (second, True)))] * members
    mixing = _Mixing(editor.words, rng)
    yield from [mixing.mix] * mixtures


def _nothing(_place: Place) -> None:
    """A customer who has done nothing, an account without users."""


def _nobody_special(place: Place) -> None:
    if place.account is not None:
        new_user(place.account)


def _satisfy(editor: DraftEditor, queries: Iterable[tuple[Condition, bool]], place: Place) -> None:
    for query, want in queries:
        editor.satisfy(query, place, want=want)


class _Mixing:
    """Draws whole subjects from a vocabulary, without regard to the queries' shape."""

    def __init__(self, words: Vocabulary, rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._events = [owner for owner in words.owners if isinstance(owner, str)]
        self._delays = sorted({d for delays in words.delays.values() for d in delays})

    def mix(self, place: Place) -> None:
        """Fill a draft with whatever the vocabulary has."""
        if place.account is None:
            self._fill_user(place.user)
            return
        self._draw(place.account.traits, ACCOUNT, in_context=False)
        for _ in range(self._rng.randrange(_MOST_USERS + 1)):
            self._fill_user(new_user(place.account))

    def _fill_user(self, user: UserDraft) -> None:
        self._draw(user.traits, USER, in_context=False)
        for name in self._events:
            for _ in range(self._rng.choice((0, 1, 1, 2, 3))):
                user.events.append(self._event(name, user))
        self._rng.shuffle(user.events)
        self._add_rows(user.rows, ())

    def _event(self, name: str, user: UserDraft) -> ItemDraft:
        event = ItemDraft(name)
        if self._delays and user.events and self._rng.random() < _SEVERAL:
            start = self._rng.choice(user.events).time
            event.time = start + self._rng.choice(self._delays)
        else:
            event.time = self._words.now - self._rng.choice(self._words.ages[name])
        event.source = self._rng.choice(self._words.sources.get(name, (None,)))
        self._draw(event.properties, name, in_context=False)
        self._draw(event.context, name, in_context=True)
        return event

    def _add_rows(self, rows: list[ItemDraft], walked: tuple[str, ...]) -> None:
        for owner in self._words.owners:
            if isinstance(owner, tuple) and owner[:-1] == walked:
                for _ in range(self._rng.choice((0, 1, 1, 2))):
                    row = ItemDraft(owner)
                    self._draw(row.properties, owner, in_context=False)
                    self._add_rows(row.rows, owner)
                    rows.append(row)

    def _draw(self, values: DraftValues, owner: Owner, *, in_context: bool) -> None:
        for address, pool in self._words.pools.items():
            if (address.owner, address.in_context) != (owner, in_context) or address.is_moment:
                continue
            value = self._rng.choice(pool)
            values[address.name] = value
            if value is not None and ".$" in address.name and self._rng.random() < _SEVERAL:
                values[f"{address.name}{ENTRY_MARK}1"] = self._rng.choice(pool)
