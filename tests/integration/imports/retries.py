"""An import of which rows failed, and its retries, as a client asks for them."""

import csv
import io
import json
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.integration.ingest_alone import Ingest

Rows = list[list[str]]


def table(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def zipped(manifest: dict[str, Any] | None = None, **files: Rows) -> bytes:
    """An archive of the files by entity."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for entity, rows in files.items():
            archive.writestr(f"{entity}.csv", table(rows))
        archive.writestr("manifest.json", json.dumps(manifest or {}))
    return written.getvalue()


@dataclass
class Tenant:
    """One of its own for each test."""

    ingest: Ingest
    name: str = field(default_factory=lambda: f"retry-{uuid.uuid4()}")

    async def imported(self, content: bytes, **form: str) -> Any:
        name = "contacts.xlsx" if b"worksheets" in content else "contacts.csv"
        name = "export.zip" if b"manifest.json" in content else name
        answer = await self.ingest.client.post(
            "/v1/imports",
            files={"file": (name, content)},
            data={"dry_run": "false"} | form,
            headers=self.ingest.as_caller(self.name),
        )
        assert answer.status_code == 202, answer.text
        return await self.ingest.ended(answer.json()["id"], self.name)

    async def ask(
        self, import_id: str, file: bytes | None = None, name: str = "x.csv", role: str = "admin", **form: str
    ) -> httpx2.Response:
        parts: dict[str, Any] = {key: (None, value) for key, value in form.items()}
        if file is not None:
            parts["file"] = (name, file)
        headers = self.ingest.as_caller(self.name, role)
        return await self.ingest.client.post(f"/v1/imports/{import_id}/retry", files=parts or None, headers=headers)

    async def retried(self, import_id: str, file: bytes | None = None, name: str = "x.csv", **form: str) -> Any:
        answer = await self.ask(import_id, file, name, **({"dry_run": "false"} | form))
        assert answer.status_code == 202, answer.text
        return await self.ingest.ended(answer.json()["id"], self.name)

    async def refused(self, import_id: str, file: bytes | None = None, **form: str) -> tuple[int, str]:
        answer = await self.ask(import_id, file, **form)
        return answer.status_code, answer.json().get("code", "")

    async def get(self, path: str) -> Any:
        return await self.ingest.get(path, self.name)

    async def errors(self, import_id: str, **query: str) -> httpx2.Response:
        path, headers = f"/v1/imports/{import_id}/errors/file", self.ingest.as_caller(self.name, "viewer")
        answer = await self.ingest.client.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    async def failed(self, import_id: str, **query: str) -> Rows:
        """The errors file of one file, its header first."""
        content = (await self.errors(import_id, **query)).content.decode()
        return list(csv.reader(io.StringIO(content, newline="")))

    async def settings(self, **changed: Any) -> None:
        told = {"own_numbers": [], "region": "US", "time_zone": "UTC"} | changed
        answer = await self.ingest.client.put("/v1/settings", json=told, headers=self.ingest.as_caller(self.name))
        assert answer.status_code == 200, answer.text

    def events(self, it: Any, entity: str) -> list[Any]:
        return [each.data for each in self.ingest.receiver.events[it["id"], entity]]


def figures(new: int = 0, failed: int = 0, rows: int | None = None) -> dict[str, int]:
    return {"rows": new + failed if rows is None else rows, "new": new, "updated": 0, "skipped": 0, "failed": failed}
