"""A store keeps a challenge with every item that was asked, as it was found."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec

from challenged import write_challenged, write_judges
from jurist.alignment.challenge.challenging import draw_challenge, judge_challenge
from jurist.alignment.challenge.items import Kind
from jurist.alignment.challenge.keeping import MOST_CHARACTERS, kept_of, result_of
from jurist.alignment.challenge.results import ChallengeResult
from jurist.runs.study import parse_study
from jurist.store import Store, open_store
from jurist.store.challenges import challenged_judges, challenges_of, find_challenge
from studies import write_module


def _challenge(
    folder: Path, store: Store, module: str, judge: str, seed: int = 0
) -> ChallengeResult:
    study = parse_study(
        "name: s\ndatasets: [{name: bakery, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\ngenerators: [rules]\n"
        f'judges: [{{callable: "{module}:{judge}", name: {judge}}}]\n',
        folder=folder,
    )
    drawn = draw_challenge(judge, study=study, sample=4, metamorphic=3, seed=seed)
    return judge_challenge(drawn, store, workers=1)


def test_what_was_found_is_read_back_with_every_item(tmp_path: Path) -> None:
    write_challenged(tmp_path)
    module = write_judges(tmp_path)
    with closing(open_store(str(tmp_path / "jurist.db"))) as store:
        result = _challenge(tmp_path, store, module, "hasty")
        (record,) = challenges_of(store, "hasty")
    kept = kept_of(record)
    assert kept.result == result_of(record)
    assert (kept.result.run, record.judge, record.study) == (result.run, "hasty", "bakery")
    assert len(kept.items) == kept.result.items
    wrong = Counter(item.operator for item in kept.items if item.wrong)
    told = {each.operator: each.errors for each in kept.result.operators if each.errors}
    assert wrong == told
    for item in kept.items:  # hasty: the longer text is right
        said_same = item.reference == item.candidate or len(item.candidate) > len(item.reference)
        assert item.wrong is (said_same is (item.kind is Kind.MUTANT))
        assert item.truth
        assert item.task


def test_the_same_challenge_takes_its_own_place(tmp_path: Path) -> None:
    write_challenged(tmp_path)
    module = write_judges(tmp_path)
    with closing(open_store(str(tmp_path / "jurist.db"))) as store:
        _challenge(tmp_path, store, module, "always_five")
        _challenge(tmp_path, store, module, "always_five")
        assert len(challenges_of(store, "always_five")) == 1
        _challenge(tmp_path, store, module, "always_five", seed=1)
        _challenge(tmp_path, store, module, "hasty")
        assert challenged_judges(store) == ("always_five", "hasty")
        newest, older = challenges_of(store, "always_five")
        assert newest.created >= older.created
        assert find_challenge(store, older.id) == older
        assert find_challenge(store, "other") is None


def test_long_texts_are_cut_and_undefined_numbers_stay_undefined(tmp_path: Path) -> None:
    write_challenged(tmp_path)
    module = write_module(tmp_path, "def talks(q, r, c, w):\n    return 5.0, 'long ' * 9999\n")
    with closing(open_store(str(tmp_path / "jurist.db"))) as store:
        result = _challenge(tmp_path, store, module, "talks")
        (record,) = challenges_of(store, "talks")
    kept = kept_of(record)
    assert all(len(item.reasoning) == MOST_CHARACTERS for item in kept.items)
    assert msgspec.json.encode(kept.result) == msgspec.json.encode(result)
