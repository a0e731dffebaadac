"""A dataset in Python: a workspace with cases from a file, a list or a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final, cast

import msgspec

from jurist.api.arguments import as_path, in_words, refuse_type
from jurist.api.workspaces import Workspace, workspace
from jurist.errors import DatasetError
from jurist.records import Case, Origin
from jurist.runs.case_files import CaseFile, Check, choose_cases, encoded, read_case
from jurist.runs.cases import Dataset as LoadedDataset
from jurist.runs.datasets import refuse_options, shipped_datasets, shipped_folder

_EXPECTED: Final = (
    "a JSONL file of cases, or an iterable of cases: jurist.Case, dicts as in that file, or "
    "(question, reference) pairs"
)
_TABLES: Final = ("to_dicts", "to_pylist", "to_dict")
"""How a table gives its rows: polars, Arrow, pandas."""
_OF_A_PAIR: Final = ("question", "reference")
_OF_A_ROW: Final = frozenset({"question", "origin", "style"})


class Dataset:
    """Cases of one workspace.

    Args:
        workspace: What `jurist.workspace` made, or what it makes one of.
        cases: A JSONL file (a path, or the name of a shipped dataset); a list of
            `jurist.Case`, of dicts as in such a file, or of (question, reference) pairs,
            where a reference that is `None` means that a refusal is right; or a table
            (pandas, polars, Arrow) with the columns `question` and `reference`, where NaN
            and NA are refused as references.
        name: How studies and reports call it; `None`: as the workspace.

    Raises:
        InputError: The workspace or a case cannot be used; says which and why.
    """

    def __init__(
        self,
        workspace: Workspace | str | Path | Mapping[str, object],
        cases: object,
        name: str | None = None,
    ) -> None:
        home = _workspace_of(workspace)
        if name is not None:
            refuse_type("name", name, str, "text")
        called = home.name if name is None else name
        at = home.named(called)
        listed = _cases_of(cases, partial(refuse_options, workspace=at))
        self._loaded = LoadedDataset(at, home.document, listed, listed.digest)

    @property
    def name(self) -> str:
        """How studies and reports call it."""
        return self._loaded.name

    @property
    def workspace(self) -> Workspace:
        """Where its cases belong."""
        return cast("Workspace", self._loaded.workspace)

    @property
    def cases(self) -> Iterable[Case]:
        """Its cases; of a file they are read anew each time."""
        return self._loaded.cases

    @property
    def loaded(self) -> LoadedDataset:
        """The same as the floors below have it."""
        return self._loaded

    def __repr__(self) -> str:
        cases = self._loaded.cases
        size = f"{len(cases)} cases" if isinstance(cases, CaseList) else "cases of a file"
        return f"<jurist.Dataset {self.name!r}: {size}>"


class CaseList:
    """Cases in memory, with the digest that a file of them would have."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = tuple(cases)
        digest = blake2b(digest_size=16)
        for case in self._cases:
            digest.update(encoded(case))
        self.digest = digest.hexdigest()

    def __iter__(self) -> Iterator[Case]:
        """The cases in order."""
        return iter(self._cases)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._cases)


def _workspace_of(given: object) -> Workspace:
    if isinstance(given, Workspace):
        return given
    refuse_type(
        "workspace",
        given,
        (str, Path, Mapping),
        "what jurist.workspace made, or a schema file, a shipped workspace's name, or a dict",
    )
    return workspace(cast("str | Path | Mapping[str, object]", given))


def _cases_of(given: object, check: Check) -> CaseFile | CaseList:
    if isinstance(given, str | Path):
        path = as_path("cases", given)
        if str(given) in shipped_datasets() and not path.is_file():
            path = shipped_folder(str(given)) / "cases.jsonl"
        return choose_cases(path, check=check)
    rows = _rows_of(given)
    cases = [_read(row, number) for number, row in enumerate(rows)]
    if not cases:
        raise DatasetError("`cases` holds no case", expected=_EXPECTED, fix="give a case")
    seen: set[str] = set()
    for number, case in enumerate(cases):
        check(case, f"cases[{number}]")
        if case.id in seen:
            raise DatasetError(
                f"a second case with the id {case.id!r}",
                expected="an id of its own for each case",
                fix="change one of them, or leave the ids out",
                where=f"cases[{number}]",
            )
        seen.add(case.id)
    return CaseList(cases)


