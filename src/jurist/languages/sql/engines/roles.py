"""What a PostgreSQL role may do, held against what it is to do: SELECT from named tables.

A read-only transaction alone does not hold hostile code: functions of a powerful role read files
of the server, reach the network or write through other connections. So the role is looked at, by
its effective rights, inherited ones and those of PUBLIC among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from jurist.errors import SchemaError
from jurist.languages.sql.schemas.schema import SqlSchema

if TYPE_CHECKING:
    from psycopg import Connection

_SHOWN: Final = 5
_OBJECTS: Final[LiteralString] = """
    WITH places AS (
      SELECT oid, nspname FROM pg_namespace
       WHERE nspname NOT IN ('pg_catalog', 'information_schema')
         AND nspname NOT LIKE 'pg\\_toast%' AND nspname NOT LIKE 'pg\\_temp%'),
    relations AS (
      SELECT c.oid, c.relname, c.relkind, c.relnamespace FROM pg_class c JOIN places n
          ON n.oid = c.relnamespace)
    """
"""Of users, not of the system."""
_QUESTIONS: Final[tuple[tuple[str, LiteralString], ...]] = (
    (
        "it is, or may become, a role with powers of its own",
        """SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
              AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
                   OR rolname LIKE 'pg\\_%')""",
    ),
    (
        "it may write",
        """SELECT oid::regclass::text FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
              AND (has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                   OR has_any_column_privilege(oid, 'INSERT, UPDATE, REFERENCES'))""",
    ),
    (
        "it may use sequences",
        """SELECT oid::regclass::text FROM relations
            WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE, UPDATE') END""",
    ),
    (
        "it may make tables and functions in schemas",
        "SELECT nspname FROM places WHERE has_schema_privilege(oid, 'CREATE')",
    ),
    (
        "it may make schemas in the database",
        "SELECT current_database() WHERE has_database_privilege(current_database(), 'CREATE')",
    ),
    (
        "it may call functions with the rights of others",
        """SELECT p.oid::regprocedure::text FROM pg_proc p JOIN places n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')
              AND has_schema_privilege(n.oid, 'USAGE')""",
    ),
)
_READABLE: Final[LiteralString] = """
    SELECT relname, oid::regclass::text FROM relations
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(oid, 'SELECT')
       AND has_schema_privilege(relnamespace, 'USAGE')"""


def refuse_powers(connection: Connection[tuple[object, ...]], schema: SqlSchema) -> None:
    """Refuse a role that may do more than SELECT from the schema's tables.

    Args:
        connection: As the role.
        schema: With the tables that candidates may read.

    Raises:
        SchemaError: Says what it may do, and the statements for one that may not.
    """
    for what, question in _QUESTIONS:
        names = [str(name) for (name,) in connection.execute(_OBJECTS + question).fetchall()]
        if names:
            raise _refused(what, names, connection, schema)
    known = {table.name.lower() for table in schema.tables}
    others = [
        str(shown)
        for name, shown in connection.execute(_OBJECTS + _READABLE).fetchall()
        if str(name).lower() not in known
    ]
    if others:
        raise _refused("it may read what the schema does not name", others, connection, schema)


def _refused(
    what: str, names: list[str], connection: Connection[tuple[object, ...]], schema: SqlSchema
) -> SchemaError:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    shown = ", ".join(sorted(names)[:_SHOWN])
    (role,) = connection.execute("SELECT current_user").fetchone() or ("?",)
    tables = ", ".join(table.name for table in schema.tables[:_SHOWN])
    return SchemaError(
        f"the role {str(role)[:60]!r} may do more than candidates should: {what} ({shown}{more})",
        expected="a role that may do nothing but SELECT from the schema's tables",
        fix="CREATE ROLE jurist LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT "
        f"ON {tables} TO jurist; and connect as jurist",
    )
