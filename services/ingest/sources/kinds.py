"""What an upload is, told by its content; its name is believed only where it promises what the content is not."""

import codecs
import re
from pathlib import Path, PurePosixPath
from typing import Literal

from services.ingest.parse.text import WITH_BOM, bom_encoding
from services.ingest.sources.directory import entries
from services.ingest.sources.refusals import BadArchive, refusal

Kind = Literal["archive", "csv", "workbook", "json", "ndjson"]

#: Kinds whose rows are unrolled to a file of rows before they are read.
UNROLLED: frozenset[Kind] = frozenset({"workbook", "json", "ndjson"})

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How other files begin that people take for a table, and what they are called.
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"BEGIN:VCARD", "a vCard"),
    (b"SQLite format 3", "a database"),
)
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b")
#: Names that promise a ZIP: what is none was renamed or broke off, and is not to be read as text.
_ZIPS = {".zip": "not_a_zip", ".xlsx": "not_a_workbook", ".xlsm": "not_a_workbook", ".ods": "not_a_workbook"}

#: One object alone may be both: a record, or what holds a list of them.
_LINES = frozenset({".ndjson", ".jsonl"})
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
#: One of these is in every workbook that is a ZIP, but for OpenDocument's.
_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_MOST_ENTRIES = 10_000

#: Of the file's beginning, which is all that is looked at.
_START = 1 << 16
#: Text has none of these but white space; a file of which more than a twentieth are such is no text.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a"))
_MOST_CONTROLS = 20

_OBJECT = re.compile(r"\{\s*(?:[\"}]|$)")
_SCALAR = re.compile(r"-?\d[\d.eE+-]*|true|false|null|\"[^\"]*\"")
_ARRAY = re.compile(r"\[\s*(?:[\[\]{\"]|-?\d|$)")


def kind_of(path: Path, filename: str, encoding: str | None = None) -> Kind:
    """Raises BadArchive for what is no kind of ours; `encoding` is what the sender says of a text without BOM."""
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise refusal("empty_file")
    if start.startswith(_ZIP):
        return _kind_of_zip(path, filename)
    if start.startswith(_OLE):
        return "workbook"
    promised = _ZIPS.get(PurePosixPath(filename).suffix.lower())
    if promised is not None:
        raise refusal(promised, filename)
    if encoding in WITH_BOM and bom_encoding(start) is None:
        raise refusal("no_bom", filename, encoding)
    _refuse_others(start, encoding)
    return _kind_of_text(start, PurePosixPath(filename).suffix.lower(), encoding)


def _kind_of_zip(path: Path, filename: str) -> Kind:
    """One whose list cannot be read is what its name says, for whoever reads it to refuse; so is one without CSVs."""
    try:
        with path.open("rb") as file:
            names = {each.name.lower() for each in entries(file, _MOST_ENTRIES)}
    except BadArchive:
        return "workbook" if PurePosixPath(filename).suffix.lower() in _WORKBOOKS else "archive"
    if names & _PARTS or {"mimetype", "content.xml"} <= names:
        return "workbook"
    if "[content_types].xml" in names and any(each.startswith(("word/", "ppt/")) for each in names):
        raise refusal("no_table", None, "a text document")
    promised = PurePosixPath(filename).suffix.lower() in _WORKBOOKS or "[content_types].xml" in names
    return "workbook" if promised and not any(each.endswith(".csv") for each in names) else "archive"


def _refuse_others(start: bytes, encoding: str | None) -> None:
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise refusal("no_table", None, what)
    plain = start.removeprefix(codecs.BOM_UTF8)
    if _HTML.match(plain):
        raise refusal("no_table", None, "a web page")
    if _XML.match(plain):
        raise refusal("no_table", None, "XML")
    named = bom_encoding(start) or encoding
    if named is None and len(start) - len(start.translate(None, _CONTROLS)) > len(start) // _MOST_CONTROLS:
        raise refusal("no_table", None, "no text")


def _kind_of_text(start: bytes, suffix: str, encoding: str | None) -> Kind:
    text = start.decode(bom_encoding(start) or encoding or "utf-8", "replace").removeprefix("\ufeff")
    text = text.lstrip()
    if not text.strip("\0"):
        raise refusal("empty_file")
    if _ARRAY.match(text):
        return "json"
    if not _OBJECT.match(text):
        return "json" if suffix == ".json" and _SCALAR.fullmatch(text.strip()) else "csv"
    first, _, rest = text.partition("\n")
    several = first.rstrip().endswith("}") and rest.lstrip().startswith("{")
    return "ndjson" if several or suffix in _LINES else "json"
