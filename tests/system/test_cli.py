"""`ringback` against the whole stack, each command in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest

from tests.stack import Stack

FIGURES = ("new", "updated", "skipped", "failed")


def words(*given: object) -> list[str]:
    return [sys.executable, "-m", "cli", *map(str, given)]


def ringback(*given: object, **more: str) -> str:
    ended = subprocess.run(words(*given), capture_output=True, text=True, timeout=120, env=environment() | more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RINGBACK_")}


@pytest.fixture
def who(shared_stack: Stack) -> dict[str, str]:
    """As a tenant of its own."""
    return {"RINGBACK_URL": shared_stack.url, "RINGBACK_TOKEN": shared_stack.token(f"cli-{uuid.uuid4()}")}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    out = tmp_path / "sample.zip"
    sizes = ("--contacts", 200, "--conversations", 150, "--messages", 4_000, "--calls", 150, "--seed", 7)
    ringback("sample", out, *sizes)
    return out


def test_dry_and_real_agree_and_a_third_time_is_nothing_new(who: dict[str, str], archive: Path) -> None:
    dry, real, again = (
        json.loads(ringback("import", archive, "--json", *options, **who))
        for options in ((), ("--apply",), ("--apply",))
    )
    assert (dry["dry_run"], real["dry_run"]) == (True, False)
    assert dry["summary"] == real["summary"]
    for counts in real["summary"].values():
        assert sum(counts[figure] for figure in FIGURES) == counts["rows"]
    assert all(counts["new"] == counts["updated"] == 0 for counts in again["summary"].values())
    told = json.loads(ringback("imports", "--json", **who))
    assert [each["id"] for each in told] == [again["id"], real["id"], dry["id"]]
    errors = json.loads(ringback("errors", real["id"], "--json", **who))
    assert len(errors) == sum(counts["failed"] for counts in real["summary"].values()) > 0
    assert all(set(each) == {"file", "line", "code", "column", "message"} for each in errors)


def test_a_kill_of_http_in_mid_import_is_ridden_out(shared_stack: Stack, who: dict[str, str], archive: Path) -> None:
    before = restarts(shared_stack)
    command = words("import", archive, "--json", "--apply")
    client = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment() | who)
    deadline = time.monotonic() + 30
    while not json.loads(ringback("imports", "--json", **who)):
        assert time.monotonic() < deadline
    shared_stack.kill("http")
    out, _ = client.communicate(timeout=120)
    assert client.returncode == 0
    assert json.loads(out)["status"] == "finished"
    assert restarts(shared_stack) == before + 1


def restarts(stack: Stack) -> int:
    told = json.loads(ringback("ps", "--state", stack.state, "--json"))
    return next(int(each["restarts"]) for each in told if each["name"] == "http")


def test_an_upload_that_is_no_archive_is_refused_by_name(shared_stack: Stack, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4 and then nothing")
    command = words("import", broken, "--state", shared_stack.state, "--json")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment())
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "broken.zip" in ended.stderr


@pytest.mark.parametrize("said", ["starting", "ready"])
def test_an_interrupted_demo_leaves_nothing(said: str, tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "cli.demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment() | {"TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    assert demo.stdout is not None
    assert any(line.startswith(said) for line in demo.stdout)
    started = children(demo.pid)
    demo.send_signal(signal.SIGINT)
    out, _ = demo.communicate(timeout=60)
    assert demo.returncode == 130, out
    assert "✓ the stack ended in order and nothing is left running" in out
    assert not psutil.wait_procs(started, timeout=1)[1]
    assert not list(tmp_path.glob("ringback-demo-*"))


def children(pid: int) -> list[psutil.Process]:
    """Once there are any."""
    deadline = time.monotonic() + 20
    while not (found := psutil.Process(pid).children(recursive=True)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
