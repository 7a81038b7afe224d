"""The progress service as processes of its own, and the records that feed it."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from websockets.asyncio.client import ClientConnection, connect

from ringback.events import FileState, ImportChanged, ImportState, Status, Tallied, Tally
from ringback.events.codec import encode
from tests.signing import KEY_FILE, token


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """One of the two processes, on a free port for its `/readyz`."""

    def __init__(self, name: str, bootstrap: str, prefix: str, logs: Path) -> None:
        self.name, self.port, self._log = name, free_port(), logs / f"{name}.log"
        self._environment = os.environ | {
            "RINGBACK_KAFKA": bootstrap,
            "RINGBACK_TOPIC_PREFIX": prefix,
            "RINGBACK_INSTANCE": name,
            "RINGBACK_DATADIR": str(logs / "faust"),
            "RINGBACK_SIGNING_KEYS": str(KEY_FILE),
            {"aggregator": "RINGBACK_HEALTH_PORT", "gateway": "RINGBACK_HTTP_PORT"}[name]: str(self.port),
        }

    async def start(self) -> None:
        with self._log.open("ab") as log:
            command = (sys.executable, "-m", "services.progress", self.name)
            self.process = await asyncio.create_subprocess_exec(*command, env=self._environment, stdout=log, stderr=log)

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self, within: float = 10) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)

    async def ready(self, within: float = 60) -> None:
        deadline = time.monotonic() + within
        while not await asyncio.to_thread(self._ready):
            assert self.process.returncode is None and time.monotonic() < deadline, self._log.read_text()
            await asyncio.sleep(0.1)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Service:
    """Aggregator, gateway and a producer in the place of ingest and the domain services."""

    def __init__(self, bootstrap: str, prefix: str, logs: Path) -> None:
        self.aggregator = Child("aggregator", bootstrap, prefix, logs)
        self.gateway = Child("gateway", bootstrap, prefix, logs)
        self.bootstrap, self.prefix = bootstrap, prefix
        self.producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")

    async def start(self) -> None:
        await asyncio.gather(self.producer.start(), self.aggregator.start(), self.gateway.start())
        await asyncio.gather(self.aggregator.ready(), self.gateway.ready())

    async def stop(self) -> None:
        await asyncio.gather(self.producer.stop(), self.aggregator.stop(), self.gateway.stop())

    def watch(self, tenant: str, only: str | None = None, **options: Any) -> connect:
        query = f"?import={only}" if only else ""
        return connect(
            f"ws://127.0.0.1:{self.gateway.port}/v1/progress/ws{query}",
            subprotocols=["ringback.v1", f"bearer.{token(tenant)}"],  # type: ignore[list-item]
            **options,
        )

    async def tell(self, tenant: str, import_id: str, status: Status = "running", rows: int = 10_000) -> None:
        files = [FileState(entity="messages", name="messages.csv", rows=rows)]
        state = ImportState(
            id=import_id,
            revision=1,
            status=status,
            dry_run=False,
            source="quo",
            created_at=datetime.now(UTC),
            started_at=datetime.now(UTC),
            files=files,
        )
        await self._send("imports.v1", tenant, encode(ImportChanged(**envelope(tenant), data=state)))

    async def count(self, tenant: str, import_id: str, new: int) -> None:
        tally = Tally(
            import_id=import_id,
            entity="messages",
            dry_run=False,
            seen=new,
            new=new,
            updated=0,
            skipped=0,
            failed=0,
            at=datetime.now(UTC),
        )
        await self._send("tallies.v1", tenant, encode(Tallied(**envelope(tenant), data=tally)))

    async def _send(self, topic: str, tenant: str, value: bytes) -> None:
        await self.producer.send_and_wait(self.prefix + topic, value, key=tenant.encode())


def envelope(tenant: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "ringback/tests",
        "tenant": tenant,
        "partitionkey": tenant,
    }


async def until(socket: ClientConnection, processed: int, within: float = 20) -> dict[str, Any]:
    """The first message that shows so many messages; asserts on the way that none goes back."""
    shown = 0
    async with asyncio.timeout(within):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            now = message["entities"].get("messages", {"processed": 0})["processed"]
            assert now >= shown, "progress went back"
            shown = now
            if now >= processed:
                return message
