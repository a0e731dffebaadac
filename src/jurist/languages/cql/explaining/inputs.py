"""Inputs that people give to have a query explained: whether they are the schema's."""

from __future__ import annotations

from collections.abc import Mapping

from jurist.errors import InputError
from jurist.languages.cql.schemas.schema import CqlSchema, Fields, subject_type
from jurist.languages.cql.semantics.subjects import Account, Subject
from jurist.languages.cql.semantics.values import split_path
from jurist.languages.cql.syntax import Condition, CqlQuery
from jurist.languages.texts import nearest_hint


def refuse_other_input(subject: Subject, query: CqlQuery, schema: CqlSchema) -> None:
    """Raise `InputError` for an account where the schema has none, and the other way round.

    Also for a trait that the schema does not list. An account is fine for a query on customers
    where the schema has accounts: the query may be one of a pair.
    """
    wanted = subject_type(schema, query)
    if isinstance(subject, Account):
        if wanted is not Account and not schema.account_traits:
            raise InputError(
                "the input is an account, and the query is about customers",
                expected='{"now": MOMENT, "customer": {...}}',
                fix="give a customer",
            )
        _refuse_unlisted(subject.traits, schema.account_traits, "account")
        for place, user in enumerate(subject.users):
            _refuse_unlisted(user.traits, schema.traits, f"account.users[{place}]")
        return
    if wanted is Account and isinstance(query, Condition):
        raise InputError(
            "the input is a customer, and the query is about accounts",
            expected='{"now": MOMENT, "account": {"traits": {...}, "users": [...]}}',
            fix="give an account",
        )
    _refuse_unlisted(subject.traits, schema.traits, "customer")


def _refuse_unlisted(traits: Mapping[str, object], listed: Fields, where: str) -> None:
    known = {split_path(name)[0] for name in listed}
    for name in traits if known else ():
        if name not in known:
            raise InputError(
                f"the schema has no trait {name[:80]!r}",
                expected=f"one of {', '.join(sorted(known)[:10])}",
                fix=nearest_hint(name, known) or "leave it out",
                where=f"{where}.traits",
            )
