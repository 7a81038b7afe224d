"""Keys are rotated under a stack that runs."""

import os
import subprocess
import sys

from tests.system.security.permissions import World, bearer


def ringback(*words: object) -> str:
    command = [sys.executable, "-m", "cli", *map(str, words)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("RINGBACK_")}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=own)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_rotated_key_signs_and_a_retired_one_ends_without_a_restart(world: World) -> None:
    def opens(token: str) -> int:
        return world.client.get("/v1/contacts", headers=bearer(token)).status_code

    state = ("--state", world.stack.state)
    processes, before = world.stack.ps(), world.stack.token("ours")
    assert ringback("keys", "rotate", *state).count("\n") == 3
    after = ringback("token", "--tenant", "ours", "--role", "viewer", *state).strip()
    assert (opens(before), opens(after)) == (200, 200)
    ringback("keys", "rotate", "--retire-after", 0, *state)
    newest = world.stack.token("ours")
    assert (opens(before), opens(after), opens(newest)) == (401, 401, 200)
    assert len(ringback("keys", "list", *state).splitlines()) == 2
    assert world.stack.ps() == processes
