"""The table of limits says what the code holds."""

import re
from pathlib import Path

import pytest

from jurist.languages import effort
from jurist.languages.cql.prover import limits

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-a-proof-rests-on.md"
ROWS = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
NAMED = {
    name: value
    for module in (limits, effort)
    for name, value in vars(module).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, int | float)
}


def test_every_limit_is_in_the_table_and_nothing_else() -> None:
    assert set(ROWS) == set(NAMED)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_table_says_its_value(name: str) -> None:
    written = ROWS[name].strip().replace(",", "")
    base, _, exponent = written.partition("^")
    assert (int(base) ** int(exponent) if exponent else float(written)) == NAMED[name]
