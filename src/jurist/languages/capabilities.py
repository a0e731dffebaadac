"""What a language may offer beyond what every one has: asked for with `isinstance`.

Who cannot do without one calls `require(...)`, which says what is missing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from jurist.errors import UnsupportedError
from jurist.languages.base import Language, Query, Schema
from jurist.languages.explanations import Explanation
from jurist.languages.mentions import Mentioned
from jurist.languages.pictures import Picture
from jurist.languages.tokens import Token
from jurist.records import Case, Evidence, Witness

CapabilityT = TypeVar("CapabilityT")


def require(
    language: Language, capability: type[CapabilityT], *, needed_by: str, fix: str = ""
) -> CapabilityT:
    """The language as one that has a capability.

    Args:
        language: Any.
        capability: A protocol of this module.
        needed_by: Who cannot do without it, for the error.
        fix: What to do instead.

    Raises:
        UnsupportedError: It has not.
    """
    if isinstance(language, capability):
        return language
    raise UnsupportedError(
        f"the language {language.name!r} has no {capability.__name__}, which {needed_by} needs",
        expected="a language with this capability",
        fix=fix or "use a language that has it, or add it to this one",
    )


# --- English --------------------------------------------------------------------------------


class Style(StrEnum):
    """How a query is said in English."""

    TERSE = "terse"
    """As people note it down."""
    CONVERSATIONAL = "conversational"
    """In whole sentences."""
    INDIRECT = "indirect"
    """In other words than the schema's own, where there are such words."""


@runtime_checkable
class SpeaksEnglish(Protocol):
    """From a query to a request."""

    @property
    def english_version(self) -> str:
        """A digest of all that shapes the language's English, said and read (hex).

        It stands in the keys of questions and answers, where the language's own version does not:
        what changes proofs alone makes no question and no answer anew.
        """
        ...

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:
        """Say everything the query says, in natural English.

        Which of several wordings is taken is up to `rng` alone.

        Raises:
            UnsupportedError: There is something in this query that it cannot say.
        """
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """What a request names in a place."""

    kind: str
    """Its kind, as one word that no request has: it stands for the slot in the outline."""
    value: int | Decimal | str


@dataclass(frozen=True, slots=True)
class RequestOutline:
    """A request with each slot replaced by its kind, and the slots in order.

    Two requests that differ in their slots alone ask for queries of the same shape.
    """

    masked: str
    slots: tuple[Slot, ...] = ()

    @property
    def shape(self) -> tuple[str, ...]:
        """The slots' kinds, sorted: equal where two requests have as many of each."""
        return tuple(sorted(slot.kind for slot in self.slots))


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a request asks for what cannot be built, or for nothing that is known."""

    reason: str


@runtime_checkable
class ReadsEnglish(Protocol):
    """From a request to a query."""

    @property
    def english_version(self) -> str:
        """As in `SpeaksEnglish`."""
        ...

    def read_request(self, request: str, schema: Schema) -> Query | Refusal:
        """The query that a request asks for, which `check` need not accept; or why none is read."""
        ...

    def outline_request(self, request: str, schema: Schema) -> RequestOutline:
        """What a request names, and the words that remain."""
        ...

    def fit_request(self, query: Query, known: RequestOutline, asked: RequestOutline) -> Query:
        """A known request's query with what another request names; `check` need not accept it."""
        ...


@runtime_checkable
class Mentions(Protocol):
    """Says what a request for a query has to say; `Quotes` lists what else could be said."""

    def mentioned(self, query: Query, schema: Schema) -> Mentioned:
        """The names, values, numbers, times and negations of a query.

        Raises:
            UnsupportedError: It has something whose parts cannot be told.
        """
        ...


@runtime_checkable
class Explains(Protocol):
    """From a query and an input to what each part of the query comes to."""

    def explain(self, query: Query, schema: Schema, given: Mapping[str, object]) -> Explanation:
        """The query on an input, as a witness holds it.

        It never disagrees with what the query gives on the input: each node's value and truth
        are what the language itself finds for it.

        Raises:
            InputError: The input is none of this language.
            OutOfSteps: The steps were used up, where something limits them.
        """
        ...


@runtime_checkable
class PicturesWitnesses(Protocol):
    """From a witness to a picture that any page draws."""

    def picture(
        self, witness: Witness, reference: Query, candidate: Query, schema: Schema
    ) -> Picture:
        """The witness as both queries see it, bounded, with what was left out said.

        Its outcomes are the witness's; all else in it is what the language itself gives for
        each part, so that nothing in the picture contradicts them.

        Raises:
            InputError: The witness's input is none of this language.
            OutOfSteps: The steps were used up, where something limits them.
        """
        ...


