"""The label of a feature: what each generator under test is, as its users should know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import isnan
from pathlib import PurePath
from typing import Final, cast

from jurist.analysis.standings import Standing
from jurist.facts.fields import FIELDS, Basis, Label, Statement, label_of
from jurist.facts.flows import Flow, Part, Reach
from jurist.facts.record import ModelUse, RunRecords
from jurist.plurals import counted
from jurist.privacy import Level
from jurist.report.numbers import interval_words, percent, whole
from jurist.runs.study_feature import Feature, VendorTerms

OWNER: Final = "the study's `feature:`"
Statements = dict[str, tuple[Statement, ...]]


def feature_labels(flows: Sequence[Flow], records: RunRecords, owner: Feature) -> tuple[Label, ...]:
    """A label for each generator: each is a form that the feature could have."""
    generators = dict.fromkeys(flow.name for flow in flows if flow.part is Part.GENERATOR)
    return tuple(_of_generator(name, flows, records, owner) for name in generators)


def _of_generator(name: str, flows: Sequence[Flow], records: RunRecords, owner: Feature) -> Label:
    own = [flow for flow in flows if flow.part is Part.GENERATOR and flow.name == name]
    standing = next((each for each in records.standings if each.generator == name), None)
    known: Statements = {
        "model_type": tuple(_model_type(own)),
        "base_model": tuple(_base_models(own, records)),
        "shared_with_vendor": (*map(sharing_words, own), *sent_words([name], records)),
        "trained_with_customer_data": tuple(terms_of(own, owner, "trained_with_customer_data")),
        "data_retention": tuple(terms_of(own, owner, "data_retention")),
        "data_deletion": tuple(terms_of(own, owner, "data_deletion")),
        "guardrails": tuple(_guardrails(own, standing, records)),
        "consistency": tuple(_consistency(own, standing, records)),
    }
    title = f"{owner.name} ({name})" if owner.name else name
    return label_of(title, "the feature under test", with_owner(known, owner), nobody=OWNER)


def with_owner(known: Mapping[str, tuple[Statement, ...]], owner: Feature) -> Statements:
    """What is known, and behind it what the owner says of the same fields."""
    statements = dict(known)
    for key in FIELDS:
        value: object = getattr(owner, key)
        given = cast("tuple[object, ...]", value if isinstance(value, tuple) else (value,))
        own = tuple(
            Statement(in_words(each), Basis.OWNER, f"{OWNER}, {key}")
            for each in given
            if each is not None
        )
        statements[key] = (*statements.get(key, ()), *own)
    return statements


def in_words(value: object) -> str:
    """An owner's statement as a label has it."""
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def _model_type(flows: Sequence[Flow]) -> Iterator[Statement]:
    place = flows[0].place
    if any(flow.kind == "llm" for flow in flows):
        yield Statement("Generative", Basis.STUDY, f"{place}: a language model writes the query")
    elif flows[0].kind == "recorded":
        yield Statement("Recorded answers: what made them is not known here", Basis.STUDY, place)
    elif flows[0].reach is Reach.STAYS:
        text = f"No model: `{flows[0].kind}`, an offline generator of Jurist"
        yield Statement(text, Basis.STUDY, place)


def _base_models(flows: Sequence[Flow], records: RunRecords) -> Iterator[Statement]:
    for flow in flows:
        if not flow.model:
            if flow.reach is Reach.STAYS and flow.kind != "recorded":
                yield Statement("None", Basis.STUDY, flow.place)
            continue
        yield Statement(named_model(flow.model), Basis.STUDY, flow.place)
        use = records.uses.get(flow.model)
        if use is not None:
            yield Statement(use_words(use), Basis.RECORD, use.source)


def named_model(model: str) -> str:
    """A model string as a label has it: of a recording its file alone, no path of a machine."""
    if not model.startswith("replay:"):
        return model
    path, _, name = model.removeprefix("replay:").partition("#")
    return f"replies of {name or 'a model'} from {PurePath(path).name}"


def use_words(use: ModelUse) -> str:
    """How a model answered, in words."""
    served = f", served as {', '.join(use.snapshots)}" if use.snapshots else ""
    when = "" if use.first is None or use.last is None else f", {_days(use.first, use.last)}"
    said = f" ({use.provenance})" if use.provenance else ""
    return f"{use.model}{served}: {counted(use.replies, 'reply', 'replies')}{when}{said}"


def _days(first: int, last: int) -> str:
    begin, end = (datetime.fromtimestamp(each / 1000, UTC).date() for each in (first, last))
    return f"{begin}" if begin == end else f"{begin} to {end}"


