"""From a study to the tasks of its run: what is asked, answered and judged, and under which keys.

A task's key is a digest of all that its result depends on: the case, the question, the
schema, and name and version of the role. The same study over the same data with the same
roles is the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from jurist import __version__
from jurist.errors import InputError, StudyError
from jurist.records import Case, Origin, Question
from jurist.roles.border.behind import role_itself
from jurist.roles.conversations import AsksBack, SimulatedUser
from jurist.roles.loading import (
    load_generator,
    load_judge,
    load_question_generator,
    load_user,
)
from jurist.roles.own_sources import SaysSources
from jurist.roles.protocols import Generator, Judge, QuestionGenerator, Role
from jurist.roles.spec import Means, RoleSpec, digest_of
from jurist.runs.borders import border_of
from jurist.runs.case_files import encoded
from jurist.runs.cases import Dataset
from jurist.runs.datasets import load_dataset
from jurist.runs.means import Others, means_of
from jurist.runs.revision import commit_of
from jurist.runs.study import Study, StudyFile
from jurist.store.queue import Stage, Task
from jurist.store.runs import DatasetRecord, RoleVersions, RunRecord

if TYPE_CHECKING:
    from jurist.models import Models
    from jurist.proxy import Proxy
    from jurist.roles.offline.proof_pool import ProofPool

_USED: Final = {
    "authored": frozenset({Origin.AUTHORED}),
    "synthetic": frozenset({Origin.SYNTHETIC}),
    "real": frozenset({Origin.REAL}),
    "all": frozenset(Origin),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles that play on one dataset, by name."""

    dataset: Dataset
    questions: QuestionGenerator | None
    generators: dict[str, Generator]
    judges: dict[str, Judge]
    samples: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often each generator is asked a question; of one that is not here, once."""
    ask_unchecked: bool = False
    """Whether written questions that nothing found faithful are asked."""
    proxy: Proxy | None = None
    """Through which the generators' own calls go."""
    user: SimulatedUser | None = None
    """Who answers what generators ask back."""

    @property
    def answers(self) -> int:
        """How many answers there are to a question."""
        return sum(self.samples.get(name, 1) for name in self.generators)


@dataclass(frozen=True, slots=True)
class Plan:
    """A study with its data and roles at hand."""

    study: Study
    casts: dict[str, Cast] = field(default_factory=dict[str, Cast])
    """By dataset, in the study's order."""
    folder: Path | None = None
    """Where the study stands."""
    key_mark: str = ""
    """Of the key of its pseudonyms; empty: it has none."""

    @property
    def digest(self) -> str:
        """Of all that shapes the results."""
        return digest_of(
            self.study.work(),
            [
                [
                    cast.dataset.name,
                    cast.dataset.workspace.schema.digest,
                    cast.dataset.cases_digest,
                    [(role.name, role.version) for role in _roles_of(cast)],
                ]
                for cast in self.casts.values()
            ],
        )

    @property
    def run_id(self) -> str:
        """The study's name and the beginning of the digest."""
        return f"{_slug(self.study.name)}-{self.digest[:8]}"

    def record(self) -> RunRecord:
        """The run as the store keeps it."""
        return RunRecord(
            self.run_id,
            self.study.name,
            0,
            self.study.kept(),
            self.digest,
            __version__,
            commit="" if self.folder is None else commit_of(self.folder),
            key_mark=self.key_mark,
        )

    def dataset_records(self) -> tuple[DatasetRecord, ...]:
        """The datasets as the store keeps them."""
        return tuple(
            DatasetRecord(
                cast.dataset.name,
                cast.dataset.workspace.language.name,
                cast.dataset.schema_document,
                cast.dataset.workspace.schema.digest,
                cast.dataset.cases_digest,
                cast.dataset.workspace.schema.assumptions,
                _versions(cast),
                {
                    role.name: role.sources.told()
                    for role in map(role_itself, _roles_of(cast))
                    if isinstance(role, SaysSources)
                },
            )
            for cast in self.casts.values()
        )

    def cases(self) -> Iterator[tuple[int, str, Case]]:
        """(position in the run, dataset, case)."""
        position = 0
        for cast in self.casts.values():
            for case in cast.dataset.cases:
                yield position, cast.dataset.name, case
                position += 1

    def tasks(self) -> Iterator[Task]:
        """The tasks that need no other's result: questions to write, own questions to answer."""
        for position, dataset, case in self.cases():
            yield from self.tasks_of(position, dataset, case)

    def tasks_of(self, position: int, dataset: str, case: Case) -> Iterator[Task]:
        """Those of `tasks` that are about one case."""
        cast, used = self.casts[dataset], _USED[self.study.questions.use]
        for ordinal, question in enumerate(case.questions):
            if question.origin in used:
                yield from answering(cast, position, case, ordinal, question)
        if cast.questions is not None and not case.unbuildable:
            yield Task(
                digest_of(
                    "questions",
                    dataset,
                    cast.dataset.workspace.schema.digest,
                    encoded(case).decode(),
                    cast.questions.name,
                    cast.questions.version,
                ),
                Stage.QUESTIONS,
                position,
                dataset,
                case.id,
                cast.questions.name,
                len(case.questions),
            )


