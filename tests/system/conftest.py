"""One stack for all tests that leave it up."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, forget


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Each test is a tenant of its own."""
    stack = Stack(tmp_path_factory.mktemp("shared") / "stack", {})
    try:
        stack.wait_until_ready(within=120)
        yield stack
    finally:
        stack.stop()
        forget(stack.state)
