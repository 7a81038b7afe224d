"""Ingest's own tables: the imports, what is acknowledged of them, and every row that failed with its cells."""

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ringback.postgres.audit import audit_table

metadata = MetaData()


def _tenant() -> Column[str]:
    return Column("tenant_id", Text, primary_key=True)


def _import() -> Column[object]:
    return Column("import_id", Uuid, primary_key=True)


def _of_import() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "import_id"], ["imports.tenant_id", "imports.id"])


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


#: Region, zone, own numbers and policy are frozen when the import is accepted (rules.md).
imports = Table(
    "imports",
    metadata,
    _tenant(),
    Column("id", Uuid, primary_key=True),
    Column("parent", Uuid),
    Column("status", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("notes", Text),
    Column("tags", ARRAY(Text), nullable=False),
    Column("external_id", Text),
    Column("on_duplicate", Text, nullable=False),
    Column("match_on", Text, nullable=False, server_default=text("'both'")),
    Column("region", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("own_numbers", ARRAY(Text), nullable=False),
    #: What a contact's blank cells mean, by field; and the list that every contact is added to.
    Column("defaults", JSONB, nullable=False, server_default=text("'{}'")),
    Column("list", Text),
    #: What the upload is by its content: archive, csv, workbook, json, ndjson.
    Column("kind", Text, nullable=False, server_default=text("'archive'")),
    Column("filename", Text),
    Column("spool_key", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("reason", Text),
    Column("revision", BigInteger, nullable=False, server_default=text("1")),
    #: Who wants it to end, where it stands; a worker that has begun with it ends it.
    Column("cancelled_by", Text),
    Column("callback_url", Text),
    #: Of the request that brought it, where there is tracing.
    Column("traceparent", Text),
    #: By a person, from the lists alone.
    Column("hidden_at", DateTime(timezone=True)),
    #: The import, itself no retry, of whose failed rows it runs some again; the `parent` may be a retry between them.
    Column("retry_of", Uuid),
    #: The import that it takes out again; it has no rows of its own, but commands.
    Column("undoes", Uuid),
    Index("imports_by_undo", "tenant_id", "undoes", postgresql_where=text("undoes IS NOT NULL")),
    Index("imports_by_time", "tenant_id", "created_at", "id"),
    Index("imports_at_work", "tenant_id", "created_at", postgresql_where=text("status IN ('queued', 'running')")),
    Index("imports_by_parent", "tenant_id", "parent", postgresql_where=text("parent IS NOT NULL")),
    Index("imports_by_retry", "tenant_id", "retry_of", postgresql_where=text("retry_of IS NOT NULL")),
)

#: One file of an import with its ledger line as last acknowledged. `rows` and `survey` (what the first pass found,
#: so that it is made once) are null until then. How a table is read was chosen when it was accepted: `sheet` of a
#: workbook, line of the header, encoding, and what each column is (JSON, since a header may hold U+0000), which is
#: null until somebody has said it; `offer` is what they are shown of it. Of an `undo` `rows` and `seen` are
#: commands, and `removed`, `restored` and `kept` the records that they met.
import_files = Table(
    "import_files",
    metadata,
    _tenant(),
    _import(),
    Column("entity", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("rows", BigInteger),
    Column("survey", JSON),
    Column("sheet", Text),
    Column("header_row", BigInteger),
    Column("encoding", Text),
    Column("mapping", JSON(none_as_null=True)),
    Column("offer", JSON(none_as_null=True)),
    _count("seen"),
    _count("new"),
    _count("updated"),
    _count("skipped"),
    _count("failed"),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    *(_count(name) for name in ("removed", "restored", "kept")),
    Column("undo", Boolean, nullable=False, server_default=text("false")),
    _of_import(),
    CheckConstraint("undo OR seen = new + updated + skipped + failed", name="every_row_is_counted_once"),
    CheckConstraint("seen <= rows", name="no_more_than_there_are"),
)

#: `cells` as they stood in the file, in the order of its header; JSON, since JSONB refuses U+0000 and lone surrogates.
failed_rows = Table(
    "failed_rows",
    metadata,
    _tenant(),
    _import(),
    Column("entity", Text, primary_key=True),
    Column("row", BigInteger, primary_key=True),
    Column("line", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("column", Text),
    Column("message", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    _of_import(),
)

#: Row `number` of a retry is row `row` of the file that it reads, and stands for row `of_row` of the import it mends.
#: What is not here is not read.
retried_rows = Table(
    "retried_rows",
    metadata,
    _tenant(),
    _import(),
    Column("entity", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("row", BigInteger, nullable=False),
    Column("of_import", Uuid, nullable=False),
    Column("of_row", BigInteger, nullable=False),
    _of_import(),
    Index("retried_rows_by_origin", "tenant_id", "of_import", "entity", "of_row"),
)

#: The first of each code and file; row 0 is the file itself, entity "" the archive. The message is part of the key, so
#: that a warning that is told again is there once.
import_warnings = Table(
    "import_warnings",
    metadata,
    _tenant(),
    _import(),
    Column("entity", Text, primary_key=True),
    Column("row", BigInteger, primary_key=True),
    Column("code", Text, nullable=False),
    Column("column", Text),
    Column("message", Text, primary_key=True),
    _of_import(),
)

#: What happened when, for people, in the order of `number`; written in the transaction of what it tells. `by` is the
#: subject of the token, or null where nobody asked for it.
import_log = Table(
    "import_log",
    metadata,
    _tenant(),
    _import(),
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("event", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("by", Text),
    _of_import(),
)

#: What an import takes over when it is accepted; a tenant without a row has the defaults.
tenant_settings = Table(
    "tenant_settings",
    metadata,
    _tenant(),
    Column("own_numbers", ARRAY(Text), nullable=False),
    Column("region", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default=text("1")),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_by", Text, nullable=False),
)

#: Mappings to be used again: by name, and without being asked for a table of the same headers (`fingerprint`).
mapping_templates = Table(
    "mapping_templates",
    metadata,
    _tenant(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("header", JSON, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "name", name="one_template_of_a_name"),
    Index("mapping_templates_by_header", "tenant_id", "entity", "fingerprint"),
)

#: Says that an import changed; what it is now is read when it is told.
outbox = Table(
    "outbox",
    metadata,
    _tenant(),
    _import(),
    Column("revision", BigInteger, primary_key=True),
    _of_import(),
)

#: What was promised room in the object store by a pre-signed URL; it becomes one import at most.
uploads = Table(
    "uploads",
    metadata,
    _tenant(),
    Column("id", Uuid, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid),
    _of_import(),
)

audit_log = audit_table(metadata)
