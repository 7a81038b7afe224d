"""What every process reads from its environment. A service's own settings build on this, and only they read it."""

import os

from pydantic_settings import BaseSettings, SettingsConfigDict

#: Besides from the environment, each setting is read from the file of its name in this folder (`ringback_jwt_secret`),
#: where there is one: a container's secrets are files, for an environment is shown by whatever shows a process.
SECRETS_FOLDER = os.environ.get("RINGBACK_SECRETS")
CONFIG = SettingsConfigDict(env_prefix="RINGBACK_", extra="ignore", secrets_dir=SECRETS_FOLDER)


class Settings(BaseSettings):
    """`RINGBACK_…`. Addresses are loopback by default; nothing here has a default that is a secret."""

    model_config = CONFIG

    kafka: str = "127.0.0.1:9092"
    topic_prefix: str = "ringback."
    partitions: int = 12
    replication: int = 1
    #: Kafka's group.instance.id: a static member is back at once after it was killed.
    instance: str = "local"
    #: Where a process without an API answers `/livez` and `/readyz`; nowhere without a port.
    health_host: str = "127.0.0.1"
    health_port: int | None = None

    def topic(self, name: str) -> str:
        """The full name of a topic of `ringback.events.topics`."""
        return self.topic_prefix + name


class HttpSettings(BaseSettings):
    """What every process with an HTTP API reads besides."""

    model_config = CONFIG

    jwt_secret: str
    http_host: str = "127.0.0.1"
    http_port: int = 8080


class DatabaseSettings(BaseSettings):
    """A service's database, once for each of its roles; a process is given those that it needs."""

    model_config = CONFIG

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
