"""One workspace at the border: what it looks like from outside, what is told and heard of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from jurist.errors import InputError
from jurist.languages.base import Query
from jurist.languages.capabilities import require
from jurist.languages.pseudonymizing import Constant, ConstantKind, Pseudonymizes
from jurist.privacy import Level, NotCarriedError, Pseudonyms
from jurist.privacy.detection import Detected, Detector, detect_nothing
from jurist.records import Faithfulness, Question
from jurist.roles.border.screens import HiddenTexts, Words, as_words, public_words, screen_of
from jurist.roles.protocols import Workspace
from jurist.screening import Screen


@dataclass(frozen=True)
class Telling:
    """What is told and heard about some queries, with what was found to be personal."""

    crossing: Crossing
    about: tuple[Query, ...] = ()
    personal: tuple[Detected, ...] = ()
    said: list[str] = field(default_factory=list[str], compare=False, repr=False)
    """The prose that was told, as it is: what is heard repeats its numbers."""

    def told(self, text: str) -> str:
        """Prose as it may leave.

        Raises:
            NotCarriedError: It cannot be told without a change of meaning.
        """
        told = self.crossing.pseudonyms.prose(
            text, about=self.about, personal=self._personal, said=self.said
        )
        self.said.append(text)
        return told

    def told_queries(self, *queries: Query) -> tuple[str, ...]:
        """Queries that are looked at together, as texts that may leave.

        Raises:
            NotCarriedError: As `told`.
        """
        put = self.crossing.pseudonyms.queries(*queries)
        return tuple(map(self.crossing.workspace.language.format, put))

    def told_question(self, question: Question) -> Question:
        """A question as it may leave: its words alone, nothing of how it came about."""
        return replace(question, text=self.told(question.text), author="", faithfulness=None)

    def heard(self, text: str) -> str:
        """What somebody beyond the border says, for people on this side."""
        return self.crossing.pseudonyms.reveal_prose(
            text, about=self.about, personal=self._personal, said=self.said
        )

    def heard_query(self, text: str) -> str:
        """A query from beyond the border.

        Raises:
            NotCarriedError: What its numbers stand for cannot be told.
        """
        return self.crossing.pseudonyms.reveal_query(
            text, about=self.about, personal=self._personal, said=self.said
        )

    def heard_finding(self, found: Faithfulness | None) -> Faithfulness | None:
        """What somebody beyond the border found of a question."""
        return None if found is None else replace(found, reason=self.heard(found.reason))

    @cached_property
    def screen(self) -> Screen:
        """Looks at what leaves meanwhile."""
        crossing = self.crossing
        constants = crossing.hidden_constants(self.about)
        stand_ins = crossing.put(constants)

        def stands_for(words: Words) -> bool:
            text = " ".join(words)
            is_put = words in stand_ins or words in crossing.stand_ins
            return is_put or self.heard(text) != text

        personal = HiddenTexts.of((each.text, each.kind) for each in self.personal)
        of_these = HiddenTexts.of_constants(constants, set(ConstantKind))
        return screen_of((crossing.hidden, of_these, personal), crossing.public, stands_for)

    @property
    def _personal(self) -> list[str]:
        return [each.text for each in self.personal]


@dataclass(frozen=True)
class Crossing:
    """A workspace at the border."""

    workspace: Workspace
    pseudonyms: Pseudonyms
    detector: Detector
    references: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Those of the dataset's cases, by the case's id."""

    @property
    def is_open(self) -> bool:
        """Whether there is nothing to hide."""
        return not self.pseudonyms.hides_anything

    @cached_property
    def outside(self) -> Workspace:
        """The workspace as it may leave.

        Raises:
            NotCarriedError: Its schema says what pseudonyms cannot carry.
        """
        schema = self.pseudonyms.schema
        hides_names = self.pseudonyms.level is Level.VALUES_AND_NAMES
        name = schema.name if hides_names else self.workspace.name
        return Workspace(self.workspace.language, schema, name)

    def telling(self, about: Iterable[Query], said: Sequence[str] = ()) -> Telling:
        """What is told about queries, with what people said of them, which may be personal."""
        detect = self.detector if self._hides_all else detect_nothing
        found = [each for text in said for each in detect(text)]
        return Telling(self, tuple(about), tuple(dict.fromkeys(found)))

    def parsed(self, text: str | None) -> tuple[Query, ...]:
        """A query, where there is one."""
        if text is None:
            return ()
        try:
            return (self.workspace.language.parse(text, self.workspace.schema),)
        except InputError:
            return ()

    def known(self, case_id: str) -> tuple[Query, ...]:
        """The reference of one of the dataset's cases, where it is known."""
        return self.parsed(self.references.get(case_id))

    def hidden_constants(self, queries: Iterable[Query]) -> tuple[Constant, ...]:
        """The constants of queries that do not leave as they are."""
        compared = (self._puts.compared(query, self.workspace.schema) for query in queries)
        constants = (constant for each in compared for constant in each.constants)
        return tuple(filter(self.pseudonyms.constants.hides, constants))

    def put(self, constants: Iterable[Constant]) -> frozenset[Words]:
        """What stands for constants, as words."""
        found: set[Words] = set()
        for each in constants:
            with suppress(NotCarriedError):  # so it was never put
                found.add(as_words(self.pseudonyms.constants.put(each)))
        return frozenset(found)

    @cached_property
    def hidden(self) -> HiddenTexts:
        """The texts that the workspace and its dataset hide."""
        return HiddenTexts.of_constants(self._constants, {ConstantKind.TEXT})

    @cached_property
    def stand_ins(self) -> frozenset[Words]:
        """What stands for the constants of the workspace and its dataset."""
        return self.put(self._constants)

    @cached_property
    def public(self) -> Collection[str]:
        """Words that any request may hold."""
        with_names = self.pseudonyms.level is not Level.VALUES_AND_NAMES
        return public_words(self.outside, with_names=with_names)

    @cached_property
    def _constants(self) -> tuple[Constant, ...]:
        queries = (query for text in self.references.values() for query in self.parsed(text))
        of_schema = self._puts.schema_values(self.workspace.schema).constants
        return (
            *filter(self.pseudonyms.constants.hides, of_schema),
            *self.hidden_constants(queries),
        )

    @property
    def _puts(self) -> Pseudonymizes:
        return require(self.workspace.language, Pseudonymizes, needed_by="the border")

    @property
    def _hides_all(self) -> bool:
        return self.pseudonyms.level in (Level.VALUES, Level.VALUES_AND_NAMES)