def is_asked(written: Question, *, ask_unchecked: bool) -> bool:
    """Whether a question that a generator wrote is asked of the systems under test."""
    faithful = None if written.faithfulness is None else written.faithfulness.faithful
    return ask_unchecked if faithful is None else faithful


def answering(
    cast: Cast, position: int, case: Case, ordinal: int, question: Question
) -> tuple[Task, ...]:
    """The tasks to answer one question: one a generator, or as many as it is to be asked.

    The first answer's key does not hold its number: it is the same however many follow.
    """
    return tuple(
        Task(
            digest_of(
                "candidates",
                cast.dataset.name,
                cast.dataset.workspace.schema.digest,
                case.id,
                case.reference,
                [question.id, question.text, question.origin.value, question.style],
                generator.name,
                generator.version,
                *([sample] if sample > 1 else []),
                *_told_by(cast, generator),
            ),
            Stage.CANDIDATES,
            position,
            cast.dataset.name,
            case.id,
            generator.name,
            ordinal,
            generator.name,
            question=question,
            sample=sample,
        )
        for generator in cast.generators.values()
        for sample in range(1, cast.samples.get(generator.name, 1) + 1)
    )


def _told_by(cast: Cast, generator: Generator) -> list[str]:
    """The user that may tell a generator something; of one that never asks, nobody."""
    user = cast.user
    return [] if user is None or not isinstance(generator, AsksBack) else [user.name, user.version]


def judging(cast: Cast, answered: Task) -> tuple[Task, ...]:
    """The tasks to judge one candidate, one a judge."""
    return tuple(
        Task(
            digest_of("verdicts", answered.key, judge.name, judge.version),
            Stage.VERDICTS,
            answered.position,
            answered.dataset,
            answered.case_id,
            judge.name,
            answered.ordinal,
            answered.generator,
            parent=answered.key,
            sample=answered.sample,
        )
        for judge in cast.judges.values()
    )


def plan(
    file: StudyFile,
    *,
    pool: ProofPool | None = None,
    models: Models | None = None,
    others: Others | None = None,
) -> Plan:
    """Load a study's datasets and roles.

    Args:
        file: The study.
        pool: Where proofs are computed; `None`: in threads of this process.
        models: The engine that reaches models, where the study uses any.
        others: Who plays the rest; `None`: all roles are played here.

    Raises:
        InputError: A dataset or a role cannot be used; names the study and what it is.
    """
    casts: dict[str, Cast] = {}
    key_mark = ""
    for place, entry in enumerate(file.study.datasets):
        try:
            dataset = file.given.get(entry.name) or load_dataset(entry, file.folder)
        except InputError as error:
            where = file.place("datasets", place)
            raise error.at(f"{where}, dataset {entry.name!r}") from None
        border = border_of(file, [dataset.workspace], {entry.name: dataset.cases})
        means = means_of(
            file,
            memory=dataset.cases,
            pool=pool,
            models=models,
            language=dataset.workspace.language,
            border=border,
        )
        key_mark = key_mark if border is None else border.key_mark
        specs = file.roles.generators
        generators = _load(load_generator, specs, means, file, "generator", others)
        casts[entry.name] = Cast(
            dataset,
            _questions(file, means, others),
            generators,
            _load(load_judge, file.roles.judges, means, file, "judge", others),
            {name: spec.samples for name, spec in zip(generators, specs, strict=True)},
            file.study.questions.ask_unchecked,
            user=_user(file, means, others),
        )
    return Plan(file.study, casts, file.folder, key_mark)


