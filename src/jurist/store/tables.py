"""Every table of a store, on one `METADATA`, the same on SQLite and PostgreSQL.

Moments are integers: milliseconds since 1970, UTC. Records are JSON texts as msgspec
writes them (ASCII control characters escaped, so any text survives both databases).
A change here needs a migration in `migrations/versions`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    text,
)

REDACTED: Final = "redacted"
"""In a table's info: a row that holds a value to forget is redacted, where others go whole."""
AGELESS: Final = "ageless"
"""In a table's info: its rows do not go for their age; they are not what happened."""
DERIVED: Final = "derived"
"""In a table's info: its rows are computed from others', under digests of them: all go with any."""
DIGEST: Final = "digest"
"""In a column's info: it is a digest of the row's texts, and is emptied where they change."""

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("study", Text, nullable=False),  # the study as JSON, defaults filled in
    Column("digest", String(64), nullable=False),  # of the study, its data and its roles
    Column("jurist", String(32), nullable=False),  # version of the package
    Column("state", String(16), nullable=False),  # see `runs.RunState`
    Column("git_commit", String(64), nullable=False, server_default=text("''")),
    Column("key_mark", String(16), nullable=False, server_default=text("''")),  # of pseudonyms
    Column("shard", String(16), nullable=False, server_default=text("''")),  # "" for all of it
    Index(None, "digest"),
    info={REDACTED: True},
)

DATASETS: Final = Table(
    "datasets",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("language", String(64), nullable=False),
    Column("schema_document", Text, nullable=False),  # the schema file as JSON
    Column("schema_digest", String(64), nullable=False),
    Column("cases_digest", String(64), nullable=False),
    Column("assumptions", Text, nullable=False),  # JSON list of sentences
    Column("roles", Text, nullable=False, server_default=text("'{}'")),  # see `runs.RoleVersions`
    Column("sources", Text, nullable=False, server_default=text("'{}'")),  # by role, as said
    info={REDACTED: True},
)

CASES: Final = Table(
    "cases",
    METADATA,
    Column("run", String(64), primary_key=True),
    Column("dataset", String(200), primary_key=True),
    Column("case_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),  # in the run, from 0
    Column("payload", Text, nullable=False),  # records.Case
    ForeignKeyConstraint(["run", "dataset"], ["datasets.run", "datasets.name"], ondelete="CASCADE"),
    Index("ix_cases_case", "dataset", "case_id"),  # a case over runs
)

TASKS: Final = Table(
    "tasks",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),  # digest of all that the result depends on
    Column("stage", String(16), nullable=False),  # see `runs.Stage`
    Column("parent", String(64)),  # key of the task whose result this one works on
    Column("position", Integer, nullable=False),  # of its case in the run
    Column("dataset", String(200), nullable=False),
    Column("case_id", String(200), nullable=False),
    Column("ordinal", Integer, nullable=False),  # of its question within the case
    Column("sample", Integer, nullable=False, server_default=text("1")),  # of its answers there
    Column("generator", String(200), nullable=False),  # "" before there is one
    Column("role", String(200), nullable=False),  # the role that does it
    Column("question", Text),  # records.Question, of a candidate task
    Column("status", String(16), nullable=False),  # see `runs.Status`
    Column("claimed_by", String(64)),
    Column("claimed_until", BigInteger),
    Column("finished", BigInteger),
    Column("payload", Text),  # the result: records.Candidate, records.Verdict, ...
    Column("lost", Integer, nullable=False, server_default=text("0")),  # with its session, so often
    Index("ix_tasks_queue", "run", "stage", "role", "status", "position"),
    Index("ix_tasks_reading", "run", "stage", "position", "ordinal"),
    Index("ix_tasks_status", "run", "status"),
    Index("ix_tasks_finished", "run", "stage", "finished"),  # what is new in a live run
)

CASE_OF_TASK: Final = and_(
    CASES.c.run == TASKS.c.run,
    CASES.c.dataset == TASKS.c.dataset,
    CASES.c.case_id == TASKS.c.case_id,
)
"""Which row of `CASES` a task is about."""

