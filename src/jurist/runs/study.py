"""A study: datasets x generators x judges, as one YAML file that people write.

Reading is strict: an unknown key, a wrong type or a missing file is an error that names
the file, the line, the field, what was expected, and the fix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, cast

import msgspec
from pydantic import Field, JsonValue, ValidationError, field_validator, model_validator

from jurist.errors import StudyError
from jurist.languages.documents import parse_document, parse_file
from jurist.languages.file_kinds import STUDY, read_as
from jurist.languages.texts import read_text
from jurist.roles.loading import (
    GENERATORS,
    JUDGES,
    QUESTION_GENERATORS,
    USERS,
    Family,
    read_spec,
)
from jurist.roles.objects import ObjectRole
from jurist.roles.spec import RoleSpec, nearest_hint
from jurist.runs.cases import Dataset
from jurist.runs.study_complaints import explained_complaints
from jurist.runs.study_documents import described, field_of, line_in, spelt_out
from jurist.runs.study_feature import Feature
from jurist.runs.study_privacy import LEVELS, OFF, Privacy
from jurist.runs.study_proxy import ProxySettings
from jurist.runs.study_section import Section

_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


_Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class DatasetEntry(Section):
    """A shipped dataset by its name alone, or files of your own."""

    name: _Name
    schema_file: str | None = Field(default=None, alias="schema")
    """Schema file, from the study's folder, or the address of one; `None` with `cases`: the
    dataset is shipped."""
    dialect: str | None = None
    """Of its queries, where the schema does not say it."""
    cases: str | None = None
    """JSONL file of cases, from the study's folder."""
    tags: tuple[str, ...] = ()
    """Only cases with at least one of these tags; empty: all."""
    sample: Annotated[int, Field(ge=1)] | None = None
    """Only so many of them, by a digest of their ids: nobody chooses, everybody gets the same."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Only the first so many of what is left."""

    @model_validator(mode="after")
    def _both_files_or_none(self) -> DatasetEntry:
        if (self.schema_file is None) != (self.cases is None):
            given, lacks = ("schema", "cases") if self.cases is None else ("cases", "schema")
            raise ValueError(f"`{given}` stands without `{lacks}`")
        return self


class Questions(Section):
    """Which questions are asked."""

    use: Literal["authored", "synthetic", "real", "all"] = "all"
    generator: JsonValue = "realizer"
    """Who writes synthetic questions; `null`: nobody, only the cases' own are used."""
    styles: Annotated[tuple[_Name, ...], Field(min_length=1)] = ("conversational",)
    per_case: Annotated[int, Field(ge=1, le=100)] = 1
    """Synthetic questions a case and style."""
    ask_unchecked: bool = False
    """Whether written questions are asked too of which nothing found that they say what their
    query says; one that is proved to say something else never is."""


class Budget(Section):
    """What all model calls of the run may cost; a run never goes over it."""

    usd: Annotated[float, Field(gt=0)] | None = None
    tokens: Annotated[int, Field(gt=0)] | None = None
    calls: Annotated[int, Field(gt=0)] | None = None


class TokenPrice(Section):
    """US dollars per million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]


class ModelSettings(Section):
    """How models are reached."""

    presets: dict[str, dict[str, JsonValue]] = Field(
        default_factory=dict[str, dict[str, JsonValue]]
    )
    """Servers by name, with the fields of `jurist.models.Preset`; they win over the built-in."""
    prices: dict[str, TokenPrice] = Field(default_factory=dict[str, TokenPrice])
    """By model string; they win over the listed ones."""
    batch: Literal["never", "auto", "always"] = "never"
    """Whether calls go through the providers' batch APIs: cheaper, and slower."""


