"""Kafka that only lets in whom it knows, over TLS; Postgres that takes no connection without it; all services on both.

Both have certificates of a CA of the test's own, which nothing trusts by itself.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ringback.http.keys import Keyring
from ringback.http.tokens import sign
from ringback.kafka.security import admitted
from ringback.postgres.roles import Passwords, ensure
from ringback.runtime.settings import Settings
from standalone import infrastructure, kafka, postgres
from standalone.children import Process, once
from standalone.postgres_binaries import account, data_home
from standalone.processes import Table, ports_needed, table
from standalone.state import ROLES, SERVICES, State, read_processes
from standalone.supervisor import Supervisor
from tests.faults.waiting import until
from tests.stack import forget

USER, PASSWORD = "ringback", "correct horse"
#: Where the broker asks for a client's certificate instead of a password.
MUTUAL = "kafka-mutual"
MODULES = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Secured:
    """The servers, and what a process must be told to be let in."""

    state: State
    supervisor: Supervisor
    ca: Path
    other_ca: Path
    client: Path

    @property
    def url(self) -> str:
        return self.state.url

    def token(self, tenant: str) -> str:
        return sign(Keyring(self.state.signing_keys).signing, tenant=tenant, role="owner")

    @property
    def bootstrap(self) -> str:
        return infrastructure.bootstrap(self.state)

    def dsn(self, role: str, database: str) -> str:
        return f"{self.state.dsn(role, database)}?sslmode=verify-full&sslrootcert={self.ca}"

    def environment(self, process: Process) -> dict[str, str]:
        dsns = {
            name: f"{value}?sslmode=verify-full&sslrootcert={self.ca}"
            for name, value in process.env.items()
            if name.endswith("_DSN")
        }
        return {
            **process.env,
            **dsns,
            "RINGBACK_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "RINGBACK_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "RINGBACK_KAFKA_SASL_USERNAME": USER,
            "RINGBACK_KAFKA_SASL_PASSWORD": PASSWORD,
            "RINGBACK_KAFKA_SSL_CAFILE": str(self.ca),
        }

    def supervised(self) -> list[dict[str, Any]]:
        return read_processes(self.state.path)

    def processes(self) -> Table:
        """Those of `ringback up`, with the settings."""
        usual = table(self.state)
        workers = tuple(map(self._told, usual.services))
        return Table(tuple(map(self._told, usual.migrations)), self._told(usual.topics), workers)

    def _told(self, process: Process) -> Process:
        return replace(process, env=self.environment(process))

    async def denied(self, *module: str, **settings: str) -> str:
        """What a process says that was told something else, once it has ended; it must not end well."""
        environment = self.environment(self.processes().topics) | {"RINGBACK_INSTANCE": "denied"} | settings
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", *module, env=environment, **pipes)
        said, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode not in (0, None), said.decode()
        return said.decode()


@asynccontextmanager
async def secured(folder: Path) -> AsyncIterator[Secured]:
    """Both servers, with each service's database and roles."""
    state = State.create(folder / "state")
    state.choose_ports([*ports_needed(), "http", MUTUAL])
    supervisor = Supervisor(state.path)
    it = _certified(state, supervisor, folder)
    try:
        await infrastructure.together(_start_kafka(it), _start_postgres(it))
        yield it
    finally:
        await infrastructure.stop(supervisor)
        forget(state.path)


@asynccontextmanager
async def all_services(it: Secured) -> AsyncIterator[None]:
    """Migrated, declared, and ready."""
    processes = it.processes()
    await infrastructure.together(*(once(each, it.state.logs) for each in (*processes.migrations, processes.topics)))
    for each in processes.services:
        it.supervisor.start(each)
    try:
        async with httpx2.AsyncClient(base_url=it.url, trust_env=False) as client:
            await until(lambda: _ready(client), within=60)
        yield
    finally:
        await it.supervisor.stop([each.name for each in processes.services], within=9)


async def _ready(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


def _certified(state: State, supervisor: Supervisor, folder: Path) -> Secured:
    ours, other = trustme.CA(), trustme.CA()
    it = Secured(state, supervisor, folder / "ca.pem", folder / "other-ca.pem", folder / "client.pem")
    ours.cert_pem.write_to_path(it.ca)
    other.cert_pem.write_to_path(it.other_ca)
    for name in ("server", "client"):
        issued = ours.issue_cert("127.0.0.1")
        # Java reads PKCS#8 only.
        key = load_pem_private_key(issued.private_key_pem.bytes(), None)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        (folder / f"{name}.pem").write_bytes(pem + chain)
    return it


async def _start_kafka(it: Secured) -> None:
    state = it.state
    credentials = [f"{each}=[name={USER},password={PASSWORD}]" for each in ("SCRAM-SHA-256", "SCRAM-SHA-512")]
    it.supervisor.start(await kafka.broker(state, _demanding(it), credentials))
    await admitted(
        Settings(
            kafka=it.bootstrap,
            kafka_security_protocol="SASL_SSL",
            kafka_sasl_username=USER,
            kafka_sasl_password=PASSWORD,
            kafka_ssl_cafile=it.ca,
        )
    )


def _demanding(it: Secured) -> dict[str, str | int]:
    """What the broker is told besides; between itself and itself it speaks PLAIN."""
    listeners = f"SASL_SSL://{it.bootstrap},SSL://127.0.0.1:{it.state.port(MUTUAL)}"
    users = f'username="broker" password="own" user_broker="own" user_{USER}="{PASSWORD}"'
    return {
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{it.state.port('kafka-controller')}",
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "SASL_SSL",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": f"{MODULES}.plain.PlainLoginModule required {users};",
        **{
            f"listener.name.sasl_ssl.scram-sha-{bits}.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;"
            for bits in (256, 512)
        },
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(it.ca.with_name("server.pem")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(it.ca),
        "listener.name.ssl.ssl.client.auth": "required",
    }


async def _start_postgres(it: Secured) -> None:
    state = it.state
    home = data_home(state.path, state.identity)
    pem, hba = home / "server.pem", home / "hba.conf"
    shutil.copy(it.ca.with_name("server.pem"), pem)
    hba.write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    pem.chmod(0o600)
    user = account()
    for each in (pem, hba) if user is not None else ():
        os.chown(each, user.uid, user.gid)
    files = {"ssl_cert_file": str(pem), "ssl_key_file": str(pem), "hba_file": str(hba)}
    it.supervisor.start(await postgres.server(state, {"ssl": "on", **files}))
    admin = it.dsn("postgres", "postgres")
    await postgres.ready(admin)
    for service in SERVICES:
        await ensure(admin, service, Passwords(*(state.password(f"{service}_{role}") for role in ROLES)))
