"""Conversations by external id, on disk (rules §2)."""

from pathlib import Path

import pytest

from services.ingest.parse import Sides
from services.ingest.sources.conversation_index import ConversationIndex, build


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