def asking(made: Plan) -> Plan:
    """The plan, if it asks any question at all.

    Raises:
        StudyError: It asks none.
    """
    if next(made.tasks(), None) is None:
        use = made.study.questions.use
        wanted = "question" if use == "all" else f"question of the origin {use!r}"
        raise StudyError(
            f"the study {made.study.name!r} asks nothing: no case of its datasets has a {wanted}, "
            "and nobody writes any",
            expected="cases with such questions, or a question generator",
            fix="set questions.use to all, or name questions.generator (realizer needs no model)",
        )
    return made


_R = TypeVar("_R", Generator, Judge, QuestionGenerator, SimulatedUser)


def _load(
    load: Callable[[RoleSpec, Means], _R],
    specs: tuple[RoleSpec, ...],
    means: Means,
    file: StudyFile,
    what: str,
    others: Others | None,
) -> dict[str, _R]:
    roles: dict[str, _R] = {}
    idle = means if others is None else replace(means, models=others.models)
    for place, spec in enumerate(specs):
        step = _ALONE.get(what, (f"{what}s", place))
        where = file.place(*step)
        try:
            role = load(spec, idle)
            if others is not None and role.name in others.own:  # a name may be its model's
                role = load(spec, means)
        except InputError as error:
            raise error.at(f"{where}, {what} {spec.name or spec.kind!r}") from None
        if role.name in roles:
            raise StudyError(
                f"two {what}s are called {role.name!r}",
                expected="a name of its own for each of them",
                fix="give one a `name:`",
                where=where,
            )
        roles[role.name] = role
    return roles


_ALONE: Final[Mapping[str, tuple[str, ...]]] = {
    "question generator": ("questions", "generator"),
    "user": ("user",),
}
"""Where those roles stand of which a study has one."""


def _user(file: StudyFile, means: Means, others: Others | None) -> SimulatedUser | None:
    spec = file.roles.user
    if spec is None:
        return None
    return next(iter(_load(load_user, (spec,), means, file, "user", others).values()))


def _questions(file: StudyFile, means: Means, others: Others | None) -> QuestionGenerator | None:
    spec = file.roles.questions
    if spec is None:
        return None
    settings = file.study.questions
    options = {"styles": settings.styles, "per_case": settings.per_case} | dict(spec.options)
    full = RoleSpec(spec.kind, spec.argument, options, spec.name)
    found = _load(load_question_generator, (full,), means, file, "question generator", others)
    return next(iter(found.values()))


def _roles_of(cast: Cast) -> list[Role]:
    alone: list[Role] = [role for role in (cast.questions, cast.user) if role is not None]
    return [*alone, *cast.generators.values(), *cast.judges.values()]


def _versions(cast: Cast) -> RoleVersions:
    kinds: dict[str, list[Role]] = {
        "questions": [] if cast.questions is None else [cast.questions],
        "generators": [*cast.generators.values()],
        "judges": [*cast.judges.values()],
        "user": [] if cast.user is None else [cast.user],
    }
    return {kind: {r.name: r.version for r in roles} for kind, roles in kinds.items() if roles}


def _slug(name: str) -> str:
    kept = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in name)
    return "-".join(part for part in kept.split("-") if part)[:40] or "run"


__all__ = ["Cast", "Plan", "answering", "asking", "is_asked", "judging", "plan"]
