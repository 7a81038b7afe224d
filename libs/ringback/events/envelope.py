"""CloudEvents 1.0 in structured JSON, with the extensions that every topic of ours carries."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Entity = Literal["contacts", "conversations", "messages", "calls"]
Policy = Literal["update", "overwrite", "skip", "create_new"]
MatchOn = Literal["both", "phone", "email"]

#: Any text but U+0000, which Postgres cannot hold. A decoder that looked for it would look at every character of every
#: row; the database says it as well, so that only the published schema tells producers beforehand.
STORABLE = {"pattern": r"^[^\u0000]*$"}

#: A UUID in its usual spelling. The length too, since `$` lets a line end follow.
ImportId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        max_length=36,
        description="The import that the event is of; a live event has none.",
    ),
]
Sequence = Annotated[int, msgspec.Meta(ge=1, description="The row's number in its file of the import, from 1.")]
Time = Annotated[datetime, msgspec.Meta(tz=True)]
TenantId = Annotated[str, msgspec.Meta(min_length=1, max_length=100, extra_json_schema=STORABLE)]
ExternalId = Annotated[str, msgspec.Meta(min_length=1, max_length=500, extra_json_schema=STORABLE)]
Source = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=100,
        description="The system that told it; its external ids are its own.",
        extra_json_schema=STORABLE,
    ),
]
E164 = Annotated[
    str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{5,14}$", description="A number in E.164, such as +14155552671.")
]
Participant = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=16,
        description="E.164, a short code, `anonymous` or an alphanumeric sender.",
        extra_json_schema=STORABLE,
    ),
]
Text = Annotated[str, msgspec.Meta(max_length=1_000, extra_json_schema=STORABLE)]
LongText = Annotated[str, msgspec.Meta(max_length=131_072, extra_json_schema=STORABLE)]
Url = Annotated[str, msgspec.Meta(extra_json_schema=STORABLE)]
Custom = Annotated[
    dict[str, Annotated[str, msgspec.Meta(max_length=32_768, extra_json_schema=STORABLE)]],
    msgspec.Meta(
        description="Whatever else the source tells, by its names.", extra_json_schema={"propertyNames": STORABLE}
    ),
]


class Envelope(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every event says of itself; the CloudEvents `type` is the class.

    `tenant` = `partitionkey` = the record's key, or the record is a dead letter. `time` is the source's own time of a
    live event or sync row, and absent on the rows of a file (rules §5: timed and untimed values). `importid` and
    `sequence` come together, on the rows and commands of an import only.
    """

    specversion: Literal["1.0"]
    id: Annotated[str, msgspec.Meta(min_length=1)]
    source: Annotated[str, msgspec.Meta(min_length=1, description="Who wrote the event: a URI reference.")]
    tenant: Annotated[TenantId, msgspec.Meta(description="Whose data it is; the record's key as well.")]
    partitionkey: Annotated[TenantId, msgspec.Meta(description="The tenant once more.")]
    time: Annotated[Time | None, msgspec.Meta(description="The source's own time of what it tells.")] = None
    importid: ImportId | None = None
    sequence: Sequence | None = None
    dryrun: Annotated[bool, msgspec.Meta(description="Of an import that only tries.")] = False
    onduplicate: Annotated[Policy, msgspec.Meta(description="What becomes of a record that is met again.")] = "update"
    matchon: Annotated[MatchOn, msgspec.Meta(description="By what a contact is met again.")] = "both"
