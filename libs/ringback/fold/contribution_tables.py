"""A service's `contributions`: those of its records that have more than the one which they carry inline."""

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID


class ContributionTables(NamedTuple):
    """Of all kinds of records that a service keeps, `entity` tells which, and the shadow beside it."""

    contributions: Table
    shadow: Table


def contribution_tables(metadata: MetaData) -> ContributionTables:
    """Declares what `ringback.fold.ddl.contributions_1` makes."""
    real = _table(metadata, "contributions", [])
    shadow = _table(metadata, "contributions_shadow", [Column("shadow_of", UUID, nullable=False)])
    of_import = real.c.import_id.is_not(None)
    kinds = real.c.entity, real.c.outcome, real.c.import_id, real.c.record_id
    Index("contributions_of_import", *kinds, postgresql_where=of_import)
    Index("contributions_alike", real.c.likeness, postgresql_where=real.c.likeness.is_not(None))
    return ContributionTables(real, shadow)


def of_import(records: Table) -> None:
    """An import's records by id. It costs the hot path an entry, but always at the end of the import's own."""
    made = records.c.import_id.is_not(None)
    Index(f"{records.name}_of_import", records.c.import_id, records.c.id, postgresql_where=made)


def _table(metadata: MetaData, name: str, scope: list[Column[Any]]) -> Table:
    key = ("tenant_id", "entity", "record_id", "arrival", *(column.name for column in scope))
    return Table(
        name,
        metadata,
        *scope,
        Column("tenant_id", Text, nullable=False),
        Column("entity", Text, nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("arrival", BigInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("import_id", UUID),
        Column("sequence", BigInteger),
        Column("outcome", Text, nullable=False),
        Column("by_key", Boolean, nullable=False),
        Column("policy", Text),
        Column("source_time", DateTime(timezone=True)),
        Column("likeness", LargeBinary),
        Column("said", JSONB, nullable=False),
        PrimaryKeyConstraint(*key),
    )
