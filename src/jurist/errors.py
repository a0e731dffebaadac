"""The exceptions of Jurist, in one tree.

    JuristError
    ├── InputError            what a person or a file gave us cannot be used
    │   ├── QuerySyntaxError  a query that does not parse (line, column, caret, hint)
    │   ├── SchemaError       a schema file that cannot be read
    │   ├── DatasetError      a dataset, pairs or recording file with a bad line
    │   ├── StudyError        a study file that cannot be run as written
    │   └── AnnotationError   annotations that cannot be used as asked
    ├── StoreError            the store cannot be reached, read or written
    │   └── StoreAway         its server is out of reach for now: trying again may help
    ├── ModelError            a model call that failed for good
    │   ├── BudgetExceeded    the next call would overrun the budget
    │   └── AnsweredError     a server answered with an error of its own
    ├── WorkerError           the processes that prove cannot be started
    ├── UnsupportedError      a language or back end lacks what was asked of it
    ├── StoppedByClock        work that its steps should have ended ran on: no verdict
    └── InternalContradiction two of our own methods disagree: a bug of ours, never a verdict

Every message names the input, what was expected, and the fix.
"""

from __future__ import annotations

from jurist.records import Failure


class JuristError(Exception):
    """The root: catching it catches all that Jurist raises on purpose.

    Args:
        problem: What is wrong, naming the input.
        expected: What would have been right; empty where the problem says it.
        fix: What to do now; empty: the usual thing for this kind of error.
        where: File, line and field, as far as they are known.
    """

    usual_fix = ""
    """What to do about an error of this kind that says nothing of its own."""

    def __init__(self, problem: str, *, expected: str = "", fix: str = "", where: str = "") -> None:
        self.problem = problem
        self.expected = expected
        self.fix = fix or self.usual_fix
        self.where = where
        parts = [f"{where}: {problem}" if where else problem]
        if expected:
            parts.append(f"expected: {expected}")
        if self.fix:
            parts.append(f"fix: {self.fix}")
        super().__init__("\n  ".join(parts))


class InputError(JuristError):
    """Something a person or a file gave us cannot be used."""

    usual_fix = "change it to what is expected, then try again"

    def at(self, where: str) -> InputError:
        """The same error, said of a place (a file and line) that the raiser did not know."""
        place = f"{where}, {self.where}" if self.where else where
        return type(self)(self.problem, expected=self.expected, fix=self.fix, where=place)


class SchemaError(InputError):
    """A schema file that cannot be read as a schema.

    Args:
        problem: See `InputError`.
        expected: See `InputError`.
        fix: See `InputError`.
        where: See `InputError`.
        path: The keys that lead to the place in the file, where it is known.
    """

    def __init__(
        self,
        problem: str,
        *,
        expected: str = "",
        fix: str = "",
        where: str = "",
        path: tuple[str, ...] = (),
    ) -> None:
        self.path = path
        super().__init__(problem, expected=expected, fix=fix, where=where)


class DatasetError(InputError):
    """A dataset, pairs or recording file with a line that cannot be read."""


class StudyError(InputError):
    """A study file that cannot be run as it is written."""


class AnnotationError(InputError):
    """Annotations that cannot be read, or not be used for what was asked."""


class QuerySyntaxError(InputError):
    """A query that does not parse.

    Args:
        problem: What was found, in one sentence.
        line: Line of the query, from 1.
        column: Column in that line, from 1.
        excerpt: The line with a caret below the column, bounded in length.
        hint: How to mend it; may be empty.
    """

    usual_fix = ""  # its hint is for models too, who need no more words

    def __init__(
        self, problem: str, *, line: int, column: int, excerpt: str = "", hint: str = ""
    ) -> None:
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.hint = hint
        shown = f"{problem}\n{excerpt}" if excerpt else problem
        super().__init__(shown, fix=hint, where=f"line {line}, column {column}")

    def at(self, where: str) -> InputError:
        """The same error with the file's place before the query's own."""
        return InputError(
            self.problem,
            expected="a query that parses",
            fix=self.fix or "mend the query there",
            where=f"{where}, {self.where}",
        )


class StoreError(JuristError):
    """The store cannot be reached, read or written."""


class StoreAway(StoreError):  # noqa: N818 - says what happened
    """The store's server is out of reach for now, or undid a transaction: trying again may help."""


class ModelError(JuristError):
    """A model call that failed for good.

    Args:
        failure: What a verdict or a candidate carries in place of a result.
    """

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.reason)


class BudgetExceeded(ModelError):  # noqa: N818 - the field's term
    """The next call could overrun the run's budget, so it was not made."""


class AnsweredError(ModelError):
    """A server answered with an error of its own, and asking again does not help now.

    Args:
        failure: See `ModelError`.
        status: Of its answer.
        body: Of its answer, without secrets.
        retry_after: Seconds after which it may be asked again; 0 where it does not say.
    """

    def __init__(self, failure: Failure, *, status: int, body: bytes, retry_after: float) -> None:
        self.status = status
        self.body = body
        self.retry_after = retry_after
        super().__init__(failure)


class WorkerError(JuristError):
    """The processes that prove cannot be started."""


class UnsupportedError(JuristError):
    """A language, a role or a back end lacks what was asked of it."""


class StoppedByClock(JuristError):  # noqa: N818 - says what happened
    """The clock ended what its steps should have ended long before: nothing is known."""

    def __init__(self) -> None:
        super().__init__(
            "stopped by the clock: this pair took longer than any should, so nothing is known of it"
            "\n  fix: try again while the machine is less busy; where that does not help, report it"
        )


class InternalContradiction(JuristError):  # noqa: N818 - says what happened
    """Two independent methods of ours disagree: a bug to report, never a verdict.

    Args:
        message: What contradicts what.
        bundle: All that is needed to reproduce it, as JSON text.
    """

    def __init__(self, message: str, *, bundle: str) -> None:
        self.bundle = bundle
        super().__init__(f"{message}\nThis is a bug in Jurist; to reproduce it:\n{bundle}")
