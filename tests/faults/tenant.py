"""A tenant, as far as the public API lets it act and see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.faults.waiting import until
from tests.stack import Running

LISTS = ("/v1/contacts", "/v1/conversations", "/v1/calls")


class Away(Exception):
    """503: the API says that it can say nothing now."""


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
        _check_there(answer)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def surely_upload(self, archive: bytes, external_id: str, **form: Any) -> str:
        """As a careful client does: where no answer came, it looks whether the import is there before it asks again."""
        while True:
            try:
                return await self.upload(archive, external_id=external_id, **form)
            except (httpx2.TransportError, Away):
                await asyncio.sleep(0.2)
            mine = [each for each in await self.patiently("/v1/imports") if each["external_id"] == external_id]
            if mine:
                return str(mine[0]["id"])

    async def patiently(self, path: str) -> list[dict[str, Any]]:
        """All items, once the API can say."""
        while True:
            try:
                return await self.all(path)
            except (httpx2.TransportError, Away):
                await asyncio.sleep(0.2)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(path, params=query)
        _check_there(answer)
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

    async def imported_records(self, live: str = "live") -> list[dict[str, Any]]:
        """What can be read in the lists, but what live events brought."""
        items = [item for path in LISTS for item in await self.patiently(path)]
        return [item for item in items if all(each["source"] != live for each in item["external_ids"])]

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
            except (httpx2.TransportError, Away):
                return None
            return it if it["ended_at"] else None

        return await until(end, within, every=0.05)  # type: ignore[return-value]

    async def imported(self, archive: bytes, **form: Any) -> dict[str, Any]:
        """Uploads, and answers the import at its end."""
        return await self.ended(await self.upload(archive, **form))


def _check_there(answer: httpx2.Response) -> None:
    if answer.status_code == 503:
        raise Away(answer.text)


@asynccontextmanager
async def tenant(stack: Running, name: str) -> AsyncIterator[Tenant]:
    token = stack.token(name)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=stack.url, headers=headers, timeout=10, trust_env=False) as client:
        yield Tenant(name, token, client)
