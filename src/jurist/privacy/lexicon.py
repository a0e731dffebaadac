"""What is hidden in the prose of a workspace: of its schema, its queries and those spoken of."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from jurist.languages.pseudonymizing import Compared, Constant, ConstantKind, SchemaValues
from jurist.privacy.constants import Constants
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.guard import moment_of
from jurist.privacy.prose import Hidden, Number, is_odd
from jurist.privacy.scales import Scale, number_of, text_of
from jurist.privacy.spelling import plainly
from jurist.privacy.vocabulary import Vocabulary, words_of


class Lexicon:
    """The hidden words, numbers and days of a workspace.

    Args:
        constants: What stands for them.
        schema: What the schema says of values.
        queries: The dataset's queries.
        names: The names of the schema.
        hides_names: Whether these are hidden too.
        everything: Whether all that prose says of values is hidden, also what no query has.
    """

    def __init__(
        self,
        constants: Constants,
        schema: SchemaValues,
        queries: Sequence[Compared],
        names: Collection[str],
        *,
        hides_names: bool,
        everything: bool,
    ) -> None:
        self._constants = constants
        self._schema = schema
        self._queries = queries
        self._everything = everything
        known = [*schema.constants, *(c for each in queries for c in each.constants)]
        self._texts = frozenset(self._of_kind(known, ConstantKind.TEXT))
        self._odd = frozenset(filter(is_odd, self._texts))
        self._plain_texts = frozenset(map(plainly, self._texts))
        self._hides_names = hides_names
        self._names = frozenset(names)
        self._vocabulary = Vocabulary.of([*self._texts, *(names if hides_names else ())])

    def hidden(
        self, about: Sequence[Compared], more: Iterable[str], names: Collection[str]
    ) -> Hidden:
        """What is hidden in a text.

        Args:
            about: The queries that it is about; none: all of the dataset.
            more: Other texts that are hidden.
            names: Of the queries, which the schema may lack.
        """
        spoken_of = about or self._queries
        constants = [constant for each in spoken_of for constant in each.constants]
        texts = {*self._of_kind(constants, ConstantKind.TEXT), *more}
        numbers, scales = self._numbers(constants)
        kept = {number for each in spoken_of for number in each.kept}
        others = self._constants.scale_of_others(scales) if self._everything else None
        return Hidden(
            vocabulary=self._vocabulary.with_texts([*texts, *(names if self._hides_names else ())]),
            texts=frozenset(texts),
            odd=self._odd.union(filter(is_odd, texts)),
            plain_texts=(self._plain_texts, frozenset(map(plainly, texts))),
            names=self._names.union(names),
            named=self._numbered(names),
            codes=self._codes(constants),
            numbers=numbers,
            near=self._near(constants),
            kept=frozenset(kept),
            days=frozenset(self._days(constants)),
            everything=self._everything,
            unknown=others,
        )

    def _numbered(self, names: Iterable[str]) -> frozenset[str]:
        """Words of names that have digits."""
        words = (word.lower() for name in self._names.union(names) for word in words_of(name))
        return frozenset(word for word in words if any(map(str.isdecimal, word)))

    def images(self, hidden: Hidden) -> Mapping[str, str]:
        """The hidden texts by what stands for each, where that is looked for as a whole."""
        return self._images | self._images_of(hidden.texts)

    @cached_property
    def _images(self) -> dict[str, str]:
        return self._images_of(self._texts)

    def _images_of(self, texts: Iterable[str]) -> dict[str, str]:
        images = {self._constants.cipher.put_words(text): text for text in texts}
        return {image: text for image, text in images.items() if is_odd(image)}

    def of_schema(self) -> Hidden:
        """What is hidden in what the schema says of itself."""
        numbers, _ = self._numbers(self._schema.constants)
        named = self._numbered(())
        return Hidden(
            self._vocabulary,
            odd=self._odd,
            numbers=numbers,
            named=named,
            everything=self._everything,
        )

    def _of_kind(self, constants: Iterable[Constant], kind: ConstantKind) -> list[str]:
        return [
            str(constant.value)
            for constant in constants
            if constant.kind is kind and self._constants.hides(constant)
        ]

    def _numbers(
        self, constants: Iterable[Constant]
    ) -> tuple[dict[Number, frozenset[Number]], set[Scale]]:
        found: dict[Number, set[Number]] = defaultdict(set)
        scales: set[Scale] = set()
        for constant in constants:
            if constant.kind is not ConstantKind.NUMBER:
                continue
            number = number_of(constant.value)
            try:
                scale = (
                    self._constants.scale(constant) if self._constants.hides(constant) else Scale()
                )
            except NotCarriedError:  # the query that has it does not leave
                continue
            scales.add(scale)
            found[number].add(scale.put(number))
        return {number: frozenset(images) for number, images in found.items()}, scales

    def _near(self, constants: Iterable[Constant]) -> dict[Number, frozenset[Number]]:
        """The integers before and after those of constants: `more than 5` is `>= 6`."""
        found: dict[Number, set[Number]] = defaultdict(set)
        for constant in constants:
            is_whole = bool(constant.places) and self._schema.whole.issuperset(constant.places)
            if constant.kind is not ConstantKind.NUMBER or not is_whole:
                continue
            with suppress(NotCarriedError):  # the query that has it does not leave
                if self._constants.hides(constant):
                    scale, number = self._constants.scale(constant), number_of(constant.value)
                    for each in (number - 1, number + 1):
                        found[each].add(scale.put(each))
        return {number: frozenset(images) for number, images in found.items()}

    def _codes(self, constants: Iterable[Constant]) -> dict[str, str]:
        """Texts of numbers with zeros that a number has not."""
        found: dict[str, str] = {}
        for constant in constants:
            text = constant.value
            is_code = constant.kind is ConstantKind.NUMBER and isinstance(text, str)
            if is_code and self._constants.hides(constant) and text_of(number_of(text)) != text:
                with suppress(NotCarriedError):  # the query that has it does not leave
                    found[str(text)] = str(self._constants.put(constant))
        return found

    def _days(self, constants: Iterable[Constant]) -> Iterable[datetime.date]:
        for text in self._of_kind(constants, ConstantKind.MOMENT):
            try:
                yield moment_of(text).date()
            except NotCarriedError:
                continue
