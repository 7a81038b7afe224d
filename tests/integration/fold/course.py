"""What happens to a tenant, step by step: told to the reference, and as the events that the services receive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID, uuid4

import msgspec

from ringback.events import Entity, Envelope, ImportClose, MatchOn, Policy
from ringback.events.codec import CODECS, encode
from ringback.ledger.intake import Received
from services.ingest.parse import Bad, Good
from services.ingest.sender.encoding import RECORDED, Encoder
from tests.integration.fold.uploads import ReadArchive, read_upload
from tests.reference import model
from tests.reference.fold import Run, Tenant, file_after_file
from tests.reference.model import Archive, Counts
from tests.reference.parse import read_archive

EVENT_SOURCE = "/tests"


@dataclass
class Upload:
    """An archive, read twice."""

    reference: Archive
    product: ReadArchive

    @classmethod
    def of(cls, data: bytes, source: str | None = None) -> "Upload":
        return cls(read_archive(data, source=source), read_upload(data, source))


@dataclass
class Step:
    """One event, and what it is to the reference."""

    received: Received
    tell: Callable[[Tenant], None]


@dataclass
class Import:
    """A run of an upload for one tenant; `counts` are the reference's."""

    tenant_id: str
    upload: Upload
    on_duplicate: Policy
    tags: tuple[str, ...] = ()
    dry_run: bool = False
    match_on: MatchOn = "both"
    id: UUID = field(default_factory=uuid4)
    counts: dict[str, Counts] = field(default_factory=dict)

    def steps(self, order: Sequence[str]) -> list[Step]:
        """`order` is the entity of each row in turn."""
        self.counts = {entity: Counts() for entity in self.upload.reference.rows}
        run = Run(str(self.id), self.upload.reference.source, self.on_duplicate, self.tags, self.match_on)
        events = {entity: iter(self._events(entity)) for entity in self.upload.product.rows}
        rows = {entity: iter(rows) for entity, rows in self.upload.reference.rows.items()}
        return [Step(next(events[entity]), self._telling(run, entity, next(rows[entity]))) for entity in order]

    def received(self, rnd: Random) -> list[Received]:
        """The events alone, for whom the reference is not asked; the order between the files is a matter of chance."""
        return without_counting(self.steps(shuffled(self.upload.reference, rnd)))

    def closes(self) -> list[Received]:
        """Behind the last row of each file."""
        close = ImportClose(entities=list(self.upload.product.rows))
        return [
            self._received(entity, Encoder(self, entity).close(len(rows) + 1, close))
            for entity, rows in self.upload.product.rows.items()
        ]

    def _telling(self, run: Run, entity: str, row: model.Good | model.Bad) -> Callable[[Tenant], None]:
        return lambda tenant: self.counts[entity].add(tenant.import_row(run, entity, row))

    def _events(self, entity: Entity) -> Iterable[Received]:
        encoder = Encoder(self, entity)
        for row in self.upload.product.rows[entity]:
            if isinstance(row, Bad):
                yield self._received(entity, encoder.rejected(row.number, row.line, row.code, row.column))
                continue
            tagged = {"import_tags": list(self.tags)} if entity == "contacts" else {}
            yield self._received(entity, encoder.recorded(row.number, msgspec.structs.replace(row.data, **tagged)))

    def _received(self, entity: Entity, value: bytes) -> Received:
        return Received(entity, CODECS[entity].decode(self.tenant_id.encode(), value))


def live_steps(tenant: str, upload: Upload, times: Iterable[datetime]) -> list[Step]:
    """The good rows of an upload as live events, each with its source's time."""
    return [
        _live(tenant, entity, row, told, at=at, source=upload.product.source)
        for entity, rows in upload.product.rows.items()
        for row, told, at in zip(rows, upload.reference.rows[entity], times, strict=False)
        if not isinstance(row, Bad)
    ]


def _live(tenant: str, entity: Entity, row: Good, told: model.Good, *, at: datetime, source: str) -> Step:
    event: Envelope = RECORDED[entity](
        specversion="1.0",
        id=str(uuid4()),
        source=EVENT_SOURCE,
        tenant=tenant,
        partitionkey=tenant,
        time=at,
        data=row.data,
    )
    received = Received(entity, CODECS[entity].decode(tenant.encode(), encode(event)))
    return Step(received, lambda tenant: tenant.live(entity, told.values, at=at, source=source))


def shuffled(archive: Archive, rnd: Random) -> list[str]:
    """The entity of each row in turn, each file in its own order."""
    order = file_after_file(archive)
    rnd.shuffle(order)
    return order


def mixed(one: list[Step], other: list[Step], rnd: Random) -> list[Step]:
    """Both, each in its own order."""
    one, other, both = list(one), list(other), []
    while one or other:
        both.append((one if rnd.randrange(len(one) + len(other)) < len(one) else other).pop(0))
    return both


def without_counting(steps: Iterable[Step]) -> list[Received]:
    """The events alone."""
    return [step.received for step in steps]
