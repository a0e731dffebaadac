"""The examples of the page on roles are studies that can be planned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from jurist.models import Models
from jurist.runs import parse_study, plan
from studies import write_dataset

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
USUAL = {
    "name": "n",
    "datasets": [{"name": "small", "schema": "schema.yaml", "cases": "cases.jsonl"}],
    "generators": ["rules"],
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_planned(example: str, tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=3)
    given: dict[str, object] = yaml.safe_load(example)
    file = parse_study(yaml.safe_dump(USUAL | given), folder=tmp_path)
    made = plan(file, models=Models())
    assert made.casts["small"].judges
    assert len(EXAMPLES) == 5