def _rows_of(given: object) -> Iterable[object]:
    """The cases as they come; of a table its rows."""
    for method in _TABLES:
        if callable(make := getattr(given, method, None)):
            if method != "to_dict":
                return cast("list[object]", make())
            columns = cast("dict[str, Iterable[object]]", make("series"))  # records have no NA
            return [
                dict(zip(columns, values, strict=True))
                for values in zip(*columns.values(), strict=True)
            ]
    if isinstance(given, Iterable) and not isinstance(given, Mapping):
        return cast("Iterable[object]", given)
    raise DatasetError(
        f"`cases` is {in_words(cast('object', given))}",
        expected=_EXPECTED,
        fix="give one of these",
    )


def _read(row: object, number: int) -> Case:
    """One case; it is held to all that a line of a file is held to."""
    where = f"cases[{number}]"
    match row:
        case Case():
            document: object = row
        case Mapping():
            document = _document(cast("Mapping[str, object]", row), number)
        case list() | tuple() if len(pair := cast("Sequence[object]", row)) == len(_OF_A_PAIR):
            document = _document(dict(zip(_OF_A_PAIR, pair, strict=True)), number)
        case _:
            raise DatasetError(
                f"the case is {in_words(row)}",
                expected=_EXPECTED,
                fix="give one of these",
                where=where,
            )
    try:
        line = msgspec.json.encode(document, enc_hook=_plain)
    except (TypeError, ValueError) as error:
        raise DatasetError(
            f"the case cannot be read: {error}"[:300], expected=_EXPECTED, where=where
        ) from None
    return read_case(line, where)


def _document(row: Mapping[str, object], number: int) -> Mapping[str, object]:
    """A case as a file has it: a row of a table has one question, and needs no ids."""
    if _is_missing(row.get("reference")):  # a gap in a table is nobody's word for a refusal
        raise DatasetError(
            f"the reference is {in_words(row['reference'])}, a gap in the table",
            expected="a query, or None where a refusal is right",
            fix="fill it in, leave the row out, or put None there (pandas: dtype=object)",
            where=f"cases[{number}]",
        )
    given = {str(key): None if _is_missing(value) else value for key, value in row.items()}
    identity = str(number + 1) if given.get("id") is None else given["id"]
    case = {"id": str(identity) if isinstance(identity, int) else identity}
    if "question" in given and "questions" not in given:
        asked = {"text": given["question"]} | {
            key: given[key] for key in ("origin", "style") if given.get(key) is not None
        }
        rest = {
            key: value
            for key, value in given.items()
            if key not in _OF_A_ROW and (value is not None or key == "reference")
        }
        given = {**rest, "questions": [asked]}
    if isinstance(listed := given.get("questions"), list | tuple):
        given["questions"] = [
            _question(question, place, str(identity))
            for place, question in enumerate(cast("Sequence[object]", listed))
        ]
    return {**given, **case}


def _question(given: object, place: int, case: str) -> object:
    usual = {"id": f"{case}/{place + 1}", "origin": Origin.AUTHORED}
    if isinstance(given, str):
        return {**usual, "text": given}
    if isinstance(given, Mapping):
        return {**usual, **cast("Mapping[str, object]", given)}
    return given


def _is_missing(value: object) -> bool:
    """Whether a table has nothing here: not a number, or a kind of missing of its own."""
    return type(value).__name__ in {"NAType", "NaTType"} or (
        isinstance(value, float) and value != value
    )


def _plain(value: object) -> object:
    """A number of numpy's, or an array, as Python has it."""
    if callable(make := getattr(value, "tolist", None)):
        return make()
    raise TypeError(f"{type(value).__name__} is no JSON")
