"""What the conversations service reads from its environment."""

from pydantic_settings import SettingsConfigDict

from ringback.runtime.settings import DatabaseSettings


class ConversationsSettings(DatabaseSettings):
    """`RINGBACK_CONVERSATIONS_…`."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CONVERSATIONS_", extra="ignore")
