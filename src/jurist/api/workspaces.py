"""A workspace in Python: two queries compared, an answer judged, a query looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, cast

import msgspec

from jurist.api.arguments import as_path, refuse_number, refuse_type
from jurist.api.pairs import Comparison, Judgement, Pair, with_pair
from jurist.errors import InputError, SchemaError, UnsupportedError
from jurist.languages import capabilities
from jurist.languages.base import Issue, Query
from jurist.languages.capabilities import Explains, Mutates, SpeaksEnglish, Style, require
from jurist.languages.documents import naming_lines, parse_file
from jurist.languages.effort import STEPS, OutOfSteps, limited
from jurist.languages.explanations import Explanation
from jurist.languages.file_kinds import SCHEMA, read_as
from jurist.languages.fitting import parse_named, refuse_misfit
from jurist.languages.schema_files import FoundSchema, load_document, read_schema
from jurist.languages.texts import nearest_hint
from jurist.records import Candidate, Case, Origin, Question
from jurist.roles import protocols
from jurist.runs.datasets import shipped_datasets, shipped_folder

_WITHOUT: Final = "use it with a language that has it, or do without"


@dataclass(frozen=True, slots=True)
class Variant:
    """A query made from another by a named operator, with the evidence that certifies it."""

    operator: str
    query: str
    evidence: Comparison


@dataclass(frozen=True, slots=True)
class Workspace(protocols.Workspace):
    """A query language and what its queries may name; made by `jurist.workspace`."""

    document: Mapping[str, object] = field(repr=False)
    """The schema as it was read."""

    def __repr__(self) -> str:
        return f"<jurist.Workspace {self.name!r} ({self.language.name})>"

    def named(self, name: str) -> Workspace:
        """The same workspace under another name."""
        return replace(self, name=name)

    def parse(self, query: str) -> Query:
        """A query, parsed. Raises `QuerySyntaxError` where it does not parse."""
        return self._parsed(query, "the query")

    def check(self, query: str | Query) -> tuple[Issue, ...]:
        """All that is wrong with a query here: unknown names, types that do not fit.

        Raises:
            InputError: It does not parse.
        """
        parsed = self._parsed(query, "the query")
        return self.language.check(parsed, self.schema, text=self._text(query))

    def describe(self, query: str | Query) -> str:
        """The query in plain English.

        Raises:
            InputError: It does not parse, or names what is not here.
            UnsupportedError: The language speaks no English.
        """
        parsed = self._fitting(query, "the query")
        language = require(self.language, SpeaksEnglish, needed_by="describe", fix=_WITHOUT)
        rng = random.Random(0)  # noqa: S311 - the same words each time
        return language.describe(parsed, self.schema, style=Style.CONVERSATIONAL, rng=rng)

    def explain(self, query: str | Query, given: Mapping[str, object]) -> Explanation:
        """What each part of a query comes to on one input, such as a witness's.

        Args:
            query: The query.
            given: The input as a witness holds it: `evidence.witnesses[0].input`.

        Returns:
            The query's tree: at each node its value, whether it holds, and what it read.

        Raises:
            InputError: The query does not parse or names what is not here, or this is no
                input of the language.
            UnsupportedError: The language explains nothing, or not within the steps it has.
        """
        parsed = self._fitting(query, "the query")
        refuse_type("given", given, Mapping, "an input as a dict, such as a witness's `input`")
        language = require(self.language, Explains, needed_by="explain", fix=_WITHOUT)
        try:
            with limited(STEPS):
                return language.explain(parsed, self.schema, given)
        except OutOfSteps:
            raise UnsupportedError(
                "the input is too large to be explained",
                expected=f"one that takes at most {STEPS:,} steps",
                fix="give a smaller one",
            ) from None

    def compare(
        self, reference: str | Query, candidate: str | Query, *, steps: int = STEPS
    ) -> Comparison:
        """Prove two queries the same, or find what tells them apart.

        Args:
            reference: The query that is right.
            candidate: The query that is compared with it.
            steps: Most steps of work, for each way of finding out.

        Returns:
            The evidence; `print` shows it as `jurist diff` does, a notebook draws it.

        Raises:
            InputError: One of them does not parse, or names what is not here; says which.
            InternalContradiction: Two methods of ours disagree.
        """
        from jurist.evidence import decide

        refuse_number("steps", steps, least=1)
        pair = Pair(
            self.language,
            self.schema,
            self._fitting(reference, "the reference"),
            self._fitting(candidate, "the candidate"),
        )
        evidence = decide(self.language, pair.reference, pair.candidate, self.schema, steps=steps)
        return with_pair(Comparison, evidence, pair)

    def judge(
        self,
        reference: str | None,
        candidate: str | None,
        question: str = "",
        judge: object = "proof",
    ) -> Judgement:
        """Have an answer judged.

        Args:
            reference: The right query; `None`: the right answer is a refusal.
            candidate: The answer; `None`: a refusal. It need be no query.
            question: The request that it answers.
            judge: What a study says of a judge ("proof", "module:function",
                {"llm": "openai:gpt-5"}, ...), a function, or an object with `judge`.

        Raises:
            InputError: The judge cannot be made, or an argument is no text.
        """
        from jurist.api.judging import rule

        for name, given in (("reference", reference), ("candidate", candidate)):
            if given is not None:
                refuse_type(name, given, str, "a query as text, or None for a refusal")
        refuse_type("question", question, str, "a request as text")
        case = Case("pair", reference)
        answer = Candidate(refusal="a refusal") if candidate is None else Candidate(candidate)
        asked = Question("pair", question, Origin.REAL)
        verdict = rule(judge, asked, case, answer, self)
        return with_pair(Judgement, verdict, self._pair_of(reference, candidate))

    def mutants(self, reference: str | Query) -> tuple[Variant, ...]:
        """The query with one mistake each; the evidence says whether it makes a difference.

        Raises:
            InputError: The query does not parse, or names what is not here.
            UnsupportedError: The language makes none.
        """
        parsed = self._fitting(reference, "the reference")
        return self._variants(parsed, self._mutating("mutants").mutants(parsed, self.schema))

    def rewrites(self, reference: str | Query) -> tuple[Variant, ...]:
        """Other queries that are proved to mean the same.

        Raises:
            InputError: The query does not parse, or names what is not here.
            UnsupportedError: The language makes none.
        """
        parsed = self._fitting(reference, "the reference")
        return self._variants(parsed, self._mutating("rewrites").rewrites(parsed, self.schema))

    def _mutating(self, needed_by: str) -> Mutates:
        return require(self.language, Mutates, needed_by=needed_by, fix=_WITHOUT)

    def _variants(
        self, original: Query, made: Iterator[capabilities.Variant]
    ) -> tuple[Variant, ...]:
        return tuple(
            Variant(
                variant.operator,
                self.language.format(variant.query),
                with_pair(
                    Comparison,
                    variant.evidence,
                    Pair(self.language, self.schema, original, variant.query),
                ),
            )
            for variant in made
        )

    def _pair_of(self, reference: str | None, candidate: str | None) -> Pair | None:
        if reference is None or candidate is None:
            return None
        try:
            right = self.language.parse(reference, self.schema)
            other = self.language.parse(candidate, self.schema)
        except InputError:
            return None
        return Pair(self.language, self.schema, right, other)

    def _fitting(self, query: str | Query, what: str) -> Query:
        parsed = self._parsed(query, what)
        refuse_misfit(self.language, parsed, self.schema, self._text(query), what)
        return parsed

    def _parsed(self, query: str | Query, what: str) -> Query:
        if isinstance(query, Query):
            return query
        refuse_type(what, query, str, "a query as text")
        return parse_named(self.language, query, what, self.schema)

    def _text(self, query: str | Query) -> str:
        return self.language.format(query) if isinstance(query, Query) else query


def workspace(
    source: str | Path | Mapping[str, object],
    language: str | None = None,
    *,
    dialect: str | None = None,
) -> Workspace:
    """The workspace of a schema.

    Args:
        source: A schema: a YAML, JSON or .sql file, a folder, the address of a database; the
            name of a shipped workspace ("shop", "b2b", "streaming"); or what stands in a schema
            file as a dict.
        language: What its queries are written in; `None`: what the schema says, else "cql".
        dialect: Which dialect of it, where the schema does not say it.

    Raises:
        InputError: There is no such file, or it is no schema; says where and why.
    """
    for name, given in (("language", language), ("dialect", dialect)):
        if given is not None:
            refuse_type(name, given, str, f"the name of a {name} as text, or None")
    if isinstance(source, Mapping):
        text = _as_text(cast("Mapping[object, object]", source))
        found, name = _of_text(text, language, dialect), ""
    else:
        place, name = _place(source)
        found = read_schema(place, language=language, dialect=dialect)
    return Workspace(found.language, found.schema, name or found.schema.name, found.document)


def _of_text(text: str, language: str | None, dialect: str | None) -> FoundSchema:
    where = "the schema"
    with read_as(SCHEMA, where):
        document = parse_file(text, Path(where), raises=SchemaError)
        with naming_lines(text):
            return load_document(document, where=where, language=language, dialect=dialect)


def _place(source: object) -> tuple[str | Path, str]:
    """Where a schema is, and the workspace's name if it ships."""
    refuse_type(
        "source", source, (str, Path), "a schema file, the name of a shipped workspace, or a dict"
    )
    if "://" in str(source):
        return str(source), ""
    path = as_path("source", source)
    if str(source) in shipped_datasets() and not path.is_file():
        return shipped_folder(str(source)) / "schema.yaml", str(source)
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        raise InputError(
            f"there is no file {path}, and no such workspace ships with Jurist",
            expected=f"a schema file, or one of {', '.join(shipped_datasets())}",
            fix=nearest_hint(str(path), shipped_datasets()) or "check the path",
        )
    return path, ""


def _as_text(source: Mapping[object, object]) -> str:
    """A dict as a file of it would be, so that it is held to the same bounds."""
    try:
        return msgspec.json.encode(source).decode()
    except (TypeError, ValueError, RecursionError) as error:
        raise SchemaError(
            f"the schema is no document: {error}"[:300],
            expected="what a schema file may say: texts, numbers, lists and dicts",
            fix="give plain values",
        ) from None
