"""Imports whose uploads lie in a folder: a full disk, and what was left behind."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from services.ingest.spool import make_spool
from services.ingest.store import Store
from services.ingest.sweeping import Sweeper
from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.integration.test_ingest import accepted, check_whole
from tests.small_disk import ROOM
from tests.stack import Infrastructure


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, small_disk: Path) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, small_disk / "spool", "folder-test.") as running:
        yield running


async def test_a_full_disk_is_507_the_file_gone_and_nobody_else_affected(ingest: Ingest) -> None:
    before = await accepted(ingest, archive(contacts=100, messages=500))
    full, small = await asyncio.gather(
        ingest.upload(os.urandom(ROOM), tenant="large"), ingest.upload(archive(contacts=20), dry_run="false")
    )
    assert full.status_code == 507
    assert full.headers["content-type"] == "application/problem+json"
    assert small.status_code in (202, 507)
    after = await accepted(ingest, archive(contacts=30))
    async with ingest.worker():
        check_whole(ingest, await ingest.ended(before), 100, 500)
        check_whole(ingest, await ingest.ended(after), 30, 0)


async def test_what_belongs_to_no_import_is_swept_once_it_is_old(ingest: Ingest) -> None:
    import_id = await accepted(ingest, archive(contacts=15))
    folder = ingest.api.spool
    assert isinstance(folder, Path)
    [kept] = os.listdir(folder)
    for name in ("0" * 32, "1" * 32 + ".conversations.sqlite", "notes.txt"):
        (folder / name).touch()
    store = Store(ingest.environment["RINGBACK_INGEST_WRITER_DSN"])
    sweeper = Sweeper(store, make_spool(ingest.api))
    await sweeper.sweep()
    assert len(os.listdir(folder)) == 4
    await sweeper.sweep(timedelta(seconds=-5))
    await store.close()
    assert sorted(os.listdir(folder)) == sorted([kept, "notes.txt"])
    async with ingest.worker():
        assert (await ingest.ended(import_id))["status"] == "finished"


async def test_a_folder_has_no_pre_signed_urls_and_says_what_to_do(ingest: Ingest) -> None:
    answer = await ingest.client.post("/v1/uploads", json={"filename": "a.zip"}, headers=ingest.as_caller("acme"))
    assert answer.status_code == 409
    assert "POST /v1/imports" in answer.json()["detail"]
