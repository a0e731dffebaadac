"""Looking through a dataset before it is used: what is wrong in it, and what is odd.

Two references that mean the same count one thing twice, and one that nobody or everybody can
match measures nothing. Found by the normal form, and by proof where that does not say it.
Only references that name the same things are held against each other: with n of those that
is n² pairs, most of which a small population tells apart.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from jurist.errors import DatasetError, InputError, UnsupportedError
from jurist.evidence import decide
from jurist.languages.base import EVERYBODY, NOBODY, VALUE, Query, Quoted
from jurist.languages.effort import STEPS
from jurist.languages.notes import constant_side, everybody_in
from jurist.records import Relation
from jurist.roles.protocols import Workspace
from jurist.runs.case_files import read_lines_of


class Oddity(StrEnum):
    """What can be said of a line and its reference."""

    NO_CASE = "no case"
    """The line is none, or its id is that of an earlier one."""
    UNREADABLE = "unreadable"
    """It does not parse."""
    MISFIT = "misfit"
    """It names what the schema does not have, or uses it wrongly."""
    NOBODY = "nobody"
    """Nobody can be in its audience."""
    EVERYBODY = "everybody"
    """Everybody is in its audience."""
    TWIN = "twin"
    """It means the same as an earlier one."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong or odd, and where."""

    line: int
    """Of the file of cases."""
    case: str
    kind: Oddity
    text: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A reference that can be read."""

    line: int
    case: str
    query: Query
    normal: Query


def check_cases(
    path: Path,
    workspace: Workspace,
    *,
    steps: int = STEPS,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Iterator[Remark]:
    """All that is wrong or odd in a file of cases.

    Args:
        path: The JSONL file.
        workspace: Where its references belong.
        steps: The most steps of work for each arm of the evidence on two queries.
        tell: Is told how many of how many steps are done.

    Raises:
        DatasetError: The file cannot be read at all.
    """
    language, schema = workspace.language, workspace.schema
    known: list[_Known] = []
    lines: dict[str, int] = {}
    for line, case in read_lines_of(path):
        if isinstance(case, DatasetError):
            wanted = f"{case.problem} (expected: {case.expected}; fix: {case.fix})"
            yield Remark(line, "", Oddity.NO_CASE, wanted)
            continue
        if lines.setdefault(case.id, line) != line:
            repeated = f"its id {case.id!r} is that of line {lines[case.id]} (fix: change one)"
            yield Remark(line, case.id, Oddity.NO_CASE, repeated)
        if case.reference is None:
            continue
        try:
            query = language.parse(case.reference)
        except InputError as error:
            yield Remark(line, case.id, Oddity.UNREADABLE, f"{error.where}: {error.problem}")
            continue
        issues = language.check(query, schema, text=case.reference)
        for issue in issues:
            yield Remark(line, case.id, Oddity.MISFIT, str(issue))
        if not issues:
            known.append(_Known(line, case.id, query, language.normalize(query, schema)))
    pairs = list(_comparable(known, workspace))
    whole, done = len(known) + len(pairs), 0
    for each in known:
        remark = _constant(each, workspace, steps)
        if remark is not None:
            yield remark
        tell(done := done + 1, whole)
    for earlier, later in pairs:
        how = _same(earlier, later, workspace, steps)
        if how:
            text = f"means the same as {earlier.case!r} on line {earlier.line} ({how})"
            yield Remark(later.line, later.case, Oddity.TWIN, text)
        tell(done := done + 1, whole)


def _comparable(known: list[_Known], workspace: Workspace) -> Iterator[tuple[_Known, _Known]]:
    """The pairs of references that name the same things, in the file's order."""
    alike: dict[frozenset[Quoted], list[_Known]] = defaultdict(list)
    for each in known:
        alike[_names(each.query, workspace)].append(each)
    for group in alike.values():
        yield from combinations(group, 2)


def _names(query: Query, workspace: Workspace) -> frozenset[Quoted]:
    found: set[Quoted] = set()

    def note(quoted: Quoted) -> str:
        if quoted.kind != VALUE:
            found.add(quoted)
        return quoted.text

    workspace.language.requote(query, note)
    return frozenset(found)


def _constant(each: _Known, workspace: Workspace, steps: int) -> Remark | None:
    """Whether nobody or everybody is in an audience: in normal form, or by a proof."""
    language, schema = workspace.language, workspace.schema
    conditions = language.conditions(each.query, schema)
    if conditions == (NOBODY,):
        return Remark(each.line, each.case, Oddity.NOBODY, "nobody can be in it")
    if conditions == (EVERYBODY,):
        return Remark(each.line, each.case, Oddity.EVERYBODY, "everybody is in it")
    # A proof about two audiences says by the way what it found out about each; any other will do.
    other = language.sample(schema, random.Random(0))  # noqa: S311 - no secret
    try:
        notes = language.decide(each.query, other, schema, steps=steps).notes
    except UnsupportedError:
        return None
    for note in constant_side(notes, "reference"):
        kind = Oddity.EVERYBODY if note == everybody_in("reference") else Oddity.NOBODY
        return Remark(each.line, each.case, kind, note)
    return None


def _same(one: _Known, other: _Known, workspace: Workspace, steps: int) -> str:
    """How it is known that two references mean the same; empty where it is not."""
    if one.normal == other.normal:
        return "by normal form"
    language, schema = workspace.language, workspace.schema
    try:
        counted = language.overlap(one.query, other.query, schema)
        if counted.reference_only or counted.candidate_only:
            return ""
    except UnsupportedError:
        pass  # a language that cannot count may still prove
    found = decide(language, one.query, other.query, schema, steps=steps)
    return "by proof" if found.relation is Relation.EQUIVALENT else ""
