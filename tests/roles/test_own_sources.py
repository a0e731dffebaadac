"""What of the user's own files is in the key of a role that is their code."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from jurist.errors import StudyError
from jurist.records import Origin, Question
from jurist.roles import Generator, Means
from jurist.roles.loading import GENERATORS, JUDGES, load_generator, load_judge, read_spec
from jurist.roles.own_sources import Sources
from workspaces import small_workspace

QUESTION = Question("q", "who?", Origin.AUTHORED)


@pytest.fixture(autouse=True)
def fresh_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Modules of the same name in another folder: each test is a process of its own."""
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    yield
    written = [
        name
        for name, module in tuple(sys.modules.items())
        for place in (getattr(module, "__file__", None), *getattr(module, "__path__", ()))
        if place and Path(place).is_relative_to(tmp_path)
    ]
    for name in dict.fromkeys(written):
        del sys.modules[name]
    sys.path[:] = path


def _write(folder: Path, **files: str) -> None:
    """Files by name: `__` stands for `/`, the last `_` before a suffix for its dot."""
    for name, text in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = folder / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))


def _load(folder: Path, given: object) -> Generator:
    return load_generator(read_spec(given, GENERATORS), Means(folder))


def _sources(folder: Path, given: object) -> Sources:
    found: object = getattr(_load(folder, given), "sources", None)
    assert isinstance(found, Sources)
    return found


def _follows(folder: Path, given: object, file: str) -> bool:
    """Whether the version follows a file's content, and only that."""
    before = _load(folder, given).version
    assert _load(folder, given).version == before
    path = folder / file
    content = path.read_bytes()
    path.write_bytes(content + b"\n# changed\n")
    after = _load(folder, given).version
    path.write_bytes(content)
    assert _load(folder, given).version == before
    return after != before


def _package(folder: Path) -> None:
    _write(
        folder,
        bot__main_py="""
            from .parts import helper
            from . import style

            def answer(question):
                if not question:
                    from .late import fallback
                    return fallback()
                return helper.write(question) + style.END
        """,
        bot__parts__helper_py="from ..style import END\ndef write(question): return question\n",
        bot__style_py="import bot.main\nEND = '!'\n",
        bot__late_py="def fallback(): return ''\n",
        bot__unused_py="",
        outside_py="",
    )
    (folder / "bot" / "__init__.py").write_text("")
    (folder / "bot" / "parts" / "__init__.py").write_text("")


def test_all_that_a_package_imports_is_in_the_key_however_and_wherever(tmp_path: Path) -> None:
    _package(tmp_path)
    assert _sources(tmp_path, "bot.main:answer").files == (
        "bot/__init__.py",
        "bot/late.py",
        "bot/main.py",
        "bot/parts/__init__.py",
        "bot/parts/helper.py",
        "bot/style.py",
    )
    for file in ("bot/parts/helper.py", "bot/late.py", "bot/__init__.py"):
        assert _follows(tmp_path, "bot.main:answer", file)
    for file in ("bot/unused.py", "outside.py"):
        assert not _follows(tmp_path, "bot.main:answer", file)


def test_a_namespace_package_and_what_is_imported_as_it_runs(tmp_path: Path) -> None:
    _write(
        tmp_path,
        spread__inner__bot_py="""
            import importlib, json, numpy
            import spread.other as other

            def answer(question):
                return importlib.import_module("spread.inner.plain").answer(question)
        """,
        spread__inner__plain_py="def answer(question): return question\n",
        spread__other_py="",
    )
    assert _sources(tmp_path, "spread.inner.bot:answer").files == (
        "spread/inner/bot.py",
        "spread/inner/plain.py",
        "spread/other.py",
    )


def test_what_came_into_a_module_by_other_ways_than_a_statement(tmp_path: Path) -> None:
    _write(
        tmp_path,
        hidden_py="def work(question): return question\n",
        bot_py="""
            name = "hid" + "den"
            work = getattr(__import__("importlib").import_module(name), "work")
            def answer(question): return work(question)
        """,
    )
    assert _sources(tmp_path, "bot:answer").files == ("bot.py", "hidden.py")
    assert _sources(tmp_path, "bot:work").files == ("bot.py", "hidden.py")


