"""Pages are complete, hold what the code has, and link to what is there."""

from __future__ import annotations

import dataclasses
import re
from enum import EnumType
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

import jurist
from api_page import page as api_page
from commands_page import page as commands_page
from doc_pages import ROOT, blocks
from jurist import records
from jurist.cli import COMMANDS
from jurist.records import Verdict
from jurist.roles import recorded_file
from jurist.runs import bulk, study
from jurist.runs.study_feature import VendorTerms
from jurist.runs.study_section import Section
from python_page import page as python_page

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each).strip().lower().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", prose)):
        if re.match(r"\w+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = path.parent / place if place else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_navigation() -> None:
    found = set(re.findall(r"[\w\-/]+\.md", str(yaml.safe_load(text_of("mkdocs.yml"))["nav"])))
    assert found == {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}


def test_the_page_of_the_api_is_what_its_document_says() -> None:
    assert text_of("docs/reference/api.md") == api_page(), (
        "renew it: .venv/bin/python tests/api_page.py > docs/reference/api.md"
    )


def test_the_page_of_commands_is_what_their_help_says() -> None:
    assert text_of("docs/reference/commands.md") == commands_page(), (
        "renew it: .venv/bin/python tests/commands_page.py > docs/reference/commands.md"
    )


def test_the_page_of_python_is_what_its_docstrings_say() -> None:
    assert text_of("docs/reference/python.md") == python_page(), (
        "renew it: .venv/bin/python tests/python_page.py > docs/reference/python.md"
    )


def test_every_public_name_is_on_a_page() -> None:
    pages = text_of("docs/reference/python.md") + text_of("docs/reference/records.md")
    for name in jurist.__all__:
        assert f"`{name}`" in pages, name


def test_the_readme_lists_every_command() -> None:
    section = text_of("README.md").split("## Commands")[1].split("\n## ")[0]
    table = "".join(line for line in section.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`(?:jurist )?([a-z]+)\b[^`]*`", table))
    assert named - {"demo"} == set(COMMANDS) - {"demo"}


def test_every_field_of_a_study_is_on_the_page_of_files() -> None:
    page = text_of("docs/reference/files.md")
    values = [*vars(study).values(), VendorTerms]
    models = [each for each in values if isinstance(each, type) and issubclass(each, Section)]
    assert len(models) >= 10
    for model in models:
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in page, f"{model.__name__}.{name}"


def test_every_field_of_cases_pairs_answers_and_verdicts_is_on_the_page_of_files() -> None:
    page = text_of("docs/reference/files.md")
    judged = bulk.as_line(bulk.Judged(1, "x", Verdict("j", 1.0)))
    names = {
        *msgspec.json.decode(judged),
        *bulk._Triple.__struct_fields__,  # pyright: ignore[reportPrivateUsage]
        *recorded_file._Line.__struct_fields__,  # pyright: ignore[reportPrivateUsage]
        *(field.name for each in (records.Case, records.Question) for field in fields(each)),
    }
    for name in names:
        assert f"`{name}`" in page, name


def fields(record: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(record)


def test_every_record_and_word_is_on_the_page_of_records() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text_of("docs/reference/records.md"), re.M))
    found = {name: each for name, each in vars(records).items() if isinstance(each, type)}
    own = {name: each for name, each in found.items() if each.__module__ == records.__name__}
    assert set(rows) == set(own)
    for name, each in own.items():
        words = [*each] if isinstance(each, EnumType) else [field.name for field in fields(each)]
        assert words
        for word in words:
            assert f"`{word}`" in rows[name], f"{name}: {word}"


def test_python_of_the_page_of_records_runs() -> None:
    (source,) = [
        block.text
        for block in blocks(text_of("docs/reference/records.md"))
        if block.kind == "python"
    ]
    exec(compile(source, "records.md", "exec"), {})  # noqa: S102 - our own page


def test_nothing_of_one_machine_or_of_an_index_is_named() -> None:
    for path in PAGES:
        said = path.read_text("utf-8")
        for word in ("/work/", "/root/", "/home/", "pypi.org", "files.pythonhosted"):
            assert word not in said, f"{path.name}: {word}"
