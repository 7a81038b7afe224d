"""The two servers that the services stand on, started side by side."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from ringback.postgres.roles import Passwords, ensure
from standalone import kafka, postgres
from standalone.state import ROLES, SERVICES, State
from standalone.supervisor import Supervisor

PORTS = ["postgres", "kafka", "kafka-controller"]


def bootstrap(state: State) -> str:
    return f"127.0.0.1:{state.port('kafka')}"


async def start_postgres(supervisor: Supervisor, state: State) -> None:
    """Returns once every service has its database and roles."""
    supervisor.start(await postgres.server(state))
    await postgres.ready(state.dsn("postgres", "postgres"))
    await make_databases(state)


async def make_databases(state: State) -> None:
    """On the server that answers there; with the roles, without tables."""
    admin = state.dsn("postgres", "postgres")
    for service in SERVICES:
        await ensure(admin, service, Passwords(*(state.password(f"{service}_{role}") for role in ROLES)))


async def start_kafka(supervisor: Supervisor, state: State) -> None:
    """Returns once the broker answers."""
    supervisor.start(await kafka.broker(state))
    await kafka.ready(bootstrap(state))


async def start(supervisor: Supervisor, state: State) -> None:
    await together(start_postgres(supervisor, state), start_kafka(supervisor, state))


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """All of it; or the first failure, with the rest cancelled and gone before it is raised."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def stop(supervisor: Supervisor) -> None:
    await supervisor.stop(["kafka"], within=6)
    await supervisor.stop(["postgres"], within=5)
