"""What the contacts service reads from its environment."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ContactsSettings(BaseSettings):
    """`RINGBACK_CONTACTS_…`: one DSN for each of its roles."""

    model_config = SettingsConfigDict(env_prefix="RINGBACK_CONTACTS_", extra="ignore")

    owner_dsn: str = ""
    writer_dsn: str = ""
    api_dsn: str = ""
