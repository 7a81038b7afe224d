"""The stack of docker-compose.yml as a project of its own: other ports and secrets, gone without a trace afterwards."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from deploy import secret_files
from standalone import ports
from tests.containers.images import ROOT

HEALTHY_WITHIN_S = 180


class Compose:
    """`folder` is for its secrets, and for what is told of a failure."""

    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets"
        secret_files.make(self.secrets)
        self.project = f"ringback-test-{os.getpid()}"
        self._tokens: dict[tuple[str, str], str] = {}
        self.url = f"http://127.0.0.1:{ports.free(set())}"
        self._environment = os.environ | {
            "RINGBACK_PORT": self.url.rpartition(":")[2],
            "RINGBACK_SECRETS_FOLDER": str(self.secrets),
        }
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
        self._command = ["docker", "compose"] if plugin else ["docker-compose"]

    def run(self, *arguments: str) -> None:
        """Raises CalledProcessError; what it says goes to our own output."""
        file = str(ROOT / "docker-compose.yml")
        command = [*self._command, "--project-name", self.project, "--file", file, *arguments]
        subprocess.run(command, check=True, env=self._environment, stdin=subprocess.DEVNULL)

    def token(self, tenant: str, role: str) -> str:
        """Signed where the keys are; they leave no container."""
        if (tenant, role) not in self._tokens:
            command = ["python", "-m", "cli", "token", "--tenant", tenant, "--role", role]
            self._tokens[tenant, role] = _docker("exec", self.containers()["contacts-api"]["Id"], *command).strip()
        return self._tokens[tenant, role]

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each, by its name in docker-compose.yml."""
        label = f"label=com.docker.compose.project={self.project}"
        ids = _docker("ps", "--all", "--quiet", "--filter", label).split()
        found = json.loads(_docker("inspect", *ids)) if ids else []
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in found}

    def await_health(self) -> None:
        """All that have a check answer it; raises AssertionError, with the words of those that do not."""
        deadline = time.monotonic() + HEALTHY_WITHIN_S
        while sick := [name for name, each in self.containers().items() if not _well(each)]:
            if time.monotonic() > deadline:
                self.run("logs", "--no-color", "--tail", "30", *sick)
                raise AssertionError(f"not healthy within {HEALTHY_WITHIN_S} s: {', '.join(sick)}")
            time.sleep(0.5)

    def kill(self, service: str) -> None:
        """As the kernel would for want of memory. `docker kill` would count as a wish that it stay down."""
        os.kill(int(self.containers()[service]["State"]["Pid"]), signal.SIGKILL)


def _well(container: dict[str, Any]) -> bool:
    state = container["State"]
    if "Health" not in state:
        return state["Status"] == "exited" and state["ExitCode"] == 0
    return state["Health"]["Status"] == "healthy"


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout
