"""Kafka and Postgres as the services meet them."""

from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ringback.postgres.roles import Passwords, ensure
from standalone import infrastructure as servers
from standalone import kafka
from standalone.state import State
from tests.stack import Infrastructure


async def test_an_event_sent_to_the_broker_comes_back(infrastructure: Infrastructure) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=infrastructure.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("echo", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=infrastructure.bootstrap, acks="all") as producer:
        await producer.send_and_wait("echo", b"hello")
    consumer = AIOKafkaConsumer(
        "echo", bootstrap_servers=infrastructure.bootstrap, group_id="echo", auto_offset_reset="earliest"
    )
    async with consumer:
        assert (await consumer.getone()).value == b"hello"


async def test_what_the_owner_makes_the_worker_and_the_api_may_use(infrastructure: Infrastructure) -> None:
    owner = await asyncpg.connect(infrastructure.dsn("calls", "owner"))
    await owner.execute("CREATE TABLE note (id bigserial PRIMARY KEY, text text)")
    for role in ("writer", "api"):
        user = await asyncpg.connect(infrastructure.dsn("calls", role))
        await user.execute("INSERT INTO note (text) VALUES ($1)", role)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await user.execute("CREATE TABLE mine ()")
        await user.close()
    assert await owner.fetchval("SELECT count(*) FROM note") == 2
    await owner.execute("DROP TABLE note")
    await owner.close()


async def test_only_the_writer_passes_by_row_level_security(infrastructure: Infrastructure) -> None:
    admin = await asyncpg.connect(infrastructure.admin_dsn)
    passing = await admin.fetch("SELECT rolname FROM pg_roles WHERE rolbypassrls AND NOT rolsuper ORDER BY 1")
    assert [row["rolname"] for row in passing] == [
        f"{service}_writer" for service in ("calls", "contacts", "conversations", "ingest")
    ]
    await admin.close()


async def test_no_service_may_enter_the_database_of_another(infrastructure: Infrastructure) -> None:
    elsewhere = infrastructure.state.dsn("calls_owner", "contacts")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(elsewhere)


async def test_making_roles_again_only_sets_the_passwords(infrastructure: Infrastructure) -> None:
    state = infrastructure.state
    kept = Passwords(*(state.password(f"ingest_{role}") for role in Passwords._fields))
    odd = Passwords("it's", "a \\ b", '"%L"')
    await ensure(infrastructure.admin_dsn, "ingest", odd)
    connection = await asyncpg.connect(infrastructure.dsn("ingest", "api"), password=odd.api)
    await connection.close()
    await ensure(infrastructure.admin_dsn, "ingest", kept)
    connection = await asyncpg.connect(infrastructure.dsn("ingest", "api"))
    await connection.close()


async def test_a_cluster_id_that_begins_with_a_dash_is_one_like_any_other(tmp_path: Path) -> None:
    state = State.create(tmp_path / "state")
    state.choose_ports(servers.PORTS)
    state.cluster_id = "-bP9a2hdQZ6cBMKLT0cTJg"
    await kafka.broker(state)
    (written,) = state.path.rglob("meta.properties")
    assert f"cluster.id={state.cluster_id}\n" in written.read_text()
