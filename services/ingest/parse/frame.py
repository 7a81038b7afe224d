"""What a file is read by, apart from its bytes."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import NamedTuple, Protocol

import msgspec

from services.ingest.parse.problems import Warning


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Frozen when an import is accepted (rules, preamble), so that a restart reads every row as before.

    `own_numbers` are normalised participants: the settings' and the manifest's.
    """

    source: str
    region: str
    zone: tzinfo
    own_numbers: frozenset[str] = frozenset()


class Sides(NamedTuple):
    """A conversation's natural key: our number, and the participants, sorted."""

    our_number: str
    participants: tuple[str, ...]


#: The first usable row of `conversations.csv` with this external id, or None.
ConversationOf = Callable[[str], Sides | None]


class Chunked(Protocol):
    """A file that can be read again and again, a chunk of bytes at a time."""

    def chunks(self) -> Iterator[bytes]:
        """From the beginning."""
        ...


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What the first pass found. Plain values, so that it can be kept with the import and is not made twice.

    `header` is without the three columns of an errors file.
    """

    rows: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    warnings: tuple[Warning, ...] = ()
    errors_file: bool = False


def no_conversations(external_id: str) -> Sides | None:
    """For an archive without `conversations.csv`."""
    return None
