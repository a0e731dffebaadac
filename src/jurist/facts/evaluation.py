"""The label of the evaluation itself: who asked, who judged, what of the data they saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jurist.facts.fields import Basis, Label, Statement, label_of
from jurist.facts.flows import Flow, Part, Reach, Spec, level_of
from jurist.facts.labels import named_model, sent_words, sharing_words, terms_of, use_words
from jurist.facts.record import RoleCosts, RunRecords
from jurist.plurals import counted
from jurist.records import Origin
from jurist.report.numbers import whole
from jurist.runs.study_feature import Feature

_NOBODY: Final = "nothing here can know it"


def evaluation_label(
    name: str, study: Spec, flows: Sequence[Flow], records: RunRecords, owner: Feature
) -> Label:
    """The label of an evaluation.

    Args:
        name: The study's.
        study: As a run keeps it.
        flows: Its roles.
        records: Of its run; empty before there is one.
        owner: Whose word of vendors' terms holds for what judges send too.
    """
    own = [flow for flow in flows if flow.part is not Part.GENERATOR]
    known = {
        "description": tuple(_description(own, records)),
        "privacy_ladder_level": (
            Statement(f"Level of privacy: {level_of(study)}", Basis.STUDY, "privacy.level"),
        ),
        "optional": (
            Statement("N/A: an evaluation is run by who runs it", Basis.STUDY, "the study"),
        ),
        "model_type": tuple(_model_types(own)),
        "base_model": tuple(_base_models(own, records)),
        "shared_with_vendor": (
            *map(sharing_words, own),
            *sent_words(dict.fromkeys(flow.name for flow in own), records),
        ),
        "trained_with_customer_data": tuple(terms_of(own, owner, "trained_with_customer_data")),
        "training_data_anonymized": (
            Statement("N/A: an evaluation trains no model", Basis.STUDY, "the study"),
        ),
        "data_deletion": (
            Statement(
                "Yes, of the store: `jurist forget` removes a value, a run, or all before a date",
                Basis.RECORD,
                "the store",
            ),
            *terms_of(own, owner, "data_deletion"),
        ),
        "human_in_the_loop": tuple(_people(records)),
        "data_retention": (
            Statement(
                "Kept in the store until it is removed: `jurist forget`", Basis.RECORD, "the store"
            ),
            *terms_of(own, owner, "data_retention"),
        ),
        "logging_and_auditing": tuple(_logging(records)),
        "guardrails": tuple(_guardrails(own)),
        "consistency": tuple(_consistency(own)),
        "resources": (
            Statement("`jurist align`: a report card for each judge", Basis.RECORD, "below"),
        ),
    }
    return label_of(name, "the evaluation itself", known, nobody=_NOBODY)


def _description(flows: Sequence[Flow], records: RunRecords) -> Iterator[Statement]:
    judges = ", ".join(dict.fromkeys(f.name for f in flows if f.part is Part.JUDGE))
    authors = ", ".join(dict.fromkeys(f.name for f in flows if f.part is Part.QUESTIONS))
    written = f"Questions are written by {authors}. " if authors else ""
    yield Statement(f"{written}Answers are judged by {judges}.", Basis.STUDY, "judges")
    if records.questions:
        counts = [
            f"{whole(records.questions[origin])} {origin}"
            for origin in Origin
            if records.questions.get(origin)
        ]
        yield Statement(
            f"Questions asked: {', '.join(counts)}", Basis.RECORD, f"jurist report {records.run}"
        )


def _model_types(flows: Sequence[Flow]) -> Iterator[Statement]:
    for flow in flows:
        if flow.kind == "llm":
            text = f"{flow.name} ({flow.part}): generative"
        elif flow.kind == "proof":
            text = f"{flow.name} ({flow.part}): no model, a proof or a counterexample"
        elif flow.reach is Reach.STAYS:
            text = f"{flow.name} ({flow.part}): no model, `{flow.kind}`"
        else:
            continue
        yield Statement(text, Basis.STUDY, flow.place)


def _base_models(flows: Sequence[Flow], records: RunRecords) -> Iterator[Statement]:
    for flow in flows:
        if flow.model:
            text = f"{flow.name} ({flow.part}): {named_model(flow.model)}"
            yield Statement(text, Basis.STUDY, flow.place)
    for use in dict.fromkeys(
        records.uses[flow.model] for flow in flows if flow.model in records.uses
    ):
        yield Statement(use_words(use), Basis.RECORD, use.source)
    if not any(flow.model for flow in flows):
        yield Statement("None", Basis.STUDY, "judges")


def _people(records: RunRecords) -> Iterator[Statement]:
    if not records.run:
        yield Statement("Nobody yet: there is no run", Basis.RECORD, "the study")
        return
    source = f"jurist align {records.run}"
    if records.labels:
        people = counted(records.annotators, "person", "people")
        text = f"Yes: {counted(records.labels, 'label')} by {people}"
        yield Statement(text, Basis.RECORD, source)
    else:
        yield Statement("No: no person has labelled an answer of this run", Basis.RECORD, source)
    if records.settled:
        text = f"{counted(records.settled, 'disagreement')} settled by people"
        yield Statement(text, Basis.RECORD, f"jurist disagreements {records.run}")


def _logging(records: RunRecords) -> Iterator[Statement]:
    yield Statement(
        "Yes: every model call is in the ledger, every request as it left on record, every change "
        "over the web in the audit log",
        Basis.RECORD,
        "jurist ledger, jurist ledger --sent, /settings/audit",
    )
    for what, costs in (("answers", records.answers), ("verdicts", records.verdicts)):
        for name, spent in sorted(costs.items()):
            yield Statement(
                f"{name}: {_costs_in_words(what, spent)}",
                Basis.RECORD,
                f"jurist report {records.run}",
            )


def _costs_in_words(what: str, spent: RoleCosts) -> str:
    cost = spent.cost
    calls = f"{counted(cost.calls, 'call')}, {counted(cost.cached_calls, 'cached call')}"
    tokens = f"{whole(cost.input_tokens)} tokens in, {whole(cost.output_tokens)} out"
    return f"{whole(spent.results)} {what}, {calls}, {tokens}, {cost.usd:.4f} USD"


def _guardrails(flows: Sequence[Flow]) -> Iterator[Statement]:
    proves = [flow for flow in flows if flow.kind == "proof"]
    if proves:
        yield Statement(
            "A verdict is proved wherever a proof exists; a difference comes with a witness",
            Basis.STUDY,
            proves[0].place,
        )
    yield Statement(
        "What fails, refuses or cannot be read has no score, and the reason is kept",
        Basis.RECORD,
        "the store",
    )


def _consistency(flows: Sequence[Flow]) -> Iterator[Statement]:
    for flow in flows:
        if flow.part is not Part.JUDGE:
            continue
        if flow.kind == "proof":
            text = f"{flow.name}: the same queries have the same verdict, bounded in steps not time"
        else:
            text = f"{flow.name}: see `stability over repeats` of its card"
        yield Statement(text, Basis.STUDY, flow.place)
