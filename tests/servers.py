"""Kafka and Postgres for tests: as `standalone` runs them, or by testcontainers as docker-compose.yml names them.

RINGBACK_TEST_SERVERS=containers chooses the second (`make containers-test`). State knows ports and passwords of both.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from standalone import infrastructure, kafka, postgres
from standalone.state import State
from standalone.supervisor import Supervisor

COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"
READY_WITHIN_S = 60


@asynccontextmanager
async def servers(state: State) -> AsyncIterator[None]:
    """Both, ready, with every service's database and roles, while the block runs."""
    way = {"": as_processes, "containers": in_containers}[os.environ.get("RINGBACK_TEST_SERVERS", "")]
    async with way(state):
        yield


@asynccontextmanager
async def as_processes(state: State) -> AsyncIterator[None]:
    supervisor = Supervisor(state.path)
    try:
        await asyncio.wait_for(infrastructure.start(supervisor, state), READY_WITHIN_S)
        yield
    finally:
        await infrastructure.stop(supervisor)


@asynccontextmanager
async def in_containers(state: State) -> AsyncIterator[None]:
    """Unlike the compose stack's: with ports on loopback, another password, and sessions as short as tests ask."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    own = {"postgres": {"POSTGRES_PASSWORD": state.password("postgres")}, "kafka": _listening_at(state.port("kafka"))}
    ports = {"postgres": {5432: state.port("postgres")}, "kafka": {9092: state.port("kafka")}}
    with ExitStack() as containers:
        for name, variables in own.items():
            await asyncio.to_thread(containers.enter_context, _container(services[name], variables, ports[name]))
        async with asyncio.timeout(READY_WITHIN_S):
            await postgres.ready(state.dsn("postgres", "postgres"))
            await infrastructure.make_databases(state)
            await kafka.ready(infrastructure.bootstrap(state))
        yield


def _listening_at(port: int) -> dict[str, str]:
    return {
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "500",
    }


def _container(service: dict[str, Any], variables: dict[str, str], ports: dict[int, int]) -> Any:
    # Here, for it costs a second that no test without containers should pay.
    from testcontainers.core.container import DockerContainer

    environment = {name: _default(value) for name, value in service["environment"].items() if "_FILE" not in name}
    container = DockerContainer(service["image"], command=service.get("command"), env=environment | variables)
    container.ports = {f"{inside}/tcp": ("127.0.0.1", outside) for inside, outside in ports.items()}
    return container


def _default(value: str) -> str:
    """Of `${NAME:-default}`."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
