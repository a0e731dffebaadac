"""Looking through a dataset before it is used: what is wrong in it, and what is odd.

Two references that mean the same count one thing twice, and one that nobody or everybody can
match measures nothing. Found by the normal form, and by proof where that does not say it.
Only references that name the same things are held against each other: with n of those that
is n² pairs, most of which a small population tells apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from jurist.errors import DatasetError, InputError
from jurist.evidence import decide
from jurist.evidence.pipeline import tells_apart
from jurist.evidence.sentences import of_constants
from jurist.languages.base import Query
from jurist.languages.capabilities import VALUE, Quoted, Quotes
from jurist.languages.doubts import Lints, ProposesRepairs
from jurist.languages.effort import STEPS
from jurist.languages.options import issues_of
from jurist.records import Method, Relation, Side
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
    EMPTY = "empty"
    """It never gives anything."""
    FULL = "full"
    """It always gives everything there is."""
    TWIN = "twin"
    """It means the same as an earlier one."""
    DOUBTFUL = "doubtful"
    """Its language doubts that it means what was meant."""
    SCHEMA = "schema"
    """The language doubts what the schema says."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong or odd, and where."""

    line: int
    """Of the file of cases; 0: it is about the schema."""
    case: str
    kind: Oddity
    text: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A reference that can be read."""

    line: int
    case: str
    query: Query


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
    if isinstance(language, ProposesRepairs):
        for doubt in language.repairs(schema):
            yield Remark(0, "", Oddity.SCHEMA, str(doubt))
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
        for wrong in issues_of(case.options, language, schema):
            yield Remark(line, case.id, Oddity.MISFIT, str(wrong))
        if case.reference is None:
            continue
        try:
            query = language.parse(case.reference, schema)
        except InputError as error:
            yield Remark(line, case.id, Oddity.UNREADABLE, f"{error.where}: {error.problem}")
            continue
        issues = language.check(query, schema, text=case.reference)
        for issue in issues:
            yield Remark(line, case.id, Oddity.MISFIT, str(issue))
        if issues:
            continue
        known.append(_Known(line, case.id, query))
        if isinstance(language, Lints):
            for doubt in language.lint(query, schema, text=case.reference):
                yield Remark(line, case.id, Oddity.DOUBTFUL, str(doubt))
    pairs = list(_comparable(known, workspace))
    whole, done = len(known) + len(pairs), 0
    constant: dict[int, Oddity] = {}
    for each in known:
        beside = next((other.query for other in known if other.query != each.query), each.query)
        remark = _constant(each, beside, workspace, steps)
        if remark is not None:
            constant[each.line] = remark.kind
            yield remark
        tell(done := done + 1, whole)
    for earlier, later in pairs:
        said = earlier.line in constant  # two empty ones are no twins: that is said of each
        how = "" if said else _same(earlier, later, workspace, steps)
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
    """The names that a query uses; none where the language does not say."""
    found: set[Quoted] = set()

    def note(quoted: Quoted) -> str:
        if quoted.kind != VALUE:
            found.add(quoted)
        return quoted.text

    if isinstance(workspace.language, Quotes):
        workspace.language.requote(query, note)
    return frozenset(found)


def _constant(each: _Known, beside: Query, workspace: Workspace, steps: int) -> Remark | None:
    """Whether a reference gives nothing, or everything, whatever it is compared with.

    Evidence about two queries says by the way what was found out about each.
    """
    language = workspace.language
    evidence = decide(language, each.query, beside, workspace.schema, steps=steps)
    for sentence in of_constants(evidence, language.words, [Side.REFERENCE]):
        kind = Oddity.EMPTY if Side.REFERENCE in evidence.empty else Oddity.FULL
        return Remark(each.line, each.case, kind, sentence)
    return None


def _same(one: _Known, other: _Known, workspace: Workspace, steps: int) -> str:
    """How it is known that two references mean the same; empty where it is not."""
    language, schema = workspace.language, workspace.schema
    if tells_apart(language, one.query, other.query, schema, steps=steps):
        return ""
    found = decide(language, one.query, other.query, schema, steps=steps)
    if found.relation is not Relation.EQUIVALENT:
        return ""
    return "by proof" if found.method is Method.PROOF else "by normal form"
