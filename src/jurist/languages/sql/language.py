"""SQL as a `Language`. Each method imports what it needs, so that naming SQL costs nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.errors import UnsupportedError
from jurist.languages.base import Arm, Issue, Node, Query, Schema
from jurist.languages.capabilities import (
    Grid,
    Imported,
    Quoted,
    Refusal,
    RequestOutline,
    Style,
    Variant,
)
from jurist.languages.doubts import Doubt
from jurist.languages.sources import source_digest
from jurist.languages.sql.words import WORDS
from jurist.languages.words import Words
from jurist.records import Witness

if TYPE_CHECKING:
    from jurist.languages.mentions import Mentioned
    from jurist.languages.pictures import Picture
    from jurist.languages.pseudonymizing import ChangeConstant, ChangeText, Compared, SchemaValues
    from jurist.languages.sql.query import SqlQuery
    from jurist.languages.sql.schemas.schema import SqlSchema
    from jurist.languages.tokens import Token


class SqlLanguage:
    """SQL in its dialects; see `Language` for what each method does."""

    @property
    def name(self) -> str:
        """`sql`."""
        return "sql"

    @property
    def version(self) -> str:
        """A digest of the sources that shape verdicts, and of the parser and the engines."""
        return source_digest(
            "jurist.languages",
            without=("cql", "english", "pseudonymizing", "showing"),
            distributions=("sqlglot", "z3-solver", "duckdb"),
        )

    @property
    def words(self) -> Words:
        """Results of queries on databases."""
        return WORDS

    # --- schemas ---

    def load_schema(self, document: Mapping[str, object], *, where: str) -> SqlSchema:
        """A schema from our own format, which holds its DDL."""
        from jurist.languages.sql.schemas.documents import load_schema

        return load_schema(document, where=where)

    def finds_schema(self, source: str) -> bool:
        """Whether it is a file of DDL, a dataset's layout or a database."""
        from jurist.languages.sql.schemas.files import finds

        return finds(source)

    def schema_document(self, source: str, *, dialect: str | None = None) -> Mapping[str, object]:
        """Our own format of what is found."""
        from jurist.languages.sql.schemas.files import document_of

        return document_of(source, dialect)

    def infer_schema(self, *queries: Query) -> SqlSchema:
        """The tables and columns that queries name, with types as they use them."""
        from jurist.languages.sql.schemas.inferring import infer_schema

        return infer_schema(*map(_sql, queries))

    @property
    def layouts(self) -> frozenset[str]:
        """Of the public sets."""
        from jurist.languages.sql.importing import LAYOUTS

        return frozenset(LAYOUTS)

    def imported(self, layout: str, folder: Path) -> Iterator[Imported]:
        """The datasets of a public set."""
        from jurist.languages.sql.importing import imported

        return imported(layout, folder)

    # --- text ---

    def parse(self, text: str, schema: Schema | None = None) -> SqlQuery:
        """Read a query in the schema's dialect; in the standard's without one."""
        from jurist.languages.sql.text.parsing import parse

        return parse(text, None if schema is None else _schema(schema))

    def format(self, query: Query) -> str:
        """Canonical text on one line."""
        return _sql(query).text

    def layout(self, query: Query) -> str:
        """The text on indented lines."""
        from jurist.languages.sql.text.writing import laid_out

        return laid_out(_sql(query))

    def outline(self, query: Query) -> Node:
        """The query as a tree of what it consists of."""
        from jurist.languages.sql.text.outline import outline

        return outline(_sql(query))

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        """All that is wrong with a query under a schema, in the order of the text."""
        from jurist.languages.sql.text.checking import check

        return check(_sql(query), _schema(schema), text=text)

    # --- meaning ---

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        """The ways to find evidence about a pair."""
        from jurist.languages.sql.arms import arms

        return arms(_sql(reference), _sql(candidate), _schema(schema))

    def tables(self, witness: Witness) -> Sequence[Grid]:
        """The tables of a database."""
        from jurist.languages.sql.witnesses.showing import grids_of

        return grids_of(witness.input)

    # --- other queries ---

    @property
    def operators(self) -> frozenset[str]:
        """Of mutants and of rewrites."""
        from jurist.languages.sql.variants import mutations, rewrites

        return frozenset(mutations.OPERATORS) | frozenset(rewrites.OPERATORS)

    @property
    def reorderings(self) -> frozenset[str]:
        """Rewrites that change nothing but an order."""
        from jurist.languages.sql.variants.rewriting import REORDERINGS

        return REORDERINGS

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants that mean the same."""
        from jurist.languages.sql.variants.rewrites import rewrites

        return rewrites(_sql(query), _schema(schema))

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants by named operators."""
        from jurist.languages.sql.variants.mutations import mutants

        return mutants(_sql(query), _schema(schema))

    # --- for people and models ---

    @property
    def never_listed(self) -> frozenset[str]:
        """Aliases are the query's own."""
        return frozenset({"alias"})

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> SqlQuery:
        """The query with other names and texts."""
        from jurist.languages.sql.text.quoting import requote

        return requote(_sql(query), change)

    def listed(self, schema: Schema) -> frozenset[Quoted]:
        """The schema's tables and columns, and the values that columns may have."""
        from jurist.languages.sql.text.quoting import listed

        return listed(_schema(schema))

    def compared(self, query: Query, schema: Schema) -> Compared:
        """What a query compares."""
        from jurist.languages.sql.pseudonymizing.comparing import compared

        return compared(_sql(query), _schema(schema))

    def with_constants(self, query: Query, schema: Schema, change: ChangeConstant) -> SqlQuery:
        """The query with other constants."""
        from jurist.languages.sql.pseudonymizing.comparing import with_constants

        return with_constants(_sql(query), _schema(schema), change)

    def schema_values(self, schema: Schema) -> SchemaValues:
        """Enums, ranges, checks."""
        from jurist.languages.sql.pseudonymizing.schema_values import schema_values

        return schema_values(_schema(schema))

    def with_schema_values(
        self, schema: Schema, change: ChangeConstant, describe: ChangeText
    ) -> SqlSchema:
        """The schema with other values."""
        from jurist.languages.sql.pseudonymizing.schema_values import with_schema_values

        return with_schema_values(_schema(schema), change, describe)

    def with_names(self, query: Query, schema: Schema, change: ChangeText) -> SqlQuery:
        """The query under other names."""
        from jurist.languages.sql.pseudonymizing.naming import with_names

        return with_names(_sql(query), _schema(schema), change)

    def schema_with_names(self, schema: Schema, change: ChangeText) -> SqlSchema:
        """The schema under other names."""
        from jurist.languages.sql.pseudonymizing.naming import schema_with_names

        return schema_with_names(_schema(schema), change)

    def primer(self, schema: Schema) -> str:
        """The dialect on a page."""
        from jurist.languages.sql.teaching import primer

        return primer(_schema(schema).dialect)

    def names(self, schema: Schema) -> Sequence[str]:
        """One line a table: its columns, keys and references."""
        from jurist.languages.sql.english.lines import lines_of

        return lines_of(_schema(schema))

    def relevant_names(self, schema: Schema, text: str, *, limit: int) -> Sequence[str]:
        """The tables that a text is about, and those that join them."""
        from jurist.languages.sql.english.linking import relevant_lines

        return relevant_lines(_schema(schema), text, limit=limit)

    # --- English ---

    @property
    def english_version(self) -> str:
        """A digest of the sources that requests and the texts of queries go through."""
        return source_digest(*_ENGLISH, distributions=("sqlglot",))

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:
        """The query in English, in a grammar that `read_request` reads."""
        from jurist.languages.sql.english.describing import describe

        return describe(_sql(query), _schema(schema), style=style, rng=rng)

    def read_request(self, request: str, schema: Schema) -> SqlQuery | Refusal:
        """The query that a sentence of the grammar asks for, or why it is none."""
        from jurist.languages.sql.english.cursors import NotUnderstood
        from jurist.languages.sql.english.reading import read

        try:
            return read(request, _schema(schema))
        except NotUnderstood as reason:
            return Refusal(str(reason))

    def outline_request(self, request: str, schema: Schema) -> RequestOutline:
        """The values that a request names, and the words that remain."""
        from jurist.languages.sql.english.slots import outline

        return outline(request, _schema(schema))

    def fit_request(self, query: Query, known: RequestOutline, asked: RequestOutline) -> SqlQuery:
        """A known request's query with the values that another request names."""
        from jurist.languages.sql.english.fitting import adapt

        return adapt(_sql(query), known.slots, asked.slots)

    def mentioned(self, query: Query, schema: Schema) -> Mentioned:
        """What a request for a query's rows has to say."""
        from jurist.languages.sql.english.mentions import mentioned

        return mentioned(_sql(query), _schema(schema))

    def picture(
        self, witness: Witness, reference: Query, candidate: Query, schema: Schema
    ) -> Picture:
        """A database: its tables, and both results beside each other."""
        from jurist.languages.sql.showing.picturing import picture

        return picture(witness, _sql(reference), _sql(candidate), _schema(schema))

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Keywords, names, strings, numbers and calls."""
        from jurist.languages.sql.showing.highlighting import tokens

        return tokens(text)

    def lint(self, query: Query, schema: Schema, *, text: str) -> tuple[Doubt, ...]:
        """What is doubtful in a query, in the order of its text."""
        from jurist.languages.sql.lint.linting import lint

        return lint(_sql(query), _schema(schema), text=text)

    def repairs(self, schema: Schema) -> tuple[Doubt, ...]:
        """Facts that are declared and hardly meant."""
        from jurist.languages.sql.schemas.repairs import doubts

        return doubts(_schema(schema))


_ENGLISH = (
    *(f"jurist.languages.sql.{part}" for part in ("english", "text", "algebra", "schemas")),
    *(f"jurist.languages.sql:{name}.py" for name in ("dialects", "query", "values")),
)


def _sql(query: Query) -> SqlQuery:
    from jurist.languages.sql.query import SqlQuery

    if not isinstance(query, SqlQuery):
        raise UnsupportedError(
            f"a {type(query).__name__} is not a SQL query",
            expected="a query of the language `sql`",
            fix="parse it with the language `sql`",
        )
    return query


def _schema(schema: Schema) -> SqlSchema:
    from jurist.languages.sql.schemas.schema import SqlSchema

    if not isinstance(schema, SqlSchema):
        raise UnsupportedError(
            f"a {type(schema).__name__} is not a SQL schema",
            expected="a schema of the language `sql`",
            fix="load it with the language `sql`",
        )
    return schema
