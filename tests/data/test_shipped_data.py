"""The shipped workspaces are what their README says, by the library's own reading of them."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from jurist import data
from jurist.errors import InputError
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, Kind
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Moment,
    Node,
    Not,
    Number,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Sources,
    Stream,
    Text,
    Trait,
    Unit,
    Where,
    Within,
)
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query, layout
from jurist.records import Case, Origin
from workspaces import shipped_in

NAMES = shipped_in("cql")

KINDS = frozenset(
    {
        "trait",
        "membership",
        "predictive",
        "event",
        "entity",
        "window",
        "count",
        "property",
        "aggregate",
        "funnel",
        "negation",
        "nested",
        "date",
        "any-all",
        "null",
        "dynamic",
        "context",
        "sources",
        "array",
    }
)
DIFFICULTIES = frozenset({"easy", "medium", "hard"})
REASONS = frozenset(
    {
        "unknown-event",
        "unknown-trait",
        "outside-data",
        "calendar",
        "unsupported",
        "other-people",
        "vague",
    }
)


@cache
def cases(name: str) -> tuple[Case, ...]:
    lines = data.cases_path(name).read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Case) for line in lines)


@cache
def schema(name: str) -> CqlSchema:
    return read_schema(data.schema_path(name))


@cache
def references(name: str) -> dict[str, CqlQuery]:
    return {case.id: parse(case.reference) for case in cases(name) if case.reference is not None}


def nodes(value: object) -> Iterator[Node]:
    """All nodes of a tree, found by its fields."""
    if isinstance(value, tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from nodes(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, Node):
        yield value
        for name in value.__struct_fields__:
            yield from nodes(getattr(value, name))


def tagged(name: str, tag: str) -> int:
    return sum(tag in case.tags for case in cases(name))


def test_every_folder_of_data_is_a_workspace() -> None:
    root = data.schema_path("shop").parents[1]
    folders = {path.name for path in root.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(data.workspace_names())


def test_an_unknown_workspace_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(InputError, match="shop, b2b, streaming"):
        data.cases_path("../shop")


@pytest.mark.parametrize("name", NAMES)
class TestCases:
    def test_ids_are_unique_and_name_their_workspace(self, name: str) -> None:
        ids = [case.id for case in cases(name)]
        assert ids == [f"{name}-{number:03}" for number in range(1, len(ids) + 1)]

    def test_lines_hold_nothing_that_the_record_does_not(self, name: str) -> None:
        for line in data.cases_path(name).read_bytes().splitlines():
            case = msgspec.json.decode(line, type=Case)
            kept = msgspec.json.decode(msgspec.json.encode(case), type=dict[str, object])
            written = msgspec.json.decode(line, type=dict[str, object])
            assert written.keys() <= kept.keys()
            assert written["reference"] == kept["reference"]

    def test_references_are_written_canonically(self, name: str) -> None:
        odd = {
            case.id: text
            for case in cases(name)
            if case.reference is not None
            and (text := format_query(parse(case.reference))) != case.reference
        }
        assert odd == {}

    def test_references_come_back_from_indented_text(self, name: str) -> None:
        for id_, query in references(name).items():
            assert parse(layout(query)) == query, id_

    def test_references_check_clean(self, name: str) -> None:
        issues = {
            case.id: [str(issue) for issue in found]
            for case in cases(name)
            if case.reference is not None
            and (found := check(parse(case.reference), schema(name), text=case.reference))
        }
        assert issues == {}

    def test_references_are_audiences(self, name: str) -> None:
        scalars = (Reduction, Trait, Property, Context)
        assert [id_ for id_, query in references(name).items() if isinstance(query, scalars)] == []

    def test_no_two_references_have_the_same_normal_form(self, name: str) -> None:
        by_form: dict[str, list[str]] = {}
        for id_, query in references(name).items():
            by_form.setdefault(format_query(normalize(query, schema(name))), []).append(id_)
        assert [ids for ids in by_form.values() if len(ids) > 1] == []


@pytest.mark.parametrize("name", NAMES)
class TestQuestions:
    def test_are_authored_and_of_the_length_that_a_prompt_box_takes(self, name: str) -> None:
        for case in cases(name):
            for number, question in enumerate(case.questions, start=1):
                assert question.id == f"{case.id}-q{number}"
                assert question.origin is Origin.AUTHORED
                assert question.author == "jurist-team"
                assert 20 <= len(question.text) <= 300, question

    def test_no_question_is_asked_twice(self, name: str) -> None:
        texts = Counter(
            " ".join(question.text.lower().split())
            for case in cases(name)
            for question in case.questions
        )
        assert [text for text, times in texts.items() if times > 1] == []

    def test_hold_no_query_text(self, name: str) -> None:
        for case in cases(name):
            for question in case.questions:
                for piece in ("trait(", "event(", "entity(", "count()", "property("):
                    assert piece not in question.text

    def test_unbuildable_and_ambiguous_cases_have_a_question(self, name: str) -> None:
        for case in cases(name):
            if case.unbuildable or "ambiguous" in case.tags:
                assert case.questions, case.id


def junction_below_junction(query: CqlQuery) -> bool:
    """Whether AND, OR, NOT stand in one another in the outermost condition, streams aside."""
    match query:
        case And(operands=operands) | Or(operands=operands):
            parts = operands
        case Not(operand=operand) | AnyUser(operand=operand) | AllUsers(operand=operand):
            parts = (operand,)
        case _:
            return False
    return any(
        (isinstance(part, And | Or) and type(part) is not type(query))
        or junction_below_junction(part)
        for part in parts
    )


def _never(comparison: Comparison) -> bool:
    return _counts(comparison) and (comparison.operator, comparison.arguments) in {
        (Operator.EQUALS, (Number(0),)),
        (Operator.AT_MOST, (Number(0),)),
        (Operator.LESS_THAN, (Number(1),)),
    }


def _counts(comparison: Comparison) -> bool:
    return isinstance(comparison.left, Reduction) and comparison.left.reducer is Reducer.COUNT


def _once(comparison: Comparison) -> bool:
    return comparison.operator is Operator.AT_LEAST and comparison.arguments == (Number(1),)


_NULL = {Operator.ABSENT, Operator.EXISTS, Operator.DIFFERS, Operator.NONE_OF, Operator.OMITS}
_DATES = {
    Operator.BEFORE_DATE,
    Operator.AFTER_DATE,
    Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT,
    Operator.BEFORE_LAST,
    Operator.AFTER_NEXT,
}


def expected_kinds(query: CqlQuery, workspace: CqlSchema) -> set[str]:
    """The kind tags that follow from the tree alone: the oracle of the tags in the file."""
    everything = list(nodes(query))
    comparisons = [node for node in everything if isinstance(node, Comparison)]
    traits = {**workspace.traits, **workspace.account_traits}
    kinds: set[str] = {"nested"} if junction_below_junction(query) else set()
    for node in everything:
        match node:
            case Trait(name=name):
                described = traits[name].description if name in traits else ""
                if described in {"Audience", "Journey"}:
                    kinds.add("membership")
                elif name.startswith("predictive_"):
                    kinds.add("predictive")
                else:
                    kinds.add("trait")
            case Event():
                kinds.add("event")
            case Entity():
                kinds.add("entity")
            case Within(parent=parent) | Between(parent=parent):
                kinds.add("funnel" if parent else "window")
            case Where(condition=condition):
                if any(isinstance(part, Property) for part in nodes(condition)):
                    kinds.add("property")
            case Sources():
                kinds.add("sources")
            case Context():
                kinds.add("context")
            case Not():
                kinds.add("negation")
            case AnyUser() | AllUsers():
                kinds.add("any-all")
            case Reduction(reducer=reducer, cast=cast):
                if reducer is not Reducer.COUNT:
                    kinds.add("aggregate")
                if cast is Cast.ARRAY:
                    kinds.add("array")
            case Property(name=name) if ".$" in name:
                kinds.add("array")
            case _:
                pass
    for comparison in comparisons:
        if comparison.operator in _NULL:
            kinds.add("null")
        if comparison.operator in _DATES:
            kinds.add("date")
        if _never(comparison):
            kinds.add("negation")
        elif _counts(comparison) and not _once(comparison):
            kinds.add("count")
        if any(isinstance(part, Trait | Property | Context) for part in comparison.arguments):
            kinds.add("dynamic")
    return kinds


@pytest.mark.parametrize("name", NAMES)
class TestTags:
    def test_say_what_the_query_holds(self, name: str) -> None:
        wrong = {
            case.id: (sorted(set(case.tags) & KINDS), sorted(expected))
            for case in cases(name)
            if case.id in references(name)
            and set(case.tags) & KINDS
            != (expected := expected_kinds(references(name)[case.id], schema(name)))
        }
        assert wrong == {}

    def test_come_from_the_closed_list(self, name: str) -> None:
        for case in cases(name):
            tags = set(case.tags)
            assert len(tags) == len(case.tags), case.id
            if case.unbuildable:
                assert "unbuildable" in tags, case.id
                assert len(tags - {"unbuildable"} & REASONS) == len(tags) - 1 == 1, case.id
            else:
                assert len(tags & DIFFICULTIES) == 1, case.id
                assert tags <= KINDS | DIFFICULTIES | {"ambiguous"}, case.id

    def test_ambiguous_cases_say_in_a_note_what_is_open(self, name: str) -> None:
        assert [c.id for c in cases(name) if "ambiguous" in c.tags and not c.note] == []


@pytest.mark.parametrize("name", NAMES)
class TestMixture:
    def test_there_are_enough_cases(self, name: str) -> None:
        assert len(references(name)) >= 100
        assert tagged(name, "unbuildable") >= 10
        assert sum(bool(case.questions) and not case.unbuildable for case in cases(name)) >= 30

    @pytest.mark.parametrize(
        ("tag", "low", "high"),
        [
            ("trait", 0.30, 0.65),
            ("membership", 0.10, 0.25),
            ("event", 0.40, 0.60),
            ("window", 0.30, 0.50),
            ("aggregate", 0.03, 0.12),
            ("funnel", 0.04, 0.12),
            ("negation", 0.10, 0.30),
            ("nested", 0.03, 0.12),
            ("easy", 0.25, 0.45),
            ("hard", 0.15, 0.35),
            ("ambiguous", 0.02, 0.06),
        ],
    )
    def test_kinds_keep_their_share(self, name: str, tag: str, low: float, high: float) -> None:
        assert low <= tagged(name, tag) / len(references(name)) <= high

    def test_the_readme_states_these_counts(self, name: str) -> None:
        readme = (data.schema_path(name).parents[1] / "README.md").read_text("utf-8")
        readme = readme.split("## The SQL workspaces")[0]
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in readme.splitlines()
            if line.startswith("|") and "--" not in line
        ]
        column = rows[0].index(name)
        stated = {row[0]: int(row[column]) for row in rows[1:]}
        asked = sum(bool(case.questions) for case in cases(name) if not case.unbuildable)
        assert stated == {
            "a reference": len(references(name)),
            "a trait condition": tagged(name, "trait"),
            "a membership": tagged(name, "membership"),
            "a predictive trait": tagged(name, "predictive"),
            "an event": tagged(name, "event"),
            "an entity": tagged(name, "entity"),
            "a look-back window": tagged(name, "window"),
            "an aggregate (sum, average, first, ...)": tagged(name, "aggregate"),
            "a funnel": tagged(name, "funnel"),
            "nested AND, OR, NOT": tagged(name, "nested"),
            "one or two authored questions": asked,
            "no reference: unbuildable": tagged(name, "unbuildable"),
        }


@pytest.fixture(scope="module")
def everything() -> list[Node]:
    return [n for name in NAMES for query in references(name).values() for n in nodes(query)]


class TestCoverage:
    """Over the three workspaces each construct an audience can hold appears.

    `expires_after` and the bare list of `unique` belong to computed traits only.
    """

    def test_every_comparison(self, everything: list[Node]) -> None:
        assert {n.operator for n in everything if isinstance(n, Comparison)} == set(Operator)

    def test_every_reducer_and_cast(self, everything: list[Node]) -> None:
        reductions = [n for n in everything if isinstance(n, Reduction)]
        assert {n.reducer for n in reductions} == set(Reducer) - {Reducer.UNIQUE}
        assert {n.cast for n in reductions} == {None, *Cast}

    def test_every_kind_of_node(self, everything: list[Node]) -> None:
        wanted = {Number, Text, Date, Moment, Duration, Event, Entity, Trait, Property, Context}
        wanted |= {Where, Sources, Within, Between, Stream, Reduction}
        wanted |= {Comparison, And, Or, Not, AnyUser, AllUsers}
        assert {type(n) for n in everything} == wanted

    def test_windows_of_now_and_of_the_parent_in_hours_and_days(
        self, everything: list[Node]
    ) -> None:
        windows = [n for n in everything if isinstance(n, Within | Between)]
        assert {(type(n), n.parent) for n in windows} == {
            (Within, False),
            (Within, True),
            (Between, False),
            (Between, True),
        }
        units = {n.unit for n in everything if isinstance(n, Duration)}
        assert units == {Unit.HOUR, Unit.DAY}

    def test_nested_entities_and_twice_nested_funnels(self) -> None:
        depths: Counter[type[Node]] = Counter()
        for name in NAMES:
            for query in references(name).values():
                for kind in (Event, Entity):
                    depths[kind] = max(depths[kind], _depth(query, kind))
        assert depths == {Event: 3, Entity: 2}

    def test_parent_properties(self, everything: list[Node]) -> None:
        assert {n.parent for n in everything if isinstance(n, Property)} == {True, False}


def _depth(query: object, kind: type[Node]) -> int:
    streams = [n for n in nodes(query) if isinstance(n, Stream) and isinstance(n.source, kind)]
    return max((1 + _depth(stream.filters, kind) for stream in streams), default=0)


class TestSchemas:
    def test_one_workspace_for_each_type_of_audience(self) -> None:
        types = {name: schema(name).audience_type for name in NAMES}
        assert types == {
            "shop": AudienceType.USERS,
            "b2b": AudienceType.ACCOUNTS,
            "streaming": AudienceType.LINKED,
        }

    @pytest.mark.parametrize("name", NAMES)
    def test_every_field_has_a_type(self, name: str) -> None:
        workspace = schema(name)
        groups = [workspace.traits, workspace.account_traits]
        groups += [event.properties for event in workspace.events.values()]
        groups += [entity.properties for entity in workspace.entities.values()]
        kinds = [field.kind for group in groups for field in group.values()]
        assert len(kinds) > 80
        assert Kind.UNKNOWN not in kinds

    @pytest.mark.parametrize("name", NAMES)
    def test_size_of_the_tracking_plan(self, name: str) -> None:
        workspace = schema(name)
        assert 12 <= len(workspace.events) <= 25
        assert 15 <= len(workspace.traits) <= 40
        for event, spec in workspace.events.items():
            assert 3 <= len(spec.properties) <= 11, event
            assert any(field.required for field in spec.properties.values()), event
