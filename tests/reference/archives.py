"""Real ZIP bytes, messy on purpose: as a hypothesis strategy, and as a seeded function for bigger tests."""

import json
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from random import Random

from hypothesis import strategies as st

from tests.reference.messyfile import FilePlan, render
from tests.reference.model import ENTITIES
from tests.reference.world import OWN, World, written_own

SEEDS = st.integers(0, 2**20)
CLUTTER = ("__MACOSX/._contacts.csv", ".DS_Store", "docs/readme.txt", "export/.messages.csv")


@dataclass
class ArchivePlan:
    """An archive before it is rendered: what hypothesis shows of a failing example."""

    style: int
    people: int
    files: dict[str, FilePlan] = field(default_factory=dict)
    spoil: float = 0.04

    def zip(self) -> bytes:
        """The bytes; the same plan gives the same."""
        style = Random(f"archive {self.style}")
        folder = style.choice(("", "", "export/", "A Folder/deeper/"))
        contents = {
            entity: render(entity, plan, World(self.people), spoil=self.spoil) for entity, plan in self.files.items()
        }
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", style.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            for name in style.sample(CLUTTER, style.choice((0, 0, 2, 4))):
                _write(archive, name, b"\0 not for us")
            for entity, data in contents.items():
                _write(archive, folder + style.choice((f"{entity}.csv", f"{entity.title()}.CSV")), data)
            if style.random() < 0.85:
                _write(archive, folder + style.choice(("manifest.json", "Manifest.JSON")), self._manifest(style))
        return buffer.getvalue()

    def _manifest(self, style: Random) -> bytes:
        """Our own numbers, one or all of them, and counts that may differ from the rows."""
        own = OWN[: style.choice((1, 2, 2))]
        manifest: dict[str, object] = {"numbers": [written_own(style, number) for number in own]}
        if style.random() < 0.5:
            manifest["source"] = style.choice(("old crm", "dialer"))
        counts = {entity: len(plan.rows) + style.choice((0, 0, 1)) for entity, plan in self.files.items()}
        spelling = style.choice(("counts", "camel", "snake", "none"))
        if spelling == "counts":
            manifest["counts"] = counts
        elif spelling != "none":
            ending = "Count" if spelling == "camel" else "_count"
            manifest |= {entity + ending: n for entity, n in counts.items()}
        return json.dumps(manifest | {"exported_at": "2024-04-01T00:00:00Z"}).encode()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """With a fixed date, that the bytes depend on nothing but the plan."""
    archive.writestr(zipfile.ZipInfo(name, (2024, 4, 1, 0, 0, 0)), data, archive.compression)


@st.composite
def archive_plans(draw: st.DrawFn, max_rows: int = 8) -> ArchivePlan:
    """Small archives with few people in them; any file may be absent or have but a header, not all are absent."""
    present = draw(st.sets(st.sampled_from(ENTITIES), min_size=1))
    rows = st.lists(SEEDS, max_size=max_rows)
    files = {entity: FilePlan(draw(SEEDS), draw(rows)) for entity in ENTITIES if entity in present}
    return ArchivePlan(draw(SEEDS), draw(st.integers(2, 5)), files)


def archives(max_rows: int = 8) -> st.SearchStrategy[bytes]:
    """The bytes of small messy archives."""
    return archive_plans(max_rows).map(ArchivePlan.zip)


def messy_archive(
    seed: int, contacts: int, conversations: int, messages: int, calls: int, *, spoil: float = 0.01
) -> bytes:
    """A bigger archive of the same messiness with that many rows asked for; None of a file leaves it out."""
    rnd = Random(seed)
    sizes = dict(zip(ENTITIES, (contacts, conversations, messages, calls), strict=True))
    files = {
        entity: FilePlan(rnd.randrange(2**20), [rnd.randrange(2**32) for _ in range(size)])
        for entity, size in sizes.items()
        if size is not None
    }
    people = max(3, max(size or 0 for size in sizes.values()) // 4)
    return ArchivePlan(rnd.randrange(2**20), people, files, spoil).zip()
