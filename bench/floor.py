"""The floor: what the same file costs with no Kafka, no counts and no rules beyond numbers and one unique key.

csv.reader + phonenumbers with a cache + COPY to a temp table + INSERT … ON CONFLICT, in chunks, on the same server.
"""

import csv
import io
import time
import zipfile
from functools import lru_cache
from pathlib import Path

import asyncpg
import phonenumbers

CHUNK = 5_000

TABLE = """
    CREATE TABLE floor (
        external_id text PRIMARY KEY, conversation text, from_number text, to_number text,
        direction text, body text, sent_at text, status text
    )
"""
STAGE = "CREATE TEMP TABLE stage (LIKE floor) ON COMMIT DELETE ROWS"
MERGE = "INSERT INTO floor SELECT DISTINCT ON (external_id) * FROM stage ON CONFLICT (external_id) DO NOTHING"


@lru_cache(maxsize=100_000)
def _e164(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


async def rows_per_second(archive: Path, admin_dsn: str) -> float:
    """Rows of messages.csv a second, from opening the file to the last commit."""
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute("CREATE DATABASE floor")
    await admin.close()
    connection = await asyncpg.connect(admin_dsn.rsplit("/", 1)[0] + "/floor")
    await connection.execute(TABLE)
    await connection.execute(STAGE)
    started = time.perf_counter()
    count = await _load(connection, archive)
    seconds = time.perf_counter() - started
    await connection.close()
    return count / seconds


async def _load(connection: asyncpg.Connection, archive: Path) -> int:
    count = 0
    with zipfile.ZipFile(archive) as opened, opened.open("messages.csv") as file:
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
        next(reader)
        chunk = []
        for row in reader:
            count += 1
            if len(row) == 9 and row[0]:
                chunk.append((row[0], row[1], _e164(row[2]), _e164(row[3]), *row[4:8]))
            if len(chunk) == CHUNK:
                await _write(connection, chunk)
                chunk = []
        await _write(connection, chunk)
    return count


async def _write(connection: asyncpg.Connection, chunk: list[tuple[str | None, ...]]) -> None:
    async with connection.transaction():
        await connection.copy_records_to_table("stage", records=chunk)
        await connection.execute(MERGE)
