"""How far an import is, as the socket or the API last said it. Pure."""

import msgspec

from cli.answers import ENDS, ENTITIES, Import


class Line(msgspec.Struct, frozen=True):
    """One entity; `total` is None until the rows are counted. `told` are the parts of an undo, which has no rows."""

    total: int | None = None
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    told: int = msgspec.field(name="processed", default=0)

    @property
    def processed(self) -> int:
        return max(self.told, self.new + self.updated + self.skipped + self.failed)


class Picture(msgspec.Struct, frozen=True):
    """The fields of a snapshot of `/v1/progress` that the bars show."""

    status: str = "queued"
    entities: dict[str, Line] = {}
    rows_per_s: float | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    current: str | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDS


def of_snapshot(message: str | bytes) -> Picture:
    """Raises msgspec.DecodeError where the text is no snapshot."""
    return msgspec.json.decode(message, type=Picture)


def of_import(state: Import) -> Picture:
    """What the API knows serves while the socket is away: the same counts, without a rate."""
    lines = {
        entity: Line(counts.rows, counts.new, counts.updated, counts.skipped, counts.failed)
        for entity, counts in state.summary.items()
    }
    return Picture(status=state.status, entities=lines)


def later(shown: Picture, told: Picture) -> Picture:
    """Counts never go back on the screen, though two sources tell them and one may lag."""
    names = [name for name in ENTITIES if name in shown.entities or name in told.entities]
    lines = {name: _higher(shown.entities.get(name), told.entities.get(name)) for name in names}
    return msgspec.structs.replace(told, entities=lines)


def _higher(one: Line | None, other: Line | None) -> Line:
    """The line with more rows behind it is taken whole, so that its figures still sum up."""
    one, other = one or Line(), other or Line()
    total = other.total if other.total is not None else one.total
    further = other if other.processed >= one.processed else one
    return msgspec.structs.replace(further, total=total)
