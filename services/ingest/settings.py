"""What ingest reads from its environment; nothing else of it does."""

from pathlib import Path

from ringback.runtime.settings import HttpSettings, Settings


class SpoolSettings(Settings):
    """Where uploads lie, for the API that writes them and the worker that reads them."""

    spool: Path
    #: Bytes of one upload.
    upload_limit: int = 50_000_000


class ApiSettings(SpoolSettings, HttpSettings):
    """The HTTP API."""

    ingest_api_dsn: str


class WorkerSettings(SpoolSettings):
    """The worker. `ingest_jobs` imports run at once, each of another tenant."""

    ingest_writer_dsn: str
    ingest_jobs: int = 8


class MigrationSettings(Settings):
    """`migrate`."""

    ingest_owner_dsn: str
