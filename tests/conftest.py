"""Fixtures that every test may ask for."""

from tests.object_store import bucket, object_store
from tests.small_disk import small_disk
from tests.stack import infrastructure

__all__ = ["bucket", "infrastructure", "object_store", "small_disk"]
