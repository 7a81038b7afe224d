"""A number without its country is read in the tenant's region, which ingest keeps and its API tells."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest_asyncio

from ringback.http.peers import Peer
from ringback.postgres.migrations import upgrade
from services.ingest.api import create_app
from services.ingest.settings import ApiSettings
from tests.integration.own_database import own_database
from tests.integration.people.people import NOWHERE, People, people_on
from tests.signing import KEY_FILE, authorization
from tests.stack import Infrastructure


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with own_database(infrastructure, "ingest", "people_region_settings") as database:
        await asyncio.to_thread(upgrade, database.migrations, database.dsn("owner"))
        settings = {"spool": tmp_path, "signing_keys": KEY_FILE, "ingest_api_dsn": database.dsn("api")}
        app = create_app(ApiSettings.model_validate(settings))
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=NOWHERE)
        async with app.router.lifespan_context(app), client:
            yield client


@pytest_asyncio.fixture
async def people(infrastructure: Infrastructure, ingest: httpx2.AsyncClient) -> AsyncIterator[People]:
    async with people_on(infrastructure, "people_region") as people:
        people.tenant = "people-region"
        peer = Peer("ingest", NOWHERE)
        await peer.close()
        peer._http = ingest
        people.app.state.peers["ingest"] = peer
        yield people


async def test_a_number_without_its_country_is_of_the_tenants_region(
    people: People, ingest: httpx2.AsyncClient
) -> None:
    [ana] = await people.import_rows({"phone": "+14155550101"})
    assert (await people.patch(ana, {"phone": "(415) 555-0102"}))["phone"] == "+14155550102"
    german = {"own_numbers": [], "region": "DE", "time_zone": "UTC"}
    owner = authorization(people.tenant, "owner")
    assert (await ingest.put("/v1/settings", json=german, headers=owner)).status_code == 200
    assert (await people.patch(ana, {"phone": "030 901820"}))["phone"] == "+4930901820"
    problem = await people.patch(ana, {"phone": "000-000-0000", "company": "x"}, 422)
    assert [each["where"] for each in problem["errors"]] == [["body", "phone"]]