class Gate(Section):
    """When a change may pass (`jurist gate`)."""

    max_drop: Annotated[float, Field(ge=0, le=4)] | None = None
    """How far the mean score may fall below the baseline's."""
    min_proved_right: Annotated[float, Field(ge=0, le=1)] | None = None
    """Least share of answers that are proved right."""
    max_worst_operator: Annotated[float, Field(ge=0, le=1)] | None = None
    """Error share that no kind of mistake of the judge may be significantly above. It has to have
    qualified by its total error too."""
    max_drift: Annotated[float, Field(ge=0.5, le=1)] | None = None
    """How well the questions of the last week in production may be told from the run's (AUROC)."""
    system: str = ""
    """The feature in production whose questions are meant; all, if empty."""
    about: Literal["requests", "cases"] = "requests"
    """Requests like these (the cases are draws), or these very cases."""
    looks: Literal["once", "daily"] = "once"
    """Daily: as often as one likes; fresh cases alone count."""
    need: Literal["every", "any"] = "every"
    """Which of the generators must pass."""
    origin: Literal["real", "authored", "synthetic"] | None = None
    """Whose questions decide; real ones where there are any, else authored ones, if `null`."""
    anchored_by: str = ""
    """Only cases whose references began as this system's answers; none of these, if empty."""


class Study(Section):
    """What is to be run."""

    name: _Name
    datasets: Annotated[tuple[DatasetEntry, ...], Field(min_length=1)]
    questions: Questions = Questions()
    generators: Annotated[tuple[JsonValue, ...], Field(min_length=1)]
    model: Annotated[str, Field(min_length=1)] | None = None
    """Who judges what proof leaves undecided, where no judges are named."""
    judges: Annotated[tuple[JsonValue, ...], Field(min_length=1)] = ("proof",)
    """Where none are named and the study names a model: proof first, that model beyond."""
    store: str = "jurist.db"
    """A file, from the current directory, or a postgresql:// URL."""
    seed: int = 0
    budget: Budget = Budget()
    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 16
    """Answers, and verdicts of models, under way at once."""
    models: ModelSettings = ModelSettings()
    environment: tuple[_Variable, ...] = ()
    """Variables of the environment that its endpoints and presets may read."""
    gate: Gate = Gate()
    feature: Feature = Feature()
    """What its owner says of the feature under test, for its label."""
    privacy: Privacy = Privacy()
    proxy: ProxySettings | None = None
    """Whether the generators' own calls go through a proxy of the run, and to which models."""

    @field_validator("proxy", mode="before")
    @classmethod
    def _yes_or_no(cls, given: object) -> object:
        return ({} if given else None) if isinstance(given, bool) else given

    user: JsonValue | None = None
    """Who answers what generators ask back; `null`: nobody, and asking is a failure."""

    def work(self) -> str:
        """JSON of what shapes the results; where and how fast they are made is left out."""
        left_out = {*_OF_A_SESSION, "feature"}
        if self.privacy.level == OFF:  # as in all runs from before there were levels
            left_out.add("privacy")
        if self.proxy is None:
            left_out.add("proxy")
        if self.user is None:
            left_out.add("user")
        return self.model_dump_json(by_alias=True, exclude=left_out)

    def kept(self) -> str:
        """JSON of what a run keeps of it: what shapes the results, and its owner's statements."""
        return self.model_dump_json(by_alias=True, exclude=_OF_A_SESSION)


_OF_A_SESSION: Final = {"model", "store", "budget", "concurrency", "environment", "gate"}


@dataclass(frozen=True, slots=True)
class StudyRoles:
    """The roles that a study names."""

    questions: RoleSpec | None
    generators: tuple[RoleSpec, ...]
    judges: tuple[RoleSpec, ...]
    user: RoleSpec | None = None


