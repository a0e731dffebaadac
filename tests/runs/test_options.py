"""Options of an audience's definition: they come with a case, and stand in reports."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

import jurist
from jurist.errors import DatasetError
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.text.parser import parse
from jurist.languages.options import issues_of
from jurist.records import Case
from jurist.roles.protocols import Workspace
from jurist.runs.case_files import case_line, encoded, read_case
from jurist.runs.checking import check_cases
from jurist.runs.results import results
from jurist.store import open_store
from jurist.web.settings import Settings
from web.served import client_of

CQL = CqlLanguage()
SCHEMA: dict[str, object] = {
    "name": "Shop",
    "language": "cql",
    "audience_type": "LINKED",
    "events": {"Order Completed": {}, "Signed In": {}},
    "entities": {"orders": {"entities": {"lines": {}}}},
}
WORKSPACE = Workspace(CQL, CQL.load_schema(SCHEMA, where="here"), "shop")
ORDERED = "event('Order Completed').count() >= 1"
GIVEN = {
    "audienceType": "LINKED",
    "targetEntity": "lines",
    "filterByExternalIds": ["email", "user_id"],
    "includeHistoricalData": True,
    "includeAnonymousUsers": False,
    "backfillEventDataDays": 7,
}


def _line(options: object, reference: str = ORDERED, identity: str = "a") -> bytes:
    return json.dumps(
        {
            "id": identity,
            "reference": reference,
            "questions": [{"id": "q", "text": "who ordered", "origin": "authored"}],
            "options": options,
        }
    ).encode()


# --- what is read -----------------------------------------------------------------------------


def test_options_come_with_a_case_and_are_kept() -> None:
    case = read_case(_line(GIVEN), "here")
    assert case.options == {**GIVEN, "filterByExternalIds": ("email", "user_id")}
    assert not issues_of(case.options, CQL, WORKSPACE.schema)
    assert read_case(case_line(case), "here") == case
    stored = msgspec.json.decode(msgspec.json.encode(case), type=Case)
    assert stored == case
    assert hash(stored) == hash(case)


def test_a_case_without_options_has_the_digest_that_it_had() -> None:
    trick = Case("a", ORDERED, note='","options":{}}')
    assert encoded(trick).endswith(b'"note":"\\",\\"options\\":{}}"}')
    old = {key: getattr(trick, key) for key in ("id", "reference", "questions", "tags", "note")}
    assert encoded(trick) == msgspec.json.encode(old)
    assert msgspec.json.decode(encoded(trick), type=Case) == trick
    with_options = read_case(_line({"backfillEventDataDays": 7}), "here")
    assert b"backfill" in encoded(with_options)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"backfillEventDataDay": 7}, "did you mean 'backfillEventDataDays'"),
        ({"backfillEventDataDays": "7"}, "whole number of days"),
        ({"backfillEventDataDays": True}, "whole number of days"),
        ({"backfillEventDataDays": 0}, "from 1 to"),
        ({"backfillEventDataDays": 100_000}, "from 1 to"),
        ({"backfillEventDataDays": 7, "includeHistoricalData": False}, "remove one of them"),
        ({"includeHistoricalData": "yes"}, "true or false"),
        ({"includeAnonymousUsers": 1}, "true or false"),
        ({"targetEntity": "order"}, "did you mean 'orders'"),
        ({"targetEntity": 3}, "the name of an entity"),
        ({"audienceType": "USERS"}, "audiences of LINKED"),
        ({"audienceType": "everybody"}, "USERS, ACCOUNTS or LINKED"),
        ({"filterByExternalIds": []}, "a list of"),
        ({"filterByExternalIds": ["email", ""]}, "a list of"),
        ({"filterByExternalIds": "email"}, "a list of"),
    ],
)
def test_wrong_options_are_named_with_their_line(
    options: dict[str, object], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(_line({}, identity="fine") + b"\n" + _line(options) + b"\n")
    remarks = list(check_cases(path, WORKSPACE))
    assert [(remark.line, told in remark.text) for remark in remarks if remark.case == "a"][:1] == [
        (2, True)
    ]
    workspace = jurist.workspace(SCHEMA)
    with pytest.raises(DatasetError, match="line 2") as error:
        jurist.Dataset(workspace, path)
    assert told in f"{error.value.problem} {error.value.expected} {error.value.fix}"


@pytest.mark.parametrize("options", [[], "x", {"a": None}, {"a": 1.5}, {"a": {}}, {"a": [1]}])
def test_what_is_no_option_at_all_is_no_line(options: object) -> None:
    with pytest.raises(DatasetError, match="line 3"):
        read_case(_line(options), "cases.jsonl, line 3")


@pytest.mark.parametrize("options", [{"a": "x" * 201}, {"a\u0007": 1}, {"a": ["b"] * 300}])
def test_options_are_bounded(options: object) -> None:
    with pytest.raises(DatasetError, match="options"):
        read_case(_line(options), "here")


def test_only_linked_audiences_have_a_target() -> None:
    of_users = CQL.load_schema({**SCHEMA, "audience_type": "USERS"}, where="here")
    (issue,) = issues_of({"targetEntity": "orders"}, CQL, of_users)
    assert "LINKED" in issue.fix


def test_a_language_without_options_says_so() -> None:
    sql = jurist.workspace({"name": "db", "language": "sql", "ddl": "CREATE TABLE t (a INTEGER)"})
    path = [Case("a", "SELECT a FROM t", options={"backfillEventDataDays": 7})]
    with pytest.raises(DatasetError, match="no options"):
        jurist.Dataset(sql, path)


# --- what they limit ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        (ORDERED, True),
        ("event('Order Completed').within(7 days).count() >= 1", False),
        ("event('Order Completed').within(169 hours).count() >= 1", True),
        ("event('Order Completed').within(30 days).within(2 days).count() >= 1", False),
        ("event('Order Completed').between(2 days, 7 days).count() >= 1", False),
        ("event('Order Completed').between(2 days, 8 days).count() >= 1", True),
        ("entity('orders').count() >= 1", False),
        # What follows an event lies no further back than that.
        (
            "event('Order Completed').where(event('Signed In').within(parent: 30 days).count() = 0)"
            ".within(7 days).count() >= 1",
            False,
        ),
        (
            "event('Order Completed').where(event('Signed In').within(parent: 30 days).count() = 0)"
            ".count() >= 1",
            True,
        ),
        (
            "event('Order Completed').where(event('Signed In').count() = 0).within(7 days)"
            ".count() >= 1",
            True,
        ),
    ],
)
def test_a_look_back_is_told_of_where_a_query_goes_further(query: str, limited: bool) -> None:
    said = CQL.limits_of({"backfillEventDataDays": 7}, [parse(query)])
    assert bool(said) == limited
    assert all("7 days" in text and "U11" in text for text in said)
    without = CQL.limits_of({"includeHistoricalData": False}, [parse(query)])
    assert bool(without) == query.startswith("event")
    assert not CQL.limits_of({"includeHistoricalData": True}, [parse(query)])


# --- what is shown ------------------------------------------------------------------------------


def test_options_stand_in_every_report(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(json.dumps(SCHEMA))
    cases = _line(GIVEN) + b"\n" + _line({}, "trait('x').exists()", "b").replace(b'"q"', b'"p"')
    (tmp_path / "cases.jsonl").write_bytes(cases + b"\n")
    (tmp_path / "study.yaml").write_text(
        f"""
