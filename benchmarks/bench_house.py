"""How much house the proofs of cql need: lines of code, and the files that a proof goes through.

Lines of code are those with a token of a statement: no comment, docstring, import or blank
line. A file is gone through where one of its functions is called while a pair is judged, for
the second time, so that what is made once for a schema is not counted.
`python -m benchmarks.bench_house` names the files.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from jurist.evidence import decide
from jurist.languages import cql, get_language

ROOM: Final = Path(cql.__path__[0])
PAIRS: Final = {
    "count": ("event('A').count() >= 1", "event('A').count() = 1"),
    "sum": ("event('A').sum(property('x')) >= 10", "event('A').sum(property('x')) > 10"),
    "funnel": (
        "event('A').where(event('B').within(parent: 7 days).count() >= 1).count() >= 1",
        "event('A').where(event('B').within(parent: 14 days).count() >= 1).count() >= 1",
    ),
}
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def bench() -> dict[str, float]:
    """Lines of code, files, the longest file, and how many files each pair goes through."""
    files = sorted(ROOM.rglob("*.py"))
    texts = [path.read_text("utf-8") for path in files]
    return {
        "code_lines": sum(map(code_lines, texts)),
        "files": len(files),
        "longest_file_lines": max(text.count("\n") for text in texts),
        **{f"files_of_a_{name}": len(calls_by_file(*pair)) for name, pair in PAIRS.items()},
    }


def code_lines(text: str) -> int:
    """Lines of a module that are code."""
    passed_over: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                passed_over.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            case _:
                pass
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - passed_over)


def calls_by_file(reference: str, candidate: str) -> dict[str, int]:
    """Each file of cql that judging a pair goes through, with the calls into its functions."""
    language = get_language("cql")
    queries = language.parse(reference), language.parse(candidate)
    decide(language, *queries, language.infer_schema(*queries))
    schema = language.infer_schema(*queries)
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(ROOM):
            calls[file.relative_to(ROOM).as_posix()] += 1

    sys.setprofile(note)
    try:
        decide(language, *queries, schema)
    finally:
        sys.setprofile(None)
    return dict(sorted(calls.items()))


def main() -> None:
    """Name the files of each pair."""
    for name, pair in PAIRS.items():
        calls = calls_by_file(*pair)
        print(f"{name}: {len(calls)} files, {sum(calls.values())} calls")
        for file, number in calls.items():
            print(f"  {number:>6}  {file}")


if __name__ == "__main__":
    main()
