"""The generator `rules`: queries that parse and check, refusals, and languages it cannot ask."""

from pathlib import Path

import msgspec

from english_requests import BAKERY, TEAMS, random_request
from fake_language import FakeLanguage, Nowhere, SpeakingLanguage
from jurist import data
from jurist.languages import Language, get_language
from jurist.languages.schema_files import read_schema
from jurist.records import Candidate, Case, FailureKind, Origin, Question
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.protocols import Generator, Workspace
from jurist.roles.spec import Means

_CQL = get_language("cql")
_SHOP = Workspace(_CQL, read_schema(data.schema_path("shop")).schema, "shop")


def _make(language: Language = _CQL) -> Generator:
    return load_generator(read_spec("rules", GENERATORS), Means(Path(), language=language))


async def _ask(text: str, workspace: Workspace = _SHOP) -> Candidate:
    question = Question("q", text, Origin.AUTHORED)
    return await _make(workspace.language).answer(question, workspace)


async def test_what_is_read_is_answered() -> None:
    assert (await _ask("gold tier")).query == "trait('loyalty_tier') = 'gold'"


async def test_answers_parse_and_check() -> None:
    lines = data.cases_path("shop").read_bytes().splitlines()
    answered = 0
    for case in (msgspec.json.decode(line, type=Case) for line in lines):
        for question in case.questions:
            text = (await _ask(question.text)).query
            if text is not None:
                assert _CQL.check(_CQL.parse(text), _SHOP.schema, text=text) == ()
                answered += 1
    assert answered > 30


async def test_whatever_is_asked_is_answered_with_what_checks_or_refused() -> None:
    answered = refused = 0
    for schema in (BAKERY, TEAMS):
        workspace = Workspace(_CQL, schema, schema.name)
        for seed in range(300):
            answer = await _ask(random_request(seed), workspace)
            assert answer.failure is None
            assert (answer.query is None) is bool(answer.refusal)
            refused += answer.query is None
            if answer.query is not None:
                assert _CQL.check(_CQL.parse(answer.query), schema, text=answer.query) == ()
                answered += 1
    assert min(answered, refused) > 60


async def test_what_is_not_understood_is_refused_with_the_reason() -> None:
    said = await _ask("ordered on a Tuesday")
    assert said.refusal == "'Tuesday': the language knows no weekdays"


async def test_what_the_schema_does_not_allow_is_refused() -> None:
    refusal = (await _ask("loyalty tier is 'emerald'")).refusal
    assert refusal is not None
    assert refusal.startswith("what was read cannot be built: line 1, column ")
    assert "'emerald'" in refusal


async def test_a_language_that_reads_no_english_is_named() -> None:
    failure = (await _ask("anything", Workspace(FakeLanguage(), Nowhere(), "words"))).failure
    assert failure is not None
    assert failure.kind is FailureKind.ERROR
    assert failure.reason.splitlines() == [
        "the language 'fake' has no ReadsEnglish, which `rules` needs",
        "  expected: a language with this capability",
        "  fix: ask other generators there",
    ]


def test_the_version_holds_that_of_the_languages_english() -> None:
    languages = (_CQL, SpeakingLanguage(), SpeakingLanguage(english_version="2"))
    assert len({_make(language).version for language in languages}) == 3
    assert _make().version == _make().version
