"""Faust as it is set here, with what each setting was found to be for."""

import asyncio
from typing import Any

import faust
from faust.tables import TableManager
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from yarl import URL

from ringback.kafka.security import security
from services.progress.settings import AggregatorSettings


class DeclaredTables(TableManager):
    """Without Faust's second of waiting for tables that modules still declare: ours is there before the app starts."""

    async def on_start(self) -> None:
        """What Faust does after its wait."""
        await self._update_channels()
        await self.recovery.start()


class _ShortPollThread(AIOKafkaConsumerThread):
    """Faust lets a fetch wait 1.5 s; the one that restored the table would hold up the first of the sources so long."""

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> Any:
        consumer = super()._create_consumer(loop)
        consumer._fetch_max_wait_ms = 200
        return consumer


class _ShortPollConsumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _ShortPollThread(self, loop=self.loop, beacon=self.beacon)


class _ShortPollTransport(Transport):
    Consumer = _ShortPollConsumer


def _credentials(settings: AggregatorSettings) -> Any:
    options = security(settings)
    if "sasl_mechanism" in options:
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=options.get("ssl_context"),
        )
    return faust.SSLCredentials(options["ssl_context"]) if "ssl_context" in options else None


def faust_app(settings: AggregatorSettings) -> faust.App:
    """The app's id is the consumer group and begins the changelog's name, so both carry the topics' prefix."""
    brokers = [f"kafka://{each}" for each in settings.kafka.split(",")]
    app = faust.App(
        settings.topic("progress"),
        broker=";".join(brokers),
        broker_credentials=_credentials(settings),
        env_prefix="RINGBACK_FAUST",
        autodiscover=False,
        datadir=str(settings.datadir),
        store="memory://",
        TableManager=DeclaredTables,
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        topic_disable_leader=True,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        # A static member is back as soon as it asks; a dynamic one is missed only after the session's time.
        consumer_group_instance_id=settings.instance,
        broker_session_timeout=6,
        broker_heartbeat_interval=2,
        # For many workers that start at once; alone, it is time in which nothing moves.
        stream_recovery_delay=0,
        broker_commit_interval=1,
    )
    app.transport = _ShortPollTransport([URL(each) for each in brokers], app)
    return app
