"""A multipart form whose one file goes through in chunks; what else is in it is small."""

from collections.abc import AsyncIterator
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ringback.http.problems import Problem

#: Bytes of all that is not the file.
MOST_TEXT = 65_536

#: The type of a body that is not there: a form without any field.
NOTHING = "multipart/form-data; boundary=none"


class Form:
    """`fields` and `filename` are whole once `chunks` has ended."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Problem(415, "Not a form", "Send multipart/form-data with the archive as `file`.")
        self.fields: dict[str, str] = {}
        self.filename: str | None = None
        self._part = Message()
        self._header = b"", b""
        self._text = bytearray()
        self._text_size = 0
        self._chunks: list[bytes] = []
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                },
            )
        except FormParserError as error:
            raise _unreadable(str(error)) from error

    async def chunks(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The file's bytes, as they come."""
        try:
            async for received in stream:
                self._parser.write(received)
                for chunk in self._chunks:
                    yield chunk
                self._chunks.clear()
            self._parser.finalize()
        except FormParserError as error:
            raise _unreadable(str(error)) from error

    @property
    def _is_file(self) -> bool:
        return self._name == "file"

    @property
    def _name(self) -> str | None:
        name = self._part.get_param("name", header="content-disposition")
        return name if isinstance(name, str) else None

    def _begin(self) -> None:
        self._part, self._header, self._text = Message(), (b"", b""), bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0] + data[start:end], self._header[1]
        self._count(end - start)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0], self._header[1] + data[start:end]
        self._count(end - start)

    def _header_end(self) -> None:
        field, value = (each.decode("utf-8", "replace") for each in self._header)
        self._part[field.lower()] = value.replace("\r", " ").replace("\n", " ")
        self._header = b"", b""
        if field.lower() == "content-disposition" and self._is_file:
            self._begin_file()

    def _begin_file(self) -> None:
        if self.filename is not None:
            raise _unreadable("There are two files in it: send one archive.")
        try:
            name = self._part.get_filename() or ""
        except ValueError as error:
            # `filename*` names its own character set, and there are codecs that refuse whatever is in it.
            raise _unreadable("The file's name cannot be decoded: send it as UTF-8 in `filename`.") from error
        self.filename = printable(name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._chunks.append(data[start:end])
        else:
            self._count(end - start)
            self._text += data[start:end]

    def _end(self) -> None:
        if self._name is not None and not self._is_file:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def _count(self, size: int) -> None:
        self._text_size += size
        if self._text_size > MOST_TEXT:
            raise Problem(413, "The form is too large", f"All but the file may have {MOST_TEXT} bytes.")


def printable(name: str) -> str:
    """A file's name as a line that can be shown."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)


def _unreadable(why: str) -> Problem:
    return Problem(400, "The form cannot be read", why)
