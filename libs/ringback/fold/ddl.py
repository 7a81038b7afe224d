"""The DDL of what the three domains' tables share, by version, for the migrations; it is never edited."""

_RECORD_1 = """
    id bigint NOT NULL,
    source text NOT NULL,
    external_id text,
    import_id uuid,
    sequence bigint,
    source_time timestamptz,
    field_times jsonb,
    custom jsonb,
    external_key bytea,
    natural_key bytea,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
"""


def keyed_1(plural: str, singular: str, own: str) -> dict[str, list[str]]:
    """The statements by table; `own` are the columns that this kind of record has besides."""
    tables = {f"{plural}": [f"CREATE SEQUENCE {plural}_id_seq"], f"{singular}_ids": [], f"{singular}_keys": []}
    tables |= {f"{name}_shadow": [] for name in list(tables)}
    for name, statements in tables.items():
        scope = ("shadow_of",) if name.endswith("_shadow") else ()
        statements += _table_1(name, name.removesuffix("_shadow"), plural, own, scope)
    return tables


def drop_keyed_1(plural: str, singular: str) -> list[str]:
    """Takes `keyed_1` back."""
    names = (plural, f"{singular}_ids", f"{singular}_keys")
    tables = [f"DROP TABLE {name}{suffix}" for name in names for suffix in ("", "_shadow")]
    return [*tables, f"DROP SEQUENCE {plural}_id_seq"]


def participants_1(plural: str, singular: str, time: str) -> list[str]:
    """The statements of `ringback.fold.participants`, which take in what stands already.

    The owner fills the table, and so is let past the policy of `plural` for the while.
    """
    further = f"{singular}_participants"
    return [
        f"CREATE INDEX {plural}_by_participant ON {plural} ((participants[1]), tenant_id, {time}, id)",
        f"CREATE TABLE {further} (tenant_id text NOT NULL, participant text NOT NULL, at timestamptz NOT NULL,"
        " record_id bigint NOT NULL, PRIMARY KEY (tenant_id, participant, at, record_id))",
        f"ALTER TABLE {plural} NO FORCE ROW LEVEL SECURITY",
        f"INSERT INTO {further} SELECT tenant_id, participant, {time}, id FROM {plural},"
        " unnest(participants[2:]) AS participant ON CONFLICT DO NOTHING",
        f"ALTER TABLE {plural} FORCE ROW LEVEL SECURITY",
    ]


def drop_participants_1(plural: str, singular: str) -> list[str]:
    """Takes `participants_1` back."""
    return [f"DROP TABLE {singular}_participants", f"DROP INDEX {plural}_by_participant"]


_CONTRIBUTION_1 = """
    tenant_id text NOT NULL,
    entity text NOT NULL,
    record_id bigint NOT NULL,
    arrival bigint NOT NULL,
    kind text NOT NULL,
    import_id uuid,
    sequence bigint,
    outcome text NOT NULL,
    by_key boolean NOT NULL,
    policy text,
    source_time timestamptz,
    likeness bytea,
    said jsonb NOT NULL
"""
_KEY_1 = "tenant_id, entity, record_id, arrival"


def contributions_1(*plurals: str) -> list[str]:
    """The contributions of records that have several, and an import's records by id, of each of the tables."""
    return [
        f"CREATE TABLE contributions ({_CONTRIBUTION_1}, PRIMARY KEY ({_KEY_1}))",
        "CREATE TABLE contributions_shadow"
        f" (shadow_of uuid NOT NULL, {_CONTRIBUTION_1}, PRIMARY KEY ({_KEY_1}, shadow_of))",
        "CREATE INDEX contributions_of_import ON contributions (entity, outcome, import_id, record_id)"
        " WHERE import_id IS NOT NULL",
        "CREATE INDEX contributions_alike ON contributions (likeness) WHERE likeness IS NOT NULL",
        *(
            f"CREATE INDEX {plural}_of_import ON {plural} (import_id, id) WHERE import_id IS NOT NULL"
            for plural in plurals
        ),
    ]


def drop_contributions_1(*plurals: str) -> list[str]:
    """Takes `contributions_1` back."""
    return [
        *(f"DROP INDEX {plural}_of_import" for plural in plurals),
        "DROP TABLE contributions",
        "DROP TABLE contributions_shadow",
    ]


def _table_1(name: str, kind: str, plural: str, own: str, scope: tuple[str, ...]) -> list[str]:
    shadow = "".join(f"{each} uuid NOT NULL, " for each in scope)
    behind = "".join(f", {each}" for each in scope)
    if kind == plural:
        return [
            f"CREATE TABLE {name} ({shadow}tenant_id text NOT NULL, {_RECORD_1}, {own},"
            f" PRIMARY KEY (tenant_id, id{behind}))",
            f"CREATE UNIQUE INDEX {name}_by_external ON {name} (external_key{behind}) WHERE external_key IS NOT NULL",
            f"CREATE INDEX {name}_by_key ON {name} (natural_key{behind})",
        ]
    if kind.endswith("_ids"):
        columns = (
            "external_key bytea NOT NULL, source text NOT NULL, external_id text NOT NULL, record_id bigint NOT NULL"
        )
        key = "external_key"
    else:
        columns = "natural_key bytea NOT NULL, record_id bigint NOT NULL, key_order bigint NOT NULL"
        key = "natural_key, record_id"
    return [
        f"CREATE TABLE {name} ({shadow}tenant_id text NOT NULL, {columns}, PRIMARY KEY (tenant_id, {key}{behind}))",
        f"CREATE INDEX {name}_of_record ON {name} (record_id{behind})",
    ]
