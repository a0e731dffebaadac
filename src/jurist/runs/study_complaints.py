"""What pydantic finds wrong in a study, in our words: the field, its line, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jurist.errors import StudyError
from jurist.languages.documents import kind_of
from jurist.languages.texts import nearest_hint
from jurist.runs.study_documents import field_of, line_in
from jurist.runs.study_section import Section


def explained_complaints(
    error: ValidationError, root: type[Section], text: str, where: str
) -> StudyError:
    """The first of pydantic's complaints, in our words and with its place; the others by place.

    A key that is not known comes before one that is missing: it may be that one, misspelt.
    """
    all_ = error.errors(include_url=False, include_input=True)
    first = min(all_, key=lambda each: each["type"] != "extra_forbidden")
    path: tuple[int | str, ...] = first["loc"]
    last = str(path[-1]) if path else ""
    expected, fix = _expected(first), f"correct `{field_of(path)}`"
    if first["type"] == "extra_forbidden":
        fields = _section_at(root, path).model_fields.items()
        known = [field.alias or name for name, field in fields]
        expected = f"one of {', '.join(known)}"
        fix = nearest_hint(last, known) or "remove the key"
        problem = f"unknown key {last!r}"
    elif first["type"] == "missing":
        problem, path = f"the key {last!r} is missing", path[:-1]
        expected, fix = f"a value for {last!r}", f"add a line: {last}: ..."
    elif first["type"] == "value_error":
        problem = f"`{field_of(path)}`: {first['msg'].removeprefix('Value error, ')}"
        expected = "`schema: FILE` and `cases: FILE`, or the name of a shipped dataset alone"
        fix = "add the one that is missing"
    else:
        found: object = first["input"]
        problem = f"`{field_of(path)}` is {kind_of(found) if found else _nothing(found)}"
        if path == ("questions",) and isinstance(found, str):
            fix = f"write questions: {{use: {found}}}"
        elif first["type"] in ("list_type", "tuple_type") and isinstance(found, str):
            fix = f"write {field_of(path)}: [{found}]"
    others = [
        each
        for each in all_
        if each is not first and each["loc"] != first["loc"][: len(each["loc"])]
    ]
    also = [
        f"{field_of(each['loc'])}{line_in(text, each['loc'])}"
        + (" is missing" if each["type"] == "missing" else "")
        for each in others[:_MOST_OTHERS]
    ]
    if len(others) > _MOST_OTHERS:
        also.append("others")
    more = f"; also wrong: {'; '.join(also)}" if also else ""
    place = f"{where}{line_in(text, path)}" + (f", {field_of(path)}" if path else "")
    return StudyError(problem + more, expected=expected, fix=fix, where=place)


_MOST_OTHERS: Final = 5
_KINDS: Final = {
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of names to values",
    "model_attributes_type": "a mapping of names to values",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "string_pattern_mismatch": "text without control characters",
}


def _expected(complaint: ErrorDetails) -> str:
    """What pydantic expected, in the words of people who write YAML."""
    if complaint["type"] in _KINDS:
        return _KINDS[complaint["type"]]
    limits: Mapping[str, object] = complaint.get("ctx", {})
    match complaint["type"]:
        case "string_too_short":
            return "text that is not empty"
        case "too_short":
            return f"at least {limits.get('min_length')} of them"
        case "string_too_long":
            return f"at most {limits.get('max_length')} characters"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return f"a number {complaint['msg'].removeprefix('Input should be ')}"
        case _:
            return complaint["msg"].replace("Input should be", "one of")


def _nothing(found: object) -> str:
    """An empty value in words."""
    return {"[]": "an empty list", "{}": "an empty mapping", "''": "empty"}.get(
        repr(found), kind_of(found)
    )


def _section_at(root: type[Section], path: Sequence[int | str]) -> type[Section]:
    """The section that a place stands in: the last one on the way to it."""
    section = root
    for step in path[:-1]:
        fields = section.model_fields.items()
        kinds = [each.annotation for name, each in fields if step in {name, each.alias}]
        section = next((inner for kind in kinds for inner in _sections_in(kind)), section)
    return section


def _sections_in(kind: object) -> Iterator[type[Section]]:
    if isinstance(kind, type) and issubclass(kind, Section):
        yield kind
    for inner in get_args(kind):
        yield from _sections_in(inner)
