"""What the page for whoever changes the prover names is there, under that name."""

from __future__ import annotations

import re
from pathlib import Path

import jurist.languages.cql

ROOT = Path(__file__).parents[2]
ROOM = Path(jurist.languages.cql.__path__[0])
PAGE = (ROOT / "docs/explanation/changing-the-prover.md").read_text("utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", PAGE)


def test_its_files_are_there() -> None:
    named = {text for text in QUOTED if re.fullmatch(r"[\w/-]+\.(py|lark|md)", text)}
    places = (ROOM, ROOM / "prover", ROOT, ROOT / "tests")
    assert len(named) > 20
    assert not {file for file in named if not any((place / file).exists() for place in places)}


def test_its_names_are_there() -> None:
    sources = [*ROOM.rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    words = {word for path in sources for word in re.findall(r"\w+", path.read_text("utf-8"))}
    named = {text for text in QUOTED if re.fullmatch(r"[A-Za-z_]\w*", text)}
    assert len(named) > 40
    assert named <= words
