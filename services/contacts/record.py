"""A contact as it is stored."""

import msgspec

from ringback.fold.record import Record


class ContactRecord(Record, kw_only=True, eq=False):
    """Its phones and emails that find it are keys, in a table of their own; `phone` and `email` are what is shown."""

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
