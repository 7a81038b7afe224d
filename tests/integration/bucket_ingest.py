"""Ingest with a bucket for its spool, which it sees through a gate."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.integration.ingest_alone import Ingest, ingest_on
from tests.object_store import TestBucket
from tests.stack import Infrastructure
from tests.tcp_gate import Gate

#: What a message says of its sides only by its conversation.
CONVERSATIONS, MESSAGES = 50, 8_000


@dataclass
class BucketIngest:
    """`ingest`, and how clients upload past it."""

    ingest: Ingest
    bucket: TestBucket
    gate: Gate
    scratch: Path

    async def promise(self, tenant: str = "acme", role: str = "owner", **told: Any) -> httpx2.Response:
        headers = self.ingest.as_caller(tenant, role)
        return await self.ingest.client.post("/v1/uploads", json={"filename": "a.zip"} | told, headers=headers)

    async def put(self, content: bytes) -> str:
        """The id of an upload that is there."""
        promised = (await self.promise()).json()
        async with httpx2.AsyncClient(trust_env=False) as client:
            answer = await client.request(
                promised["method"], promised["url"], headers=promised["headers"], content=content
            )
        assert answer.status_code == 200, answer.text
        return str(promised["id"])

    async def import_of(self, upload: str, tenant: str = "acme", role: str = "owner", **form: str) -> httpx2.Response:
        fields = {name: (None, value) for name, value in ({"upload": upload} | form).items()}
        headers = self.ingest.as_caller(tenant, role)
        return await self.ingest.client.post("/v1/imports", files=fields, headers=headers)

    def on_disk(self) -> list[str]:
        """Of all processes of this machine."""
        return [each.name for each in self.scratch.rglob("*") if each.is_file() and each.name != ".lock"]


@asynccontextmanager
async def bucket_ingest(
    infrastructure: Infrastructure, bucket: TestBucket, scratch: Path, prefix: str
) -> AsyncIterator[BucketIngest]:
    async with Gate(bucket.port).running() as gate:
        settings = bucket.environment(gate.port) | {"RINGBACK_SPOOL_SCRATCH": str(scratch)}
        async with ingest_on(infrastructure, scratch, prefix, **settings) as ingest:
            yield BucketIngest(ingest, bucket, gate, scratch)


def conversing() -> bytes:
    """An archive whose messages take their sides from the index of its conversations."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        sides = (f"c{each},+14155552671,+1415555{3_000 + each}\n" for each in range(CONVERSATIONS))
        file.writestr("conversations.csv", "external_conversation_id,our_number,contact_phone\n" + "".join(sides))
        rows = (
            f"m{each},c{each % CONVERSATIONS},inbound,text {each},2026-01-02T03:04:05Z\n" for each in range(MESSAGES)
        )
        columns = "external_message_id,external_conversation_id,direction,body,sent_at\n"
        file.writestr("messages.csv", columns + "".join(rows))
    return written.getvalue()
