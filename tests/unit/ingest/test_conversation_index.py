"""Conversations by external id, on disk (rules §2)."""

import resource
import signal
from pathlib import Path

import pytest

from services.ingest.parse import Sides
from services.ingest.sources.conversation_index import ConversationIndex, build
from services.ingest.spool import NoSpace


def test_the_first_usable_row_of_an_id_is_found(tmp_path: Path) -> None:
    path = tmp_path / "spool #1.index"
    build(
        path,
        [("c1", Sides("+1650", ("+1415", "ACME 王"))), ("c1", Sides("+1", ("+2",))), ("'; --", Sides("a", ("b",)))],
    )
    with ConversationIndex(path) as index:
        assert index.find("c1") == Sides("+1650", ("+1415", "ACME 王"))
        assert index.find("'; --") == Sides("a", ("b",))
        assert index.find("gone") is None


def test_an_index_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "index"

    def dies() -> object:
        yield "c1", Sides("a", ("b",))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(path, dies())
    assert not path.exists()
    build(path, [])
    with ConversationIndex(path) as index:
        assert index.find("c1") is None


def test_a_full_disk_is_no_room_and_no_crash_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    many = ((f"c{n}", Sides("+1650", ("+1415" * 20,))) for n in range(20_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(NoSpace):
            build(tmp_path / "index", many)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []
