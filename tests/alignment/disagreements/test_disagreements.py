"""Kinds of differences held against the operators that made them; who disagrees; settling."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from judged_runs import CAREFUL, LENIENT, Folder, make_folder, truth
from jurist.alignment.against import Against
from jurist.alignment.disagreements.finding import Disagreement, disagree, disagreements
from jurist.alignment.disagreements.settling import find_disagreement, settle_disagreement
from jurist.alignment.labels.files import labels_that_measure
from jurist.errors import AnnotationError, InputError
from jurist.evidence.difference_kinds import DifferenceKind as Kind
from jurist.evidence.difference_kinds import difference_kind, kind_of_trees
from jurist.languages import get_language
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.variants import valid_variants
from jurist.languages.sql.text.parsing import parse as parse_sql
from jurist.languages.sql.variants.making import valid_variants as sql_variants
from jurist.languages.sql.variants.mutating import MUTATIONS as SQL_MUTATIONS
from jurist.records import Candidate, LabelRole
from jurist.roles.protocols import Workspace
from jurist.runs import load_dataset, results, workspaces
from jurist.runs.study import DatasetEntry
from jurist.store import Store
from jurist.store.annotations import Ruling, annotations_of, settlements_of
from sql_queries import worlds

_CQL = get_language("cql")
_AUDIENCES = Workspace(_CQL, _CQL.infer_schema(_CQL.parse("trait('a') = 1")), "audiences")

EXPECTED = {
    "threshold_off_by_one": Kind.THRESHOLD,
    "strict_for_loose": Kind.THRESHOLD,
    "bound_reversed": Kind.THRESHOLD,
    "window_changed": Kind.WINDOW,
    "window_dropped": Kind.WINDOW,
    "parent_window_changed": Kind.FUNNEL,
    "parent_window_dropped": Kind.FUNNEL,
    "parent_forgotten": Kind.FUNNEL,
    "funnel_reversed": Kind.FUNNEL,
    "relative_date_changed": Kind.WINDOW,
    "and_for_or": Kind.JUNCTION,
    "or_for_and": Kind.JUNCTION,
    "not_dropped": Kind.NEGATION,
    "not_added": Kind.NEGATION,
    "not_misplaced": Kind.NEGATION,
    "differs_for_not_equals": Kind.NULL,
    "presence_for_value": Kind.NULL,
    "conjunct_dropped": Kind.CONDITION,
    "filter_dropped": Kind.CONDITION,
    "literal_case": Kind.LITERAL,
    "other_value": Kind.LITERAL,
    "list_shortened": Kind.LITERAL,
    "similar_event": Kind.SOURCE,
    "similar_property": Kind.FIELD,
    "similar_trait": Kind.FIELD,
    "aggregate_swapped": Kind.AGGREGATE,
    "distinct_for_all": Kind.AGGREGATE,
}


def test_a_mutant_s_kind_is_that_of_its_operator() -> None:
    dataset = load_dataset(DatasetEntry(name="shop"), Path())
    language, schema = CqlLanguage(), dataset.workspace.schema
    assert isinstance(schema, CqlSchema)
    seen: dict[str, Counter[Kind]] = defaultdict(Counter)
    edits = [edit for edit in MUTATIONS if edit.name in EXPECTED]
    for case in list(dataset.cases)[::2]:
        if case.reference is None:
            continue
        query = language.parse(case.reference)
        for operator, variant in valid_variants(query, schema, edits):
            seen[operator][kind_of_trees(language.outline(query), language.outline(variant))] += 1
    assert len(seen) > 20
    for operator, kinds in seen.items():
        assert kinds[EXPECTED[operator]] >= 0.75 * kinds.total(), (operator, kinds)


EXPECTED_OF_SQL = {
    "join_kind": Kind.JOIN,
    "join_dropped": Kind.JOIN,
    "join_wrong_column": Kind.FIELD,
    "distinct_added": Kind.DUPLICATES,
    "distinct_dropped": Kind.DUPLICATES,
    "aggregate_distinct_added": Kind.AGGREGATE,
    "aggregate_distinct_dropped": Kind.AGGREGATE,
    "off_by_one": Kind.THRESHOLD,
    "strict_for_loose": Kind.THRESHOLD,
    "bound_reversed": Kind.THRESHOLD,
    "literal_case": Kind.LITERAL,
    "other_value": Kind.LITERAL,
    "other_aggregate": Kind.AGGREGATE,
    "having_dropped": Kind.CONDITION,
    "group_key_added": Kind.GROUPING,
    "group_key_dropped": Kind.GROUPING,
    "direction_reversed": Kind.ORDER,
    "other_sort_key": Kind.ORDER,
    "sort_keys_changed": Kind.ORDER,
    "order_dropped": Kind.ORDER,
    "limit_changed": Kind.LIMIT,
    "limit_dropped": Kind.LIMIT,
    "union_duplicates": Kind.COMBINATION,
    "other_set_operation": Kind.COMBINATION,
    "similar_table": Kind.SOURCE,
    "similar_column": Kind.FIELD,
    "outputs_swapped": Kind.OUTPUT,
    "output_added": Kind.OUTPUT,
    "output_dropped": Kind.OUTPUT,
    "or_for_and": Kind.JUNCTION,
    "and_for_or": Kind.JUNCTION,
    "condition_dropped": Kind.CONDITION,
    "condition_negated": Kind.NEGATION,
    "not_dropped": Kind.NEGATION,
}


def test_a_mutant_s_kind_is_that_of_its_operator_in_sql() -> None:
    language = get_language("sql")
    seen: dict[str, Counter[Kind]] = defaultdict(Counter)
    edits = [edit for edit in SQL_MUTATIONS if edit.name in EXPECTED_OF_SQL]
    for world in worlds().values():
        for text in world.queries:
            query = parse_sql(text, world.schema)
            first = language.outline(query)
            for operator, variant in sql_variants(query, world.schema, edits):
                seen[operator][kind_of_trees(first, language.outline(variant))] += 1
    assert seen.keys() == EXPECTED_OF_SQL.keys()
    for operator, kinds in seen.items():
        assert kinds[EXPECTED_OF_SQL[operator]] >= 0.75 * kinds.total(), (operator, kinds)


@pytest.mark.parametrize(
    ("reference", "candidate", "kind"),
    [
        ("trait('a') = 1 AND trait('b') = 2", "trait('b') = 2 AND trait('a') = 1", Kind.WORDING),
        ("trait('a') = 1", "not a query (", Kind.UNREADABLE),
        ("trait('a') = 1", None, Kind.REFUSAL),
        (None, "trait('a') = 1", Kind.REFUSAL),
        (
            "trait('a') = 1 AND (trait('b') = 2 OR trait('c') = 3)",
            "(trait('a') = 1 AND trait('b') = 2) OR trait('c') = 3",
            Kind.JUNCTION,
        ),
        (
            "trait('a') > 5 AND trait('b') = 'x'",
            "trait('a') > 6 AND trait('b') = 'y'",
            Kind.SEVERAL,
        ),
        ("NOT trait('a') = 'x'", "trait('a') != 'x'", Kind.NULL),
    ],
)
def test_kinds_by_hand(reference: str | None, candidate: str | None, kind: Kind) -> None:
    answer = Candidate(refusal="no") if candidate is None else Candidate(query=candidate)
    assert difference_kind(reference, answer, _AUDIENCES.language, _AUDIENCES.schema) is kind


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(5, 4, True), (4.5, 5, False), (4, 3.5, True), (3, 2, False), (3.5, 1.5, True)],
)
def test_when_two_scores_disagree(one: float, other: float, expected: bool) -> None:
    assert disagree(one, other) is disagree(other, one) is expected


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _found(store: Store, run: str) -> tuple[Disagreement, ...]:
    return disagreements(
        results(store, run),
        annotations_of(store, run),
        settlements_of(store, run),
        workspaces(store, run),
    )


def test_judges_stand_against_proofs_people_and_only_else_against_each_other(
    folder: Folder,
) -> None:
    run = folder.run(cases=30)  # without a proof
    store = folder.open()
    found = _found(store, run)
    assert {each.against for each in found} == {Against.JUDGE}
    # both directions, so that either may be settled as wrong
    assert Counter(each.judge for each in found)["careful"] == len(found) / 2
    rows = folder.export(run, "--count", "20", "--role", "tune")
    folder.label(run, [{**rows[0], "annotator": "ada", "scores": [1]}], "--role", "tune")
    labelled = [each for each in _found(store, run) if each.task == rows[0]["task"]]
    assert {each.against for each in labelled} <= {Against.PEOPLE}
    assert all(each.other == "ada" and each.role is LabelRole.TUNE for each in labelled)
    store.close()
    proved = folder.run(cases=30, name="proved", judges=(CAREFUL, LENIENT, "proof"))
    store = folder.open()
    found = _found(store, proved)
    assert {each.against for each in found} == {Against.PROOF}
    assert "proof" not in {each.judge for each in found}
    assert list(found) == sorted(found, key=lambda each: -each.gap)
    # weak is 7 off on odd numbers, a threshold, and lenient lets six of ten of them pass
    wrong = [each for each in found if each.judge == "lenient" and each.score == 4]
    thresholds = [each for each in wrong if each.kind is Kind.THRESHOLD]
    assert thresholds
    assert all("customer" in each.witness for each in thresholds)
    assert all(each.other_reasoning and each.reasoning for each in thresholds)
    store.close()


def test_scores_that_an_annotator_also_accepts_agree(folder: Folder) -> None:
    run = folder.run(cases=20, judges=(LENIENT,))
    rows = folder.export(run, "--count", "50", "--role", "tune")
    folder.label(
        run, [{**row, "annotator": "ada", "scores": [1, 3, 4, 5]} for row in rows], "--role", "tune"
    )
    store = folder.open()
    assert _found(store, run) == ()
    store.close()


def test_settling_makes_a_tune_label_that_no_estimate_can_use(folder: Folder) -> None:
    run = folder.run(cases=30, judges=(CAREFUL, LENIENT, "proof"))
    store = folder.open()
    first = next(each for each in _found(store, run) if each.judge == "lenient")
    about = find_disagreement(_found(store, run), first.task[:12], "lenient")
    label = settle_disagreement(store, run, about, Ruling.JUDGE_WRONG, by="ada", note="off by 7")
    assert label is not None
    assert label.scores == (round(first.other_score),)
    assert (label.role, label.rationale) == (LabelRole.TUNE, "off by 7")
    assert list(annotations_of(store, run)) == [label]
    assert labels_that_measure(annotations_of(store, run)) == {}
    assert (
        next(each.settled for each in _found(store, run) if each.task == first.task)
        is Ruling.JUDGE_WRONG
    )
    # settled again, by the same person: one label, one ruling
    again = settle_disagreement(store, run, about, Ruling.JUDGE_WRONG, by="ada", score=1)
    assert again is not None
    assert list(annotations_of(store, run)) == [again]
    assert [each.ruling for each in settlements_of(store, run)] == [Ruling.JUDGE_WRONG]
    for ruling in (Ruling.REFERENCE_WRONG, Ruling.QUESTION_AMBIGUOUS):
        assert settle_disagreement(store, run, about, ruling, by="ada") is None
    store.close()


@pytest.mark.parametrize("role", ["test", "dev"])
def test_what_measures_a_judge_cannot_teach_one(folder: Folder, role: str) -> None:
    run = folder.run(cases=30, judges=(LENIENT, "proof"))
    rows = folder.export(run, "--count", "100", "--role", role)
    folder.label(
        run,
        [{**row, "annotator": "ada", "scores": [truth(row)]} for row in rows],
        "--role",
        role,
    )
    store = folder.open()
    before = list(annotations_of(store, run))
    found = _found(store, run)
    about = find_disagreement(found, found[0].task, "lenient")
    for ruling in (Ruling.JUDGE_WRONG, Ruling.LABEL_WRONG):
        with pytest.raises(AnnotationError, match=f"labels for {role}"):
            settle_disagreement(store, run, about, ruling, by="bob")
    assert settlements_of(store, run) == ()
    kept = settle_disagreement(store, run, about, Ruling.LABEL_WRONG, by="bob", teach=False)
    assert kept is None
    assert list(annotations_of(store, run)) == before
    assert [each.ruling for each in settlements_of(store, run)] == [Ruling.LABEL_WRONG]
    store.close()


def test_what_nobody_can_know_is_asked_for(folder: Folder) -> None:
    run = folder.run(cases=30, judges=(LENIENT, "proof"))
    store = folder.open()
    found = _found(store, run)
    about = find_disagreement(found, found[0].task, "lenient")
    with pytest.raises(InputError, match="no person labelled"):
        settle_disagreement(store, run, about, Ruling.LABEL_WRONG, by="ada")
    with pytest.raises(InputError, match="say --by NAME"):
        settle_disagreement(store, run, about, Ruling.JUDGE_WRONG, by="")
    with pytest.raises(InputError, match="disagrees with nobody"):
        find_disagreement(found, "0000", "lenient")
    store.close()
