"""The rows that a request is about, as the FROM of a query, in which keys lead to columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.english.cursors import Cursor, TokenKind
from jurist.languages.sql.english.nouns import Noun, Nouns, TableNouns, singular_of
from jurist.languages.sql.schemas.schema import ForeignKey
from jurist.languages.sql.text.grammars import grammar
from jurist.languages.sql.text.names import is_plain

_LONGEST_PATH: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A source of a query."""

    nouns: TableNouns
    alias: str


@dataclass(frozen=True, slots=True)
class _Join:
    """How a source joins those before it: along a foreign key; a root joins none."""

    place: Place
    key: ForeignKey | None = None
    child: str = ""
    parent: str = ""
    """The aliases of the sources that hold the key and the row that it leads to."""
    optional: bool = False
    """Whether there may be no such row where the row that it joins is there."""


@dataclass
class Frame:
    """The sources of one SELECT while it is read; joins come as they are asked for."""

    names: Iterator[str]
    nouns: Nouns
    outer: Frame | None = None
    roots: dict[str, Place] = field(default_factory=dict[str, Place])
    """By their letters; a root that is the only one has none."""
    downs: dict[Noun, Place] = field(default_factory=dict[Noun, Place])
    known: set[str] = field(default_factory=set[str])
    """Columns that are said to be known in every row that counts."""
    _followed: dict[tuple[str, ForeignKey], Place] = field(
        default_factory=dict[tuple[str, ForeignKey], Place]
    )
    _joins: list[_Join] = field(default_factory=list[_Join])

    def add_root(self, nouns: TableNouns, letter: str = "") -> Place:
        """Rows of a table, beside those that there are."""
        place = Place(nouns, next(self.names))
        self.roots[letter] = place
        self._joins.append(_Join(place))
        return place

    def add_down(self, nouns: TableNouns, key: ForeignKey, *, optional: bool) -> None:
        """The rows of another table that a foreign key ties to those of the root."""
        root = next(iter(self.roots.values()))
        place = Place(nouns, next(self.names))
        self.downs[nouns.singular] = place
        self._joins.append(_Join(place, key, place.alias, root.alias, optional))

    def follow(self, place: Place, key: ForeignKey) -> Place:
        """The row that a foreign key leads to."""
        known = self._followed.get((place.alias, key))
        if known is not None:
            return known
        columns = [place.nouns.table.column(name) for name in key.columns]
        optional = any(column is None or column.nullable for column in columns)
        found = Place(self.nouns.of(key.table), next(self.names))
        self._followed[place.alias, key] = found
        self._joins.append(_Join(found, key, place.alias, found.alias, optional))
        return found

    @property
    def text(self) -> str:
        """The FROM, without the word."""
        first, *rest = self._joins
        said = [self._source(first.place)]
        always = {first.place.alias}
        for join in rest:
            if join.key is None:
                said.append(f"CROSS JOIN {self._source(join.place)}")
                always.add(join.place.alias)
                continue
            pairs = zip(join.key.columns, join.key.parents, strict=True)
            mine = {f"{join.child}.{self.quote(name)}" for name in join.key.columns}
            before = join.child if join.place.alias == join.parent else join.parent
            # a key that is known leads to a row: nothing is lost by an inner join
            inner = mine <= self.known or (before in always and not join.optional)
            on = " AND ".join(
                f"{join.parent}.{self.quote(theirs)} = {join.child}.{self.quote(own)}"
                for own, theirs in pairs
            )
            said.append(f"{'JOIN' if inner else 'LEFT JOIN'} {self._source(join.place)} ON {on}")
            always |= {join.place.alias} if inner else set()
        return " ".join(said)

    def _source(self, place: Place) -> str:
        return f"{self.quote(place.nouns.table.name)} AS {place.alias}"

    def quote(self, name: str) -> str:
        """A name as it stands in the query."""
        return quoted(name, self.nouns.schema.dialect)

    # --- columns ---

    def column(self, cursor: Cursor) -> str | None:
        """The column that is named here, the longest name first; the cursor goes past it."""
        start = cursor.at + cursor.stands("the")
        for noun, at in cursor.nouns(start):
            for path, owner, end in self._paths(cursor, at, _LONGEST_PATH):
                column = self._resolved(noun, path, owner)
                if column is not None:
                    cursor.at = end
                    return column
        return None

    def _paths(
        self, cursor: Cursor, at: int, left: int
    ) -> Iterator[tuple[tuple[Noun, ...], tuple[str, Noun], int]]:
        """Ways to read "of the ..." from a place on, the longest first.

        Each with whose it is in the end: of the root, of a letter, or of "this" row around.
        """
        if cursor.stands("of this", at):
            for noun, end in cursor.nouns(at + 2):
                if noun in self.nouns.singular:
                    yield (), ("this", noun), end
        if cursor.stands("of", at) and at + 1 < cursor.end:
            token = cursor.tokens[at + 1]
            if token.kind is TokenKind.WORD and len(token.text) == 1 and token.text.isupper():
                yield (), (token.text, ()), at + 2
        if cursor.stands("of the", at) and left:
            for noun, after in cursor.nouns(at + 2):
                if noun in self.nouns.leading:
                    for rest, owner, end in self._paths(cursor, after, left - 1):
                        yield (noun, *rest), owner, end
        yield (), ("", ()), at

    def _resolved(self, noun: Noun, path: tuple[Noun, ...], owner: tuple[str, Noun]) -> str | None:
        frame, place = self._owner(*owner)
        if frame is None or place is None:
            return None
        steps = list(reversed(path))
        if steps and steps[0] in frame.downs and place is next(iter(frame.roots.values())):
            place = frame.downs[steps.pop(0)]
        keys: list[ForeignKey] = []
        nouns = place.nouns
        for step in steps:
            key = nouns.roles.get(step)
            if key is None:
                return None
            keys.append(key)
            nouns = self.nouns.of(key.table)
        *before, last = noun
        column = nouns.columns.get(noun) or nouns.columns.get((*before, singular_of(last)))
        if column is None:
            return None
        for key in keys:
            place = frame.follow(place, key)
        return f"{place.alias}.{self.quote(column.name)}"

    def _owner(self, whose: str, noun: Noun) -> tuple[Frame | None, Place | None]:
        if not whose:
            return self, self.roots.get("")
        frame = self.outer if whose == "this" else self
        while frame is not None:
            if whose == "this":
                root = frame.roots.get("")
                if root is not None and root.nouns.singular == noun:
                    return frame, root
            elif whose in frame.roots:
                return frame, frame.roots[whose]
            frame = frame.outer
        return None, None


def quoted(name: str, dialect: Dialect) -> str:
    """A name as it stands in a query of a dialect."""
    return exp.to_identifier(name, quoted=not is_plain(name)).sql(dialect=grammar(dialect))
