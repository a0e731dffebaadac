"""A workspace's queries, schema and prose as pseudonyms, and what comes back revealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
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
from jurist.privacy.constants import Constants
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.guard import guard
from jurist.privacy.key import Key
from jurist.privacy.levels import Level
from jurist.privacy.lexicon import Lexicon
from jurist.privacy.meeting import Meeting
from jurist.privacy.prose import (
    Hidden,
    Number,
    put_prose,
    quoted_texts,
    reveal_prose,
    told_numbers,
    word_back,
)
from jurist.privacy.spelling import plainly, visible
from jurist.privacy.vocabulary import name_parts

ToldNumbers = Mapping[Number, frozenset[Number]]
"""Numbers of sent prose, by what stands for each."""
_READ_OTHERWISE: Final = "with pseudonyms it would be read otherwise"


class Pseudonyms:
    """What stands for the values and names of a workspace, for one key: no table is kept.

    The same text has the same pseudonym wherever it stands, for all workspaces of a key;
    numbers have theirs by class (see `Classes`), which depend on `queries`. Nothing is
    remembered: what is told or heard depends on its arguments alone.

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
        hides_all = level in (Level.VALUES, Level.VALUES_AND_NAMES)
        self.hides_anything = hides_all or bool(self._values.sensitive)
        """Whether there is anything to hide: else all goes out as it is."""
        self._hides_names = level is Level.VALUES_AND_NAMES
        self.constants = Constants(key, self._values, self._known, hides_all=hides_all)
        self._names = self._names_of(schema)
        self._lexicon = Lexicon(
            self.constants,
            self._values,
            self._known,
            self._names,
            hides_names=self._hides_names,
            everything=hides_all,
        )

    # --- what goes out ---

    @cached_property
    def schema(self) -> Schema:
        """The schema as it may leave.

        Raises:
            NotCarriedError: It says of values what pseudonyms cannot carry.
        """
        valued = self._valued_schema
        return self._puts.schema_with_names(valued, self._put_name) if self._hides_names else valued

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
        put = self.constants.put
        meeting = Meeting(self.constants.classes, compared)
        meeting.check(put)
        pairs = meeting.pairs(put, all_hidden=self.constants.hides_all)
        guard(pairs, meeting.root, meeting.is_whole_factor)
        return tuple(map(self._changed, queries, compared))

    def text(self, text: str) -> str:
        """A query's text as it may leave, in the language's canonical form.

        Raises:
            NotCarriedError: As `queries`.
            InputError: It is no query.
        """
        return self.language.format(self.query(self.language.parse(text, self.original)))

    def prose(
        self,
        text: str,
        *,
        about: Iterable[Query] = (),
        personal: Iterable[str] = (),
        said: Iterable[str] = (),
    ) -> str:
        """A question or a reason as it may leave.

        Args:
            text: As a person or a model wrote it.
            about: The queries that it is about, such as the reference: which of its words
                and numbers are values is told by them, the schema, and the dataset's queries.
            personal: Other texts that are hidden: the personal data in it (`detection`).
            said: Other prose that was sent with it: what that quotes is hidden here too.

        Raises:
            NotCarriedError: What a number in it means cannot be told.
        """
        if not self.hides_anything:
            return text
        text = visible(text)
        hidden = self._hidden(about, personal, [text, *said])
        return put_prose(text, hidden, self.constants.cipher, self.constants.moved_by)

    # --- what comes back ---

    def reveal_query(
        self,
        text: str,
        *,
        about: Iterable[Query] = (),
        personal: Iterable[str] = (),
        said: Iterable[str] = (),
    ) -> str:
        """A query that was written with pseudonyms, with what they stand for.

        Words that stand for nothing known (of the schema, the dataset's queries, `about`,
        `personal` and what sent prose quoted) are the writer's own, and stay. What is no query
        is revealed as prose.

        Args:
            text: As it was written.
            about: As in `prose`.
            personal: As in `prose`.
            said: The prose that was sent, as it is: a number that the query takes from it
                stands for what this said, also where no constant equals it.

        Raises:
            NotCarriedError: It compares numbers that were changed unalike, or asks of values
                what pseudonyms do not carry.
        """
        if not self.hides_anything:
            return text
        spoken_of, sent = list(about), list(said)
        try:
            query = self.language.parse(text, self.schema)
        except InputError:
            return self.reveal_prose(text, about=spoken_of, personal=personal, said=sent)
        hidden = self._hidden(spoken_of, personal, sent)
        told = self._told(sent, hidden)
        if self._hides_names:
            query = self._puts.with_names(
                query, self.schema, lambda name: self._name_back(name, hidden)
            )
        compared = self._puts.compared(query, self._valued_schema)
        hides = self.constants.hides
        if any(not constant.places or hides(constant) for constant in compared.constants):
            if compared.obstacles:
                raise NotCarriedError(compared.obstacles[0])
            query = self._puts.with_constants(
                query, self._valued_schema, lambda constant: self._back(constant, hidden, told)
            )
        revealed = self._puts.compared(query, self.original)
        Meeting(self.constants.classes, [revealed]).check(self.constants.put)
        return self.language.format(query)

    def reveal_prose(
        self,
        text: str,
        *,
        about: Iterable[Query] = (),
        personal: Iterable[str] = (),
        said: Iterable[str] = (),
    ) -> str:
        """A model's words with what its pseudonyms stand for, whatever case it wrote them in.

        The arguments are those of `reveal_query`.
        """
        if not self.hides_anything:
            return text
        sent = list(said)
        hidden = self._hidden(about, personal, sent)
        images, told = self._lexicon.images(hidden), self._told(sent, hidden)
        cipher, moved_by = self.constants.cipher, self.constants.moved_by
        return reveal_prose(text, hidden, images, cipher, moved_by, told)

    # --- queries and schemas ---

    @cached_property
    def _valued_schema(self) -> Schema:
        if not self.hides_anything:
            return self.original
        if self._values.obstacles:
            raise NotCarriedError(self._values.obstacles[0])
        return self._puts.with_schema_values(self.original, self.constants.put, self._described)

    def _described(self, text: str) -> str:
        """A description as it may leave; none where a number in it may be several."""
        try:
            hidden = self._lexicon.of_schema()
            return put_prose(text, hidden, self.constants.cipher, self.constants.moved_by)
        except NotCarriedError:
            return ""

    def _changed(self, query: Query, compared: Compared) -> Query:
        put = self._puts.with_constants(query, self.original, self.constants.put)
        images = tuple(replace(c, value=self.constants.put(c)) for c in compared.constants)
        if self._puts.compared(put, self._valued_schema) != replace(compared, constants=images):
            raise NotCarriedError(_READ_OTHERWISE)
        if self._hides_names:
            return self._puts.with_names(put, self._valued_schema, self._put_name)
        return put

    def _back(self, constant: Constant, hidden: Hidden, told: ToldNumbers) -> Value:
        whole = self.constants.back(constant, constant.value)
        if constant.kind is ConstantKind.NUMBER and not isinstance(constant.value, str):
            meant = told.get(constant.value, frozenset())
            if not meant and self.constants.hides(constant) and not hidden.knows(whole):
                raise NotCarriedError(
                    "it compares a value with a number that it was told in no form, so what "
                    "that stands for is not known"
                )
            return next(iter(meant)) if len(meant) == 1 and whole not in meant else whole
        if constant.kind is not ConstantKind.TEXT or not self.constants.hides(constant):
            return whole
        if any(plainly(str(whole)) in texts for texts in hidden.plain_texts):
            return whole
        cipher, parts = self.constants.cipher, name_parts(str(constant.value))
        return "".join(word_back(part, hidden.vocabulary, cipher) for part in parts)

    # --- words ---

    def _told(self, said: Iterable[str], hidden: Hidden) -> ToldNumbers:
        """The numbers of sent prose, by what stands for each."""
        found: dict[Number, set[Number]] = defaultdict(set)
        for text in map(visible, said):
            cipher, moved_by = self.constants.cipher, self.constants.moved_by
            with suppress(NotCarriedError):  # so it was not sent
                for put, number in told_numbers(text, hidden, cipher, moved_by):
                    found[put].add(number)
        return {put: frozenset(numbers) for put, numbers in found.items()}

    def _hidden(
        self, about: Iterable[Query], personal: Iterable[str], said: Iterable[str]
    ) -> Hidden:
        queries = list(about)
        compared = [self._puts.compared(query, self.original) for query in queries]
        names: set[str] = set()
        for query in queries:
            self._puts.with_names(query, self.original, _noting(names))
        texts = map(visible, said) if self.constants.hides_all else ()
        quoted = {each for text in texts for each in quoted_texts(text)}
        return self._lexicon.hidden(compared, [*personal, *(quoted - self._names - names)], names)

    def _names_of(self, schema: Schema) -> frozenset[str]:
        names: set[str] = set()
        self._puts.schema_with_names(schema, _noting(names))
        return frozenset(names)

    def _put_name(self, name: str) -> str:
        return "".join(map(self.constants.cipher.put_words, name_parts(name)))

    def _name_back(self, name: str, hidden: Hidden) -> str:
        """A name with what it stands for, where that is known; else the writer's own."""
        back = "".join(map(self.constants.cipher.words_back, name_parts(name)))
        steps = back.split(".")  # a path of names, of which each is known by itself
        is_known = back in hidden.names or all(each in {*hidden.names, "$"} for each in steps)
        return back if is_known else name


def _noting(names: set[str]) -> Callable[[str], str]:
    """A change of names that changes none, and notes each."""

    def note(name: str) -> str:
        names.add(name)
        return name

    return note
