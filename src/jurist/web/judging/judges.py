"""The judges that the service offers: the proof, and those of one study."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from jurist.languages import get_language
from jurist.languages.registry import language_names
from jurist.roles.entering import entered
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Judge
from jurist.roles.spec import Means, RoleSpec
from jurist.runs.borders import border_of
from jurist.runs.means import means_of
from jurist.runs.reaching import reach_models
from jurist.runs.study import StudyFile, read_study
from jurist.store import Store
from jurist.web.judging.asking import PROOF
from jurist.web.names import require_known

_PROOF_SPEC: Final = read_spec(PROOF, JUDGES)


@dataclass(frozen=True, slots=True)
class Seated:
    """A judge for one language, at hand."""

    judge: Judge
    version: str
    """Of the judge, worked out once."""


@dataclass(frozen=True, slots=True)
class Bench:
    """All judges at hand, by language and name."""

    seats: Mapping[tuple[str, str], Seated]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the judges, the proof first."""
        return tuple(dict.fromkeys(name for _, name in self.seats))

    def find(self, language: str, name: str) -> Seated:
        """A judge of a language's queries. Raises `MissingError` where none is called so."""
        require_known("judge", name, self.names)
        return self.seats[language, name]


@asynccontextmanager
async def seated_bench(study: Path | None, store: Store, pool: ProofPool) -> AsyncGenerator[Bench]:
    """The bench, open as long as the block lasts.

    Calls of models go through the store's ledger and count towards the study's budget; none waits
    to become part of a batch.

    Args:
        study: The file whose judges are offered; `None`: the proof alone.
        store: Whose ledger keeps the calls of models.
        pool: Where proofs are computed.

    Raises:
        InputError: The study or one of its judges cannot be used.
    """
    file = None if study is None else _unbatched(read_study(study))
    if file is None:
        means = Means(Path.cwd(), pool=pool)
        async with _entered_bench((_PROOF_SPEC,), means) as bench:
            yield bench
        return
    async with reach_models(file, store) as models:
        border = border_of(file.kept_in(store.place), None, {})
        means = means_of(file, pool=pool, models=models, border=border)
        async with _entered_bench((_PROOF_SPEC, *file.roles.judges), means) as bench:
            yield bench


@asynccontextmanager
async def _entered_bench(specs: tuple[RoleSpec, ...], means: Means) -> AsyncGenerator[Bench]:
    seats: dict[tuple[str, str], Seated] = {}
    for name in language_names():
        own = replace(means, language=get_language(name))
        for spec in specs:
            judge = load_judge(spec, own)
            seats.setdefault((name, judge.name), Seated(judge, judge.version))
    async with entered([seated.judge for seated in seats.values()]):
        yield Bench(seats)


def _unbatched(file: StudyFile) -> StudyFile:
    models = file.study.models.model_copy(update={"batch": "never"})
    return replace(file, study=file.study.model_copy(update={"models": models}))
