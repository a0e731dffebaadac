"""Which of a schema's fields a name of a query stands for, where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from jurist.languages.cql.schemas.schema import (
    ANYTHING,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    find_field,
    subject_type,
)
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.semantics.values import TIMESTAMP
from jurist.languages.cql.syntax import Context, CqlQuery, Event, Name, Property, Scalar
from jurist.languages.cql.tree import Scope, holder_of

_TIME_OF_EVENT = Field(Kind.DATE_TIME, required=True)


class NameLookup:
    """A schema's names as one query meets them.

    Args:
        query: About accounts, whose traits are other ones, or about users.
        schema: The workspace.
    """

    def __init__(self, query: CqlQuery, schema: CqlSchema) -> None:
        self._schema = schema
        self._of_accounts = subject_type(schema, query) is Account
        self._of_trait = isinstance(query, Scalar)
        """Of an account, a computed trait reads the account's traits everywhere."""

    def field(self, node: Name, scope: Scope) -> Field:
        """The facts of a value; those of anything where the name is unknown."""
        if type(node) is Context and node.name == TIMESTAMP:
            return _TIME_OF_EVENT
        fields = self.fields(node, scope)
        return (find_field(fields, node.name) if fields else None) or ANYTHING

    def is_of_account(self, scope: Scope) -> bool:
        """Whether a trait that stands here is the account's own."""
        if scope.reduced:
            return False
        return self._of_accounts and not (scope.of_user and not self._of_trait)

    def fields(self, node: Name, scope: Scope) -> Fields | None:
        """The listed names of the kind that the node uses; `None` where nobody can say."""
        # By type, not by pattern: to find that a struct is none of a class takes long.
        if type(node) is Property:
            holder = holder_of(node, scope)
            if holder is None:
                return None
            if type(holder.source) is Event:
                event = self._schema.events.get(holder.source.name)
                return event.properties if event else None
            entity = self.entity(holder.slugs)
            return entity.properties if entity else None
        if type(node) is Context:
            if type(scope.source) is not Event:
                return None
            event = self._schema.events.get(scope.source.name)
            return event.context if event else None
        return self._schema.account_traits if self.is_of_account(scope) else self._schema.traits

    def entity(self, slugs: tuple[str, ...]) -> EntitySpec | None:
        """The rows that relationships lead to, one after the other from the profile."""
        here: Mapping[str, EntitySpec] = self._schema.entities
        spec: EntitySpec | None = None
        for slug in slugs:
            spec = here.get(slug)
            if spec is None:
                return None
            here = spec.entities
        return spec
