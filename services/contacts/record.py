"""A contact as it is stored."""

from datetime import datetime

import msgspec

from ringback.fold.record import Record


class ContactRecord(Record, kw_only=True, eq=False):
    """Its phones and emails that find it are keys, in a table of their own; `phone` and `email` are what is shown.

    A deleted one (`deleted_at`, by its source's time) has no keys; `kept` are those that it had, (tenant, kind, source,
    value) each.
    """

    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    phone: str | None = None
    phone_2: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None
    address_line_1: str | None = None
    address_line_2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    status: str | None = None
    lead_source: str | None = None
    lead_status: str | None = None
    market: str | None = None
    product: str | None = None
    opt_in_through: str | None = None
    conversation_status: str | None = None
    tags: list[str] = msgspec.field(default_factory=list)
    lists: list[str] = msgspec.field(default_factory=list)
    deleted_at: datetime | None = None
    kept: list[tuple[str, str, str, str]] = msgspec.field(default_factory=list)
