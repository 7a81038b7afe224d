"""The HTTP API of imports."""

from services.ingest.api.app import create_app

__all__ = ["create_app"]
