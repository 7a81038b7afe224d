"""The ledger as each domain service keeps it in its own database."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

COUNTS = ("seen", "new", "updated", "skipped", "failed")
UNDONE = ("removed", "restored", "kept")


def ledger_table(metadata: MetaData) -> Table:
    """One line for each (import, entity); of an undo it counts commands, which need not add up."""
    return Table(
        "ledger",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("import_id", UUID, primary_key=True),
        Column("entity", Text, primary_key=True),
        Column("dry_run", Boolean, nullable=False),
        *(Column(name, BigInteger, nullable=False) for name in COUNTS),
        Column("closed", Boolean, nullable=False),
        Column("swept", Boolean, nullable=False),
        Column("entities", ARRAY(Text), nullable=False),
        Column("failures", JSONB, nullable=False),
        Column("warned", BigInteger, nullable=False),
        Column("warnings", JSONB, nullable=False),
        Column("undo", Boolean, nullable=False),
        *(Column(name, BigInteger, nullable=False) for name in UNDONE),
        CheckConstraint("undo OR seen = new + updated + skipped + failed", name="ledger_adds_up"),
    )
