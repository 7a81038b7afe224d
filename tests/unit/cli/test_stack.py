"""`ringback token` and `ps`, on a state folder without its processes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from ringback.http.keys import Keyring
from ringback.http.tokens import verify
from standalone.state import State, write

Ringback = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State.create(tmp_path / "state")


def test_token_is_alone_on_stdout_and_opens_what_it_names(state: State, ringback: Ringback) -> None:
    result = ringback("token", "--state", state.path, "--tenant", "acme", "--role", "viewer")
    caller = verify(Keyring(state.signing_keys), result.stdout.strip())
    assert (caller.tenant, caller.role) == ("acme", "viewer")
    assert result.stdout.count("\n") == 1


def test_a_role_that_is_none_is_refused_with_those_that_are(state: State, ringback: Ringback) -> None:
    result = ringback("token", "--state", state.path, "--tenant", "acme", "--role", "king")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "viewer, member, admin, owner" in result.stderr


def test_ps_tells_name_pid_and_restarts(state: State, ringback: Ringback) -> None:
    told = {"name": "kafka", "pid": 12, "restarts": 3}
    write(state.path / "processes.json", json.dumps([told | {"started": 1.0}]))
    assert json.loads(ringback("ps", "--state", state.path, "--json").stdout) == [told]
    assert ringback("ps", "--state", state.path).stdout.split() == ["name", "pid", "restarts", "kafka", "12", "3"]


def test_ps_without_a_stack_says_how_to_start_one(ringback: Ringback, tmp_path: Path) -> None:
    assert ringback("ps", "--state", tmp_path, "--json").stdout == "[]\n"
    result = ringback("ps", "--state", tmp_path)
    assert result.exit_code == 1
    assert "ringback up" in result.stderr


def test_a_stack_that_is_down_is_not_asked(state: State, ringback: Ringback) -> None:
    result = ringback("imports", "--state", state.path, RINGBACK_URL="")
    assert result.exit_code == 1
    assert "no stack is up" in result.stderr


def test_a_client_needs_nothing_of_the_stack() -> None:
    seen = "import sys, cli.__main__; print([m for m in sys.modules if m.split('.')[0] in %r])"
    foreign = ("standalone", "aiokafka", "asyncpg", "faust", "fastapi", "sqlalchemy", "psutil")
    told = subprocess.run([sys.executable, "-c", seen % (foreign,)], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