name: options
datasets: [{{name: shop, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [rules]
judges: [proof]
store: {tmp_path}/jurist.db
"""
    )
    run = jurist.run(tmp_path / "study.yaml")
    html, markdown, document = (tmp_path / f"report.{end}" for end in ("html", "md", "json"))
    for path in (html, markdown, document):
        run.report(path)
    page = html.read_text()
    assert page.count("Run with") == 1
    for text in ("targetEntity", "email, user_id", "looked for further back", "(U11)"):
        assert text in page
    assert "run with: audienceType LINKED, targetEntity lines" in markdown.read_text()
    items = {item["case"]: item for item in json.loads(document.read_text())["items"]}
    assert dict(items["a"]["options"])["backfillEventDataDays"] == "7"
    assert any("7 days of events" in text for text in items["a"]["limits"])
    assert items["b"]["options"] == items["b"]["limits"] == []
    rows = {row["case"]: row["options"] for row in run.rows()}
    assert json.loads(str(rows["a"])) == GIVEN
    assert rows["b"] is None
    store = open_store(run.store)
    (result,) = (each for each in results(store, run.id) if each.case.id == "a")
    store.close()
    with client_of(Settings(run.store)) as client:
        shown = client.get(f"/runs/{run.id}/answers/{result.task}?judge=proof").text
    assert "targetEntity" in shown
    assert "(U11)" in shown
