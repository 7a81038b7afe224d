"""A tenant that has one of everything."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cli.sample import write_sample
from tests.stack import Stack
from tests.system.security import permissions
from tests.system.security.permissions import World


@pytest.fixture(scope="session")
def world(shared_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("security")
    with httpx2.Client(base_url=shared_stack.url, trust_env=False, timeout=10) as client:
        yield permissions.of(shared_stack, imported(shared_stack, client, folder, "ours"), client)


def imported(stack: Stack, client: httpx2.Client, folder: Path, tenant: str) -> Any:
    """One of everything and more, for real, to its end."""
    archive = folder / f"{tenant}.zip"
    write_sample(archive, contacts=20, conversations=15, messages=40, calls=15, seed=3)
    with archive.open("rb") as content:
        answer = client.post(
            "/v1/imports",
            data={"dry_run": "false"},
            files={"file": (archive.name, content)},
            headers=permissions.bearer(stack.token(tenant)),
        )
    assert answer.status_code == 202, json.dumps(answer.json())
    deadline = time.monotonic() + 60
    while (state := stack.get(f"/v1/imports/{answer.json()['id']}", tenant))["ended_at"] is None:
        assert time.monotonic() < deadline, state
        time.sleep(0.1)
    assert state["status"] == "finished", state
    return state
