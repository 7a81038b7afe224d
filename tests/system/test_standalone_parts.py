"""Pieces of the stack on one machine that need no servers: jars, folders, leftovers."""

import asyncio
import hashlib
import json
import sys
from pathlib import Path

import psutil
import pytest

from standalone import ports
from standalone.jars import Jar, RefusedJar, bring, kafka_jars, postgres_jar
from standalone.postgres_binaries import account, data_home
from standalone.state import NoState, State
from standalone.supervisor import end_leftovers
from standalone.up import USUAL_PORT, http_port

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_jar_whose_sum_differs_is_refused(tmp_path: Path) -> None:
    locked = Jar("org.example", "thing", "1.0", hashlib.sha256(b"as locked").hexdigest())
    lying = tmp_path / "jars" / locked.filename
    lying.parent.mkdir()
    lying.write_bytes(b"as locked")
    assert bring([locked], tmp_path) == [lying]
    lying.write_bytes(b"something else")
    with pytest.raises(RefusedJar, match=r"org\.example:thing:1\.0"):
        bring([locked], tmp_path)


def test_every_jar_is_locked_by_its_sum() -> None:
    assert all(len(jar.sha256) == 64 for jar in [*kafka_jars(), postgres_jar()])


def test_postgres_data_lies_where_the_user_that_runs_it_can_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    home = data_home(tmp_path, "one")
    user = account()
    if user is None:
        assert home.parent == tmp_path
    else:
        assert tmp_path not in home.parents
        assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (user.uid, 0o700)
        assert all(folder.stat().st_mode & 0o001 for folder in home.parents)
    (home / "data").mkdir()
    assert (data_home(tmp_path, "one") / "data").exists()
    # The state folder was deleted and made anew: what its passwords opened goes with it.
    assert not (data_home(tmp_path, "another") / "data").exists()
    (home / "state-identity").unlink()
    home.rmdir()


def test_secrets_are_kept_and_for_their_owner_alone(tmp_path: Path) -> None:
    with pytest.raises(NoState):
        State.open(tmp_path)
    made = State.create(tmp_path)
    for file in (tmp_path / "secrets.json", made.signing_keys):
        assert file.stat().st_mode & 0o777 == 0o600
    kept = made.signing_keys.read_text()
    assert State.create(tmp_path).signing_keys.read_text() == kept
    assert made.password("contacts_api") != made.password("contacts_writer")


async def test_a_reused_pid_is_never_taken_for_a_leftover(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(*SLEEPER)
    seen = psutil.Process(process.pid)
    line = {"name": "http", "pid": seen.pid, "restarts": 0, "program": sys.executable, "stop": 15}
    table = tmp_path / "processes.json"
    table.write_text(json.dumps([line | {"started": seen.create_time() - 60}]))
    await end_leftovers(tmp_path)
    assert seen.is_running()
    table.write_text(json.dumps([line | {"started": seen.create_time()}]))
    await end_leftovers(tmp_path)
    assert not seen.is_running()
    assert not table.exists()
    await process.wait()


def test_a_free_port_is_taken_where_the_usual_one_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ports.free(set())
    monkeypatch.setattr(ports, "is_free", lambda port: port not in (taken, USUAL_PORT))
    assert http_port(None) not in (taken, USUAL_PORT)
