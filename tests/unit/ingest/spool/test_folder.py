"""The folder itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.ingest.spool import NoSpace
from tests.unit.ingest.spool.conftest import accepted, in_folder


async def test_a_full_disk_takes_no_more_and_keeps_what_it_has(small_disk: Path) -> None:
    place = in_folder(small_disk)
    before = await accepted(place.spool, b"x" * 1_000_000)
    with pytest.raises(NoSpace):
        await accepted(place.spool, b"y" * 4_000_000)
    assert place.kept() == [before.key]
    after = await accepted(place.spool, b"z" * 1_500_000)
    async with place.spool.opened(before), place.spool.opened(after):
        assert sorted(place.kept()) == sorted([before.key, after.key])


async def test_the_conversations_of_an_upload_go_with_it_also_unfinished_ones(tmp_path: Path) -> None:
    place = in_folder(tmp_path)
    spooled = await accepted(place.spool, b"hello")
    async with place.spool.opened(spooled) as local:
        local.conversations.touch()
        local.conversations.with_name(local.conversations.name + ".part").touch()
    assert await place.spool.keys(timedelta(seconds=-5)) == [spooled.key]
    await place.spool.remove(spooled.key)
    assert place.kept() == []
