"""A list of verdicts as its address has it: filters, search, order and page.

`/runs/ID?judge=&generator=&level=&relation=&origin=&dataset=&outcome=&method=&kind=&sample=&tag=&q=&sort=&page=`;
a value repeated means or, a tag repeated means both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from jurist.columns import CONSTRUCT, Columns, Dimension, Filters, Sort, tags_in
from jurist.errors import InputError
from jurist.web.names import require_known
from jurist.web.urls import with_query

PER_PAGE: Final = 50
MOST_TEXT: Final = 500
"""Characters of a search."""
_MOST_PAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What of a run's verdicts is shown, and in which order."""

    values: Mapping[Dimension, tuple[str, ...]] = field(
        default_factory=dict[Dimension, tuple[str, ...]]
    )
    tags: tuple[str, ...] = ()
    text: str = ""
    sort: Sort = Sort.WORST
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.values or self.tags or self.text)

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * PER_PAGE

    def filters(self) -> Filters:
        """What rows must be."""
        values = {name: frozenset(given) for name, given in self.values.items()}
        return Filters(values, frozenset(self.tags), self.text)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The query of its address, without what goes without saying."""
        for dimension in Dimension:
            yield from ((dimension.value, value) for value in self.values.get(dimension, ()))
        yield from (("tag", tag) for tag in self.tags)
        if self.text:
            yield "q", self.text
        if self.sort is not Sort.WORST:
            yield "sort", self.sort.value
        if self.page > 1:
            yield "page", str(self.page)

    def url(self, path: str) -> str:
        """The address of a page that shows it, at the list."""
        return f"{with_query(path, self.pairs())}#list"

    def chosen(self, dimension: Dimension, value: str) -> bool:
        """Whether a value is asked for."""
        return value in self.values.get(dimension, ())

    def toggled(self, dimension: Dimension, value: str) -> Listing:
        """With a value asked for that was not, or the other way round."""
        given = self.values.get(dimension, ())
        left = tuple(each for each in given if each != value)
        values = dict(self.values)
        values[dimension] = (*given, value) if left == given else left
        if not values[dimension]:
            del values[dimension]
        return replace(self, values=values, page=1)

    def toggled_tag(self, tag: str) -> Listing:
        """With a tag asked for that was not, or the other way round."""
        left = tuple(each for each in self.tags if each != tag)
        return replace(self, tags=left if left != self.tags else (*self.tags, tag), page=1)

    def without_text(self) -> Listing:
        """Without the search."""
        return replace(self, text="", page=1)

    def cleared(self) -> Listing:
        """Without any filter, in the same order."""
        return Listing(sort=self.sort)

    def at(self, page: int) -> Listing:
        """Another page of it."""
        return replace(self, page=page)


def read_listing(query: Iterable[tuple[str, str]], columns: Columns) -> Listing:
    """The list that an address asks for; names that are not its own are passed over.

    Args:
        query: Names and values, as the address has them; empty ones say nothing.
        columns: Of the run.

    Raises:
        MissingError: A value is not one of the run's, an order is none.
        InputError: The search is too long, the page is no number.
    """
    given: dict[str, dict[str, None]] = {}
    for name, value in query:
        if value:
            given.setdefault(name, {})[value] = None
    values: dict[Dimension, tuple[str, ...]] = {}
    for dimension in Dimension:
        wanted = tuple(given.get(dimension.value, ()))
        for value in wanted:
            require_known(dimension.value, value, columns.values[dimension])
        if wanted:
            values[dimension] = wanted
    tags = tuple(given.get("tag", ()))
    for tag in tags:
        if columns.sorting is not None or not tag.startswith(CONSTRUCT):
            require_known("tag", tag, tags_in(columns))
    sort = _last(given, "sort") or Sort.WORST.value
    require_known("order", sort, tuple(Sort))
    text = _last(given, "q").strip()
    if len(text) > MOST_TEXT:
        raise InputError(
            f"the search is {len(text):,} characters long",
            expected=f"at most {MOST_TEXT}",
            fix="search for a part of it",
        )
    return Listing(values, tags, text, Sort(sort), page_number(_last(given, "page")))


def _last(given: Mapping[str, Mapping[str, None]], name: str) -> str:
    return next(reversed(list(given.get(name, ()))), "")


def page_number(text: str) -> int:
    """The page that an address names, the first where it names none."""
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text[:20]) <= _MOST_PAGE:
        raise InputError(
            f"there is no page {text[:50]!r}", expected="a number from 1", fix="leave `page` out"
        )
    return int(text)
