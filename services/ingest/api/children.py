"""An import that comes of another: it takes over all that was chosen and frozen, and nothing of how the other went."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.api import queries
from services.ingest.import_log import Entry
from services.ingest.statements import FileWarning
from services.ingest.tables import import_files, imports

#: What each run has for itself; whatever else there is of an import, or comes to be, its children take over.
OF_A_RUN = frozenset(
    {
        *("id", "parent", "status", "dry_run", "created_by", "created_at", "started_at", "ended_at", "reason"),
        *("cancelled_by", "revision", "traceparent", "hidden_at", "undoes"),
    }
)
OF_A_RUN_OF_A_FILE = frozenset(
    {
        *("tenant_id", "import_id", "rows", "survey", "seen", "new", "updated", "skipped", "failed", "closed", "offer"),
        *("removed", "restored", "kept", "undo"),
    }
)


async def add_child(
    connection: AsyncConnection,
    parent: RowMapping,
    own: dict[str, Any],
    files: Sequence[dict[str, Any]],
    warnings: Sequence[FileWarning],
    entry: Entry,
) -> RowMapping:
    """`own` are the values that are the child's alone, or not the parent's; `files` see `files_like`.

    `entry` is the first of its log.
    """
    same = {each.name: parent[each.name] for each in imports.c if each.name not in OF_A_RUN}
    values = same | {"id": uuid4(), "parent": parent["id"], "status": "queued"} | own
    return await queries.add_import(connection, values, files, warnings, entry)


def files_like(files: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """The parent's files, as its child begins with them."""
    names = [each.name for each in import_files.c if each.name not in OF_A_RUN_OF_A_FILE]
    return [{name: file[name] for name in names} for file in files]