@pytest.mark.parametrize(
    "source",
    [
        "def load(): return open('prompts/system.md').read()",
        "from pathlib import Path\nPROMPT = (Path(__file__).parent / 'prompts' / 'system.md')",
        "from pathlib import Path\nHERE = Path(__file__).parent\nP = HERE / 'prompts'\n"
        "def load(name): return (P / f'{name}.md').read_text()",
        "import os\nP = os.path.join(os.path.dirname(__file__), 'prompts', 'system.md')",
        "from pathlib import Path\nALL = [p for p in Path('prompts').glob('*.md')]",
        "from pathlib import Path\nALL = list(Path('prompts').iterdir())",
        "def load(name): return open(f'prompts/{name}.md').read()",
        "from importlib.resources import files\n"
        "def load(): return files(__package__).joinpath('prompts/system.md').read_text()",
    ],
)
@pytest.mark.parametrize("module", ["bot", "deep.bot"])
def test_a_prompt_file_that_the_source_names_is_in_the_key(
    tmp_path: Path, module: str, source: str
) -> None:
    _write(
        tmp_path,
        prompts__system_md="Be terse.",
        prompts__notes_txt="",
        **{f"{module.replace('.', '__')}_py": f"{source}\ndef answer(question): return ''\n"},
    )
    assert "prompts/system.md" in _sources(tmp_path, f"{module}:answer").files
    assert _follows(tmp_path, f"{module}:answer", "prompts/system.md")


def test_what_a_source_writes_is_not_what_it_depends_on(tmp_path: Path) -> None:
    _write(
        tmp_path,
        bot_py="""
            from pathlib import Path
            LOG = Path("said.jsonl")
            def answer(question):
                with LOG.open("a") as log:
                    log.write(question)
                with open("other.jsonl", mode="w") as other:
                    other.write("")
                Path("third.txt").write_text("")
                return open("read.txt").read()
        """,
        said_jsonl="", other_jsonl="", third_txt="", read_txt="",
    )  # fmt: skip
    assert _sources(tmp_path, "bot:answer").files == ("bot.py", "read.txt")


def test_nothing_outside_of_the_project_is_in_the_key(tmp_path: Path) -> None:
    study, elsewhere = tmp_path / "study", tmp_path / "elsewhere"
    _write(elsewhere, secret_txt="", lib_py="")
    _write(
        study,
        bot_py=f"""
            import sys, json, numpy, jurist
            PATHS = ["../elsewhere/secret.txt", "{elsewhere}/secret.txt", "/etc/hostname"]
            def answer(question): return question
        """,
    )
    assert _sources(study, "bot:answer").files == ("bot.py",)


def test_a_module_of_the_users_own_beside_the_study_is(tmp_path: Path) -> None:
    _write(tmp_path / "src", lib_py="import more\n", more_py="")
    _write(tmp_path / "evals", bot_py="import lib\ndef answer(question): return question\n")
    sys.path.insert(0, str(tmp_path / "src"))
    found = _sources(tmp_path / "evals", "bot:answer").files
    assert found == ("../src/lib.py", "../src/more.py", "bot.py")


def test_a_checkout_in_another_place_has_the_same_key(tmp_path: Path) -> None:
    versions: list[str] = []
    for place in ("here", "there"):
        _package(tmp_path / place)
        versions.append(_load(tmp_path / place, "bot.main:answer").version)
        for name in [name for name in sys.modules if name.partition(".")[0] == "bot"]:
            del sys.modules[name]
        sys.path.remove(str(tmp_path / place))
    assert versions[0] == versions[1]


def test_a_link_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    _write(tmp_path / "shared", real_md="one")
    _write(tmp_path / "study", bot_py="P = 'prompt.md'\ndef answer(question): return P\n")
    (tmp_path / "study" / "prompt.md").symlink_to(tmp_path / "shared" / "real.md")
    before = _load(tmp_path / "study", "bot:answer").version
    (tmp_path / "shared" / "real.md").write_text("two")
    assert _load(tmp_path / "study", "bot:answer").version != before


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails")
def test_a_file_that_cannot_be_read_is_said_or_refused(tmp_path: Path) -> None:
    _write(tmp_path, bot_py="P = 'a.md'\ndef answer(question): return P\n")
    (tmp_path / "a.md").symlink_to("/proc/self/mem")  # permissions do not keep root out
    told = _sources(tmp_path, "bot:answer").told()
    assert told.startswith("2 files in its key (a.md, bot.py); of these not read: a.md (cannot be")
    with pytest.raises(StudyError, match="cannot be read"):
        _load(tmp_path, {"callable": "bot:answer", "files": ["a.md"]})


