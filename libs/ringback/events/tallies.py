"""What a domain service has counted of an import: its ledger line, cumulative."""

import msgspec

from ringback.events.envelope import Entity, Envelope, ImportId, Time


class Notice(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A failure or warning that only the domain service could see, by the row's sequence."""

    sequence: int
    code: str
    message: str


class Tally(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The ledger line after a batch: seen = new + updated + skipped + failed. Repeats and reorderings change nothing.

    An undo's `seen` are commands, which met so many records: `removed`, `restored` (a field changed back) or `kept`.

    `failures` are the rows that failed here (over 1,000 and the import fails), `warnings` the first 100 of `warned`.
    """

    import_id: ImportId
    entity: Entity
    dry_run: bool
    seen: int
    new: int
    updated: int
    skipped: int
    failed: int
    at: Time
    removed: int = 0
    restored: int = 0
    kept: int = 0
    closed: bool = False
    failures: list[Notice] = []
    warned: int = 0
    warnings: list[Notice] = []


class Tallied(Envelope, tag="ringback.tally.v1"):
    """On `tallies.v1`."""

    data: Tally
