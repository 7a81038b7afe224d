"""What ingest reads from its environment; nothing else of it does."""

import os
import tempfile
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr

from ringback.runtime.settings import HttpSettings, OutboundSettings, Settings


class Bucket(NamedTuple):
    """`s3://name/prefix`."""

    name: str
    prefix: str


def _place(value: Any) -> Any:
    """A folder, unless it is written as a bucket."""
    if not isinstance(value, str) or "://" not in value:
        return value
    url = urlsplit(value)
    if url.scheme != "s3" or not url.netloc:
        raise ValueError("a spool is a folder or s3://BUCKET/PREFIX")
    return Bucket(url.netloc, url.path.strip("/"))


class SpoolSettings(Settings):
    """Where uploads lie, for the API that writes them and the worker that reads them."""

    spool: Annotated[Path | Bucket, BeforeValidator(_place)]
    #: Bytes of one upload.
    upload_limit: int = 50_000_000
    #: On this machine, for uploads that are checked or read while the spool is a bucket: at most one for each import at
    #: work and each upload that comes in.
    spool_scratch: Path = Path(tempfile.gettempdir()) / f"ringback-spool-{os.getuid()}"
    #: Amazon's own where there is none; the public one is what clients are told, where they see it by another name.
    s3_endpoint: str | None = None
    s3_public_endpoint: str | None = None
    s3_region: str = "us-east-1"
    #: `endpoint/bucket/key` rather than `bucket.endpoint/key`.
    s3_path_style: bool = True
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None


class ApiSettings(SpoolSettings, HttpSettings, OutboundSettings):
    """The HTTP API."""

    ingest_api_dsn: str
    #: An OpenAI-compatible endpoint (`https://…/v1`) that may suggest what uncertain columns are; none as it comes.
    #: Headers are sent to it, and sample values only where `mapping_model_values` is set.
    mapping_model_url: HttpUrl | None = None
    mapping_model_key: SecretStr | None = None
    mapping_model: str = ""
    mapping_model_values: bool = False
    #: Seconds by which an upload may be answered later for it.
    mapping_model_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0


class WorkerSettings(SpoolSettings):
    """The worker. `ingest_jobs` imports run at once, each of another tenant."""

    ingest_writer_dsn: str
    ingest_jobs: int = 8


class MigrationSettings(Settings):
    """`migrate`."""

    ingest_owner_dsn: str
