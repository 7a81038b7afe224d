"""A worker tells, from its own loop, whether it lives and whether it is ready."""

import asyncio
import os
import signal
import socket

import httpx2

from ringback.http.health import Readiness, serve_health
from ringback.postgres.database import Database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_it_is_ready_when_the_worker_says_so() -> None:
    port, readiness = free_port(), Readiness()
    async with (
        serve_health("127.0.0.1", port, readiness),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        readiness.ready = True
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/else")).status_code == 404


async def test_it_is_not_ready_while_what_it_needs_is_away() -> None:
    away = ConnectionError("does not answer")

    async def ask() -> None:
        if away is not None:
            raise away

    readiness = Readiness(ready=True, asks={"database": ask})
    assert await readiness.why_not() == "database: does not answer"
    away = None
    assert await readiness.why_not() is None


async def test_a_database_that_nobody_serves_does_not_answer() -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    readiness = Readiness(ready=True, asks={"database": Database(nowhere, "tested", asyncio.sleep).answers})
    assert "database: does not answer (ConnectionRefusedError" in (await readiness.why_not() or "")


async def test_signals_stay_with_the_worker() -> None:
    loop, terminated = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, terminated.set)
    try:
        async with serve_health("127.0.0.1", free_port(), Readiness()):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(terminated.wait(), 2)
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def test_without_a_port_there_is_no_server() -> None:
    async with serve_health("127.0.0.1", None, Readiness()):
        pass
