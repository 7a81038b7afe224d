"""What the conversations service reads from its environment."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ConversationsSettings(BaseSettings):
    """`RINGBACK_CONVERSATIONS_…`: one DSN for each of its roles."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CONVERSATIONS_", extra="ignore")

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
