"""What the API answers, as much of it as the command line reads; fields it does not know are passed over."""

import msgspec

ENTITIES = ("contacts", "conversations", "messages", "calls")
#: Statuses after which an import of rows moves no more (rules, head).
ENDS = frozenset({"finished", "cancelled", "failed", "undone"})


class Counts(msgspec.Struct):
    """One file's line of a summary; `rows` is None until they are counted."""

    rows: int | None = None
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0


class Undone(msgspec.Struct):
    """Records that an undo meets: each is one of the three."""

    removed: int
    restored: int
    kept: int


class Other(msgspec.Struct):
    """Whose word keeps records that an undo meets."""

    who: str
    records: int
    import_id: str | None = None


class Previewed(Undone):
    """With those because of whom records stay."""

    others: list[Other] = []


class UndoPreview(msgspec.Struct):
    """`GET /v1/imports/{id}/undo`: what it would do, by file."""

    files: dict[str, Previewed]


class Import(msgspec.Struct):
    """`GET /v1/imports/{id}`: the one place that says whether an import has ended."""

    id: str
    status: str
    dry_run: bool
    summary: dict[str, Counts] = {}
    source: str | None = None
    filename: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    reason: str | None = None
    undone: dict[str, Undone] | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDS


class Total(Counts):
    """Of many imports; the rows are those that were read."""

    rows: int | None = msgspec.field(name="seen", default=None)


class Totals(msgspec.Struct):
    """Imports of one kind, and what became of their rows by file."""

    imports: int
    rows: dict[str, Total] = {}


class History(msgspec.Struct):
    """`GET /v1/imports/summary`."""

    imports: int
    by_status: dict[str, int]
    real: Totals
    dry: Totals


class FailedRow(msgspec.Struct, omit_defaults=False):
    """An item of `GET /v1/imports/{id}/errors`."""

    file: str
    line: int | None = None
    code: str = ""
    column: str | None = None
    message: str = ""


class LogEntry(msgspec.Struct):
    """An item of `GET /v1/imports/{id}/log`."""

    at: str
    message: str


class TenantSettings(msgspec.Struct):
    """`GET /v1/settings`."""

    own_numbers: list[str]
    region: str
    time_zone: str


class FieldProblem(msgspec.Struct):
    """What is wrong with one field of a request."""

    where: list[str | int] = []
    detail: str = ""


class Problem(msgspec.Struct):
    """RFC 9457, as far as a person wants to read it."""

    title: str = ""
    detail: str | None = None
    errors: list[FieldProblem] = []


class Bytes(msgspec.Struct):
    """`encoding` is utf-8 or base64."""

    encoding: str
    data: str


class Place(msgspec.Struct):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


class DeadLetter(msgspec.Struct, kw_only=True):
    """An item of `GET /v1/dead-letters`."""

    partition: int
    offset: int
    at: str
    origin: Place | None = None
    error: str | None = None
    key: Bytes | None = None
    value_bytes: int = 0


class OwnHeader(msgspec.Struct):
    """One of the record's own."""

    name: str
    value: Bytes | None = None


class WholeDeadLetter(DeadLetter, kw_only=True):
    """`GET /v1/dead-letters/{partition}/{offset}`."""

    value: Bytes | None = None
    value_kept: bool = True
    headers: list[OwnHeader] = []
