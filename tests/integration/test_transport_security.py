"""Every process works where Kafka and Postgres ask for TLS and passwords, and says what is wrong where it may not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from ringback.kafka.security import admitted
from ringback.runtime.refused import Refused
from ringback.runtime.settings import Settings
from tests.faults.expected import expected
from tests.faults.tenant import tenant
from tests.integration.secured import MUTUAL, PASSWORD, USER, Secured, all_services, secured


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Secured]:
    async with secured(tmp_path_factory.mktemp("secured")) as it:
        yield it


async def test_an_import_finishes_where_both_servers_ask_for_tls_and_passwords(servers: Secured) -> None:
    told = expected(5, 30, 20, 60, 40)
    async with all_services(servers), tenant(servers, "secured") as owner:
        assert (await owner.imported(told.archive))["summary"] == told.first
        contact = (await owner.get("/v1/contacts", limit=1))["items"][0]
        assert await owner.status(f"/v1/contacts/{contact['id']}/timeline") == 200
        assert [each["restarts"] for each in servers.supervised()] == [0] * 8


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_each_mechanism_lets_in_whom_the_broker_knows_and_nobody_else(servers: Secured, mechanism: Any) -> None:
    def told(password: str) -> Settings:
        return Settings(
            kafka=servers.bootstrap,
            kafka_security_protocol="SASL_SSL",
            kafka_sasl_mechanism=mechanism,
            kafka_sasl_username=USER,
            kafka_sasl_password=password,
            kafka_ssl_cafile=servers.ca,
        )

    await admitted(told(PASSWORD))
    with pytest.raises(Refused, match="RINGBACK_KAFKA_SASL_PASSWORD"):
        await admitted(told("wrong"))


async def test_a_clients_certificate_opens_a_listener_that_asks_for_one(servers: Secured) -> None:
    await admitted(
        Settings(
            kafka=f"127.0.0.1:{servers.state.port(MUTUAL)}",
            kafka_security_protocol="SSL",
            kafka_ssl_cafile=servers.ca,
            kafka_ssl_certfile=servers.client,
        )
    )


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        (("services.contacts", "worker"), "RINGBACK_KAFKA_SASL_PASSWORD"),
        (("services.progress", "aggregator"), "RINGBACK_KAFKA_SASL_PASSWORD"),
        (("services.ingest", "worker"), "RINGBACK_KAFKA_SSL_CAFILE"),
        (("services.progress", "aggregator"), "RINGBACK_KAFKA_SSL_CAFILE"),
        (("ringback.kafka.declare",), "RINGBACK_KAFKA_SSL_CAFILE"),
    ],
)
async def test_a_process_that_kafka_refuses_ends_and_names_the_setting(
    servers: Secured, module: tuple[str, ...], setting: str
) -> None:
    wrong = {"RINGBACK_KAFKA_SASL_PASSWORD": "wrong", "RINGBACK_KAFKA_SSL_CAFILE": str(servers.other_ca)}
    said = await servers.denied(*module, **{setting: wrong[setting]})
    assert f"Refused: Kafka at {servers.bootstrap}" in said
    assert setting in said and PASSWORD not in said


@pytest.mark.parametrize(
    ("module", "setting", "wrong"),
    [
        (("services.calls", "worker"), "RINGBACK_CALLS_WRITER_DSN", "password"),
        (("services.ingest", "worker"), "RINGBACK_INGEST_WRITER_DSN", "ca"),
        (("services.contacts", "migrate"), "RINGBACK_CONTACTS_OWNER_DSN", "ca"),
        (("services.ingest", "migrate"), "RINGBACK_INGEST_OWNER_DSN", "plain"),
    ],
)
async def test_a_process_that_postgres_refuses_ends_and_names_the_setting(
    servers: Secured, module: tuple[str, ...], setting: str, wrong: str
) -> None:
    service, role = setting.removeprefix("RINGBACK_").removesuffix("_DSN").lower().split("_")
    dsn = servers.dsn(f"{service}_{role}", service)
    secret = servers.state.password(f"{service}_{role}")
    told = {
        "password": dsn.replace(secret, "wrong"),
        "ca": dsn.replace(str(servers.ca), str(servers.other_ca)),
        "plain": dsn.replace("verify-full", "disable"),
    }
    said = await servers.denied(*module, **{setting: told[wrong]})
    assert "Refused: Postgres at 127.0.0.1" in said
    assert setting in said and secret not in said
