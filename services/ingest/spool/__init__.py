"""Uploads, an import's real queue, from which its rows are read again as often as need be: a folder or a bucket."""

from services.ingest.settings import SpoolSettings
from services.ingest.spool.contract import (
    Incoming,
    Local,
    NoSpace,
    Presigned,
    Spool,
    SpoolAway,
    Spooled,
    TooLarge,
    UploadLost,
)
from services.ingest.spool.folder import FolderSpool

__all__ = [
    "Incoming",
    "Local",
    "NoSpace",
    "Presigned",
    "Spool",
    "SpoolAway",
    "Spooled",
    "TooLarge",
    "UploadLost",
    "make_spool",
]


def make_spool(settings: SpoolSettings) -> Spool:
    """The kind that the settings name; nothing is opened before its `start`."""
    if isinstance(settings.spool, tuple):
        # Only where it is needed: a worker's start after a kill is to be short.
        from services.ingest.spool.bucket import make_bucket_spool

        return make_bucket_spool(settings, settings.spool)
    return FolderSpool(settings.spool, settings.upload_limit)
