"""The ledger's DDL by version, for the migrations of the three services; what stands here is never edited."""

LEDGER_1 = """
    CREATE TABLE ledger (
        tenant_id text NOT NULL,
        import_id uuid NOT NULL,
        entity text NOT NULL,
        dry_run boolean NOT NULL,
        seen bigint NOT NULL,
        new bigint NOT NULL,
        updated bigint NOT NULL,
        skipped bigint NOT NULL,
        failed bigint NOT NULL,
        closed boolean NOT NULL,
        swept boolean NOT NULL,
        entities text[] NOT NULL,
        failures jsonb NOT NULL,
        warned bigint NOT NULL,
        warnings jsonb NOT NULL,
        PRIMARY KEY (tenant_id, import_id, entity),
        CONSTRAINT ledger_adds_up CHECK (seen = new + updated + skipped + failed)
    )
"""

LEDGER_2 = [
    """
    ALTER TABLE ledger
        ADD undo boolean NOT NULL DEFAULT false,
        ADD removed bigint NOT NULL DEFAULT 0,
        ADD restored bigint NOT NULL DEFAULT 0,
        ADD kept bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT ledger_adds_up,
        ADD CONSTRAINT ledger_adds_up CHECK (undo OR seen = new + updated + skipped + failed)
    """,
    # Who writes a line says all of it.
    """
    ALTER TABLE ledger
        ALTER undo DROP DEFAULT, ALTER removed DROP DEFAULT, ALTER restored DROP DEFAULT, ALTER kept DROP DEFAULT
    """,
]

#: The line of an undo would not be one any more.
DROP_LEDGER_2 = [
    "DELETE FROM ledger WHERE undo",
    """
    ALTER TABLE ledger
        DROP CONSTRAINT ledger_adds_up,
        DROP undo, DROP removed, DROP restored, DROP kept,
        ADD CONSTRAINT ledger_adds_up CHECK (seen = new + updated + skipped + failed)
    """,
]
