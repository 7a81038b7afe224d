"""A contact as a source told it; columns of rules §2."""

import msgspec

from ringback.events.envelope import E164, Custom, Envelope, ExternalId, Source, Text


class Contact(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One telling of a contact: what is absent was left empty. At least one of phone and email (rules §3), unless live.

    `import_tags` are the import's own tag: added, and no change in counting (rules §6).
    """

    source: Source
    external_id: ExternalId | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    name: Text | None = None
    phone: E164 | None = None
    phone_2: E164 | None = None
    email: Text | None = None
    company: Text | None = None
    title: Text | None = None
    address_line_1: Text | None = None
    address_line_2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    status: Text | None = None
    lead_source: Text | None = None
    lead_status: Text | None = None
    market: Text | None = None
    product: Text | None = None
    opt_in_through: Text | None = None
    conversation_status: Text | None = None
    tags: list[Text] = []
    lists: list[Text] = []
    import_tags: list[Text] = []
    custom: Custom = {}


class ContactRecorded(Envelope, tag="ringback.contact.recorded.v1"):
    """On `contacts.v1`."""

    data: Contact