TASK_COUNTS: Final = Table(
    "task_counts",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("role", String(200), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),  # see `Store.slot`
    Column("total", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
)

RUN_STUDIES: Final = Table(
    "run_studies",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("study", Text, nullable=False),  # all of it as JSON, for sessions that join
    info={REDACTED: True},
)

RUN_FILES: Final = Table(
    "run_files",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False),  # as the study names it
    Column("digest", String(64), nullable=False),  # of its bytes
    Column("content", Text),  # NULL: it is not kept
    Column("why_not", Text, nullable=False),
)

CONSISTENCY: Final = Table(
    "consistency",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("task", String(64), primary_key=True),  # key of a question's first candidate task
    Column("same", Integer, nullable=False),  # pairs of its answers, see `consistency.Consistency`
    Column("different", Integer, nullable=False),
    Column("undecided", Integer, nullable=False),
)

ANNOTATIONS: Final = Table(
    "annotations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("task", String(64), nullable=False),  # key of the candidate task
    Column("annotator", String(200), nullable=False),
    Column("role", String(16), nullable=False),  # records.LabelRole
    Column("sampling_probability", Float),
    Column("created", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),  # records.Annotation
    Column("triple", String(64)),  # what was judged, see `triples`; none: the answer is gone
    Index(None, "run", "task"),
    Index(None, "triple"),
    info={REDACTED: True},
)