@runtime_checkable
class Highlights(Protocol):
    """Tells the kinds of a text's words."""

    def tokens(self, text: str) -> Sequence[Token]:
        """The whole text in pieces, in order; any text has such, also one that does not parse."""
        ...


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of an input."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    """Cells as JSON has them."""


@runtime_checkable
class TabulatesWitnesses(Protocol):
    """The tables that a witness's input consists of, for a terminal."""

    def tables(self, witness: Witness) -> Sequence[Grid]:
        """Each with its rows, in order; those without rows too."""
        ...


# --- other queries --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variant:
    """A query made from another one by a named operator, with the evidence that certifies it."""

    operator: str
    query: Query
    evidence: Evidence


@runtime_checkable
class Mutates(Protocol):
    """Makes variants of a query by named operators."""

    @property
    def operators(self) -> Collection[str]:
        """All operators, of mutants and of rewrites."""
        ...

    @property
    def reorderings(self) -> Collection[str]:
        """The operators of rewrites that change nothing but an order that means nothing."""
        ...

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants proved to mean the same."""
        ...

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        """Variants whose evidence says whether they differ."""
        ...


# --- datasets -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """A dataset as another project lays it out, in our own form."""

    name: str
    schema: Mapping[str, object]
    """What `load_schema` reads."""
    cases: Sequence[Case]


@runtime_checkable
class Imports(Protocol):
    """Reads the datasets of other projects."""

    @property
    def layouts(self) -> Collection[str]:
        """The names of the projects' layouts."""
        ...

    def imported(self, layout: str, folder: Path) -> Iterator[Imported]:
        """The datasets of a folder.

        Raises:
            InputError: It is not laid out so, or something in it cannot be read.
        """
        ...


# --- schemas --------------------------------------------------------------------------------


@runtime_checkable
class FindsSchemas(Protocol):
    """Reads schemas from what is no YAML or JSON file: another format, a folder, an address.

    What it finds becomes a document, which is kept with the results that rest on it.
    """

    def finds_schema(self, source: str) -> bool:
        """Whether this is such a schema, by its name or by how it begins."""
        ...

    def schema_document(self, source: str, *, dialect: str | None = None) -> Mapping[str, object]:
        """What `load_schema` reads of it.

        Args:
            source: A file, a folder or an address that is found.
            dialect: What queries are written in, where the source does not say it.

        Raises:
            InputError: It cannot be read, or there is no such dialect.
        """
        ...


# --- text -----------------------------------------------------------------------------------

VALUE = "text"
"""The kind of a quoted text that is no name but a value."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that a query quotes, and what it names there: `event`, `table`, ... or `VALUE`."""

    text: str
    kind: str


@runtime_checkable
class Quotes(Protocol):
    """Says what a query's quoted texts are, and puts others in their places."""

    @property
    def never_listed(self) -> Collection[str]:
        """The kinds of names that no schema lists, such as the ids of sources."""
        ...

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> Query:
        """The query with what `change` makes of each text that it quotes, in written order."""
        ...

    def listed(self, schema: Schema) -> Collection[Quoted]:
        """The names that the schema lists, and the values that a name may have where it says so."""
        ...


@runtime_checkable
class Renames(Protocol):
    """Calls the same things otherwise, in queries and in the document of their schema."""

    def renameable(
        self, document: Mapping[str, object], queries: Iterable[Query]
    ) -> tuple[str, ...]:
        """The names that the queries use and that can be others throughout, sorted."""
        ...

    def renamed(self, query: Query, names: Mapping[str, str]) -> Query:
        """The query under other names; those that are not among them stay."""
        ...

    def renamed_document(
        self, document: Mapping[str, object], names: Mapping[str, str]
    ) -> Mapping[str, object]:
        """What `load_schema` reads, under other names."""
        ...


@runtime_checkable
class LaysOut(Protocol):
    """Breaks a query's canonical text over indented lines."""

    def layout(self, query: Query) -> str:
        """The text for people."""
        ...


@runtime_checkable
class Teaches(Protocol):
    """Tells a model what it must know to read and write the language."""

    def primer(self, schema: Schema) -> str:
        """The language in a few hundred tokens; what the schema has no use for is left out."""
        ...

    def names(self, schema: Schema) -> Sequence[str]:
        """One line a name (events, tables, ...) that a prompt can carry, in order."""
        ...


@runtime_checkable
class Links(Protocol):
    """Finds the part of a schema that a text is about, where lines on their own do not do."""

    def relevant_names(self, schema: Schema, text: str, *, limit: int) -> Sequence[str]:
        """Lines such as `names` has, within so many characters with their line ends.

        What is kept can be used together, such as tables with those that join them. A last line
        says what was left out.
        """
        ...
