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
