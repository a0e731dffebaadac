"""Whether the scores of several runs may be compared: same judges, prompts, schemas, questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from jurist.alignment.casting import judges_of
from jurist.errors import InputError
from jurist.shortening import shortened
from jurist.store import Store
from jurist.store.runs import DatasetRecord, RunRecord, datasets_of, get_run


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run and the data it was made on."""

    record: RunRecord
    datasets: tuple[DatasetRecord, ...]


def versions_of(store: Store, run: str) -> dict[str, frozenset[str]]:
    """The versions of each judge of a run; none are known of members of panels and cascades."""
    datasets = datasets_of(store, run)
    found = {name: frozenset[str]() for name in judges_of(get_run(store, run), datasets)}
    for dataset in datasets:
        for name, version in dataset.roles.get("judges", {}).items():
            found[name] = found.get(name, frozenset()) | {version}
    return found


def versions_of_generator(datasets: Iterable[DatasetRecord], name: str) -> frozenset[str]:
    """The versions of a generator over the datasets of a run; none are known of older runs."""
    roles = (each.roles.get("generators", {}) for each in datasets)
    return frozenset(versions[name] for versions in roles if name in versions)


def differences(first: RunFacts, second: RunFacts) -> tuple[str, ...]:
    """What differs between two runs besides their generators, one sentence each; () if nothing."""
    return (
        *_data(first, second),
        *_judges(first, second),
        *_roles(first, second, "questions", "the question generator"),
    )


def require_comparable(runs: Sequence[RunFacts]) -> None:
    """Refuse runs whose scores are not on one scale.

    Raises:
        InputError: Says all that differs.
    """
    first = runs[0]
    for other in runs[1:]:
        found = differences(first, other)
        if found:
            raise InputError(
                f"the runs {first.record.id} and {other.record.id} are not comparable: "
                + "; ".join(found),
                expected="the same judges, prompts, rubric and schemas",
                fix="run both with one study file, or say --allow-different",
            )


def _data(first: RunFacts, second: RunFacts) -> Iterator[str]:
    ours = {each.name: each for each in first.datasets}
    theirs = {each.name: each for each in second.datasets}
    if not ours.keys() & theirs.keys():
        yield f"they share no dataset ({_list(ours)} against {_list(theirs)})"
    for name in ours.keys() & theirs.keys():
        left, right = ours[name], theirs[name]
        if left.language != right.language:
            yield f"dataset {name!r} is {left.language} in one and {right.language} in the other"
        elif left.schema_digest != right.schema_digest:
            yield f"the schema of {name!r} differs"
        if left.assumptions != right.assumptions:
            yield f"the assumptions on {name!r} differ"


def _judges(first: RunFacts, second: RunFacts) -> Iterator[str]:
    ours, theirs = (judges_of(each.record, each.datasets) for each in (first, second))
    tops = [_versions(each, "judges") for each in (first, second)]
    names = [set(top) or set(known) for top, known in zip(tops, (ours, theirs), strict=True)]
    for name in sorted(names[0] ^ names[1]):
        where = first if name in names[0] else second
        yield f"only {where.record.id} has the judge {name!r}"
    for name in sorted(names[0] & names[1]):
        changed = _options_that_differ(ours[name].described, theirs[name].described)
        if changed:
            yield f"the judge {name!r} differs in {changed}"
        elif tops[0].get(name) != tops[1].get(name) and tops[0] and tops[1]:
            yield f"the judge {name!r} differs{_why(first, second)}"


def _roles(first: RunFacts, second: RunFacts, kind: str, what: str) -> Iterator[str]:
    ours, theirs = _versions(first, kind), _versions(second, kind)
    known = first.datasets and second.datasets and first.datasets[0].roles
    if known and second.datasets[0].roles and ours != theirs:
        yield f"{what} differs ({_list(ours)} against {_list(theirs)}, or its prompt)"


def _why(first: RunFacts, second: RunFacts) -> str:
    versions = first.record.jurist, second.record.jurist
    if versions[0] != versions[1]:
        return f" (Jurist {versions[0]} against {versions[1]})"
    return " in its prompt, rubric or code"


def _versions(facts: RunFacts, kind: str) -> dict[str, object]:
    """Every version of each role, over datasets (a role may differ from one to the next)."""
    found: dict[str, dict[str, str]] = {}
    for dataset in facts.datasets:
        for name, version in dataset.roles.get(kind, {}).items():
            found.setdefault(name, {})[dataset.name] = version
    return dict(found)


def _options_that_differ(
    first: Mapping[str, object] | str, second: Mapping[str, object] | str
) -> str:
    if isinstance(first, str) or isinstance(second, str):
        return "" if first == second else "what it is"
    changed = [key for key in first.keys() | second.keys() if first.get(key) != second.get(key)]
    return ", ".join(
        f"{key} ({_short(first.get(key))} against {_short(second.get(key))})"
        for key in sorted(changed)
    )


def _short(value: object) -> str:
    return shortened(msgspec.json.encode(value).decode(), 60)


def _list(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"
