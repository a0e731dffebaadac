"""Answers from the nearest known question, never from the case's own."""

from pathlib import Path

import msgspec
import pytest

from fake_language import FakeLanguage, Nowhere, SpeakingLanguage
from jurist import data
from jurist.errors import StudyError
from jurist.languages import Language, get_language
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Candidate, Case, Origin, Question
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.protocols import LeavesOneOut, Workspace
from jurist.roles.spec import Means

_SCHEMA = read_schema(data.schema_path("shop"))
_SHOP = Workspace(get_language("cql"), _SCHEMA, "shop")


def _case(id_: str, reference: str | None, *texts: str) -> Case:
    questions = tuple(Question(f"{id_}-{n}", text, Origin.AUTHORED) for n, text in enumerate(texts))
    return Case(id_, reference, questions)


_MEMORY = (
    _case("recent", "event('Order Completed').within(30 days).count() >= 2",
          "who bought two or more times within 30 days?"),
    _case("tier", "trait('loyalty_tier') = 'gold'", "everyone on the gold tier"),
    _case("vip", "trait('vip_customers') = 'true'", "our vip customers list, please"),
    _case("rain", None, "customers where it rains"),
)  # fmt: skip


def _make(
    memory: tuple[Case, ...] = _MEMORY, *, language: Language = _SHOP.language, **options: object
) -> LeavesOneOut:
    spec = read_spec({"nearest": None, **options}, GENERATORS)
    role = load_generator(spec, Means(Path(), memory, language=language))
    assert isinstance(role, LeavesOneOut)
    return role


async def _ask(text: str, *, without: str = "nobody", similarity: float = 0.2) -> Candidate:
    role = _make(similarity=similarity).without(without)
    return await role.answer(Question("q", text, Origin.AUTHORED), _SHOP)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "who bought two or more times within 30 days?",
            "event('Order Completed').within(30 days).count() >= 2",
        ),
        (
            "who bought five or more times within 12 hours?",
            "event('Order Completed').within(12 hours).count() >= 5",
        ),
        (
            "who bought three or more times within two weeks?",
            "event('Order Completed').within(14 days).count() >= 3",
        ),
        ("everyone on the platinum tier", "trait('loyalty_tier') = 'platinum'"),
        ("our dormant customers list, please", "trait('dormant_customers') = 'true'"),
    ],
)
async def test_numbers_values_and_names_are_fitted(text: str, query: str) -> None:
    assert (await _ask(text)).query == query


async def test_what_no_query_can_say_leaves_the_known_query_as_it_is() -> None:
    """A time longer than any was printed, and then not read again."""
    asked = await _ask("who bought two or more times within 999999999999999 days?")
    assert asked.query == "event('Order Completed').within(30 days).count() >= 2"


async def test_the_neighbour_is_named() -> None:
    found = await _ask("everyone on the bronze tier")
    assert len(found.notes) == 1
    assert found.notes[0].startswith("from tier, similarity ")
    assert found.notes[0].endswith(": everyone on the gold tier")


async def test_what_is_like_nothing_known_is_refused() -> None:
    found = await _ask("zyx wvu", similarity=0.3)
    assert found.refusal == "no known question is close enough"
    assert (await _ask("everyone on my mind tonight", similarity=0.9)).refusal is not None


async def test_what_is_like_something_unbuildable_is_refused() -> None:
    found = await _ask("customers where it rains a lot")
    assert found.refusal == "the closest known question cannot be built"


async def test_an_empty_memory_refuses() -> None:
    role = _make(()).without("x")
    found = await role.answer(Question("q", "anything", Origin.AUTHORED), _SHOP)
    assert found.refusal is not None


async def test_a_case_left_out_is_as_if_never_known() -> None:
    """Word frequencies too: the answers are those of a memory that never held the case."""
    lines = data.cases_path("shop").read_bytes().splitlines()
    cases = tuple(msgspec.json.decode(line, type=Case) for line in lines)[::4]
    whole = _make(cases)
    for case in cases:
        others = tuple(each for each in cases if each.id != case.id)
        apart = _make(others).without("nobody")
        for question in case.questions:
            found = await whole.without(case.id).answer(question, _SHOP)
            expected = await apart.answer(question, _SHOP)
            assert (found.query, found.refusal, found.notes) == (
                expected.query,
                expected.refusal,
                expected.notes,
            )
            assert not any(note.startswith(f"from {case.id},") for note in found.notes)


async def test_answers_parse_and_check() -> None:
    lines = data.cases_path("shop").read_bytes().splitlines()
    cases = tuple(msgspec.json.decode(line, type=Case) for line in lines)
    role = _make(cases, similarity=0.0)
    answered = 0
    for case in cases:
        for question in case.questions:
            found = await role.without(case.id).answer(question, _SHOP)
            if found.query is not None:
                assert check(parse(found.query), _SCHEMA, text=found.query) == ()
                answered += 1
    assert answered > 30


def test_the_version_says_what_is_remembered() -> None:
    def version(role: object) -> object:
        return getattr(role, "version", None)

    assert version(_make()) == version(_make())
    assert version(_make()) != version(_make(_MEMORY[1:]))
    assert version(_make()) != version(_make(similarity=0.5))


def test_a_similarity_that_is_no_share_is_refused() -> None:
    with pytest.raises(StudyError, match="similarity"):
        _make(similarity=2)


def test_the_version_holds_that_of_the_languages_english() -> None:
    def version(language: Language) -> object:
        return getattr(_make(language=language), "version", None)

    languages = (_SHOP.language, SpeakingLanguage(), SpeakingLanguage(english_version="2"))
    assert len(set(map(version, languages))) == 3


async def test_a_language_without_english_gives_the_nearest_query_as_it_stands() -> None:
    memory = (_case("two", "two words", "who said 2 words"), _case("cat", "cat", "the cat, please"))
    words = Workspace(FakeLanguage(), Nowhere(), "words")
    role = _make(memory, language=words.language).without("nobody")
    said = await role.answer(Question("q", "who said 3 words", Origin.AUTHORED), words)
    assert said.query == "two words"
    assert (await role.answer(Question("q", "zyx", Origin.AUTHORED), words)).query is None


async def test_what_a_language_says_of_a_query_is_known() -> None:
    words = Workspace(SpeakingLanguage(), Nowhere(), "words")
    memory = (_case("a", "apple tree"), _case("b", "brick wall"))
    role = _make(memory, language=words.language).without("nobody")
    said = await role.answer(Question("q", "a brick", Origin.AUTHORED), words)
    assert said.query == "brick wall"
