"""TLS and SASL towards the broker, the same for every client, and a plain word where it does not let us in."""

import asyncio
import ssl
from typing import Any

import structlog
from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from ringback.runtime.backoff import backoff
from ringback.runtime.refused import Refused
from ringback.runtime.settings import Settings

log = structlog.get_logger()

ANSWER_MS = 10_000

DENIALS = SaslAuthenticationFailed, AuthenticationFailedError, UnsupportedSaslMechanismError, IllegalSaslStateError


def connection(settings: Settings) -> dict[str, Any]:
    """What every client of aiokafka's is made with."""
    return {"bootstrap_servers": settings.kafka, **security(settings)}


def security(settings: Settings) -> dict[str, Any]:
    """The part of it that is about trust; raises Refused where a file of it cannot be read."""
    options: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol}
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = _tls(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = settings.kafka_sasl_password
    return options


async def admitted(settings: Settings) -> None:
    """Returns once a broker lets us in, and raises Refused where one does not; while none is there, it waits.

    To be awaited before the first client: those take a refusal for a broker that is away, and try again for ever.
    """
    options = security(settings)
    for seconds in backoff():
        for broker in settings.kafka.split(","):
            try:
                await _knock(broker.strip(), options, settings)
            except (OSError, TimeoutError, KafkaError) as error:
                log.warning("broker_away", error=repr(error), speaking=settings.kafka_security_protocol, broker=broker)
            else:
                return
        await asyncio.sleep(seconds)


async def _knock(broker: str, options: dict[str, Any], settings: Settings) -> None:
    host, _, port = broker.rpartition(":")
    try:
        made = await create_conn(host, int(port), request_timeout_ms=ANSWER_MS, **options)
    except (ssl.SSLError, *DENIALS) as error:
        raise Refused(f"Kafka at {broker}: {_why(error, settings)}") from error
    made.close()


def _why(error: Exception, settings: Settings) -> str:
    """What was wrong, and which settings say otherwise."""
    match error:
        case ssl.SSLCertVerificationError():
            trusted = settings.kafka_ssl_cafile or "not set, so the system's CAs"
            return (
                f"its certificate is not trusted ({error.verify_message}); the CA that signed it must be in "
                f"RINGBACK_KAFKA_SSL_CAFILE ({trusted})."
            )
        case ssl.SSLError():
            return (
                f"no TLS with it ({error.reason}); see RINGBACK_KAFKA_SECURITY_PROTOCOL "
                f"({settings.kafka_security_protocol}) and RINGBACK_KAFKA_SSL_CERTFILE ({settings.kafka_ssl_certfile})."
            )
        case SaslAuthenticationFailed() | AuthenticationFailedError():
            return (
                f"it does not let {settings.kafka_sasl_username!r} in ({error}); RINGBACK_KAFKA_SASL_USERNAME and "
                "RINGBACK_KAFKA_SASL_PASSWORD must be as the broker has them."
            )
    return (
        f"it does not take {settings.kafka_sasl_mechanism} ({error}); see RINGBACK_KAFKA_SASL_MECHANISM and "
        "RINGBACK_KAFKA_SECURITY_PROTOCOL."
    )


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
        if settings.kafka_ssl_certfile:
            context.load_cert_chain(settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile)
    except OSError as error:
        raise Refused(
            f"RINGBACK_KAFKA_SSL_CAFILE ({settings.kafka_ssl_cafile}), RINGBACK_KAFKA_SSL_CERTFILE "
            f"({settings.kafka_ssl_certfile}) or RINGBACK_KAFKA_SSL_KEYFILE ({settings.kafka_ssl_keyfile}) cannot be "
            f"read: {error}"
        ) from error
    return context
