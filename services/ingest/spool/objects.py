"""The objects of a bucket. Every error says that the store is away, but of an object that is not there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.ingest.settings import Bucket, SpoolSettings
from services.ingest.spool.contract import SpoolAway

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

#: S3 takes no smaller ones but the last. Two are under way at once: at the most 37 MB more for 400 MB than for one.
PART_BYTES = 5 << 20
PARTS_AT_ONCE = 2
#: Of an object that is read; obstore's own 10 MB were held three times over.
CHUNK_BYTES = 1 << 20
#: A server that says nothing for this long is away; one that put 400 MB together took over 10 s here. A request as a
#: whole may last, for a file may be large.
SILENCE, REQUEST = timedelta(seconds=60), timedelta(hours=1)
#: Short, since an API's caller is to hear of it within 5 s, and since imports have a patience of their own.
CONNECT, RETRIES, RETRY_FOR = timedelta(seconds=2), 2, timedelta(seconds=2)


class Found(NamedTuple):
    """An object that is read as its `chunks` are asked for."""

    size: int
    chunks: AsyncIterator[bytes]


class Objects:
    """Opens no connection before it is used. Keys stand below the bucket's prefix."""

    def __init__(self, settings: SpoolSettings, bucket: Bucket, endpoint: str | None) -> None:
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            config=_config(settings, endpoint),
            client_options=_client(endpoint),
            retry_config=_RETRY,
        )

    async def get(self, key: str) -> Found | None:
        """None where there is none. Not by HEAD, whose 404 does not tell a key that is gone from a bucket that is."""
        with _reaching():
            try:
                result = await obstore.get_async(self._store, key)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
        return Found(result.meta["size"], _chunks(result))

    async def put(self, key: str, file: Path) -> None:
        """In a thread, for it cannot be cancelled there, and whatever fails in it aborts the multipart upload."""
        with _reaching():
            await asyncio.to_thread(
                obstore.put, self._store, key, file, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )

    async def remove(self, key: str) -> None:
        """Also where there is none."""
        with _reaching():
            await obstore.delete_async(self._store, key)

    async def older(self, than: datetime, prefix: str | None = None) -> list[str]:
        """The keys of those that came before."""
        with _reaching():
            pages = [page async for page in obstore.list(self._store, prefix)]
        return [each["path"] for page in pages for each in page if each["last_modified"] < than]

    async def sign(self, key: str, valid: timedelta) -> str:
        """The URL by which anybody may PUT the object."""
        with _reaching():
            return await obstore.sign_async(self._store, "PUT", key, valid)


def _config(settings: SpoolSettings, endpoint: str | None) -> "S3Config":
    """Keys that are not set come from where every client of S3 looks: AWS_…, or the machine's role."""
    config: S3Config = {
        "region": settings.s3_region,
        "virtual_hosted_style_request": not settings.s3_path_style,
        # Not every S3 has the bulk one.
        "disable_bulk_delete": True,
    }
    if endpoint is not None:
        config["endpoint"] = endpoint
    if settings.s3_access_key_id is not None and settings.s3_secret_access_key is not None:
        config["access_key_id"] = settings.s3_access_key_id
        config["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
    return config


def _client(endpoint: str | None) -> "ClientConfig":
    return {
        "allow_http": (endpoint or "").startswith("http://"),
        "connect_timeout": CONNECT,
        "read_timeout": SILENCE,
        "timeout": REQUEST,
    }


_RETRY: "RetryConfig" = {"max_retries": RETRIES, "retry_timeout": RETRY_FOR}


@contextmanager
def _reaching() -> Iterator[None]:
    """A bucket or a key that is wrong is mended by who runs this, and meanwhile the store is away."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        # The other lines are Rust's own view of the same.
        raise SpoolAway(str(error).partition("\n")[0]) from error


async def _chunks(result: "obstore.GetResult") -> AsyncIterator[bytes]:
    with _reaching():
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield chunk
