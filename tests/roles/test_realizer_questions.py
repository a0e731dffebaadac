"""The realizer as a question generator."""

from pathlib import Path

import msgspec
import pytest

from fake_language import FakeLanguage, Nowhere, SpeakingLanguage
from jurist import data
from jurist.errors import StudyError, UnsupportedError
from jurist.languages import Language, get_language
from jurist.languages.capabilities import Style
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.records import Case, Origin
from jurist.roles.loading import QUESTION_GENERATORS, load_question_generator, read_spec
from jurist.roles.offline.realizer import LONGEST
from jurist.roles.protocols import QuestionGenerator, Workspace
from jurist.roles.spec import Means

_SHOP = Workspace(get_language("cql"), read_schema(data.schema_path("shop")), "shop")
_REFERENCE = "NOT (trait('loyalty_tier') = 'gold' AND trait('phone').exists())"


def _make(
    options: dict[str, object], *, seed: int = 0, language: Language = _SHOP.language
) -> QuestionGenerator:
    spec = read_spec({"realizer": None, **options}, QUESTION_GENERATORS)
    return load_question_generator(spec, Means(Path(), seed=seed, language=language))


def _cases() -> list[Case]:
    lines = data.cases_path("shop").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Case) for line in lines]


async def test_one_question_for_each_style() -> None:
    role = _make({"styles": [*Style]})
    for case in _cases():
        asked = await role.ask(case, _SHOP)
        if case.unbuildable:
            assert asked == ()
            continue
        assert asked[0].style == "terse"
        assert len({" ".join(each.text.lower().split()) for each in asked}) == len(asked)
        for each in asked:
            assert each.origin is Origin.SYNTHETIC
            assert each.id == f"{case.id}/realizer/{each.style}/0"
            assert each.author == "realizer"
            assert each.faithfulness is not None
            assert each.faithfulness.faithful
            assert each.faithfulness.method == "by construction"


async def test_more_than_one_a_case_are_different_wordings() -> None:
    case = Case("c", _REFERENCE)
    asked = await _make({"styles": ["conversational"], "per_case": 3}).ask(case, _SHOP)
    assert [each.id for each in asked] == [f"c/realizer/conversational/{n}" for n in range(3)]
    assert len({each.text for each in asked}) == 3


async def test_there_are_no_more_than_there_are_wordings() -> None:
    asked = await _make({"styles": ["terse"], "per_case": 5}).ask(
        Case("c", "trait('phone').exists()"), _SHOP
    )
    assert [each.text for each in asked] == ["phone known"]


async def test_the_same_seed_asks_the_same() -> None:
    case = Case("c", _REFERENCE)
    options: dict[str, object] = {"styles": ["conversational"], "per_case": 2}
    once, again = _make(options, seed=4), _make(options, seed=4)
    assert await once.ask(case, _SHOP) == await again.ask(case, _SHOP)
    assert once.version == again.version
    assert _make(options, seed=5).version != once.version
    assert _make({"styles": ["terse"]}, seed=4).version != once.version


async def test_what_is_too_long_for_a_prompt_box_is_asked_and_says_so() -> None:
    each = "event('Order Completed').where(property('total') > {}).within({} days).count() >= 2"
    reference = " AND ".join(each.format(n, n) for n in range(100, 105))
    (asked,) = await _make({"styles": ["terse"]}).ask(Case("long", reference), _SHOP)
    assert len(asked.text) > LONGEST
    assert asked.faithfulness is not None
    over = len(asked.text) - LONGEST
    assert asked.faithfulness.reason == f"{over} characters longer than the 300 of a prompt box"
    (short,) = await _make({"styles": ["terse"]}).ask(
        Case("short", "trait('phone').exists()"), _SHOP
    )
    assert short.faithfulness is not None
    assert short.faithfulness.reason == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"styles": ["haiku"]}, "no style 'haiku'"),
        ({"styles": ["ters"]}, "did you mean 'terse'"),
        ({"styles": []}, "no style is given"),
        ({"per_case": 0}, "per_case"),
        ({"colour": "red"}, "no option 'colour'"),
    ],
)
def test_wrong_options_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(StudyError, match=message):
        _make(options)


def test_the_version_holds_that_of_the_languages_english() -> None:
    languages = (_SHOP.language, SpeakingLanguage(), SpeakingLanguage(english_version="2"))
    assert len({_make({}, language=language).version for language in languages}) == 3


async def test_any_language_that_speaks_english_asks() -> None:
    words = Workspace(SpeakingLanguage(), Nowhere(), "words")
    (asked,) = await _make({"styles": ["terse"]}, language=words.language).ask(
        Case("c", "cat"), words
    )
    assert asked.text == "terse: cat"


async def test_a_language_that_speaks_no_english_is_named() -> None:
    words = Workspace(FakeLanguage(), Nowhere(), "words")
    with pytest.raises(UnsupportedError, match="'fake' has no SpeaksEnglish, which the realizer"):
        await _make({}, language=words.language).ask(Case("c", "cat"), words)
