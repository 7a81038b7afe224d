"""Fixtures that every test may ask for."""

from tests.stack import full_stack, infrastructure

__all__ = ["full_stack", "infrastructure"]
