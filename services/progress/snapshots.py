"""The newest snapshot of each import, in memory, and a slot for each that a reader has not taken yet."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ringback.events import Snapshot
from ringback.runtime import metrics
from services.progress.merge import lower
from services.progress.pace import Pace


class Message(NamedTuple):
    """A snapshot as readers get it. `id` says which: it grows with whatever is shown, and two that differ have two."""

    id: str
    body: bytes


class Slots:
    """One reader's latest values: an import that changes again before it is taken takes no further room."""

    def __init__(self) -> None:
        self._latest: dict[str, Message] = {}
        self._filled = asyncio.Event()

    def put(self, import_id: str, message: Message) -> None:
        """Never waits, so that no reader holds up another."""
        self._latest[import_id] = message
        self._filled.set()

    async def take(self) -> Message:
        """The message that waits longest of those not taken yet."""
        await self._filled.wait()
        message = self._latest.pop(next(iter(self._latest)))
        if not self._latest:
            self._filled.clear()
        return message


class _Reader(NamedTuple):
    """`only` one import, or all of the tenant's; `seen` is the id of a message that it has already."""

    tenant: str
    only: str | None
    seen: str | None

    def wants(self, import_id: str) -> bool:
        return self.only in (None, import_id)


class Snapshots:
    """What `progress.v1` last said, by tenant, each encoded once for all its readers.

    Nothing is shown before `show`: while the topic is still being read, what was read last of an import may be older
    than what its reader has seen, from another gateway or from this one before it was killed.
    """

    def __init__(self) -> None:
        self._held: dict[str, Snapshot] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._paces: dict[str, Pace] = {}
        self._readers: dict[Slots, _Reader] = {}
        self._shown = False

    def show(self) -> None:
        """All that stood in the topic has been taken; those who wait get it now."""
        self._shown = True
        for slots, reader in self._readers.items():
            self._fill(slots, reader)

    def take(self, snapshot: Snapshot) -> None:
        """One that is behind what was shown (a zombie's, soon written over) is not shown: progress never goes back."""
        key, held = snapshot.import_id, self._held.get(snapshot.import_id)
        if held is not None and (snapshot.tenant != held.tenant or snapshot == held or lower(snapshot, held)):
            return
        self._held[key] = snapshot
        pace = self._paces.setdefault(key, Pace())
        message = Message(_id(snapshot), msgspec.json.encode(pace.message(snapshot, datetime.now(UTC))))
        self._messages.setdefault(snapshot.tenant, {})[key] = message
        for slots, reader in self._readers.items():
            if self._shown and reader.tenant == snapshot.tenant and reader.wants(key):
                slots.put(key, message)

    def message(self, tenant: str, import_id: str) -> Message | None:
        """The newest message of the tenant's own import."""
        return self._messages.get(tenant, {}).get(import_id) if self._shown else None

    @contextmanager
    def reader(self, tenant: str, only: str | None, seen: str | None = None) -> Iterator[Slots]:
        """Slots that hold every import of the tenant (or `only` one) at first, and each change from then on.

        `seen` is the id of a message that the reader has already.
        """
        slots = Slots()
        self._readers[slots] = reader = _Reader(tenant, only, seen)
        if self._shown:
            self._fill(slots, reader)
        try:
            with metrics.READERS.track_inprogress():
                yield slots
        finally:
            del self._readers[slots]

    def _fill(self, slots: Slots, reader: _Reader) -> None:
        for import_id, message in self._messages.get(reader.tenant, {}).items():
            if reader.wants(import_id) and message.id != reader.seen:
                slots.put(import_id, message)


def _id(snapshot: Snapshot) -> str:
    """Import, revision, and how many steps its lines have taken since; none of them goes back."""
    lines = snapshot.entities.values()
    steps = sum(each.new + each.updated + each.skipped + each.failed + each.closed for each in lines)
    return f"{snapshot.import_id}:{snapshot.revision}.{steps}"
