"""Flags of a run and options of its roles, refused before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest

import jurist
from jurist.errors import InputError
from studies import write_dataset


def answer(question: str) -> str:
    return question


@pytest.mark.parametrize("way", ["fresh", "retry_failures", "progress"])
def test_a_flag_that_is_text_deletes_nothing(way: str, tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\ngenerators: [rules]\n"
    )
    store = tmp_path / "here.db"
    made = jurist.run(tmp_path / "study.yaml", store, workers=1)
    before = list(made.rows())
    with pytest.raises(InputError, match=f"`{way}` is ") as caught:
        jurist.run(
            tmp_path / "study.yaml",
            store,
            workers=1,
            **{way: print if way == "progress" else "no"},  # type: ignore[arg-type]
        )
    assert "\n  expected: " in str(caught.value)
    assert "\n  fix: " in str(caught.value)
    assert list(made.rows()) == before, "what was stored is still there"


@pytest.mark.parametrize(("option", "wrong"), [("threads", 1.5), ("threads", 0), ("files", "a.md")])
def test_an_option_of_a_role_is_refused_with_its_study(option: str, wrong: object) -> None:
    with pytest.raises(InputError, match=option):
        jurist.Study(["shop"], [{"callable": answer, option: wrong}])
