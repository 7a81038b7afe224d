"""The tables of a record with a natural key: itself, its further ids and keys, a shadow of each, and who took part."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from ringback.fold.contribution_tables import of_import
from ringback.fold.participants import ParticipantsTables, participants_tables

Columns = Callable[[], list[Column[Any]]]


class KeyedTables(NamedTuple):
    """`ids` and `keys` hold what is not inline in `records`; nothing reads a dry run's shadow by participant."""

    records: Table
    ids: Table
    keys: Table
    shadow: Table
    ids_shadow: Table
    keys_shadow: Table
    participants: ParticipantsTables


def keyed_tables(metadata: MetaData, plural: str, singular: str, own: Columns, time: str) -> KeyedTables:
    """`own` makes the columns that this kind of record has besides those that all have; `time` orders its lists."""
    Sequence(f"{plural}_id_seq", metadata=metadata)
    real = [_table(metadata, name, key, columns, False) for name, key, columns in _shapes(plural, singular, own)]
    shadow = [_table(metadata, name, key, columns, True) for name, key, columns in _shapes(plural, singular, own)]
    _indexes(real[0])
    _indexes(shadow[0])
    of_import(real[0])
    for table in (*real[1:], *shadow[1:]):
        Index(f"{table.name}_of_record", table.c.record_id, *_scope(table))
    participants = participants_tables(metadata, singular, real[0], time)
    return KeyedTables(real[0], real[1], real[2], shadow[0], shadow[1], shadow[2], participants)


def _shapes(plural: str, singular: str, own: Columns) -> list[tuple[str, list[str], list[Column[Any]]]]:
    return [
        (plural, ["id"], [*_record_columns(), *own()]),
        (
            f"{singular}_ids",
            ["external_key"],
            [
                Column("external_key", LargeBinary, nullable=False),
                _text("source"),
                _text("external_id"),
                Column("record_id", BigInteger, nullable=False),
            ],
        ),
        (
            f"{singular}_keys",
            ["natural_key", "record_id"],
            [
                Column("natural_key", LargeBinary, nullable=False),
                Column("record_id", BigInteger, nullable=False),
                Column("key_order", BigInteger, nullable=False),
            ],
        ),
    ]


def _record_columns() -> list[Column[Any]]:
    """`source` to `source_time` are the first contribution, inline."""
    return [
        Column("id", BigInteger, nullable=False),
        _text("source"),
        Column("external_id", Text),
        Column("import_id", UUID),
        Column("sequence", BigInteger),
        Column("source_time", DateTime(timezone=True)),
        Column("field_times", JSONB),
        Column("custom", JSONB),
        Column("external_key", LargeBinary),
        Column("natural_key", LargeBinary),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
    ]


def _table(metadata: MetaData, name: str, key: list[str], columns: list[Column[Any]], shadow: bool) -> Table:
    scope: list[Column[Any]] = [Column("shadow_of", UUID, nullable=False)] if shadow else []
    primary = ("tenant_id", *key, *(column.name for column in scope))
    table = f"{name}_shadow" if shadow else name
    return Table(table, metadata, *scope, _text("tenant_id"), *columns, PrimaryKeyConstraint(*primary))


def _scope(table: Table) -> list[Column[Any]]:
    return [table.c.shadow_of] if "shadow_of" in table.c else []


def _indexes(table: Table) -> None:
    """What R1 and R2 look records up by: one selective column each, and no other index that could serve the probe.

    A young table has no statistics, nor ever has a shadow; where an index of several columns shares its first ones with
    another, the planner may then take the wrong one, and read the whole of a tenant or of a dry run for each key.
    """
    has_id = table.c.external_key.is_not(None)
    Index(f"{table.name}_by_external", table.c.external_key, *_scope(table), unique=True, postgresql_where=has_id)
    Index(f"{table.name}_by_key", table.c.natural_key, *_scope(table))


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)
