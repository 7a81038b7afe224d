"""A tenant's own numbers, region and time zone: who may set them, what is refused, and what an import takes of them."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.stack import Infrastructure

DEFAULTS = {"own_numbers": [], "region": "US", "time_zone": "UTC", "updated_at": None, "updated_by": None}
GERMAN = {
    "own_numbers": ["030 901820", "+14155552671", "24365", "+49 30 901820"],
    "region": "de",
    "time_zone": "Europe/Berlin",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ingest(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, tmp_path_factory.mktemp("spool"), "ingest-settings-test.") as running:
        yield running


@pytest.fixture
def tenant() -> str:
    return f"settings-{uuid.uuid4()}"


async def put(ingest: Ingest, tenant: str, told: Any, role: str = "admin", **headers: str) -> httpx2.Response:
    return await ingest.client.put("/v1/settings", json=told, headers=ingest.as_caller(tenant, role) | headers)


async def test_they_are_the_defaults_until_they_are_set_and_numbers_are_kept_as_e_164(
    ingest: Ingest, tenant: str
) -> None:
    assert await ingest.get("/v1/settings", tenant) == DEFAULTS
    answer = await put(ingest, tenant, GERMAN)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["own_numbers"] == ["+14155552671", "+4930901820", "24365"]
    assert (told["region"], told["time_zone"], told["updated_by"]) == ("DE", "Europe/Berlin", "cli")
    assert await ingest.get("/v1/settings", tenant) == told
    assert await ingest.get("/v1/settings", f"other-{tenant}") == DEFAULTS


async def test_only_admins_and_owners_set_them_and_everybody_reads_them(ingest: Ingest, tenant: str) -> None:
    statuses = [
        (await put(ingest, tenant, GERMAN, role)).status_code for role in ("viewer", "member", "admin", "owner")
    ]
    assert statuses == [403, 403, 200, 200]
    viewer = await ingest.client.get("/v1/settings", headers=ingest.as_caller(tenant, "viewer"))
    assert viewer.json()["region"] == "DE"


@pytest.mark.parametrize(
    ("wrong", "where", "why"),
    [
        ({"own_numbers": ["+14155552671", "1234567"]}, ["own_numbers", 1], "'1234567' is no valid number in US"),
        ({"own_numbers": ["4.15555E+09"]}, ["own_numbers", 0], "digits are lost"),
        ({"own_numbers": ["a\0b"]}, ["own_numbers", 0], "no valid number"),
        ({"region": "XX"}, ["region"], "two letters"),
        ({"region": "001"}, ["region"], "two letters"),
        ({"time_zone": "Berlin"}, ["time_zone"], "America/New_York"),
        ({"time_zone": "localtime"}, ["time_zone"], "America/New_York"),
        ({"time_zone": "../../etc/passwd"}, ["time_zone"], "America/New_York"),
        ({"time_zone": None}, ["time_zone"], "string"),
    ],
)
async def test_what_cannot_be_is_named_with_its_reason_and_nothing_is_changed(
    ingest: Ingest, tenant: str, wrong: dict[str, Any], where: list[Any], why: str
) -> None:
    answer = await put(ingest, tenant, {"own_numbers": [], "region": "US", "time_zone": "UTC"} | wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == ["body", *where]
    assert why in answer.json()["errors"][0]["detail"]
    assert await ingest.get("/v1/settings", tenant) == DEFAULTS


async def test_all_three_are_needed_since_they_replace_what_was_there(ingest: Ingest, tenant: str) -> None:
    answer = await put(ingest, tenant, {"region": "DE"})
    assert [each["where"][-1] for each in answer.json()["errors"]] == ["own_numbers", "time_zone"]


async def test_of_two_who_change_the_same_settings_one_hears_that_they_changed(ingest: Ingest, tenant: str) -> None:
    for _ in range(2):
        read = await ingest.client.get("/v1/settings", headers=ingest.as_caller(tenant))
        changes = (put(ingest, tenant, GERMAN, **{"If-Match": read.headers["etag"]}) for _ in range(3))
        statuses = [answer.status_code for answer in await asyncio.gather(*changes)]
        assert sorted(statuses) == [200, 412, 412]
    assert (await put(ingest, tenant, GERMAN)).status_code == 200
    assert (await put(ingest, tenant, GERMAN, **{"If-Match": "nothing of ours"})).status_code == 412


async def test_an_import_freezes_them_when_it_is_accepted_with_the_manifests_numbers(
    ingest: Ingest, infrastructure: Infrastructure, tenant: str
) -> None:
    content = archive(contacts=1, numbers=["030 901821", "+4930901820"])
    ids = []
    for settings in (None, GERMAN, GERMAN | {"own_numbers": [], "time_zone": "UTC"}):
        if settings:
            await put(ingest, tenant, settings)
        ids.append((await ingest.upload(content, tenant)).json()["id"])
    connection = await asyncpg.connect(infrastructure.dsn("ingest", "writer"))
    query = "SELECT region, zone, own_numbers FROM imports WHERE tenant_id = $1 ORDER BY created_at"
    frozen = [tuple(each) for each in await connection.fetch(query, tenant)]
    await connection.close()
    assert frozen == [
        ("US", "UTC", ["+4930901820"]),
        ("DE", "Europe/Berlin", ["+14155552671", "+4930901820", "+4930901821", "24365"]),
        ("DE", "UTC", ["+4930901820", "+4930901821"]),
    ]
