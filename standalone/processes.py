"""The process table: every process of the stack by name, its command, and the environment it is given."""

import os
import sys
from dataclasses import dataclass

from standalone.children import Process
from standalone.infrastructure import PORTS, bootstrap
from standalone.state import ROLES, SERVICES, State

WORKERS: dict[str, tuple[str, ...]] = {
    "ingest-worker": ("services.ingest", "worker"),
    "contacts-worker": ("services.contacts", "worker"),
    "conversations-worker": ("services.conversations", "worker"),
    "calls-worker": ("services.calls", "worker"),
    "progress-aggregator": ("services.progress", "aggregator"),
}


@dataclass(frozen=True)
class Table:
    """`migrations` need Postgres and `topics` needs Kafka, once; `services` need both to be done."""

    migrations: tuple[Process, ...]
    topics: Process
    services: tuple[Process, ...]


def ports_needed() -> list[str]:
    """Beside the one of http, which is chosen by other rules."""
    return [*PORTS, *WORKERS, "http-health"]


def table(state: State) -> Table:
    shared = environment(state)
    return Table(
        migrations=tuple(
            _python(f"{service}-migrate", (f"services.{service}", "migrate"), shared) for service in SERVICES
        ),
        topics=_python("declare-topics", ("ringback.kafka.declare",), shared),
        services=(*_workers(state, shared), _http(state, shared)),
    )


def environment(state: State) -> dict[str, str]:
    """The caller's environment passes through, its RINGBACK_ variables too, but not over what is ours."""
    dsns = {
        f"RINGBACK_{service}_{role}_dsn".upper(): state.dsn(f"{service}_{role}", service)
        for service in SERVICES
        for role in ROLES
    }
    return {
        **os.environ,
        **dsns,
        "RINGBACK_KAFKA": bootstrap(state),
        "RINGBACK_SIGNING_KEYS": str(state.signing_keys),
        "RINGBACK_SPOOL": str(state.path / "spool"),
        "RINGBACK_STATE": str(state.path),
        "PYTHONUNBUFFERED": "1",
    }


def _workers(state: State, shared: dict[str, str]) -> list[Process]:
    return [
        _python(name, module, shared | {"RINGBACK_HEALTH_PORT": str(state.port(name))})
        for name, module in WORKERS.items()
    ]


def _http(state: State, shared: dict[str, str]) -> Process:
    peers = {f"RINGBACK_{each}_URL".upper(): state.url for each in ("ingest", "contacts", "conversations", "calls")}
    health = ",".join(f"{name}=http://127.0.0.1:{state.port(name)}/readyz" for name in WORKERS)
    return _python(
        "http",
        ("standalone.http",),
        shared
        | peers
        | {
            "RINGBACK_HTTP_PORT": str(state.port("http")),
            "RINGBACK_HEALTH_PORT": str(state.port("http-health")),
            "RINGBACK_READYZ": health,
        },
    )


def _python(name: str, module: tuple[str, ...], env: dict[str, str]) -> Process:
    command = (sys.executable, "-m", *module)
    return Process(name, command, env | {"RINGBACK_INSTANCE": name})
