"""A row of contacts.csv."""

from typing import Any

from ringback import emails
from ringback.events import Contact
from services.ingest.parse.cells import custom, phone, phone_code, tags, text, trimmed
from services.ingest.parse.columns import CANONICAL, Columns
from services.ingest.parse.frame import ConversationOf, Frame
from services.ingest.parse.problems import RowFails, Warning, warning

_READ_APART = frozenset({"external_contact_id", "phone", "phone_2", "email", "tags", "list", "board_number"})
_TEXTS = tuple(name for name in CANONICAL["contacts"] if name not in _READ_APART)

#: Google Contacts writes all numbers of one label, or addresses, into one cell.
_BETWEEN = " ::: "


class ContactReader:
    """Made once for a file: positions are looked up here, not in every row."""

    def __init__(self, columns: Columns, frame: Frame, conversation_of: ConversationOf) -> None:
        self._source, self._region = frame.source, frame.region
        self._further_lists = [] if frame.list is None else [frame.list]
        self._id = columns.at("external_contact_id")
        self._phone, self._phone_2 = columns.at("phone"), columns.at("phone_2")
        self._email, self._tags = columns.at("email"), columns.at("tags")
        self._lists = tuple(at for name, at in columns.known.items() if name.startswith("list"))
        self._board = columns.at("board_number")
        self._texts = tuple((name, columns.known[name]) for name in _TEXTS if name in columns.known)
        self._custom = columns.custom
        self._of_google = columns.mapped

    def read(self, cells: list[str], warnings: list[Warning]) -> Contact:
        """Raises RowFails where the row has neither a valid phone nor a valid email (rules §3)."""
        written, further = self._first_two(cells[self._phone])
        number, address = self._reachable(written, self._first_two(cells[self._email])[0], warnings)
        second = cells[self._phone_2] if text(cells[self._phone_2]) else further
        return Contact(
            source=self._source,
            external_id=trimmed(cells[self._id]),
            phone=number,
            phone_2=phone(second, self._region, "phone_2", warnings),
            email=address,
            tags=tags(cells[self._tags], "tags"),
            lists=self._of_lists(cells),
            custom=self._further(cells, warnings),
            **self._plain(cells),
        )

    def _first_two(self, cell: str) -> tuple[str, str]:
        """Of the values that Google writes into one cell of a table; an archive's cell is one value."""
        if not self._of_google or _BETWEEN not in cell:
            return cell, ""
        first, second, *_ = cell.split(_BETWEEN)
        return first, second

    def _plain(self, cells: list[str]) -> dict[str, Any]:
        """The text fields that are not empty."""
        return {name: value for name, at in self._texts if (value := text(cells[at])) is not None}

    def _of_lists(self, cells: list[str]) -> list[str]:
        """What its columns say, each once, and the import's own list behind them."""
        said = (group for at in self._lists if (group := text(cells[at])) is not None)
        return list(dict.fromkeys((*said, *self._further_lists)))

    def _further(self, cells: list[str], warnings: list[Warning]) -> dict[str, str]:
        """The custom fields, with the number of the board that a contact came by, in E.164."""
        board = phone(cells[self._board], self._region, "board_number", warnings)
        fields = custom(cells, self._custom)
        return fields if board is None else {**fields, "board_number": board}

    def _reachable(self, called: str, written: str, warnings: list[Warning]) -> tuple[str | None, str | None]:
        """Phone and email, of which one may be unusable, with a warning."""
        number = phone(called, self._region, "phone", warnings)
        address = emails.normalize(written) if text(written) else None
        if number is None and address is None:
            raise self._unreachable(called, written)
        if address is None and text(written):
            warnings.append(warning("bad_email", "email", written))
        return number, address

    @staticmethod
    def _unreachable(number: str, address: str) -> RowFails:
        if text(number):
            return RowFails(phone_code(number), "phone", number)
        return RowFails("bad_email", "email", address) if text(address) else RowFails("no_phone_or_email", "phone")
