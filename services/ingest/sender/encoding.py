"""A row as the bytes of its event. An import's envelopes differ by their number alone, so that one is made once."""

from typing import Any, Protocol
from uuid import UUID

import msgspec

from ringback.events import (
    CallRecorded,
    ContactRecorded,
    ConversationRecorded,
    Entity,
    Envelope,
    ImportClose,
    ImportClosed,
    MatchOn,
    MessageRecorded,
    Policy,
    RejectedRow,
    RowRejected,
)
from ringback.events.codec import encode

RECORDED: dict[Entity, type[Envelope]] = {
    "contacts": ContactRecorded,
    "conversations": ConversationRecorded,
    "messages": MessageRecorded,
    "calls": CallRecorded,
}

_encoder = msgspec.json.Encoder()


class Origin(Protocol):
    """What an envelope takes of an import."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> str: ...
    @property
    def dry_run(self) -> bool: ...
    @property
    def on_duplicate(self) -> Policy: ...
    @property
    def match_on(self) -> MatchOn: ...


class Template:
    """The events of one type, import and entity."""

    def __init__(self, event: type[Envelope], origin: Origin, entity: Entity) -> None:
        tenant = origin.tenant_id
        envelope: dict[str, Any] = {
            "type": event.__struct_config__.tag,
            "specversion": "1.0",
            "source": f"/imports/{origin.id}",
            "tenant": tenant,
            "partitionkey": tenant,
            "importid": str(origin.id),
        }
        if origin.dry_run:
            envelope["dryrun"] = True
        if origin.on_duplicate != "update":
            envelope["onduplicate"] = origin.on_duplicate
        if origin.match_on != "both":
            envelope["matchon"] = origin.match_on
        self._head = _encoder.encode(envelope)[:-1] + f',"id":"{origin.id}/{entity}/'.encode()

    def encode(self, number: int, data: Any) -> bytes:
        """The event of row `number`."""
        digits = b"%d" % number
        return b"".join((self._head, digits, b'","sequence":', digits, b',"data":', _encoder.encode(data), b"}"))


class Encoder:
    """The rows of one entity of an import."""

    def __init__(self, origin: Origin, entity: Entity) -> None:
        self._origin, self._entity = origin, entity
        self.recorded = Template(RECORDED[entity], origin, entity).encode
        self._rejected = Template(RowRejected, origin, entity)

    def rejected(self, number: int, line: int, code: str, column: str | None) -> bytes:
        """A row that failed holds its place in the sequence."""
        return self._rejected.encode(number, RejectedRow(code=code, line=line, column=column))

    def close(self, number: int | None, data: ImportClose) -> bytes:
        """Behind the last row; without a number, wherever the line stands."""
        origin = self._origin
        return encode(
            ImportClosed(
                specversion="1.0",
                id=f"{origin.id}/{self._entity}/{number or data.reason}",
                source=f"/imports/{origin.id}",
                tenant=origin.tenant_id,
                partitionkey=origin.tenant_id,
                importid=str(origin.id),
                sequence=number,
                dryrun=origin.dry_run,
                onduplicate=origin.on_duplicate,
                matchon=origin.match_on,
                data=data,
            )
        )
