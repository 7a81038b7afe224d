"""A record as an event of its entity, a row that failed, or a dead letter. Pure."""

from aiokafka import ConsumerRecord

from ringback.events import Entity, ImportClosed
from ringback.events.codec import CODECS, Unreadable, header
from ringback.ledger.intake import Received


def read(record: ConsumerRecord, entity: Entity) -> Received:
    """Raises Unreadable where not even the envelope says which import's row it is."""
    try:
        event = CODECS[entity].decode(record.key, record.value, record.headers)
    except Unreadable as error:
        envelope = header(record.value, record.headers)
        if envelope is None or envelope.importid is None or envelope.sequence is None:
            raise
        if envelope.tenant.encode() != record.key or envelope.partitionkey != envelope.tenant:
            raise
        return Received(entity, envelope, refused=str(error))
    if event.importid is not None and event.sequence is None and type(event) is not ImportClosed:
        raise Unreadable("a row of an import carries its sequence, and this one has none")
    return Received(entity, event)
