"""The newest snapshot of each import, in memory, and a slot for each that a reader has not taken yet."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from ringback.events import Snapshot
from services.progress.merge import lower
from services.progress.pace import Pace


class Slots:
    """One reader's latest values: an import that changes again before it is taken takes no further room."""

    def __init__(self) -> None:
        self._latest: dict[str, bytes] = {}
        self._filled = asyncio.Event()

    def put(self, import_id: str, message: bytes) -> None:
        """Never waits, so that no reader holds up another."""
        self._latest[import_id] = message
        self._filled.set()

    async def take(self) -> bytes:
        """The message that waits longest of those not taken yet."""
        await self._filled.wait()
        message = self._latest.pop(next(iter(self._latest)))
        if not self._latest:
            self._filled.clear()
        return message


class Snapshots:
    """What `progress.v1` last said, by tenant, each encoded once for all its readers."""

    def __init__(self) -> None:
        self._held: dict[str, Snapshot] = {}
        self._messages: dict[str, dict[str, bytes]] = {}
        self._paces: dict[str, Pace] = {}
        self._readers: dict[Slots, tuple[str, str | None]] = {}

    def take(self, snapshot: Snapshot) -> None:
        """One that is behind what was shown (a zombie's, soon written over) is not shown: progress never goes back."""
        key, held = snapshot.import_id, self._held.get(snapshot.import_id)
        if held is not None and (snapshot.tenant != held.tenant or snapshot == held or lower(snapshot, held)):
            return
        self._held[key] = snapshot
        pace = self._paces.setdefault(key, Pace())
        message = msgspec.json.encode(pace.message(snapshot, datetime.now(UTC)))
        self._messages.setdefault(snapshot.tenant, {})[key] = message
        for slots, (tenant, only) in self._readers.items():
            if tenant == snapshot.tenant and only in (None, key):
                slots.put(key, message)

    def message(self, tenant: str, import_id: str) -> bytes | None:
        """The newest message of the tenant's own import."""
        return self._messages.get(tenant, {}).get(import_id)

    @contextmanager
    def reader(self, tenant: str, only: str | None) -> Iterator[Slots]:
        """Slots that hold every import of the tenant (or `only` one) at first, and each change from then on."""
        slots = Slots()
        for import_id, message in self._messages.get(tenant, {}).items():
            if only in (None, import_id):
                slots.put(import_id, message)
        self._readers[slots] = (tenant, only)
        try:
            yield slots
        finally:
            del self._readers[slots]
