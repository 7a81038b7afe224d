"""What the compose stack is put through: up, three imports with two blows in the second, an orderly end."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from cli.sample import write_sample
from tests.containers.compose import Compose

TENANT = "containers"
ROWS = {"contacts": 2_000, "conversations": 2_000, "messages": 30_000, "calls": 3_000}
STRUCK_WITHIN_S = 60
#: Signals must work: nobody is to be killed at the end of its grace.
STOPPED_WITHIN_S = 60


def walk(compose: Compose, folder: Path) -> None:
    """Raises AssertionError where the stack does not keep what it promises."""
    archive = folder / "sample.zip"
    write_sample(archive, *ROWS.values(), seed=4)
    only_nginx_is_published(compose)
    with _importing(compose, archive) as running:
        dry = ended(running)
    with _importing(compose, archive, "--apply") as running:
        strike(compose, running)
        real = ended(running)
    compose.await_health()
    restarts = compose.containers()["contacts-worker"]["RestartCount"]
    assert restarts >= 1, "the restart policy did not bring contacts-worker back"
    with _importing(compose, archive, "--apply") as running:
        again = ended(running)
    judge(dry, real, again)
    assert get(compose, "/v1/contacts?limit=5")["items"], "no contact is shown"
    sys.stdout.write(f"contacts-worker was killed and came back {restarts}×; the same file again changed nothing\n")
    end(compose)


def only_nginx_is_published(compose: Compose) -> None:
    bindings = {
        name: [at for ports in (each["NetworkSettings"]["Ports"] or {}).values() for at in ports or []]
        for name, each in compose.containers().items()
    }
    published = {name: {at["HostIp"] for at in each} for name, each in bindings.items() if each}
    assert published == {"nginx": {"127.0.0.1"}}, published


def _importing(compose: Compose, archive: Path, *options: str) -> "subprocess.Popen[str]":
    """The command line as a person would use it, against nginx' port."""
    token = compose.token(TENANT, "owner")
    command = [sys.executable, "-m", "cli", "import", str(archive), "--json", *options]
    environment = os.environ | {"RINGBACK_URL": compose.url, "RINGBACK_TOKEN": token}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def ended(running: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 0, said
    sys.stdout.write(said)
    told: dict[str, Any] = json.loads(said)
    return told


def strike(compose: Compose, running: "subprocess.Popen[str]") -> None:
    """While rows are on their way: SIGKILL for one worker, an ordered restart for another."""
    deadline = time.monotonic() + STRUCK_WITHIN_S
    while not _on_its_way(compose):
        assert running.poll() is None and time.monotonic() < deadline, "the import was over before it could be struck"
        time.sleep(0.05)
    compose.kill("contacts-worker")
    compose.run("restart", "conversations-worker")
    assert running.poll() is None, "the import was over before both blows had fallen"


def _on_its_way(compose: Compose) -> bool:
    newest = get(compose, "/v1/imports?limit=1")["items"][0]
    return newest["status"] == "running" and not newest["dry_run"]


def get(compose: Compose, path: str) -> Any:
    headers = {"Authorization": f"Bearer {compose.token(TENANT, 'viewer')}"}
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(urllib.request.Request(compose.url + path, headers=headers), timeout=30) as answer:
        return json.loads(answer.read())


def judge(dry: dict[str, Any], real: dict[str, Any], again: dict[str, Any]) -> None:
    for each in (dry, real, again):
        assert each["status"] == "finished", each
        for entity, counts in each["summary"].items():
            accounted = sum(counts[outcome] for outcome in ("new", "updated", "skipped", "failed"))
            assert accounted == counts["rows"] >= ROWS[entity], (entity, counts)
    assert dry["summary"] == real["summary"], "the dry run's figures are not the real run's"
    assert all(counts["new"] == counts["updated"] == 0 for counts in again["summary"].values()), again


def end(compose: Compose) -> None:
    """Everything obeys its stop signal, and of its own will."""
    began = time.monotonic()
    compose.run("stop")
    took = time.monotonic() - began
    codes = {name: each["State"]["ExitCode"] for name, each in compose.containers().items()}
    # A JVM says 128 + 15 after an orderly end.
    bad = {name: code for name, code in codes.items() if code not in ((0, 143) if name == "kafka" else (0,))}
    assert not bad and took < STOPPED_WITHIN_S, f"not ended in order: {bad or f'{took:.0f} s'}"
