"""The commands of an undo by their numbers: what goes on its way in place of a file's rows."""

from ringback.events import Entity, ImportClose, ImportUndo, ImportUndone
from services.ingest.sender.encoding import Encoder, Origin, Template

#: Records that one command takes an import out of, in one transaction of a domain service.
RECORDS = 1_000


def needed(rows: int) -> int:
    """For an import of so many rows: each is of one record."""
    return -(-rows // RECORDS)


class Commands:
    """All alike but for their numbers: what is next of the import, whoever carries it out finds."""

    def __init__(self, count: int, origin: Origin, entity: Entity, undoes: str, close: ImportClose) -> None:
        self._last = count + 1
        self._command = ImportUndo(undoes=undoes, most=RECORDS)
        self._template = Template(ImportUndone, origin, entity)
        self._encoder, self._close = Encoder(origin, entity), close

    def forget(self, acknowledged: int) -> None:
        """Nothing is kept of them."""

    async def take(self, first: int, most: int) -> list[bytes]:
        """Those from `first` on, and the close behind the last."""
        numbers = range(first, min(first + most, self._last + 1))
        return [self._encode(number) for number in numbers]

    def close_anywhere(self, close: ImportClose) -> bytes:
        """The close of an undo that goes no further."""
        return self._encoder.close(None, close)

    def _encode(self, number: int) -> bytes:
        if number == self._last:
            return self._encoder.close(number, self._close)
        return self._template.encode(number, self._command)
