"""What a spool promises, of whatever kind: an upload is there whole, or not at all."""

import errno
from datetime import timedelta
from hashlib import sha256

import pytest

from services.ingest.spool import NoSpace, TooLarge, UploadLost
from tests.unit.ingest.spool.conftest import LIMIT, Place, accepted, chunks

PART = b"0123456789" * 300_000


async def test_it_is_read_as_it_came_and_its_sum_is_known(place: Place) -> None:
    spooled = await accepted(place.spool, PART, PART, b"end")
    assert (spooled.size, spooled.sha256) == (6_000_003, sha256(PART + PART + b"end").hexdigest())
    async with place.spool.opened(spooled) as local:
        assert local.path.read_bytes() == PART + PART + b"end"
        assert local.conversations.parent.exists()
        assert not local.conversations.exists()
    assert len(place.kept()) == 1


async def test_whoever_takes_over_finds_it_too(place: Place) -> None:
    spooled = await accepted(place.spool, b"hello")
    async with place.spool.opened(spooled) as one, place.spool.opened(spooled) as other:
        assert one.path.read_bytes() == other.path.read_bytes() == b"hello"


@pytest.mark.parametrize(
    ("parts", "then", "raised"),
    [
        ((PART, PART, PART), None, TooLarge),
        ((PART,), OSError(errno.ENOSPC, "full"), NoSpace),
        ((PART, PART), ConnectionError("gone"), ConnectionError),
    ],
)
async def test_whatever_goes_wrong_on_the_way_nothing_is_left(
    place: Place, parts: tuple[bytes, ...], then: Exception | None, raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        await accepted_from(place, *parts, then=then)
    assert place.kept() == place.on_disk() == []


async def accepted_from(place: Place, *parts: bytes, then: Exception | None) -> None:
    async with place.spool.incoming(chunks(*parts, then=then)) as incoming:
        await incoming.keep()


async def test_an_upload_of_just_the_limit_is_taken(place: Place) -> None:
    assert (await accepted(place.spool, b"x" * LIMIT)).size == LIMIT


async def test_an_upload_that_is_refused_leaves_nothing(place: Place) -> None:
    with pytest.raises(LookupError):
        async with place.spool.incoming(chunks(PART, PART)) as incoming:
            assert incoming.path.stat().st_size == 6_000_000
            raise LookupError
    assert place.kept() == place.on_disk() == []


async def test_a_commit_that_may_have_been_made_has_its_upload_still(place: Place) -> None:
    with pytest.raises(ConnectionError):
        async with place.spool.incoming(chunks(PART)) as incoming:
            await incoming.keep()
            raise ConnectionError
    async with place.spool.opened(incoming.spooled) as local:
        assert local.path.read_bytes() == PART


@pytest.mark.parametrize("other", [b"hellO", b"hell", b"hello!", b""])
async def test_another_file_in_its_place_is_noticed(place: Place, other: bytes) -> None:
    spooled = await accepted(place.spool, b"hello")
    place.replace(spooled.key, other)
    with pytest.raises(UploadLost, match="not the one that was accepted"):
        async with place.spool.opened(spooled):
            pass


async def test_one_that_is_gone_is_noticed(place: Place) -> None:
    spooled = await accepted(place.spool, b"hello")
    assert await place.spool.exists(spooled.key)
    place.lose(spooled.key)
    assert not await place.spool.exists(spooled.key)
    with pytest.raises(UploadLost, match="not in the spool any more"):
        async with place.spool.opened(spooled):
            pass


async def test_what_is_old_is_told_and_what_is_not_its_own_is_left_alone(place: Place) -> None:
    spooled = await accepted(place.spool, b"hello")
    place.replace("notes.txt", b"somebody's")
    assert await place.spool.keys(timedelta(hours=1)) == []
    assert await place.spool.keys(timedelta(seconds=-5)) == [spooled.key]
    await place.spool.remove(spooled.key)
    await place.spool.remove(spooled.key)
    assert [each.rpartition("/")[2] for each in place.kept()] == ["notes.txt"]
