"""What every process reads from its environment. A service's own settings build on this, and only they read it."""

import os
import tempfile
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ringback.events import topics

#: Besides from the environment, each setting is read from the file of its name (`ringback_ingest_api_dsn`) in this
#: folder, where there is one: a container's secrets are files, for an environment is shown by whatever shows a process.
SECRETS_FOLDER = os.environ.get("RINGBACK_SECRETS")
CONFIG = SettingsConfigDict(env_prefix="RINGBACK_", extra="ignore", secrets_dir=SECRETS_FOLDER)


class TelemetrySettings(BaseSettings):
    """What every process reads before all else."""

    model_config = CONFIG

    #: An OpenTelemetry collector's OTLP/HTTP address (`http://collector:4318`); no tracing without one.
    otlp_endpoint: str = ""


class HealthSettings(BaseSettings):
    """Where a process answers `/livez`, `/readyz` and `/metrics`: for operators alone; nowhere without a port."""

    model_config = CONFIG

    health_host: str = "127.0.0.1"
    health_port: int | None = None


class Settings(HealthSettings):
    """`RINGBACK_…`. Addresses are loopback by default; nothing here has a default that is a secret."""

    model_config = CONFIG

    kafka: str = "127.0.0.1:9092"
    #: As Kafka's own clients name them. Without a CA file the system's are trusted; a client's certificate is for
    #: listeners that ask for one.
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_sasl_username: str | None = None
    kafka_sasl_password: str | None = None
    kafka_ssl_cafile: Path | None = None
    kafka_ssl_certfile: Path | None = None
    kafka_ssl_keyfile: Path | None = None
    topic_prefix: str = topics.PREFIX
    partitions: int = topics.PARTITIONS
    replication: int = 1
    #: Kafka's group.instance.id: a static member is back at once after it was killed.
    instance: str = "local"

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_sasl_username and self.kafka_sasl_password
        ):
            raise ValueError(
                f"RINGBACK_KAFKA_SECURITY_PROTOCOL={self.kafka_security_protocol} needs RINGBACK_KAFKA_SASL_USERNAME "
                "and RINGBACK_KAFKA_SASL_PASSWORD beside it"
            )
        return self

    def topic(self, name: str) -> str:
        """The full name of a topic of `ringback.events.topics`."""
        return self.topic_prefix + name


class HttpSettings(HealthSettings):
    """What every process with an HTTP API reads besides."""

    model_config = CONFIG

    #: A JWKS file of oct keys, as `ringback keys rotate` writes it: the first signs, all verify.
    signing_keys: Path
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    #: Where set, an OpenID provider's tokens are accepted too: where its keys are, what it calls itself and us.
    oidc_jwks_url: str = ""
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_tenant_claim: str = "tenant"
    oidc_role_claim: str = "role"
    #: Between two looks for an unknown key; else anybody could make us ask the provider all the time.
    oidc_refresh_seconds: float = 30

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.oidc_jwks_url and not (self.oidc_issuer and self.oidc_audience):
            raise ValueError("RINGBACK_OIDC_JWKS_URL needs RINGBACK_OIDC_ISSUER and RINGBACK_OIDC_AUDIENCE beside it")
        return self


class PeerSettings(BaseSettings):
    """Where the services' APIs answer each other, for what is joined on reading; by default on a stack's one port."""

    model_config = CONFIG

    ingest_url: str = "http://127.0.0.1:8080"
    contacts_url: str = "http://127.0.0.1:8080"
    conversations_url: str = "http://127.0.0.1:8080"
    calls_url: str = "http://127.0.0.1:8080"

    def urls(self) -> dict[str, str]:
        """By the service's name."""
        return {name.removesuffix("_url"): url for name, url in self}


def _parts(written: Any) -> Any:
    return [part.strip() for part in written.split(",") if part.strip()] if isinstance(written, str) else written


class OutboundSettings(BaseSettings):
    """For requests to addresses that a tenant named (`ringback.outbound`)."""

    model_config = CONFIG

    #: Networks (`127.0.0.0/8,10.1.0.0/16`) that are asked though they are not public: for development.
    outbound_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_parts)] = ()
    #: Whom to trust besides the usual authorities.
    outbound_ca_file: Path | None = None
    #: Until all of an answer must be there, however it comes; a proxy before us waits for 300.
    outbound_seconds: float = 240


class ExportSettings(BaseSettings):
    """Where an export lies, without a name, until it was downloaded: some 250 bytes a contact."""

    model_config = CONFIG

    exports: Path = Path(tempfile.gettempdir())


class DatabaseSettings(BaseSettings):
    """A service's database, once for each of its roles; a process is given those that it needs."""

    model_config = CONFIG

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
