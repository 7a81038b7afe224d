"""CloudEvents 1.0 in structured JSON, with the extensions that every topic of ours carries."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Entity = Literal["contacts", "conversations", "messages", "calls"]
Policy = Literal["update", "overwrite", "skip", "create_new"]
MatchOn = Literal["both", "phone", "email"]

#: An import's id: a UUID in its usual spelling. The length too, since `$` lets a line end follow.
ImportId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", max_length=36)]
Time = Annotated[datetime, msgspec.Meta(tz=True)]
TenantId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
ExternalId = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Source = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
E164 = Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{5,14}$")]
#: E.164, a short code, `anonymous` or an alphanumeric sender (rules §1).
Participant = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
#: Any text but U+0000, which Postgres cannot hold.
Text = Annotated[str, msgspec.Meta(max_length=1_000)]
LongText = Annotated[str, msgspec.Meta(max_length=131_072)]
Custom = dict[str, Annotated[str, msgspec.Meta(max_length=32_768)]]


class Envelope(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every event says of itself; the CloudEvents `type` is the class.

    `tenant` = `partitionkey` = the record's key, or the record is a dead letter. `time` is the source's own time of a
    live event or sync row, and absent on the rows of a file (rules §5: timed and untimed values). `importid` and
    `sequence` come together, on the rows and commands of an import only.
    """

    specversion: Literal["1.0"]
    id: Annotated[str, msgspec.Meta(min_length=1)]
    source: Annotated[str, msgspec.Meta(min_length=1)]
    tenant: TenantId
    partitionkey: str
    time: Time | None = None
    importid: ImportId | None = None
    sequence: Annotated[int, msgspec.Meta(ge=1)] | None = None
    dryrun: bool = False
    onduplicate: Policy = "update"
    matchon: MatchOn = "both"
