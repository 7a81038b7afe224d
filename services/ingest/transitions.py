"""What changes an import's state, each with its entry in the import's log in the same transaction. None commits."""

from collections.abc import Sequence

import asyncpg

from services.ingest import import_log
from services.ingest.import_log import End, Entry
from services.ingest.statements import CHANGED, FILES, Counted, FileWarning, Import, changed, key, warn

BEGIN = """
    UPDATE imports SET status = 'running', started_at = coalesce(started_at, now())
    WHERE tenant_id = $1 AND id = $2 AND status = 'queued'
"""
AT_WORK = "SELECT status = 'running' FROM imports WHERE tenant_id = $1 AND id = $2"
END = """
    UPDATE imports SET status = $3, reason = $4, ended_at = now()
    WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id
"""
COUNT = """
    UPDATE import_files SET rows = $4, survey = $5
    WHERE tenant_id = $1 AND import_id = $2 AND entity = $3 AND rows IS NULL RETURNING name
"""
#: Of an import that waits for what is away; null once it goes on.
EXPLAIN = """
    UPDATE imports SET reason = $3
    WHERE tenant_id = $1 AND id = $2 AND status = 'running' AND reason IS DISTINCT FROM $3
"""
UNDONE = "UPDATE imports SET status = 'undone' WHERE tenant_id = $1 AND id = $2 AND status = 'undoing'"
NOTE = "INSERT INTO import_log (tenant_id, import_id, event, message, by) VALUES ($1, $2, $3, $4, $5)"


async def begin(connection: asyncpg.Connection, it: Import) -> bool:
    """By the first worker, and by who goes on after a pause. One that takes it over changes nothing, and is told of.

    False where somebody paused or cancelled it since it was looked for.
    """
    files = await connection.fetch(FILES, it.tenant_id, it.id)
    if await connection.execute(BEGIN, it.tenant_id, it.id) == "UPDATE 1":
        await changed(connection, it)
        await note(connection, it, import_log.started(files))
    elif it.status == "running":
        await note(connection, it, import_log.taken_over(files))
    return bool(await connection.fetchval(AT_WORK, it.tenant_id, it.id))


async def explain(connection: asyncpg.Connection, it: Import, reason: str | None) -> None:
    """Why it waits; None once it goes on. Told once, however often it is asked."""
    if await connection.execute(EXPLAIN, it.tenant_id, it.id, reason) == "UPDATE 1":
        await changed(connection, it)
        await note(connection, it, import_log.resumed() if reason is None else import_log.waiting(reason))


async def count(
    connection: asyncpg.Connection, it: Import, files: Sequence[Counted], warnings: Sequence[FileWarning]
) -> None:
    """The totals, and what the survey wondered about: once, however often it is asked."""
    names: dict[str, str | None] = {}
    for file in files:
        names[file.entity] = await connection.fetchval(COUNT, *key(it, file.entity), file.rows, file.survey)
    if None in names.values():
        return
    await warn(connection, it, warnings)
    await changed(connection, it)
    await note(connection, it, import_log.counted((str(names[file.entity]), file.rows) for file in files))
    for entry in import_log.warned((names.get(each.entity) or "", each.code, each.message) for each in warnings):
        await note(connection, it, entry)


async def end(connection: asyncpg.Connection, it: Import, status: End, reason: str | None) -> bool:
    """True for the one who ended it. Paused or not: where all of its rows were on their way, the pause came late."""
    ended = await connection.fetchval(END, it.tenant_id, it.id, status, reason)
    await changed(connection, it)
    if ended is None:
        return False
    files = await connection.fetch(FILES, it.tenant_id, it.id)
    if it.undoes is not None:
        await note(connection, it, import_log.undid(status, reason, files))
        await _undone(connection, it)
    else:
        await note(connection, it, import_log.ended(status, it.dry_run, reason, files))
    return True


async def _undone(connection: asyncpg.Connection, undo: Import) -> None:
    """Of the import that it took out: all that is in the tables of it is gone."""
    if await connection.execute(UNDONE, undo.tenant_id, undo.undoes) == "UPDATE 1":
        await connection.execute(CHANGED, undo.tenant_id, undo.undoes)
        await connection.execute(NOTE, undo.tenant_id, undo.undoes, *import_log.undone(undo.id))


async def note(connection: asyncpg.Connection, it: Import, entry: Entry) -> None:
    """In the import's log."""
    await connection.execute(NOTE, it.tenant_id, it.id, *entry)
