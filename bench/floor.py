"""The floor: what the same file costs with no Kafka, no counts and no rules beyond numbers and one unique key.

csv.reader + phonenumbers with a cache + COPY to a temp table + INSERT … ON CONFLICT, in chunks, on the same server.
"""

import csv
import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TextIO

import asyncpg
import phonenumbers

CHUNK = 5_000

STAGE = "CREATE TEMP TABLE stage (LIKE floor) ON COMMIT DELETE ROWS"
MERGE = "INSERT INTO floor SELECT DISTINCT ON ({key}) * FROM stage ON CONFLICT ({key}) DO NOTHING"

Record = tuple[str | None, ...]


class Shape(NamedTuple):
    """What is kept of a file's row; `take` answers None for one that cannot be."""

    name: str
    key: str
    columns: str
    take: Callable[[list[str]], Record | None]


@lru_cache(maxsize=100_000)
def _e164(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _message(row: list[str]) -> Record | None:
    if len(row) != 9 or not row[0]:
        return None
    return row[0], row[1], _e164(row[2]), _e164(row[3]), *row[4:8]


def _contact(row: list[str]) -> Record | None:
    """Known by its id, else its phone, else its email."""
    if len(row) != 11 or "\0" in row[1]:
        return None
    phone, email = _e164(row[3]), row[5].lower() or None
    if phone is None and email is None:
        return None
    return row[0] or phone or email, *row[1:3], phone, _e164(row[4]), email, *row[6:11]


MESSAGES = Shape(
    "messages",
    "external_id",
    "external_id text PRIMARY KEY, conversation text, from_number text, to_number text, direction text, body text, "
    "sent_at text, status text",
    _message,
)
CONTACTS = Shape(
    "contacts",
    "known_by",
    "known_by text PRIMARY KEY, first_name text, last_name text, phone text, phone_2 text, email text, company text, "
    "city text, tags text, list text, custom text",
    _contact,
)


async def rows_per_second(file: TextIO, shape: Shape, admin_dsn: str) -> float:
    """Rows of the CSV a second, from its first line to the last commit."""
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute(f"CREATE DATABASE floor_{shape.name}")
    await admin.close()
    connection = await asyncpg.connect(f"{admin_dsn.rsplit('/', 1)[0]}/floor_{shape.name}")
    await connection.execute(f"CREATE TABLE floor ({shape.columns})")
    await connection.execute(STAGE)
    started = time.perf_counter()
    count = await _load(connection, file, shape)
    seconds = time.perf_counter() - started
    await connection.close()
    return count / seconds


async def _load(connection: asyncpg.Connection, file: TextIO, shape: Shape) -> int:
    count, chunk = 0, []
    reader = csv.reader(file)
    next(reader)
    for row in reader:
        count += 1
        if (record := shape.take(row)) is not None:
            chunk.append(record)
        if len(chunk) == CHUNK:
            await _write(connection, chunk, shape.key)
            chunk = []
    await _write(connection, chunk, shape.key)
    return count


async def _write(connection: asyncpg.Connection, chunk: list[Record], key: str) -> None:
    async with connection.transaction():
        await connection.copy_records_to_table("stage", records=chunk)
        await connection.execute(MERGE.format(key=key))
