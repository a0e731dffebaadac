"""Numbers agree with their nouns, wherever a command says how many."""

from __future__ import annotations

import re
from pathlib import Path

from jurist.plurals import counted

SOURCE = Path(__file__).parents[1] / "src" / "jurist"


def test_one_is_one_and_all_else_is_many() -> None:
    assert [counted(n, "label") for n in (0, 1, 2)] == ["0 labels", "1 label", "2 labels"]
    assert counted(1, "query", "queries") == "1 query"
    assert counted(1_200, "label is", "labels are") == "1,200 labels are"


def test_commands_and_reports_say_how_many_by_it() -> None:
    nouns = "labels|answers|tasks|verdicts|references|lines|queries|rulings|calls|runs|cases"
    said = re.compile(rf"\{{(?!counted\()[^{{}}\"']+\}} (?:{nouns})\b")
    for path in sorted([*(SOURCE / "cli").glob("*.py"), *(SOURCE / "report").glob("*.py")]):
        assert not said.findall(path.read_text("utf-8")), path.name
