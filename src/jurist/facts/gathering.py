"""All that `jurist facts` says, of a run or of a study that has none yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from jurist.facts.evaluation import evaluation_label
from jurist.facts.fields import Label
from jurist.facts.flows import Flow, Part, Reach, flows_of
from jurist.facts.judges import ModelCard, model_cards
from jurist.facts.labels import feature_labels
from jurist.facts.record import RunRecords, records_of
from jurist.runs.study import StudyFile
from jurist.runs.study_feature import Feature
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run


@dataclass(frozen=True, slots=True)
class Facts:
    """The labels of a feature's forms and of their evaluation, and the judges' model cards."""

    title: str
    run: str
    """Empty: of a study without a run, so nothing is measured."""
    labels: tuple[Label, ...]
    """Of each generator, then of the evaluation itself."""
    cards: tuple[ModelCard, ...]
    notes: tuple[str, ...] = ()
    """What of the owner's statements is in no label, and why."""


def facts_of_run(store: Store, run: str, *, owner: Feature | None = None) -> Facts:
    """What is known of a run.

    Args:
        store: Where it is kept.
        run: Its id, how it begins, or its study's name.
        owner: The owner's statements; `None`: those that the run's study had.

    Raises:
        InputError: There is no such run.
        AnnotationError: Its labels cannot measure a judge.
    """
    record = get_run(store, run)
    study = msgspec.json.decode(record.study, type=dict[str, object])
    datasets = datasets_of(store, record.id)
    names = {part: [*each.roles.get(_SECTIONS[part], ())] for each in datasets for part in Part}
    flows = flows_of(study, names)
    records = records_of(store, record.id, flows)
    kept = msgspec.json.encode(study.get("feature", {}))
    said = Feature.model_validate_json(kept) if owner is None else owner
    return _facts(record.name, study, flows, records, said, model_cards(store, flows, records))


def facts_of_study(file: StudyFile) -> Facts:
    """What is known of a study before it has run: what was configured, and its owner's words."""
    study = msgspec.json.decode(file.study.kept(), type=dict[str, object])
    flows = flows_of(study, {})
    return _facts(file.study.name, study, flows, RunRecords(""), file.study.feature, ())


def _facts(
    name: str,
    study: Mapping[str, object],
    flows: Sequence[Flow],
    records: RunRecords,
    owner: Feature,
    cards: tuple[ModelCard, ...],
) -> Facts:
    evaluation = evaluation_label(name, study, flows, records, owner)
    labels = (*feature_labels(flows, records, owner), evaluation)
    return Facts(owner.name or name, records.run, labels, cards, tuple(_unused(owner, flows)))


def _unused(owner: Feature, flows: Sequence[Flow]) -> Iterator[str]:
    """Vendors whose terms are stated though the study sends them nothing: perhaps misspelt."""
    known = sorted({flow.recipient for flow in flows if flow.reach is Reach.NETWORK})
    for vendor in owner.vendors:
        if vendor not in known:
            given = ", ".join(known) or "nobody"
            yield f"feature.vendors: {vendor} is sent nothing by this study, {given} is"


_SECTIONS: Final[Mapping[Part, str]] = {
    Part.QUESTIONS: "questions",
    Part.GENERATOR: "generators",
    Part.USER: "user",
    Part.JUDGE: "judges",
}
"""Where a run keeps the versions of roles."""
