"""What tells a plan from the run that it should be: by dataset and role, in words."""

from __future__ import annotations

from collections.abc import Iterator

from jurist import __version__
from jurist.errors import StudyError
from jurist.runs.plan import Plan
from jurist.store.runs import DatasetRecord, RunRecord


def require_run(plan: Plan, record: RunRecord, datasets: tuple[DatasetRecord, ...]) -> Plan:
    """The plan, if it is a run's.

    Args:
        plan: As it was made here.
        record: The run.
        datasets: The run's.

    Raises:
        StudyError: It is another, and what differs.
    """
    if plan.run_id == record.id and plan.key_mark == record.key_mark:
        return plan
    differing = [*_differing(plan, record, datasets)] or ["the study is another"]
    raise StudyError(
        f"here the run {record.id} would be {plan.run_id}: {'; '.join(differing)}",
        expected="the same roles, letter by letter, on every machine that joins a run",
        fix="install the same versions and copy the same files (--folder), or begin another run",
    )


def _differing(plan: Plan, record: RunRecord, datasets: tuple[DatasetRecord, ...]) -> Iterator[str]:
    if record.jurist != __version__:
        yield f"Jurist is {__version__} here and {record.jurist} there"
    if plan.key_mark != record.key_mark:
        yield (
            "the key of its pseudonyms is another "
            "(copy the file and export JURIST_PRIVACY_KEY_FILE=FILE)"
        )
    here = {dataset.name: dataset for dataset in plan.dataset_records()}
    for there in datasets:
        own = here.get(there.name)
        if own is None:
            yield f"there is no dataset {there.name!r}"
            continue
        if own.schema_digest != there.schema_digest:
            yield f"the schema of {there.name!r} is read as another"
        for kind, versions in there.roles.items():
            for name, version in versions.items():
                ours = own.roles.get(kind, {}).get(name)
                if ours != version:
                    source = own.sources.get(name) or there.sources.get(name) or ""
                    yield (
                        f"{name!r} ({kind}) has the digest {ours or 'none'} here, {version} there"
                        + (f" ({source})" if source else "")
                    )
