"""What the calls service reads from its environment."""

from pydantic_settings import SettingsConfigDict

from ringback.runtime.settings import DatabaseSettings


class CallsSettings(DatabaseSettings):
    """`RINGBACK_CALLS_…`."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CALLS_", extra="ignore")
