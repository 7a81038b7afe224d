"""JSON and NDJSON as rows of text: a list of objects, or an object with such a list in it, or an object a line.

Keys are columns, in the order in which they come first; a key that an object lacks is an empty cell. An object that
cannot be used is a row that fails, and only it; what makes the file itself unreadable refuses it.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from services.ingest.parse.survey import encoding_of
from services.ingest.parse.table import LONGEST
from services.ingest.parse.text import FALLBACK, decode
from services.ingest.parse.unrolled import unrolled_row
from services.ingest.sources.archive import Limits
from services.ingest.sources.json_cells import item_row
from services.ingest.sources.json_text import BadValue, BrokenJson, JsonText, decoded
from services.ingest.sources.manifest import ENTITIES
from services.ingest.sources.plain_file import PlainFile
from services.ingest.sources.refusals import refusal, shown
from services.ingest.sources.unrolled import Unrolled, Wanted

#: Keys under which a list of records is looked for; others are fields beside it.
LISTS = (*ENTITIES, "items", "results", "records", "data")
#: Characters of what stands beside the list, in all.
MOST_BESIDE = 65_536


def write_json(path: Path, wanted: Wanted, out: BinaryIO) -> Unrolled:
    """Raises BadArchive."""
    file = PlainFile(path, wanted.filename)
    encoding, odd = encoding_of(file, wanted.encoding)
    if encoding == FALLBACK and odd:
        raise refusal("json_not_utf8", wanted.filename)
    texts = decode(file.chunks(), encoding)
    reader = _Lines(texts) if wanted.kind == "ndjson" else _Document(JsonText(texts))
    try:
        rows = _write(reader.rows(), out, wanted.filename)
    except BrokenJson as error:
        raise refusal("bad_json", wanted.filename, error) from error
    if reader.label is None:
        raise refusal("json_no_list", wanted.filename)
    if not rows and wanted.kind == "ndjson":
        raise refusal("json_no_rows", wanted.filename)
    return Unrolled(rows, reader.label, reader.fields, ())


class _Lines:
    """NDJSON. Its rows are numbered by their line, and a line that breaks off leaves the others as they are."""

    label: str | None = ""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self.fields: dict[str, Any] = {}

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Each with its line."""
        for number, line in enumerate(self._lines(), 1):
            if len(line) > LONGEST:
                yield number, BadValue("row_too_large", "", line[:LONGEST])
            elif line and not line.isspace():
                yield number, _value(partial(decoded, line))

    def _lines(self) -> Iterator[str]:
        """Of one that is too long only so much is kept as tells that it is."""
        carry = ""
        for text in self._texts:
            *lines, rest = (carry + text).split("\n")
            yield from lines
            carry = rest[: LONGEST + 1]
        yield carry


class _Document:
    """One value. `label` is the key of the list, empty where it is no key's; `fields` are the other keys."""

    def __init__(self, text: JsonText) -> None:
        self._text = text
        self.label: str | None = None
        self.fields: dict[str, Any] = {}
        self._beside = 0

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Each with its number."""
        if self._text.take("["):
            self.label = ""
            yield from self._items()
        elif self._text.take("{"):
            yield from self._members()
        else:
            # A bare value has no list; whoever asked for one says so.
            return
        if self._text.next():
            raise BrokenJson(f"line {self._text.line}: something stands behind the end")

    def _members(self) -> Iterator[tuple[int, Any]]:
        while self._text.next() == '"':
            key = self._whole()
            if not isinstance(key, str) or not self._text.take(":"):
                raise BrokenJson(f"line {self._text.line}: a colon is missing")
            if key in self.fields or key == self.label:
                raise BrokenJson(f"line {self._text.line}: the key {shown(key)} stands in it twice")
            if key in LISTS and self._text.take("["):
                if self.label is not None:
                    raise BrokenJson(f"it has both {self.label} and {key}: send each by itself")
                self.label = key
                yield from self._items()
            else:
                self.fields[key] = self._whole()
            if not self._text.take(","):
                break
        if not self._text.take("}"):
            raise BrokenJson(f"line {self._text.line}: a comma or the closing brace is missing")

    def _items(self) -> Iterator[tuple[int, Any]]:
        number = 0
        while self._text.next() not in ("]", ""):
            number += 1
            yield number, _value(self._text.value)
            if not self._text.take(","):
                break
        if not self._text.take("]"):
            raise BrokenJson(f"line {self._text.line}: a comma or the closing bracket is missing behind item {number}")

    def _whole(self) -> Any:
        value = _value(self._text.value)
        self._beside += len(json.dumps(value)) if not isinstance(value, BadValue) else 0
        if isinstance(value, BadValue):
            raise BrokenJson(f"line {self._text.line}: {value.code.replace('_', ' ')} {value.detail}".rstrip())
        if self._beside > MOST_BESIDE:
            raise BrokenJson(f"what stands beside its list is longer than {MOST_BESIDE} characters")
        return value


def _value(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except BadValue as error:
        return error


def _write(items: Iterator[tuple[int, Any]], out: BinaryIO, filename: str) -> int:
    """The header is known at the end and stands at the beginning; rows are written as wide as it was by then."""
    header: dict[str, int] = {}
    count = 0
    with tempfile.TemporaryFile(dir=Path(out.name).parent) as below:
        for line, item in items:
            count += 1
            below.write(item_row(line, item, header))
            if len(header) > Limits().columns:
                raise refusal("too_many_columns", filename, Limits().columns)
        out.write(unrolled_row(0, list(header)))
        below.seek(0)
        shutil.copyfileobj(below, out)
    return count
