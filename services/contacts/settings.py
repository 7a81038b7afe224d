"""What the contacts service reads from its environment."""

from pydantic_settings import SettingsConfigDict

from ringback.runtime.settings import DatabaseSettings


class ContactsSettings(DatabaseSettings):
    """`RINGBACK_CONTACTS_…`."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CONTACTS_", extra="ignore")
