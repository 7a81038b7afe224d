"""What a file is read by, apart from its bytes."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import NamedTuple, Protocol

import msgspec

from services.ingest.parse.problems import Warning


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Frozen when an import is accepted (rules, preamble), so that a restart reads every row as before.

    `own_numbers` are normalised participants: the settings' and the manifest's. `defaults` are what a contact's blank
    cells mean, by field; `list` is one that every contact is added to.
    """

    source: str
    region: str
    zone: tzinfo
    own_numbers: frozenset[str] = frozenset()
    defaults: dict[str, str] = {}
    list: str | None = None


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


#: For each header of a table what its column is: a canonical name, `custom:` and the name of a custom field, or None
#: for one that is passed over. An archive's files have none: their columns are what the rules' letter makes of them.
Mapping = tuple[str | None, ...]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read, as far as somebody has chosen it.

    `header_row` is the line of the header (in a workbook the sheet's row): what stands above it is not read.
    `unrolled` is a file of rows that we made ourselves of a workbook or JSON.
    """

    encoding: str | None = None
    header_row: int | None = None
    mapping: Mapping | None = None
    unrolled: bool = False


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What the first pass found. Plain values, so that it can be kept with the import and is not made twice.

    `header` is without the three columns of an errors file; `mapping` is of all of it.
    """

    rows: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    warnings: tuple[Warning, ...] = ()
    errors_file: bool = False
    header_row: int | None = None
    mapping: Mapping | None = None
    unrolled: bool = False


def no_conversations(external_id: str) -> Sides | None:
    """For an archive without `conversations.csv`."""
    return None
