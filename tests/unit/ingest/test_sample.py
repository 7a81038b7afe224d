"""The sample archive: everything in it, the same for the same seed, whatever its size."""

from collections import Counter
from pathlib import Path

import pytest

from cli.sample import write_sample
from ringback.events import Entity
from services.ingest.parse import Bad, ConversationOf, Frame, Sides, conversation_keys, no_conversations, read, survey
from services.ingest.sources.archive import Archive, open_archive
from tests.unit.ingest.files import frame


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    path = tmp_path_factory.mktemp("sample") / "sample.zip"
    write_sample(path, 600, 400, 4_000, 600, 1)
    return open_archive(path)


def endings(archive: Archive, entity: Entity, find: ConversationOf = no_conversations) -> Counter[str]:
    """How the rows of a file end."""
    own, _ = archive.manifest.own_numbers("US")
    reading = Frame(source="sample", region="US", zone=frame().zone, own_numbers=own)
    member = archive.members[entity]
    rows = read(member, entity, reading, survey(member, entity), find)
    return Counter(row.code if isinstance(row, Bad) else "good" for row in rows)


def test_it_has_as_many_rows_as_were_asked_for_and_says_so(sample: Archive) -> None:
    rows = {entity: survey(member, entity).rows for entity, member in sample.members.items()}
    assert rows == {"contacts": 600, "conversations": 400, "messages": 4_000, "calls": 600}
    assert sample.manifest.differing(rows) == ()
    assert sample.warnings == ()


def test_a_few_in_a_hundred_rows_fail_in_many_ways(sample: Archive) -> None:
    member = sample.members["conversations"]
    lent: dict[str, Sides] = {}
    for key, sides in conversation_keys(member, frame(), survey(member, "conversations")):
        lent.setdefault(key, sides)
    for entity, ways in (("contacts", 6), ("conversations", 3), ("messages", 6), ("calls", 4)):
        found = endings(sample, entity, lent.get)
        assert 0.9 <= found["good"] / found.total() <= 0.99
        assert len(found) > ways


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_sample(tmp_path / name, 50, 50, 50, 50, seed)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


def test_a_file_of_no_rows_is_left_out(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.zip", 0, 0, 30, 0, 1)
    assert list(open_archive(tmp_path / "sample.zip").members) == ["messages"]
