"""What people write who know another language is answered with how it is written here."""

from __future__ import annotations

import pytest

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.text.parser import parse

_EVENT = "event('Order')"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (f"{_EVENT}.last(90 days).count() >= 1", "a window is within(90 days)"),
        (f"{_EVENT}.sum('total') > 5", "write sum(property('total'))"),
        (f"{_EVENT}.sum(total) > 5", "write sum(property("),
        (f"{_EVENT}.within('90 days').count() >= 1", "write within(90 days)"),
        (f"{_EVENT}.within(last 30 days).count() >= 1", "write within(30 days)"),
        (f"{_EVENT}.within(parent: '3 days').count() >= 1", "write within(parent: 3 days)"),
        (f"{_EVENT}.where(total > 500).count() >= 1", "write where(property('total') ...)"),
        (f"{_EVENT}.count >= 1", "write count()"),
        (f"{_EVENT}.count() between 1 and 5", "join two comparisons with AND"),
        ("trait('plan') is 'pro'", "write = 'pro'"),
        ("trait('plan') IS NOT 'pro'", "write != 'pro'"),
        ("trait('plan') is null", "write .absent()"),
        ("trait('plan') is not null", "write .exists()"),
        ("trait('plan') in ('a', 'b')", "write .one_of("),
        ("trait('plan') not in ('a', 'b')", "write .none_of("),
        ("trait('plan') like 'p%'", "write .starts_with('p')"),
        ("trait('plan') like '%p'", "write .ends_with('p')"),
        ("trait('plan') LIKE '%p%'", "write .contains('p')"),
        ("trait('plan') contains 'p'", "write .contains('p')"),
        ("trait('plan').contains 'p'", "write contains('p')"),
        ("SELECT id FROM users", "reads as SQL"),
    ],
)
def test_the_fix_says_how_it_is_written(text: str, hint: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "written",
    [
        "event('Order').within(90 days).sum(property('total')) > 5",
        "event('Order').where(property('total') > 500).count() >= 1",
        "trait('plan').exists() AND trait('plan').starts_with('p')",
        "trait('plan').one_of('a', 'b')",
    ],
)
def test_what_the_fixes_say_is_a_query(written: str) -> None:
    parse(written)
