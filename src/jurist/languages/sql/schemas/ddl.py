"""A schema's tables from CREATE TABLE, ALTER TABLE and CREATE UNIQUE INDEX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.schemas.checks import column_facts
from jurist.languages.sql.schemas.drafts import Draft, Reference, finished
from jurist.languages.sql.schemas.schema import Column, Table
from jurist.languages.sql.schemas.statements import Statement, statements
from jurist.languages.sql.schemas.types import is_unsigned, value_type
from jurist.languages.sql.values import ValueType

MAX_COLUMNS: Final = 50_000
_SPELLED: Final = {
    dialect: "" if dialect is Dialect.SQLITE else habits(dialect).sqlglot for dialect in Dialect
}
"""Whose names of types are kept; SQLite takes any, and sqlglot would make others of them."""
_CASELESS: Final = {Dialect.SQLITE: ("NOCASE", "RTRIM"), Dialect.DUCKDB: ("NOCASE", "NOACCENT")}
"""Collations under which different texts are equal."""


def read_ddl(ddl: str, dialect: Dialect, *, where: str) -> tuple[Table, ...]:
    """The tables that DDL defines.

    Args:
        ddl: CREATE TABLE statements, with ALTER TABLE ... ADD, CREATE UNIQUE INDEX and CREATE
            TYPE ... AS ENUM among them; what says nothing of tables is passed over.
        dialect: In which it is written.
        where: The file's name, for errors.

    Raises:
        SchemaError: It cannot be read, or defines what is not modelled (a view, a collation that
            ignores case); the error names the line.
    """
    return _Reader(dialect, where).read(ddl)


class _Reader:
    def __init__(self, dialect: Dialect, where: str) -> None:
        self._dialect = dialect
        self._where = where
        self._drafts: dict[str, Draft] = {}
        self._enums: dict[str, tuple[str, ...]] = {}
        self._columns = 0
        self._ignores_case = habits(dialect).equality_ignores_case

    def read(self, ddl: str) -> tuple[Table, ...]:
        for statement in statements(ddl, self._dialect, where=self._where):
            self._statement(statement)
        if not self._drafts:
            raise SchemaError(
                "the DDL defines no table",
                expected="CREATE TABLE statements",
                fix="write one for each table that queries may name",
                where=self._where,
            )
        return finished(self._drafts)

    def _statement(self, statement: Statement) -> None:
        place = f"{self._where}, line {statement.line}"
        match statement.tree:
            case exp.Create(kind="TYPE", this=exp.Table() as name, expression=exp.DataType() as of):
                self._enums[name.name.lower()] = tuple(literal.name for literal in of.expressions)
            case exp.Create(kind="INDEX") as create:
                self._index(create, place)
            case exp.Create(kind="TABLE", this=exp.Schema()) as create:
                self._table(create, place)
            case exp.Create() as create:
                if create.find(exp.PartitionedOfProperty) is None:  # its rows are the other's
                    raise _not_modelled(create, place)
            case exp.Alter(kind="TABLE") as alter:
                draft = self._known(alter.this, place)
                # NOT VALID: rows that were there before need not obey it.
                for action in () if alter.args.get("not_valid") else alter.args["actions"]:
                    self._alter(draft, action, place)
            case exp.Drop(kind="TABLE", this=exp.Table() as table):
                self._drafts.pop(table.name.lower(), None)
            case exp.Drop():
                return
            case other:
                raise SchemaError(
                    f"{other.key.upper()} is not read here",
                    expected="CREATE TABLE, ALTER TABLE ... ADD, CREATE UNIQUE INDEX",
                    fix="leave it out, or write it as one of these",
                    where=place,
                )

    # --- statements ---

    def _table(self, create: exp.Create, place: str) -> None:
        table: exp.Table = create.this.this
        name = table.name
        if name.lower() in self._drafts and not create.args.get("replace"):
            if create.args.get("exists"):
                return
            raise SchemaError(
                f"there are two tables {name[:80]!r}",
                expected="tables of different names, whatever their case and their schema",
                fix="rename one of them, here and in the queries, or leave it out",
                where=place,
            )
        draft = Draft(name, place)
        self._drafts[name.lower()] = draft
        properties: Sequence[exp.Expr] = (
            create.args["properties"].expressions if create.args.get("properties") else ()
        )
        for given in properties:
            if isinstance(given, exp.InheritsProperty):
                raise _not_modelled(create, place, "inherits from another one")
            if isinstance(given, exp.SchemaCommentProperty):
                draft.description = given.this.name
        later: list[exp.Expr] = []
        for part in create.this.expressions:
            match part:
                case exp.ColumnDef():
                    later += self._column(draft, part, place)
                case exp.LikeProperty():
                    raise _not_modelled(create, place, "is defined by another one (LIKE)")
                case exp.Identifier():
                    draft.add(Column(part.name, ValueType.OTHER), place)
                case _:
                    later.append(part)
        if not draft.columns:
            raise _not_modelled(create, place, "has no columns")
        for constraint in later:
            self._constraint(draft, constraint, place)

    def _index(self, create: exp.Create, place: str) -> None:
        index = create.this
        parameters = index.args.get("params")
        if not create.args.get("unique") or parameters is None or parameters.args.get("where"):
            return  # that some rows are unique is no key
        draft = self._known(index.args["table"], place)
        nodes = [
            node.this if isinstance(node, exp.Ordered) else node
            for node in parameters.args.get("columns") or ()
        ]
        if nodes and all(isinstance(node, exp.Column) for node in nodes):
            key = draft.named(tuple(node.name for node in nodes), place)
            draft.unique[key] = None

    def _alter(self, draft: Draft, action: exp.Expr, place: str) -> None:
        match action:
            case exp.AddConstraint():
                for constraint in action.expressions:
                    self._constraint(draft, constraint, place)
            case exp.ColumnDef():
                for constraint in self._column(draft, action, place):
                    self._constraint(draft, constraint, place)
            case exp.ModifyColumn(this=exp.ColumnDef() as definition):
                draft.columns.pop(draft.named((definition.name,), place)[0].lower())
                for constraint in self._column(draft, definition, place):
                    self._constraint(draft, constraint, place)
            case exp.AlterColumn(this=name, args={"allow_null": bool(allowed)}):
                spelled = draft.named((name.name,), place)[0].lower()
                draft.columns[spelled] = replace(draft.columns[spelled], nullable=allowed)
            case exp.AlterColumn() if action.args.get("default") or action.args.get("drop"):
                return  # what is put where nothing is said is no fact
            case _:
                raise SchemaError(
                    f"this ALTER TABLE of {draft.name!r} is not read here",
                    expected="ALTER TABLE ... ADD a constraint or a column",
                    fix="write the table as it is afterwards",
                    where=place,
                )

    def _known(self, table: exp.Expr, place: str) -> Draft:
        draft = self._drafts.get(table.name.lower())
        if draft is None:
            raise SchemaError(
                f"there is no table {table.name[:80]!r} before this",
                expected="its CREATE TABLE first",
                where=place,
            )
        return draft

    # --- columns ---

    def _column(self, draft: Draft, definition: exp.ColumnDef, place: str) -> list[exp.Expr]:
        """Add a column; what else its definition says is left for when all columns are known."""
        self._columns += 1
        if self._columns > MAX_COLUMNS:
            raise SchemaError(
                "there are too many columns",
                expected=f"at most {MAX_COLUMNS:,}",
                fix="leave out tables that no query names",
                where=place,
            )
        kind = definition.args.get("kind")
        column = self._typed(definition.name, kind if isinstance(kind, exp.DataType) else None)
        place = f"{place}, column {definition.name[:80]!r}"
        later: list[exp.Expr] = []
        for constraint in definition.args.get("constraints") or ():
            match constraint.kind if isinstance(constraint, exp.ColumnConstraint) else constraint:
                case exp.NotNullColumnConstraint(args=arguments):
                    if not arguments.get("allow_null"):
                        column = replace(column, nullable=False)
                case exp.CommentColumnConstraint(this=comment):
                    column = replace(column, description=comment.name)
                case exp.CollateColumnConstraint(this=collation):
                    self._refuse_collation(collation.name, place)
                case exp.PrimaryKeyColumnConstraint():
                    later.append(exp.PrimaryKey(expressions=[definition.this.copy()]))
                case exp.UniqueColumnConstraint():
                    listed = exp.Schema(expressions=[definition.this.copy()])
                    later.append(exp.UniqueColumnConstraint(this=listed))
                case exp.Reference() as reference:
                    key = exp.ForeignKey(
                        expressions=[definition.this.copy()], reference=reference.copy()
                    )
                    later.append(key)
                case exp.ComputedColumnConstraint(this=computed):
                    same = exp.NullSafeEQ(
                        this=exp.column(definition.this.copy()), expression=computed.copy()
                    )
                    later.append(exp.CheckColumnConstraint(this=same))
                case exp.CheckColumnConstraint() as check:
                    later.append(check)
                case _:
                    pass  # a default, an identity, an encoding: nothing that every row obeys
        draft.add(column, place)
        return later

    def _typed(self, name: str, kind: exp.DataType | None) -> Column:
        if kind is None:
            return Column(name, ValueType.OTHER)
        declared = kind.sql(_SPELLED[self._dialect])
        listed = tuple(literal.name for literal in kind.expressions)
        if kind.this is not exp.DataType.Type.ENUM:
            listed = self._enums.get(declared.lower().rsplit(".", 1)[-1].strip('"'), ())
        if listed:
            # Enums sort in the order of their declaration; as texts only where that is the same.
            spelled = [text.lower() for text in listed] if self._ignores_case else list(listed)
            type_ = ValueType.TEXT if spelled == sorted(spelled) else ValueType.OTHER
            return Column(name, type_, declared=declared, values=listed)
        type_ = value_type(declared, self._dialect)
        least = 0 if is_unsigned(declared) and type_ is ValueType.INTEGER else None
        is_serial = "SERIAL" in declared
        return Column(name, type_, nullable=not is_serial, declared=declared, minimum=least)

    def _refuse_collation(self, collation: str, place: str) -> None:
        if self._ignores_case:
            if not collation.lower().endswith("_ci"):
                raise SchemaError(
                    f"the collation {collation[:40]} takes texts for different that differ in case",
                    expected="columns of a collation that ignores case, as MySQL's own does",
                    fix="leave the collation out if verdicts may ignore case there",
                    where=place,
                )
        elif collation.upper().split(".")[0] in _CASELESS.get(self._dialect, ()):
            raise SchemaError(
                f"the collation {collation[:40]} takes different texts for equal ones",
                expected="columns whose texts are equal where each character is",
                fix="leave the collation out if verdicts may compare texts by each character",
                where=place,
            )

    # --- constraints ---

    def _constraint(self, draft: Draft, constraint: exp.Expr, place: str) -> None:
        match constraint:
            case exp.Constraint():
                for part in constraint.expressions:
                    self._constraint(draft, part, place)
            case exp.PrimaryKey():
                draft.primary_key = draft.named(_names(constraint.expressions), place)
            case exp.UniqueColumnConstraint(this=exp.Schema() as listed):
                draft.unique[draft.named(_names(listed.expressions), place)] = None
            case exp.ForeignKey():
                draft.references.append(_reference(constraint, place))
            case exp.CheckColumnConstraint():
                columns, texts = column_facts(constraint.this, draft.columns, self._dialect)
                draft.columns = columns
                draft.checks |= dict.fromkeys(texts)
            case _:
                pass  # an index, an exclusion, ...: nothing that a proof may rest on


def _names(nodes: Sequence[exp.Expr]) -> tuple[str, ...]:
    """The columns of a key, which may be sorted or cut to a prefix there."""
    return tuple((node.find(exp.Identifier) or node).name for node in nodes)


def _reference(key: exp.ForeignKey, place: str) -> Reference:
    to = key.args["reference"].this
    parents = _names(to.expressions) if isinstance(to, exp.Schema) else ()
    table = to.this if isinstance(to, exp.Schema) else to
    return Reference(_names(key.expressions), table.name, parents, place)


def _not_modelled(create: exp.Create, place: str, why: str = "") -> SchemaError:
    kind = str(create.args.get("kind") or "").lower() or "object"
    named = create.find(exp.Table)
    name = named.name[:80] if named is not None else ""
    what = {
        "view": "views are not modelled",
        "table": why or "its columns are not written down",
    }.get(kind, "it is none of the things that are modelled")
    return SchemaError(
        f"the {kind} {name!r} cannot be read: {what}",
        expected="CREATE TABLE with columns",
        fix="leave it out, and write its query into those that name it"
        if kind == "view"
        else "write the table with its columns, or leave it out",
        where=place,
    )
