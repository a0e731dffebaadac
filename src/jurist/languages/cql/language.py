"""CQL as a `Language`. Each method imports what it needs, so that naming CQL costs nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from jurist.errors import UnsupportedError
from jurist.languages.base import Arm, Issue, Node, Query, Schema
from jurist.languages.capabilities import Quoted, Refusal, RequestOutline, Style, Variant
from jurist.languages.cql.words import WORDS
from jurist.languages.sources import source_digest
from jurist.languages.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from jurist.languages.capabilities import Imported
    from jurist.languages.cql.schemas.schema import CqlSchema
    from jurist.languages.cql.syntax import CqlQuery
    from jurist.languages.explanations import Explanation
    from jurist.languages.mentions import Mentioned
    from jurist.languages.options import OptionIssue, Options
    from jurist.languages.pictures import Picture
    from jurist.languages.pseudonymizing import ChangeConstant, ChangeText, Compared, SchemaValues
    from jurist.languages.tokens import Token
    from jurist.records import Witness


class CqlLanguage:
    """Segment's audience language; see `Language` for what each method does."""

    @property
    def name(self) -> str:
        """`cql`."""
        return "cql"

    @property
    def version(self) -> str:
        """A digest of the sources that shape verdicts, and of the parser and the solver."""
        return source_digest(
            "jurist.languages",
            without=("english", "explaining", "sql"),
            distributions=("lark", "z3-solver"),
        )

    @property
    def words(self) -> Words:
        """Audiences of customers."""
        return WORDS

    # --- schemas ---

    def load_schema(self, document: Mapping[str, object], *, where: str) -> CqlSchema:
        """A schema from our own format or from a Segment tracking-plan export."""
        from jurist.languages.cql.schemas.schema_file import load_schema

        return load_schema(document, where=where)

    def infer_schema(self, *queries: Query) -> CqlSchema:
        """A schema in which everything may exist, with the names that queries use."""
        from jurist.languages.cql.schemas.schema_file import infer_schema

        return infer_schema(*map(_cql, queries))

    # --- text ---

    def parse(self, text: str, schema: Schema | None = None) -> CqlQuery:  # noqa: ARG002
        """Read a query, or the JSON view of its tree; a schema changes nothing."""
        from jurist.languages.cql.text.parser import parse

        return parse(text)

    def format(self, query: Query) -> str:
        """Canonical text on one line."""
        from jurist.languages.cql.text.printer import format_query

        return format_query(_cql(query))

    def outline(self, query: Query) -> Node:
        """The query as a tree of what it consists of."""
        from jurist.languages.cql.text.outline import outline

        return outline(_cql(query))

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        """All that is wrong with a query under a schema, in the order of the text."""
        from jurist.languages.cql.checking.checker import check

        return check(_cql(query), _schema(schema), text=text)

    # --- meaning ---

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        """The ways to find evidence about a pair."""
        from jurist.languages.cql.arms import arms

        return arms(_cql(reference), _cql(candidate), _schema(schema))

    # --- for people and models ---

    def layout(self, query: Query) -> str:
        """The text on indented lines."""
        from jurist.languages.cql.text.printer import layout

        return layout(_cql(query))

    @property
    def never_listed(self) -> frozenset[str]:
        """Sources of events have ids that only queries name."""
        return frozenset({"source"})

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> CqlQuery:
        """The query with other texts between its quotes."""
        from jurist.languages.cql.quoting import requote

        return requote(_cql(query), change)

    def listed(self, schema: Schema) -> frozenset[Quoted]:
        """The schema's names, and the values of its enums."""
        from jurist.languages.cql.quoting import listed

        return listed(_schema(schema))

    # --- options ---

    def check_options(self, options: Options, schema: Schema) -> tuple[OptionIssue, ...]:
        """What is wrong with an audience's options."""
        from jurist.languages.cql.options import check_options

        return check_options(options, _schema(schema))

    def limits_of(self, options: Options, queries: Sequence[Query]) -> Sequence[str]:
        """What of the options no verdict on these queries looks at, in sentences."""
        from jurist.languages.cql.options import limits_of

        return limits_of(options, tuple(map(_cql, queries)))

    # --- English ---

    @property
    def english_version(self) -> str:
        """A digest of the sources that requests and the texts of queries go through."""
        from jurist.languages.sources import source_digest

        return source_digest(*_ENGLISH)

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:
        """The query in natural English."""
        from jurist.languages.cql.english.writing.describing import describe

        return describe(_cql(query), _schema(schema), style=style, rng=rng)

    def read_request(self, request: str, schema: Schema) -> CqlQuery | Refusal:
        """The audience that a request asks for, or why none was read."""
        from jurist.languages.cql.english.reading.request import NotUnderstood, read

        try:
            return read(request, _schema(schema))
        except NotUnderstood as reason:
            return Refusal(str(reason))

    def outline_request(self, request: str, schema: Schema) -> RequestOutline:
        """What a request names, and the words that remain."""
        from jurist.languages.cql.english.reading.slots import outline

        return outline(request, _schema(schema))

    def fit_request(self, query: Query, known: RequestOutline, asked: RequestOutline) -> CqlQuery:
        """A known request's query with what another request names."""
        from jurist.languages.cql.english.reading.fitting import adapt

        return adapt(_cql(query), known.slots, asked.slots)

    def mentioned(self, query: Query, schema: Schema) -> Mentioned:
        """What a request for an audience has to say."""
        from jurist.languages.cql.english.mentions import mentioned

        return mentioned(_cql(query), _schema(schema))

    @property
    def layouts(self) -> frozenset[str]:
        """Of audiences as Segment's API has them."""
        from jurist.languages.cql.importing import LAYOUT

        return frozenset((LAYOUT,))

    def imported(self, layout: str, folder: Path) -> Iterator[Imported]:  # noqa: ARG002 - the only one
        """The audiences of a space."""
        from jurist.languages.cql.importing import imported

        return imported(folder)

    def primer(self, schema: Schema) -> str:
        """The language on one page; accounts and related records only where the schema has them."""
        from jurist.languages.cql.schemas.schema import AudienceType

        of = _schema(schema)
        return _primer(
            accounts=of.audience_type is AudienceType.ACCOUNTS, entities=bool(of.entities)
        )

    def names(self, schema: Schema) -> Sequence[str]:
        """One line a name that a query may use, in the schema's order."""
        from jurist.languages.cql.text.schema_names import names

        return names(_schema(schema))

    def explain(self, query: Query, schema: Schema, given: Mapping[str, object]) -> Explanation:
        """What each part of the query comes to on a customer or an account."""
        from jurist.languages.cql.explaining.explainer import explain
        from jurist.languages.cql.explaining.inputs import refuse_other_input
        from jurist.languages.cql.schemas.typing import typed
        from jurist.languages.cql.semantics.subjects import Account, subject_from_json

        subject, now = subject_from_json(given)
        refuse_other_input(subject, _cql(query), _schema(schema))
        of = _schema(schema)
        as_read = of.of_accounts if isinstance(subject, Account) else of
        return explain(typed(_cql(query), as_read), of.readings, subject, now)

    def picture(
        self, witness: Witness, reference: Query, candidate: Query, schema: Schema
    ) -> Picture:
        """A customer or an account with its events in lanes."""
        from jurist.languages.cql.explaining.picturing import picture
        from jurist.languages.cql.semantics.subjects import subject_from_json

        subject, now = subject_from_json(witness.input)
        explained = (self.explain(query, schema, witness.input) for query in (reference, candidate))
        return picture(witness, subject, now, *explained)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Strings, numbers, joining words and calls."""
        from jurist.languages.cql.explaining.highlighting import tokens

        return tokens(text)

    # --- other queries ---

    def renameable(
        self, document: Mapping[str, object], queries: Iterable[Query]
    ) -> tuple[str, ...]:
        """The names that queries and a schema file share."""
        from jurist.languages.cql.renaming import renameable

        return renameable(document, map(_cql, queries))

    def renamed(self, query: Query, names: Mapping[str, str]) -> CqlQuery:
        """The query under other names."""
        from jurist.languages.cql.renaming import renamed

        return renamed(_cql(query), names)

    def renamed_document(
        self, document: Mapping[str, object], names: Mapping[str, str]
    ) -> Mapping[str, object]:
        """The schema file under other names."""
        from jurist.languages.cql.renaming import renamed_document

        return renamed_document(document, names)

    def compared(self, query: Query, schema: Schema) -> Compared:
        """What an audience compares."""
        from jurist.languages.cql.pseudonymizing.queries import compared

        return compared(_cql(query), _schema(schema))

    def with_constants(self, query: Query, schema: Schema, change: ChangeConstant) -> CqlQuery:
        """The query with other constants."""
        from jurist.languages.cql.pseudonymizing.queries import with_constants

        return with_constants(_cql(query), _schema(schema), change)

    def schema_values(self, schema: Schema) -> SchemaValues:
        """Enums, bounds, `now`."""
        from jurist.languages.cql.pseudonymizing.schemas import schema_values

        return schema_values(_schema(schema))

    def with_schema_values(
        self, schema: Schema, change: ChangeConstant, describe: ChangeText
    ) -> CqlSchema:
        """The schema with other values."""
        from jurist.languages.cql.pseudonymizing.schemas import with_schema_values

        return with_schema_values(_schema(schema), change, describe)

    def with_names(self, query: Query, schema: Schema, change: ChangeText) -> CqlQuery:  # noqa: ARG002
        """The query under other names; a schema changes nothing."""
        from jurist.languages.cql.pseudonymizing.queries import with_names

        return with_names(_cql(query), change)

    def schema_with_names(self, schema: Schema, change: ChangeText) -> CqlSchema:
        """The schema under other names."""
        from jurist.languages.cql.pseudonymizing.schemas import schema_with_names

        return schema_with_names(_schema(schema), change)

    @property
    def operators(self) -> frozenset[str]:
        """Of mutants and of rewrites."""
        from jurist.languages.cql.edits.mutations import MUTATIONS
        from jurist.languages.cql.edits.rewrites import REWRITES

        return frozenset(edit.name for edit in (*MUTATIONS, *REWRITES))

    @property
    def reorderings(self) -> frozenset[str]:
        """Rewrites that change nothing but an order."""
        return frozenset({"commute"})

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants that mean the same."""
        from jurist.languages.cql.variants import rewrites

        return rewrites(_cql(query), _schema(schema))

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants by named operators."""
        from jurist.languages.cql.variants import mutants

        return mutants(_cql(query), _schema(schema))


_ENGLISH = (
    *(f"jurist.languages.cql.{part}" for part in ("english", "text", "schemas", "checking")),
    *(f"jurist.languages.cql:{part}.py" for part in ("syntax", "operators", "tree", "quoting")),
    "jurist.languages:mistakes.py",
    "jurist.languages:nearest.py",
)
_ONLY_WHERE = re.compile(r"(?:\{(?P<what>\w+)\} )?(?P<text>.*)")
"""A line of the primer, which may begin with what a schema must have for it to be shown."""


@cache
def _primer(*, accounts: bool, entities: bool) -> str:
    from importlib.resources import files

    has = {"accounts": accounts, "entities": entities}
    text = files("jurist.languages.cql").joinpath("primer.md").read_text(encoding="utf-8")
    lines = [_ONLY_WHERE.match(line) for line in text.splitlines()]
    return "\n".join(line["text"] for line in lines if line and has.get(line["what"], True))


def _cql(query: Query) -> CqlQuery:
    from jurist.languages.cql.syntax import CqlQuery

    if not isinstance(query, CqlQuery):
        raise UnsupportedError(
            f"a {type(query).__name__} is not a CQL query",
            expected="a query of the language `cql`",
            fix="parse it with the language `cql`",
        )
    return query


def _schema(schema: Schema) -> CqlSchema:
    from jurist.languages.cql.schemas.schema import CqlSchema

    if not isinstance(schema, CqlSchema):
        raise UnsupportedError(
            f"a {type(schema).__name__} is not a CQL schema",
            expected="a schema of the language `cql`",
            fix="load it with the language `cql`",
        )
    return schema
