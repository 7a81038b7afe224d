"""Two tenants with the same file at the same time never see each other."""

import asyncio
import json
from typing import Any

import pytest_asyncio

from tests.faults.conftest import Tenants
from tests.faults.expected import Expected, expected
from tests.faults.shown import as_the_api_shows, shown
from tests.faults.tenant import LISTS, Tenant
from tests.faults.waiting import until
from tests.faults.watcher import Watcher, watching


class Side:
    """One of the two: what it is told at any place, and what it must never hear of."""

    def __init__(self, tenant: Tenant, it: dict[str, Any], watcher: Watcher, heard: list[Any]) -> None:
        self.tenant, self.it, self.watcher, self.heard = tenant, it, watcher, heard

    @property
    def everything(self) -> str:
        return json.dumps([self.heard, self.watcher.messages])

    def ids(self, path: str) -> list[int]:
        return [item["id"] for items in self.heard if items["path"] == path for item in items["items"]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told() -> Expected:
    return expected(5, 200, 80, 200, 120)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sides(tenants: Tenants, told: Expected) -> Any:
    async with (
        tenants("north") as north,
        tenants("south") as south,
        watching(north) as north_watcher,
        watching(south) as south_watcher,
    ):
        await until(lambda: north_watcher.joined and south_watcher.joined)
        first = _side(north, north_watcher, told.archive), _side(south, south_watcher, told.archive)
        yield await asyncio.gather(*first)


async def _side(tenant: Tenant, watcher: Watcher, archive: bytes) -> Side:
    it = await tenant.imported(archive)
    await until(lambda: watcher.ended(it["id"]))
    paths = (*LISTS, "/v1/imports", f"/v1/imports/{it['id']}/errors")
    heard = [{"path": path, "items": await tenant.all(path)} for path in paths]
    heard.append({"path": "progress", "items": [await tenant.get(f"/v1/progress/{it['id']}")]})
    return Side(tenant, it, watcher, heard)


async def test_each_has_exactly_its_own_rows(sides: list[Side], told: Expected) -> None:
    for side in sides:
        assert side.it["summary"] == told.first
        assert await shown(side.tenant) == as_the_api_shows(told.snapshot, side.it)


async def test_nothing_that_one_is_told_names_the_other(sides: list[Side]) -> None:
    for side, other in (sides, reversed(sides)):
        assert side.it["id"] in side.everything
        assert other.it["id"] not in side.everything
        assert other.tenant.name not in side.everything


async def test_their_records_have_no_id_in_common(sides: list[Side]) -> None:
    one, other = sides
    for path in LISTS:
        assert one.ids(path)
        assert not set(one.ids(path)) & set(other.ids(path))


async def test_the_others_ids_are_not_found_anywhere(sides: list[Side]) -> None:
    for side, other in (sides, reversed(sides)):
        imported = other.it["id"]
        conversation = other.ids("/v1/conversations")[0]
        paths = [f"/v1/imports/{imported}", f"/v1/imports/{imported}/errors", f"/v1/progress/{imported}"]
        paths += [f"{path}/{other.ids(path)[0]}" for path in LISTS]
        paths += [f"/v1/conversations/{conversation}/messages"]
        for path in paths:
            assert await other.tenant.status(path) == 200, path
            assert await side.tenant.status(path) == 404, path


async def test_the_websocket_shows_only_ones_own(sides: list[Side]) -> None:
    for side in sides:
        assert {message["import_id"] for message in side.watcher.messages} == {side.it["id"]}
        assert {message["tenant"] for message in side.watcher.messages} == {side.tenant.name}


async def test_a_websocket_that_asks_for_the_others_import_hears_of_nothing(sides: list[Side]) -> None:
    for side, other in (sides, reversed(sides)):
        async with watching(side.tenant, only=other.it["id"]) as nosy, watching(side.tenant) as own:
            await until(lambda own=own, nosy=nosy: own.messages and nosy.joined)
            assert nosy.messages == []
