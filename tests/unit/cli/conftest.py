"""`ringback` run as a person would, against a real server on a free port."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.__main__ import app
from tests.unit.cli.served import TOKEN, World, free_port

Ringback = Callable[..., Result]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def ringback(port: int) -> Ringback:
    def run(*words: object, **environment: str) -> Result:
        told = {"RINGBACK_URL": f"http://127.0.0.1:{port}", "RINGBACK_TOKEN": TOKEN, **environment}
        return CliRunner().invoke(app, [str(word) for word in words], env=told)

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The server here does not look inside."""
    file = tmp_path / "export.zip"
    file.write_bytes(b"PK" + b"\0" * 5_000)
    return file