CORRECTIONS: Final = Table(
    "corrections",
    METADATA,
    Column("id", String(64), primary_key=True),  # of the annotation
    Column("number", Integer, primary_key=True),  # from 1, the first correction
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("corrected_by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),  # records.Annotation, as it was before
    Index(None, "run"),
    info={REDACTED: True},
)

SETTLEMENTS: Final = Table(
    "settlements",
    METADATA,
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("task", String(64), primary_key=True),  # key of the candidate task
    Column("judge", String(200), primary_key=True),
    Column("outcome", String(32), nullable=False),
    Column("settled_by", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    info={REDACTED: True},
)

SENT: Final = Table(
    "sent",
    METADATA,
    Column("id", String(32), primary_key=True),  # its order is that of time
    Column("at", BigInteger, nullable=False),  # when it was about to go out
    Column("server", Text, nullable=False),  # address without query
    Column("model", Text, nullable=False),
    Column("run", String(64), nullable=False),  # empty: of none that is known
    Column("role", Text, nullable=False),
    Column("privacy", String(32), nullable=False),  # level at which texts were changed
    Column("key", String(40), nullable=False, info={DIGEST: True}),  # of the exchange
    Column("body", Text, nullable=False),  # as it left
    Column("bytes", BigInteger, nullable=False),  # of the body
    Index(None, "run", "id"),
    info={REDACTED: True},
)

SENT_OUTCOMES: Final = Table(  # apart from the bodies: to change a long row writes all of it anew
    "sent_outcomes",
    METADATA,
    Column("id", String(32), primary_key=True),  # of the request
    Column("left", BigInteger),  # NULL: it never left
    Column("answered", BigInteger),
    Column("status", Integer),
    Column("error", Text, nullable=False),  # empty: nothing is wrong
    Column("reply", Text, nullable=False),  # the server's own name of it
    info={REDACTED: True},
)

# --- the web application ----------------------------------------------------------------------

QUEUES: Final = Table(
    "queues",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("run", String(64), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),  # records.LabelRole
    Column("seed", Integer, nullable=False),  # of the draw
    Column("labels_per_item", Integer, nullable=False),
    Column("annotators", Text, nullable=False),  # JSON list of names; empty: whoever may annotate
    Column("created", BigInteger, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("closed", BigInteger),
    Column("frame", Text, nullable=False, server_default=text("'{}'")),  # what was drawn from
    Column("reveals", Integer, nullable=False, server_default=text("0")),  # 1: when all is done
    Index(None, "run"),
    info={REDACTED: True},
)

QUEUE_ITEMS: Final = Table(
    "queue_items",
    METADATA,
    Column("queue", String(64), ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 0
    Column("task", String(64), nullable=False),  # key of the candidate task
    Column("stratum", Text, nullable=False),
    Column("probability", Float, nullable=False),  # with which it was drawn
    UniqueConstraint("queue", "task"),
)

QUEUE_STATES: Final = Table(
    "queue_states",
    METADATA,
    Column("queue", String(64), ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True),
    Column("task", String(64), primary_key=True),
    Column("annotator", String(200), primary_key=True),
    Column("state", String(16), nullable=False),  # leased, skipped, done
    Column("changed", BigInteger, nullable=False),
    Column("leased_until", BigInteger),  # where fewer labels than annotators are wanted
    Column("draft", Text),  # JSON of what is not saved yet
)

USERS: Final = Table(
    "users",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("role", String(16), nullable=False),  # web.permissions.Role
    Column("password", Text),  # as argon2 writes it; none: comes through a proxy or OpenID
    Column("created", BigInteger, nullable=False),
    Column("disabled", BigInteger),
    info={AGELESS: True},
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("owner", String(200), ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index(None, "owner"),
    info={AGELESS: True},
)

TOKENS: Final = Table(
    "tokens",
    METADATA,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token
    Column("name", Text, nullable=False),
    Column("owner", String(200), ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("scope", Text, nullable=False),  # JSON list of permissions; empty: all of the role's
    Column("created", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("expires", BigInteger),
    Column("revoked", BigInteger),
    Index(None, "owner"),
    info={AGELESS: True},
)

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", Text, nullable=False),  # never a question, a query or a key
    info={REDACTED: True},
)

CHALLENGES: Final = Table(
    "challenges",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("judge", String(200), nullable=False),
    Column("study", Text, nullable=False),  # names of the datasets it was made of
    Column("created", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),  # alignment.challenge.keeping.KeptChallenge
    Index(None, "judge"),
)

# --- production -------------------------------------------------------------------------------

INTERACTIONS: Final = Table(
    "interactions",
    METADATA,
    Column("key", String(32), primary_key=True),  # see `interactions.Interaction.key`
    Column("system", String(200), nullable=False),
    Column("question_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("user", Text, nullable=False),  # pseudonyms
    Column("account", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("question", Text),
    Column("answer", Text),
    Column("refusal", Text),
    Column("saved", Text),
    Column("asked_at", BigInteger),
    Column("shown_at", BigInteger),
    Column("edited_at", BigInteger),
    Column("saved_at", BigInteger),
    Column("abandoned_at", BigInteger),
    Column("seen_at", BigInteger),
    Index(None, "system"),
)

SAVED_ANSWERS: Final = Table(
    "saved_answers",
    METADATA,
    Column("key", String(64), primary_key=True),  # of language, schema, answer and saved query
    Column("relation", String(16), nullable=False),  # records.Relation; "": one is no query
    Column("edits", Integer, nullable=False),  # between the two trees
    Column("nodes", Integer, nullable=False),  # of both trees together
    info={DERIVED: True},
)

ONLINE_VERDICTS: Final = Table(
    "online_verdicts",
    METADATA,
    Column("attempt", String(32), primary_key=True),  # key of an interaction
    Column("way", String(16), primary_key=True),  # online_verdicts.Way
    Column("state", String(16), nullable=False),  # online_verdicts.State
    Column("chance", Float(53), nullable=False),  # that it was drawn with, drawn or not
    Column("day", String(10), nullable=False),  # on which the attempt began
    Column("judge", Text, nullable=False),
    Column("judge_version", Text, nullable=False),
    Column("payload", Text),  # records.Verdict
    Column("judged_at", BigInteger),
    Index(None, "state"),
)

LOG_PLACES: Final = Table(
    "log_places",
    METADATA,
    Column("log", String(32), primary_key=True),  # a digest of its path
    Column("place", Text, nullable=False),  # production.tailing.Place
    info={AGELESS: True},
)
