"""What every process reads from its environment. A service's own settings build on this, and only they read it."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`RINGBACK_…`. Addresses are loopback by default; nothing here has a default that is a secret."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_", extra="ignore")

    kafka: str = "127.0.0.1:9092"
    topic_prefix: str = "ringback."
    partitions: int = 12
    replication: int = 1
    #: Kafka's group.instance.id: a static member is back at once after it was killed.
    instance: str = "local"
    health_port: int | None = None

    def topic(self, name: str) -> str:
        """The full name of a topic of `ringback.events.topics`."""
        return self.topic_prefix + name


class HttpSettings(BaseSettings):
    """What every process with an HTTP API reads besides."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_", extra="ignore")

    jwt_secret: str
    http_host: str = "127.0.0.1"
    http_port: int = 8080


class DatabaseSettings(BaseSettings):
    """A service's database, once for each of its roles; a process is given those that it needs."""

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
