"""What lies in the bucket already can be imported by the tenant in whose folder it is, and by nobody else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.spool import TooLarge, UploadLost
from services.ingest.spool.stored import folder_of
from tests.object_store import TestBucket
from tests.unit.ingest.spool.conftest import LIMIT, bucket_spool


async def read(bucket: TestBucket, scratch: Path, tenant: str, key: str) -> bytes:
    stored = bucket_spool(bucket, scratch).stored
    assert stored is not None
    return b"".join([chunk async for chunk in stored.chunks(tenant, key)])


@pytest.mark.parametrize("key", ["a.csv", "june/new people.csv", "ü/日本.csv", "50%20 off?#.csv", "a/...", "~acme/x"])
async def test_an_object_of_the_tenants_folder_is_read_as_often_as_one_likes(
    bucket: TestBucket, tmp_path: Path, key: str
) -> None:
    bucket.put(f"some/where/objects/acme/{key}", b"phone\n")
    for _ in range(2):
        assert await read(bucket, tmp_path, "acme", key) == b"phone\n"


@pytest.mark.parametrize(
    "key",
    [
        "../globex/a.csv",
        "./a.csv",
        "x/../../globex/a.csv",
        "/a.csv",
        "globex/a.csv",
        "../../secret",
        "..",
        "",
        "a.csv/",
        "..%2fglobex/a.csv",
        "..\\globex\\a.csv",
        "a\0.csv",
        "\t",
        "x//a.csv",
        "a" * 1_025,
    ],
)
async def test_no_key_leads_out_of_it(bucket: TestBucket, tmp_path: Path, key: str) -> None:
    for place in ("some/where/objects/globex/a.csv", "some/where/secret", "secret", "some/where/objects/a.csv"):
        bucket.put(place, b"another's")
    with pytest.raises(UploadLost):
        await read(bucket, tmp_path, "acme", key)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=100), min_size=2, max_size=2, unique=True))
def test_no_two_tenants_have_one_folder_and_none_is_within_anothers(tenants: list[str]) -> None:
    one, other = map(folder_of, tenants)
    assert one != other
    assert not {"/", "\\", "%"} & {*one, *other}
    assert one.strip(".") and other.strip(".")


async def test_one_that_is_too_large_is_not_read(bucket: TestBucket, tmp_path: Path) -> None:
    bucket.put("some/where/objects/acme/a.csv", b"x" * (LIMIT + 1))
    with pytest.raises(TooLarge):
        await read(bucket, tmp_path, "acme", "a.csv")
    assert bucket.keys() == ["some/where/objects/acme/a.csv"]
