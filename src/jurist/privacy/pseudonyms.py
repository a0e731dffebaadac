"""A workspace's queries, schema and prose as pseudonyms, and what comes back revealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from jurist.errors import InputError
from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import require
from jurist.languages.pseudonymizing import (
    Compared,
    Constant,
    ConstantKind,
    Pseudonymizes,
    Value,
)
from jurist.privacy.cipher import TextCipher
from jurist.privacy.classes import Classes
from jurist.privacy.dates import moved, moved_by
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.guard import guard
from jurist.privacy.key import Key
from jurist.privacy.levels import Level
from jurist.privacy.meeting import Meeting
from jurist.privacy.scales import Scale
from jurist.privacy.vocabulary import Vocabulary, name_parts, words_of

_EXACT_DIGITS: Final = 15
"""Of decimals: what a binary floating-point number of 64 bits keeps."""
_READ_OTHERWISE: Final = "with pseudonyms it would be read otherwise"


class Pseudonyms:
    """What stands for the values and names of a workspace, for one key: no table, no state.

    The same text has the same pseudonym wherever it stands, for all workspaces of a key;
    numbers have theirs by class (see `Classes`), which depend on `queries`.

    Args:
        key: Whose pseudonyms they are.
        level: What is hidden. At `off` (and `nothing leaves`) values of sensitive places only.
        language: Of the queries.
        schema: Of the workspace, as it is.
        queries: The dataset's queries: places that they compare are scaled alike. The same
            in a whole run, or numbers change.

    Raises:
        UnsupportedError: The language cannot put other constants into queries.
    """

    def __init__(
        self,
        key: Key,
        level: Level,
        language: Language,
        schema: Schema,
        queries: Iterable[Query] = (),
    ) -> None:
        self.level = level
        self.language = language
        self.original = schema
        self._puts = require(language, Pseudonymizes, needed_by=f"the level of privacy {level!r}")
        self._values = self._puts.schema_values(schema)
        self._known = [self._puts.compared(query, schema) for query in queries]
        self._cipher = TextCipher(key)
        self._moved_by = moved_by(key)
        self._classes = Classes(key, self._values, self._known)

    @property
    def hides_anything(self) -> bool:
        """Whether there is anything to hide: else all goes out as it is."""
        return self._hides_all or bool(self._values.sensitive)

    # --- what goes out ---

    @cached_property
    def schema(self) -> Schema:
        """The schema as it may leave.

        Raises:
            NotCarriedError: It says of values what pseudonyms cannot carry.
        """
        valued = self._valued_schema
        if self.level is not Level.VALUES_AND_NAMES:
            return valued
        return self._puts.schema_with_names(valued, self._put_name)

    def query(self, query: Query) -> Query:
        """A query as it may leave; see `queries`."""
        return self.queries(query)[0]

    def queries(self, *queries: Query) -> tuple[Query, ...]:
        """Queries that are looked at together, such as a reference and an answer.

        Raises:
            NotCarriedError: Their pseudonyms would mean something else, or relate otherwise.
        """
        if not self.hides_anything:
            return queries
        compared = [self._puts.compared(query, self.original) for query in queries]
        obstacle = next((each.obstacles[0] for each in compared if each.obstacles), "")
        if obstacle:
            raise NotCarriedError(obstacle)
        meeting = Meeting(self._classes, compared, self._values)
        meeting.check(self._put)
        guard(meeting.pairs(self._put), meeting.root, meeting.is_whole_factor)
        return tuple(map(self._changed, queries, compared))

    def text(self, text: str) -> str:
        """A query's text as it may leave, in the language's canonical form.

        Raises:
            NotCarriedError: As `queries`.
            InputError: It is no query.
        """
        return self.language.format(self.query(self.language.parse(text, self.original)))

    def prose(self, text: str, *, about: Iterable[Query] = (), personal: Iterable[str] = ()) -> str:
        """A question or a reason as it may leave.

        Args:
            text: As a person or a model wrote it.
            about: The queries that it is about: what they and the schema have is found in it.
            personal: Other texts that are hidden: the personal data in it (`detection`).

        Raises:
            NotCarriedError: What a number in it means cannot be told.
        """
        if not self.hides_anything:
            return text
        hidden = self._hidden(about, personal)
        return "".join(
            self._cipher.put_words(part) if hidden.has(part) else part for part in name_parts(text)
        )

    # --- what comes back ---

    def reveal_query(
        self, text: str, *, about: Iterable[Query] = (), personal: Iterable[str] = ()
    ) -> str:
        """A query that was written with pseudonyms, with what they stand for.

        Words that stand for nothing known (of the schema, the dataset's queries, `about` and
        `personal`) are the writer's own, and stay. What is no query is revealed as prose.

        Raises:
            NotCarriedError: It compares numbers that were changed unalike.
        """
        if not self.hides_anything:
            return text
        try:
            query = self.language.parse(text, self.schema)
        except InputError:
            return self.reveal_prose(text, about=about, personal=personal)
        if self.level is Level.VALUES_AND_NAMES:
            query = self._puts.with_names(query, self.schema, self._name_back)
        hidden = self._hidden(about, personal)
        back = self._puts.with_constants(
            query, self._valued_schema, lambda constant: self._back(constant, hidden)
        )
        return self.language.format(back)

    def reveal_prose(
        self, text: str, *, about: Iterable[Query] = (), personal: Iterable[str] = ()
    ) -> str:
        """A model's words with what its pseudonyms stand for, whatever case it wrote them in."""
        if not self.hides_anything:
            return text
        hidden = self._hidden(about, personal)
        return "".join(self._word_back(part, hidden) for part in name_parts(text))

    # --- constants ---

    @property
    def _hides_all(self) -> bool:
        return self.level in (Level.VALUES, Level.VALUES_AND_NAMES)

    def _hides(self, constant: Constant) -> bool:
        places = {*constant.places, *(place for place, _ in constant.factors)}
        return self._hides_all or not self._values.sensitive.isdisjoint(places)

    @cached_property
    def _valued_schema(self) -> Schema:
        if self._values.obstacles:
            raise NotCarriedError(self._values.obstacles[0])
        return self._puts.with_schema_values(
            self.original, self._put, lambda text: self.prose(text)
        )

    def _put(self, constant: Constant) -> Value:
        if not self._hides(constant):
            return constant.value
        value = constant.value
        match constant.kind:
            case ConstantKind.NUMBER:
                put, back = self._scale(constant).put_value, self._scale(constant).back_value
            case ConstantKind.MOMENT:
                put, back = self._moved, self._moved_back
            case ConstantKind.TEXT:
                put, back = self._put_text, self._text_back
        changed = put(value)
        if isinstance(changed, Decimal) and len(changed.as_tuple().digits) > _EXACT_DIGITS:
            raise NotCarriedError("a number would have more digits than all programs keep")
        if back(changed) != value:
            raise NotCarriedError("a value is spelled in a way that could not be told again")
        return changed

    def _scale(self, constant: Constant) -> Scale:
        if constant.factors:
            return self._classes.scale_of_product(constant.factors)
        if not constant.places:
            raise NotCarriedError("a number is compared with no value of the schema")
        return self._classes.scale_of(constant.places)

    def _put_text(self, value: Value) -> str:
        return self._cipher.put(str(value))

    def _text_back(self, value: Value) -> str:
        return self._cipher.back(str(value))

    def _moved(self, value: Value) -> str:
        return moved(str(value), self._moved_by)

    def _moved_back(self, value: Value) -> str:
        return moved(str(value), -self._moved_by)

    def _back(self, constant: Constant, hidden: Vocabulary) -> Value:
        if not self._hides(constant):
            return constant.value
        match constant.kind:
            case ConstantKind.NUMBER:
                return self._scale(constant).back_value(constant.value)
            case ConstantKind.MOMENT:
                return self._moved_back(constant.value)
            case ConstantKind.TEXT:
                text = str(constant.value)
                whole = self._text_back(text)
                if all(map(hidden.has, words_of(whole))):
                    return whole
                return "".join(self._word_back(part, hidden) for part in name_parts(text))

    # --- queries ---

    def _changed(self, query: Query, compared: Compared) -> Query:
        put = self._puts.with_constants(query, self.original, self._put)
        expected = replace(
            compared, constants=tuple(replace(c, value=self._put(c)) for c in compared.constants)
        )
        if self._puts.compared(put, self._valued_schema) != expected:
            raise NotCarriedError(_READ_OTHERWISE)
        if self.level is Level.VALUES_AND_NAMES:
            return self._puts.with_names(put, self._valued_schema, self._put_name)
        return put

    # --- words ---

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        """The words of the schema's values and names and of the dataset's queries."""
        constants = (c for each in (self._values, *self._known) for c in each.constants)
        texts = [str(c.value) for c in constants if self._is_hidden_text(c)]
        return Vocabulary.of([*texts, *(self._names if self._hides_names else ())])

    def _is_hidden_text(self, constant: Constant) -> bool:
        return constant.kind is ConstantKind.TEXT and self._hides(constant)

    def _hidden(self, about: Iterable[Query], personal: Iterable[str]) -> Vocabulary:
        compared = (self._puts.compared(query, self.original) for query in about)
        texts = [
            str(c.value) for each in compared for c in each.constants if self._is_hidden_text(c)
        ]
        return self._vocabulary.with_texts([*texts, *personal])

    @property
    def _hides_names(self) -> bool:
        return self.level is Level.VALUES_AND_NAMES

    @cached_property
    def _names(self) -> frozenset[str]:
        """The parts of the schema's names."""
        found: set[str] = set()

        def note(name: str) -> str:
            found.update(name_parts(name))
            return name

        self._puts.schema_with_names(self.original, note)
        return frozenset(found)

    def _put_name(self, name: str) -> str:
        return _by_parts(name, self._cipher.put_words)

    def _name_back(self, name: str) -> str:
        return _by_parts(name, self._cipher.words_back)

    def _word_back(self, part: str, hidden: Vocabulary) -> str:
        back = self._cipher.words_back(part)
        return back if back != part and hidden.has(back) else part


def _by_parts(name: str, change: Callable[[str], str]) -> str:
    return "".join(map(change, name_parts(name)))