def test_a_file_that_is_too_large_is_said_and_still_followed_or_refused(tmp_path: Path) -> None:
    _write(tmp_path, bot_py="P = 'big.bin'\ndef answer(question): return P\n")
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(65_000_000)
    first = _load(tmp_path, "bot:answer").version
    assert "big.bin (is larger than" in _sources(tmp_path, "bot:answer").told()
    with big.open("ab") as file:
        file.write(b"x")
    assert _load(tmp_path, "bot:answer").version != first
    with pytest.raises(StudyError, match="is larger than"):
        _load(tmp_path, {"callable": "bot:answer", "files": ["*.bin"]})


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (["none.md"], "no such file"),
        (["*.none"], "no such file"),
        (["empty"], "`files` names 'empty', and no file is in that folder"),
        (["a.md", "!nope.md"], "`files` leaves out 'nope.md', and no file"),
        ("a.md", "`files` of a role"),
        ([3], "`files` of a role"),
        (["!"], "`files` of a role"),
    ],
)
def test_a_list_of_files_that_cannot_be_used_is_refused(
    tmp_path: Path, files: object, problem: str
) -> None:
    _write(tmp_path, bot_py="def answer(question): return ''\n", a_md="")
    (tmp_path / "empty").mkdir()
    for given in (
        {"callable": "bot:answer", "files": files},
        {"command": ["cat"], "files": files},
        {"http": "http://localhost:1/", "files": files},
    ):
        with pytest.raises(StudyError) as caught:
            _load(tmp_path, given)
        assert problem in str(caught.value)


def test_listed_files_count_and_those_after_a_mark_do_not(tmp_path: Path) -> None:
    _write(
        tmp_path,
        bot_py="P = 'a.md'\ndef answer(question): return ''\n",
        a_md="", data__b_csv="", data__deep__c_csv="",
    )  # fmt: skip
    given = {"callable": "bot:answer", "files": ["data/**/*.csv", "!a.md"]}
    assert _sources(tmp_path, given).files == ("bot.py", "data/b.csv", "data/deep/c.csv")
    given = {"callable": "bot:answer", "files": ["data"]}
    assert _sources(tmp_path, given).files == ("a.md", "bot.py", "data/b.csv", "data/deep/c.csv")
    for role in ({"http": "http://localhost:1/"}, {"command": ["cat"]}):
        assert _sources(tmp_path, role).told().startswith("no file of yours is in its key")
        assert _follows(tmp_path, {**role, "files": ["a.md"]}, "a.md")


@pytest.mark.parametrize(
    "command", [["python", "run/bot.py"], ["python", "-m", "run.bot"], ["sh", "start.sh"]]
)
def test_a_script_is_in_the_key_with_what_it_imports(tmp_path: Path, command: list[str]) -> None:
    _write(
        tmp_path,
        run__bot_py="import helper\nfrom run import helper\nP = 'p.md'\n",
        run__helper_py="", run__p_md="", start_sh="", other_py="raise SystemExit\n",
    )  # fmt: skip
    shell = command[0] == "sh"
    expected = ("start.sh",) if shell else ("run/bot.py", "run/helper.py", "run/p.md")
    assert _sources(tmp_path, {"command": command}).files == expected
    assert _follows(tmp_path, {"command": command}, expected[-1])


def _as_object(folder: Path) -> None:
    _write(
        folder,
        parts_py="""
            class Base:
                version = "1"
                name = "bot"
                async def answer(self, question, workspace):
                    from jurist.records import Candidate
                    return Candidate(query=question.text)
                async def __aenter__(self):
                    self.open = True
                    return self
                async def __aexit__(self, *exc):
                    self.open = False
        """,
        bot_py="from parts import Base\nclass Bot(Base): pass\nmade = Bot()\nfar = Base()\n",
    )


@pytest.mark.parametrize("target", ["bot:Bot", "bot:made", "bot:far"])
async def test_an_object_that_is_a_role_keeps_its_ways_and_follows_its_files(
    tmp_path: Path, target: str
) -> None:
    _as_object(tmp_path)
    role = _load(tmp_path, target)
    assert role.name == "bot"
    assert (await role.answer(QUESTION, small_workspace())).query == "who?"
    async with role:  # type: ignore[attr-defined]
        pass
    assert _follows(tmp_path, target, "parts.py")
    assert _follows(tmp_path, target, "bot.py")


def test_a_judge_follows_its_files_too(tmp_path: Path) -> None:
    _write(
        tmp_path,
        rule_py="import levels\ndef judge(question, reference, candidate, workspace): return 4\n",
        levels_py="",
    )
    spec = read_spec("rule:judge", JUDGES)
    before = load_judge(spec, Means(tmp_path)).version
    (tmp_path / "levels.py").write_text("x = 1\n")
    assert load_judge(spec, Means(tmp_path)).version != before
