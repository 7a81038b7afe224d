"""Every topic: its key, who writes it, who reads it. Nothing else declares one."""

from typing import NamedTuple

from ringback.events.envelope import Entity

#: As they are by default (`ringback.runtime.settings`). Partitions hold for the life of a topic.
PREFIX = "ringback."
PARTITIONS = 12
WEEK_MS = 7 * 24 * 3600 * 1000


class Topic(NamedTuple):
    """`name` is without the prefix of the settings; `key` says what its records are keyed by.

    Writers and readers are services (ingest reads the dead letters for people: `ringback dead-letters`).
    """

    name: str
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    compacted: bool = False

    def config(self) -> dict[str, str]:
        """The topic's own broker settings."""
        if self.compacted:
            # Small segments, since the one that is written to is never compacted, and gateways read all at their start.
            return {"cleanup.policy": "compact", "max.message.bytes": "1048576", "segment.bytes": "4194304"}
        return {"retention.ms": str(WEEK_MS), "max.message.bytes": "1048576"}


#: Whoever a broker's ACLs let write; it is trusted with the tenant that an event names.
ANYONE = "any producer"
PEOPLE = "people"
DOMAINS = ("contacts", "conversations", "calls")

CONTACTS = Topic("contacts.v1", "tenant", ("ingest", ANYONE), ("contacts",))
CONVERSATIONS = Topic("conversations.v1", "tenant", ("ingest", ANYONE), ("conversations",))
MESSAGES = Topic("messages.v1", "tenant", ("ingest", ANYONE), ("conversations",))
CALLS = Topic("calls.v1", "tenant", ("ingest", ANYONE), ("calls",))
IMPORTS = Topic("imports.v1", "tenant", ("ingest",), ("progress",))
TALLIES = Topic("tallies.v1", "tenant", DOMAINS, ("ingest", "progress"))
PROGRESS = Topic("progress.v1", "import", ("progress",), ("progress",), compacted=True)
DEAD_LETTERS = Topic("dead-letters.v1", "as it came", (*DOMAINS, "progress"), ("ingest", PEOPLE))

ALL = (CONTACTS, CONVERSATIONS, MESSAGES, CALLS, IMPORTS, TALLIES, PROGRESS, DEAD_LETTERS)

OF_ENTITY: dict[Entity, Topic] = {
    "contacts": CONTACTS,
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "calls": CALLS,
}
