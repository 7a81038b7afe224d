"""A tenant's records as they stand in the tables."""

from tests.faults.growth import databases
from tests.stack import Running

TABLES = {"contacts": "contacts", "conversations": "conversations", "messages": "conversations", "calls": "calls"}


async def count_records(stack: Running, tenant: str) -> dict[str, int]:
    """By entity."""
    async with databases(stack) as connections:
        return {
            table: await connections[service].fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant)
            for table, service in TABLES.items()
        }
