"""From the bytes of a CSV file to its records, each with the file's own line (rules §2 text, §3 unclosed quote)."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
NEWLINE = re.compile(r"\r\n|\r|\n")
DELIMITERS = ",;\t"


@dataclass
class Record:
    """One record of a CSV file; `unclosed` says that a quote opened on `line` and never closed."""

    line: int
    cells: list[str]
    unclosed: bool = False


def decode(data: bytes, encoding: str | None = None) -> str:
    """A BOM decides; else the named encoding, else strict UTF-8, else cp1252. Surrogates live on to fail their row."""
    for bom, name in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "surrogatepass")
    if encoding:
        return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def delimiter(text: str) -> str:
    """The delimiter that the header uses most, outside quotes; a comma where it uses none."""
    header = QUOTED.sub("", text.lstrip("\r\n"))
    first_line = NEWLINE.split(header, maxsplit=1)[0]
    return max(DELIMITERS, key=first_line.count)


def records(text: str) -> Iterator[Record]:
    """Every record but the blank lines, the header first."""
    separator = delimiter(text)
    plain = re.compile(f"[^{separator}\r\n]*")
    at = 0
    line = 1
    while at < len(text):
        record, end = _record(text, at, separator, plain)
        record.line += line
        if record.unclosed or not _is_blank_line(text[at:end], separator):
            yield record
        line += len(NEWLINE.findall(text, at, end))
        at = end


def _is_blank_line(raw: str, separator: str) -> bool:
    """Nothing but white space: no delimiter (which would make cells of it) and no quotes."""
    return not raw.strip() and separator not in raw


def _record(text: str, start: int, separator: str, plain: re.Pattern[str]) -> tuple[Record, int]:
    """The record that starts there, its line counted from its own start, and where the next one starts."""
    cells: list[str] = []
    at = start
    while True:
        cell, end = _cell(text, at, plain)
        if cell is None:
            return Record(len(NEWLINE.findall(text, start, at)), cells, unclosed=True), len(text)
        cells.append(cell)
        if text[end : end + 1] != separator:
            newline = NEWLINE.match(text, end)
            return Record(0, cells), newline.end() if newline else len(text)
        at = end + 1


def _cell(text: str, at: int, plain: re.Pattern[str]) -> tuple[str | None, int]:
    """The cell that starts there, None when its quote never closes, and where it ends."""
    if text[at : at + 1] != '"':
        match = plain.match(text, at)
        return match[0], match.end()
    quoted = QUOTED.match(text, at)
    if quoted is None:
        return None, len(text)
    rest = plain.match(text, quoted.end())
    return quoted[1].replace('""', '"') + rest[0], rest.end()
