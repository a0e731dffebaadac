"""Audiences of Segment's public API as cases: each definition with the options it runs with.

audiences.json, ...    the answers of `GET /spaces/{id}/audiences`, of one or several pages
schema.yaml            the space's schema, or tracking-plan.json: its rules, as the API has them
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from jurist.errors import DatasetError
from jurist.languages.capabilities import Imported
from jurist.languages.cql.options import check_options
from jurist.languages.cql.schemas.schema import AudienceType
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.schemas.tracking_plan import is_tracking_plan
from jurist.languages.documents import read_document
from jurist.records import Case, OptionValue, Origin, Question
from jurist.shortening import shortened

LAYOUT: Final = "segment"
_SCHEMAS: Final = ("schema.yaml", "schema.yml", "schema.json", "tracking-plan.json")
_EXPECTED: Final = '{"audiences": [{"key", "audienceType", "definition": {"query"}, "options"}]}'


@dataclass(frozen=True, slots=True)
class _Found:
    """An audience, and where it stands."""

    said: Mapping[str, object]
    where: str


def imported(folder: Path) -> Iterator[Imported]:
    """The audiences of a space, one dataset for each type of audience.

    Args:
        folder: With a schema and the API's answers.

    Raises:
        InputError: There is no schema or no audience, or one cannot be read or has an option
            that it cannot have.
    """
    path = _schema_of(folder)
    document = read_document(path, raises=DatasetError)
    by_type: dict[AudienceType, list[_Found]] = {}
    for found in _audiences(folder, path):
        by_type.setdefault(_type_of(found), []).append(found)
    if not by_type:
        raise DatasetError(
            f"{folder} has no audiences",
            expected=f"a file such as audiences.json: {_EXPECTED}",
            fix="keep the answers of `GET /spaces/{id}/audiences` there",
        )
    for kind, audiences in by_type.items():
        typed = _of_type(kind, document, path)
        schema = load_schema(typed, where=str(path))
        cases: dict[str, Case] = {}
        for found in audiences:
            case = _case(found, kind)
            for issue in check_options(case.options, schema):
                raise DatasetError(
                    issue.problem, expected=issue.expected, fix=issue.fix, where=found.where
                )
            if case.id in cases:
                raise DatasetError(
                    f"the audience {case.id!r} is there twice",
                    expected="each audience once",
                    fix="remove one of the two",
                    where=found.where,
                )
            cases[case.id] = case
        yield Imported(kind.value.lower(), typed, tuple(cases.values()))


def _schema_of(folder: Path) -> Path:
    paths = [folder / name for name in _SCHEMAS if (folder / name).is_file()]
    if len(paths) == 1:
        return paths[0]
    raise DatasetError(
        f"{folder} has {len(paths) or 'no'} schemas",
        expected=f"a single file of {', '.join(_SCHEMAS)}",
        fix="keep the space's schema there, or its tracking plan's rules",
    )


def _of_type(
    kind: AudienceType, document: Mapping[str, object], path: Path
) -> Mapping[str, object]:
    """The schema's document with audiences of a type."""
    if load_schema(document, where=str(path)).audience_type is kind:
        return document
    if is_tracking_plan(document):
        raise DatasetError(
            f"a tracking plan beside audiences of {kind}",
            expected="a schema file, which says what accounts and entities there are",
            fix=f"write schema.yaml with `audience_type: {kind}`",
            where=str(path),
        )
    return {**document, "audience_type": kind.value}


# --- the API's answers ------------------------------------------------------------------------


def _audiences(folder: Path, schema: Path) -> Iterator[_Found]:
    here: list[object] = []
    pages: list[tuple[object, Path]] = []
    for file in sorted(folder.glob("*.json")):
        if file == schema:
            continue
        document = read_document(file, raises=DatasetError)
        answer = _mapping(document.get("data")) or document
        paging = _mapping(answer.get("pagination"))
        here.append(paging.get("current"))
        if (following := paging.get("next")) is not None:
            pages.append((following, file))
        listed = answer.get("audiences", document.get("items"))
        if "audience" in answer:
            listed = [answer["audience"]]
        if not isinstance(listed, list):
            continue
        for number, said in enumerate(cast("list[object]", listed), 1):
            where = f"{file}, audience {number}"
            if not isinstance(said, dict):
                raise _error("it is no object", where)
            name = cast("dict[str, object]", said).get("name")
            if isinstance(name, str):
                where += f" ({shortened(name, 60)!r})"
            yield _Found(cast("dict[str, object]", said), where)
    for following, file in pages:
        if following not in here:
            raise DatasetError(
                f"{file} is one page of several, and the next one is not there",
                expected="all pages of the answer, a file each",
                fix="fetch the next pages too (`pagination.cursor`)",
            )


def _type_of(found: _Found) -> AudienceType:
    said = found.said.get("audienceType") or _mapping(found.said.get("definition")).get("type")
    if said is None:
        return AudienceType.USERS
    if isinstance(said, str) and said.upper() in tuple(AudienceType):  # also written in small
        return AudienceType(said.upper())
    raise DatasetError(
        f"its type of audience is {str(said)[:60]!r}",
        expected=", ".join(AudienceType),
        fix="write one of them",
        where=found.where,
    )


def _case(found: _Found, kind: AudienceType) -> Case:
    said, definition = found.said, _mapping(found.said.get("definition"))
    query = definition.get("query")
    if not isinstance(query, str) or not query.strip():
        raise _error("there is no definition.query", found.where)
    name = said.get("key") or said.get("id") or said.get("name")
    if not isinstance(name, str):
        raise _error("there is no key, id or name", found.where)
    options: dict[str, OptionValue] = {"audienceType": kind.value}
    target = definition.get("targetEntity")
    stated = {"targetEntity": target, **_mapping(said.get("options"))}
    for option, value in stated.items():
        if value is not None:
            options[option] = _option(option, value, found.where)
    request = said.get("description")
    asked = isinstance(request, str) and request.strip()
    question = Question(f"{name}-description", str(request).strip(), Origin.AUTHORED, author=LAYOUT)
    title = said.get("name")
    return Case(
        name,
        query.strip(),
        (question,) if asked else (),
        note=title if isinstance(title, str) else "",
        options=options,
    )


def _option(name: str, value: object, where: str) -> OptionValue:
    """A value as options of cases have it; which one it may be, the language's check says."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, list) and all(
        isinstance(part, str) for part in cast("list[object]", value)
    ):
        return tuple(cast("list[str]", value))
    raise DatasetError(
        f"the option {name} is {str(cast('object', value))[:60]}",
        expected="true, false, a whole number, a text or a list of texts",
        fix="write it as the API has it, or remove it",
        where=where,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _error(problem: str, where: str) -> DatasetError:
    return DatasetError(
        problem, expected=_EXPECTED, fix="mend the audience, or leave it out", where=where
    )
