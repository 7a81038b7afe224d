"""What the calls service reads from its environment."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class CallsSettings(BaseSettings):
    """`RINGBACK_CALLS_…`: one DSN for each of its roles."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CALLS_", extra="ignore")

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
