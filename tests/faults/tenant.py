"""A tenant, as far as the public API lets it act and see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.faults.waiting import until
from tests.stack import Stack

LISTS = ("/v1/contacts", "/v1/conversations", "/v1/calls")


@dataclass
class Tenant:
    """Its owner at the API."""

    name: str
    token: str
    http: httpx2.AsyncClient

    async def upload(self, archive: bytes, *, dry_run: bool = False, **form: str) -> str:
        """The id of the import."""
        data = {"dry_run": str(dry_run).lower()} | form
        answer = await self.http.post("/v1/imports", files={"file": ("export.zip", archive)}, data=data)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    async def status(self, path: str) -> int:
        return (await self.http.get(path)).status_code

    async def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of every page."""
        items: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next_cursor": None}
        while True:
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
            page = await self.get(path, limit=200, **cursor, **query)
            items += page["items"]
            if not page["next_cursor"]:
                return items

    async def messages(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each message, beside the conversation that it was found in."""
        return [
            (conversation, message)
            for conversation in await self.all("/v1/conversations")
            for message in await self.all(f"/v1/conversations/{conversation['id']}/messages", contacts=False)
        ]

    async def ended(self, import_id: str, within: float = 90) -> dict[str, Any]:
        """The import at its end; a server that is killed meanwhile has no answer yet."""

        async def end() -> dict[str, Any] | None:
            try:
                it: dict[str, Any] = await self.get(f"/v1/imports/{import_id}")
            except httpx2.TransportError:
                return None
            return it if it["ended_at"] else None

        return await until(end, within, every=0.05)  # type: ignore[return-value]

    async def imported(self, archive: bytes, **form: Any) -> dict[str, Any]:
        """Uploads, and answers the import at its end."""
        return await self.ended(await self.upload(archive, **form))


@asynccontextmanager
async def tenant(stack: Stack, name: str) -> AsyncIterator[Tenant]:
    token = stack.token(name)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=stack.url, headers=headers, timeout=10, trust_env=False) as client:
        yield Tenant(name, token, client)
