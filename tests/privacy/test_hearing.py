"""What is heard of pseudonyms: it means what it would have meant without them, or is refused."""

from __future__ import annotations

import pytest

from jurist.languages.base import Language, Query, Schema
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.sql.language import SqlLanguage
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms

CQL = CqlLanguage()
SQL = SqlLanguage()
AUDIENCES = CQL.load_schema(
    {
        "name": "Shop",
        "events": {
            "Order": {
                "properties": {"total": {"type": "number"}, "quantity": {"type": "integer"}},
            }
        },
        "traits": {"properties": {"age": {"type": "integer"}, "city": {"type": "string"}}},
    },
    where="test",
)
TABLES = SQL.load_schema(
    {
        "name": "Shop",
        "dialect": "sqlite",
        "ddl": "CREATE TABLE orders (id INTEGER PRIMARY KEY, made TEXT, city TEXT, total REAL)",
    },
    where="test",
)
SIX = CQL.parse("event('Order').where(property('quantity') >= 6).count() >= 1")


def made(
    level: Level, *queries: Query, of: Language = CQL, schema: Schema = AUDIENCES
) -> Pseudonyms:
    return Pseudonyms(Key(bytes(range(32))), level, of, schema, queries)


@pytest.mark.parametrize("level", [Level.VALUES, Level.VALUES_AND_NAMES])
def test_a_number_that_is_copied_from_a_question_is_the_questions(level: Level) -> None:
    """It is no constant and stays in the question: a model can only copy it."""
    pseudonyms = made(level, SIX)
    said = "orders of more than 3 items"
    told = pseudonyms.prose(said, about=[SIX])
    assert " 3 " in told
    copied = pseudonyms.text(CQL.format(SIX)).split(">= ")
    answer = f"{copied[0]}> 3).count() >= 1"
    heard = pseudonyms.reveal_query(answer, about=[SIX], said=[said])
    assert heard == "event('Order').where(property('quantity') > 3).count() >= 1"


def test_a_number_of_a_class_is_still_heard_by_its_class() -> None:
    pseudonyms = made(Level.VALUES, SIX)
    said = "orders of at least 6 items, and more than 5 of them"
    put = pseudonyms.text(CQL.format(SIX))
    assert pseudonyms.reveal_query(put, about=[SIX], said=[said]) == CQL.format(SIX)


def test_numbers_that_a_reason_repeats_from_a_question_are_shown_as_they_were() -> None:
    query = CQL.parse("event('Order').sum(property('total')) >= 751 and trait('age') > 40")
    pseudonyms = made(Level.VALUES, query)
    said = "people above 4,321 points who spent over $1,234.50, or 15% of it"
    told = pseudonyms.prose(said, about=[query])
    assert not {"4,321", "1,234.50", "15%"} & set(told.replace(",", " ").split())
    assert "1,234" not in told
    heard = pseudonyms.reveal_prose(f"It says: {told}", about=[query], said=[said])
    assert heard == "It says: people above 4,321 points who spent over $1,234.5, or 15% of it"


@pytest.mark.parametrize(
    "answer",
    [
        "trait('city').contains(5)",
        "trait('city').starts_with('2024-')",
        "trait('age').contains('41')",
    ],
)
def test_an_answer_that_pseudonyms_do_not_carry_is_refused(answer: str) -> None:
    """What its constants stand for cannot be told: it was left as it was, as if it were true."""
    with pytest.raises(NotCarriedError):
        made(Level.VALUES, SIX).reveal_query(answer, about=[SIX])


@pytest.mark.parametrize(
    "answer",
    [
        "SELECT id FROM orders WHERE city || 'x' = 'Gomtukx'",
        "SELECT id FROM orders WHERE made > '2011-03-05' AND strftime('%m', made) = '07'",
    ],
)
def test_sql_that_pseudonyms_do_not_carry_is_refused(answer: str) -> None:
    query = SQL.parse("SELECT id FROM orders WHERE city = 'Berlin' AND made > '2024-05-06'", TABLES)
    with pytest.raises(NotCarriedError):
        made(Level.VALUES, query, of=SQL, schema=TABLES).reveal_query(answer, about=[query])


def test_what_asks_nothing_of_values_is_heard() -> None:
    """An obstacle is one of constants alone: without any, there is nothing to tell wrongly."""
    query = SQL.parse("SELECT id FROM orders WHERE city = 'Berlin'", TABLES)
    answer = SQL.format(SQL.parse("SELECT max(total) - min(total) FROM orders", TABLES))
    heard = made(Level.VALUES, query, of=SQL, schema=TABLES).reveal_query(answer, about=[query])
    assert heard == answer


def test_what_is_told_does_not_depend_on_what_was_told_before() -> None:
    """A word that some other prose quoted is no value here: a study would be told by chance."""
    fresh, used = made(Level.VALUES, SIX), made(Level.VALUES, SIX)
    used.prose("trait('city') = 'Uppsala', where the 'orders' of \"people\" are few", about=[SIX])
    said = "orders of people whose city is known, such as Uppsala"
    assert used.prose(said, about=[SIX]) == fresh.prose(said, about=[SIX]) == said
    assert used.reveal_prose(said, about=[SIX]) == said


def test_a_name_that_is_quoted_is_hidden_where_names_are_alone() -> None:
    said = "their 'city' is \"Uppsala\", and Uppsala is no `age`"
    told = made(Level.VALUES, SIX).prose(said, about=[SIX])
    assert "'city'" in told
    assert "`age`" in told
    assert "Uppsala" not in told
    assert made(Level.VALUES, SIX).reveal_prose(told, about=[SIX], said=[said]) == said
    hidden = made(Level.VALUES_AND_NAMES, SIX).prose(said, about=[SIX])
    assert not {"city", "age", "Uppsala"} & {word.strip("`'\",") for word in hidden.split()}


@pytest.mark.parametrize(
    ("written", "apart"), [("more than 5 items", -1), ("under seven items", 1)]
)
def test_the_integer_beside_a_constant_is_told_as_that_is(written: str, apart: int) -> None:
    """`more than 5` is `>= 6`: a judge that is told 5 and another 6 would find them different."""
    pseudonyms = made(Level.VALUES, SIX)
    put = int(pseudonyms.text(CQL.format(SIX)).split("property('quantity') >= ")[1].split(")")[0])
    told = pseudonyms.prose(f"orders of {written}", about=[SIX])
    assert str(put + apart) in told.split()
    heard = pseudonyms.reveal_prose(told, about=[SIX], said=[f"orders of {written}"])
    assert str(6 + apart) in heard.split()
    times = pseudonyms.prose("5 times in 7 days", about=[SIX])
    assert times == "5 times in 7 days"


def test_a_number_that_was_told_in_no_form_is_refused_and_not_made_another() -> None:
    """Eighteen for "adults" is the model's own: scaled back it would mean something else."""
    age = CQL.parse("trait('age') >= 40")
    pseudonyms = made(Level.VALUES, age)
    with pytest.raises(NotCarriedError, match="told in no form"):
        pseudonyms.reveal_query("trait('age') > 18", about=[SIX], said=["adults"])
    put = pseudonyms.text(CQL.format(age))
    assert pseudonyms.reveal_query(put, about=[age]) == CQL.format(age)
    zero = "event('Order').sum(property('total')) > 0"
    assert pseudonyms.reveal_query(zero, about=[SIX]) == CQL.format(CQL.parse(zero))