@dataclass(frozen=True, slots=True)
class StudyFile:
    """A study and where it stands."""

    study: Study
    roles: StudyRoles
    folder: Path
    """Where its relative paths start."""
    where: str
    """How errors call it."""
    text: str = field(default="", repr=False)
    """As it was written, to name lines in; empty where it is no file."""
    given: Mapping[str, Dataset] = field(default_factory=dict[str, Dataset], repr=False)
    """Datasets that are loaded already, by name: those of a study that was made in Python."""
    objects: tuple[ObjectRole, ...] = field(default=(), repr=False)
    """Of its roles those that are objects of the program."""

    def kept_in(self, place: str) -> StudyFile:
        """The same study, whose runs are kept in the store of a place."""
        return replace(self, study=self.study.model_copy(update={"store": place}))

    def at_privacy(self, level: str) -> StudyFile:
        """The same study at another level of privacy.

        Raises:
            StudyError: There is no such level.
        """
        if level not in LEVELS:
            raise StudyError(
                f"there is no level of privacy {level!r}",
                expected=f"one of {', '.join(LEVELS)}",
                fix=nearest_hint(level, LEVELS),
            )
        given = self.study.privacy.model_copy(update={"level": level})
        return replace(self, study=self.study.model_copy(update={"privacy": given}))

    def place(self, *path: str | int) -> str:
        """Where a field stands: the file, and its line where that can be found."""
        return f"{self.where}{line_in(self.text, path)}"


def read_study(path: str | Path) -> StudyFile:
    """Read a study file.

    Raises:
        StudyError: It cannot be read or run as written.
    """
    text = read_text(path, raises=StudyError)
    with read_as(STUDY, path):
        document = parse_file(text, path, raises=StudyError)
        return make_study(document, Path(path).parent, str(path), text)


def parse_study(text: str, *, folder: str | Path, where: str = "the study") -> StudyFile:
    """Read a study from YAML text; see `read_study`."""
    return make_study(
        parse_document(text, where=where, raises=StudyError), Path(folder), where, text
    )


def make_study(
    document: Mapping[str, object],
    folder: Path,
    where: str,
    text: str = "",
    given: Mapping[str, Dataset] = MappingProxyType({}),
) -> StudyFile:
    """A study from what stands in its file, or from the same with objects for roles.

    Args:
        document: As a file has it; a role may be a function or an object.
        folder: Where its relative paths start.
        where: How errors call it.
        text: As it was written, to name lines in.
        given: Datasets that are loaded already, by name.

    Raises:
        StudyError: It cannot be run as it is.
    """
    try:
        spelt = spelt_out(document, folder, where, text)
        document, objects = described(spelt, where)
        study = Study.model_validate_json(msgspec.json.encode(document))
    except ValidationError as error:
        raise explained_complaints(error, Study, text, where) from None
    names = [entry.name for entry in study.datasets]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise StudyError(
                f"two datasets are called {name!r}",
                expected="a name of its own for each dataset",
                fix="change the `name` of one of them",
                where=f"{where}{line_in(text, ('datasets', place))}",
            )

    def spec(said: JsonValue, family: Family, *path: str | int) -> RoleSpec:
        try:
            return read_spec(_at(spelt, path, said), family)
        except StudyError as error:
            raise error.at(f"{where}{line_in(text, path)}, {field_of(path)}") from None

    asking = study.questions.generator
    wanted = study.questions.use in ("synthetic", "all") and asking is not None
    questions = spec(asking, QUESTION_GENERATORS, "questions", "generator") if wanted else None
    generators = tuple(
        spec(given, GENERATORS, "generators", n) for n, given in enumerate(study.generators)
    )
    model = study.model or _first_model((*generators, *filter(None, [questions])))
    if "judges" not in study.model_fields_set and model is not None:
        study = study.model_copy(update={"judges": ({"cascade": ["proof", {"llm": model}]},)})
    judges = tuple(spec(given, JUDGES, "judges", n) for n, given in enumerate(study.judges))
    user = None if study.user is None else spec(study.user, USERS, "user")
    roles = StudyRoles(questions, generators, judges, user)
    return StudyFile(study, roles, folder, where, text, given, objects)


def _at(document: object, path: Sequence[str | int], default: JsonValue) -> object:
    """What stands in a place of the document, objects as they are; the default if nothing."""
    place: object = document
    for step in path:
        match place, step:
            case Mapping(), str() if step in place:
                place = cast("Mapping[str, object]", place)[step]
            case list(), int():
                place = cast("list[object]", place)[step]
            case _:
                return default
    return place


def _first_model(roles: Sequence[RoleSpec]) -> str | None:
    """The model of the first role that is one."""
    named = (role.argument for role in roles if role.kind == "llm")
    return next((model for model in named if isinstance(model, str)), None)