def sent_words(roles: Iterable[str], records: RunRecords) -> Iterator[Statement]:
    """What is on record of the requests of roles as they left."""
    wanted = frozenset(roles)
    for total in records.sent:
        if total.role in wanted:
            text = (
                f"{counted(total.requests, 'request')} of {total.role} to {total.server}, "
                f"{whole(total.bytes)} bytes, level of privacy {total.privacy or 'off'}, "
                f"{_days(total.first, total.last)}"
            )
            yield Statement(text, Basis.RECORD, f"jurist ledger --sent {records.run}")


_AT_LEVEL: Final[Mapping[Level, str]] = {
    Level.OFF: "as they are, but for values of what the schema marks sensitive",
    Level.VALUES: "values as pseudonyms, whose key stays here",
    Level.VALUES_AND_NAMES: "values and names as pseudonyms, whose key stays here",
    Level.NOTHING_LEAVES: "as they are: models elsewhere are refused",
}


def sharing_words(flow: Flow) -> Statement:
    """Who is given what by a role."""
    contents = "; ".join((*flow.contents, _AT_LEVEL[flow.level]))
    match flow.reach:
        case Reach.STAYS:
            text = "No: nothing leaves this machine"
        case Reach.MACHINE:
            text = (
                f"{flow.recipient} is this machine; whom what answers there passes data on to is "
                f"not known here. It is given {contents}"
            )
        case Reach.RECORDING:
            text = (
                "Nothing is sent in this run: its replies are recorded. Whoever gave them was "
                f"given {contents}"
            )
        case Reach.NETWORK:
            text = f"{flow.recipient} is given {contents}"
        case Reach.OWN_CODE:
            text = (
                f"The owner's own code is given {contents}; whom it passes that on to is not "
                "known here, but for calls through `jurist proxy`"
            )
    return Statement(text, Basis.STUDY, flow.place)


def terms_of(flows: Sequence[Flow], owner: Feature, key: str) -> Iterator[Statement]:
    """What the owner says of the terms of each vendor that is sent anything."""
    vendors = dict.fromkeys(f.recipient for f in flows if f.reach is Reach.NETWORK)
    for vendor in vendors:
        terms = owner.vendors.get(vendor, VendorTerms())
        value: object = getattr(terms, key)
        place = f"{OWNER}, vendors.{vendor}.{key}"
        if value is None:
            yield Statement(f"{vendor}: to be filled in by the owner", Basis.OPEN, place)
        else:
            where = f" ({terms.source})" if terms.source else ""
            yield Statement(f"{vendor}: {in_words(value)}{where}", Basis.OWNER, place)


def _guardrails(
    flows: Sequence[Flow], standing: Standing | None, records: RunRecords
) -> Iterator[Statement]:
    place = flows[0].place
    if flows[0].kind == "llm":
        repairs = flows[0].options.get("repairs", 0)
        text = (
            f"The checker's errors are sent back up to {repairs} times"
            if repairs
            else "None configured: an answer that the checker refuses is not asked for again"
        )
        yield Statement(text, Basis.STUDY, f"{place}.repairs")
    if standing is None:
        return
    source = f"jurist report {records.run}"
    asked = "" if standing.origin is None else f", on {standing.origin} questions"
    if standing.unbuildable:
        right = f"{standing.due_refusals} of {standing.unbuildable}"
        text = f"Refused {right} requests that cannot be built{asked}"
        yield Statement(text, Basis.MEASURED, source)
    answerable = standing.answers - standing.unbuildable
    if answerable:
        share = percent(standing.undue_refusals / answerable)
        text = f"Refused {standing.undue_refusals} of {answerable} that can ({share}){asked}"
        yield Statement(text, Basis.MEASURED, source)


def _consistency(
    flows: Sequence[Flow], standing: Standing | None, records: RunRecords
) -> Iterator[Statement]:
    source = f"jurist report {records.run}"
    consistent = None if standing is None else standing.consistency
    if consistent is not None and not isnan(consistent.estimate.value):
        text = (
            f"Two answers to one question mean the same in {interval_words(consistent.estimate)} "
            f"of pairs (share with its 95 % interval, {whole(consistent.pairs)} pairs, "
            f"{whole(consistent.undecided)} undecided)"
        )
        yield Statement(text, Basis.MEASURED, source)
    elif flows[0].kind in {"rules", "nearest"}:
        text = "Yes: the same question and schema give the same answer"
        yield Statement(text, Basis.STUDY, flows[0].place)
    else:
        text = "Not measured: each question was asked once"
        yield Statement(text, Basis.STUDY, f"{flows[0].place}.samples")
