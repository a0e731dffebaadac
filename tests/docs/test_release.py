"""`make release`: what is wrong is said before anything changes; the whole way takes a minute."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from doc_pages import ROOT


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with what git tracks here, and this environment."""
    folder = tmp_path / "tree"
    for name in filter(None, git(ROOT, "ls-files", "-z").split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    git(folder, "config", "core.excludesFile", os.devnull)
    (folder / ".git/info/exclude").write_text(".venv\n")
    return folder


def release(tree: Path, version: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(tree / ".ci/release"), version],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.parametrize(
    ("version", "problem"),
    [("", "the version ''"), ("1.2", "the version '1.2'"), ("v1.2.3", "the version 'v1.2.3'")],
)
def test_a_version_is_three_numbers(tree: Path, version: str, problem: str) -> None:
    said = release(tree, version)
    assert said.returncode == 2
    assert said.stderr.startswith(f"error: {problem}\n  expected: ")
    assert "  fix: make release VERSION=" in said.stderr


def test_only_what_is_committed_and_new_is_released(tree: Path) -> None:
    git(tree, "tag", "v7.0.0")
    assert "error: the tag v7.0.0 is there" in release(tree, "7.0.0").stderr
    (tree / "README.md").write_text("changed")
    assert "error: files that are not committed" in release(tree, "7.0.1").stderr


def test_where_a_step_fails_the_version_is_as_it_was(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[build-system]\n")
    git(tree, "commit", "-qam", "broken")
    said = release(tree, "7.0.0")
    assert said.returncode != 0
    assert "not released: the version is as it was" in said.stderr
    assert git(tree, "status", "--porcelain") == ""


@pytest.mark.long
def test_the_tutorial_runs_from_the_wheel_in_an_empty_environment(tree: Path) -> None:
    said = release(tree, "7.0.0")
    assert said.returncode == 0, said.stderr
    assert "docs/tutorial/first-report.md" in said.stdout
    assert (tree / "dist/jurist-7.0.0-py3-none-any.whl").exists()
    assert '__version__ = "7.0.0"' in (tree / "src/jurist/__init__.py").read_text()
    changed = {line[3:] for line in git(tree, "status", "--porcelain").splitlines()}
    assert changed == {"CHANGELOG.md", "src/jurist/__init__.py"}
