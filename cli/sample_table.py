"""One table of a sample, written as the file's name says. Flat memory in every format, the same bytes for a seed."""

import csv
import json
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import TextIO

from cli.answers import ENTITIES
from cli.sample_mess import EPOCH, PEOPLE, Mess
from cli.sample_spoilers import Row
from cli.trouble import Trouble


def entity_of(out: Path) -> str:
    """Whose rows: `messages.csv` has messages; a name that says nothing, contacts."""
    name = out.stem.casefold()
    return next((entity for entity in ENTITIES if entity in name), "contacts")


def write_table(out: Path, count: int, seed: int) -> None:
    """Raises Trouble where the name says no format that is known here."""
    write = FORMATS.get(out.suffix.casefold())
    if write is None:
        raise Trouble(f"{out}: end its name in .zip for an archive, or in {' '.join(FORMATS)} for one table")
    entity = entity_of(out)
    people, conversations = count if entity == "contacts" else PEOPLE, count if entity == "conversations" else 0
    rows = Mess(Random(seed), people, conversations).rows(entity, count)
    first = next(rows, None)
    if first is None:
        raise Trouble(f"{out}: a table needs a row at least: --{entity} 1")
    write(out, first, chain([first], rows))


def write_csv(text: TextIO, header: Row, rows: Iterator[Row], delimiter: str = ",") -> None:
    """A row may have more cells than the header: that is one of its kinds of mess."""
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(row.values() for row in rows)


def _csv(out: Path, header: Row, rows: Iterator[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as text:
        write_csv(text, header, rows)


def _tsv(out: Path, header: Row, rows: Iterator[Row]) -> None:
    with out.open("w", encoding="utf-8", newline="") as text:
        write_csv(text, header, rows, "\t")


def _ndjson(out: Path, header: Row, rows: Iterator[Row]) -> None:
    with out.open("w", encoding="utf-8") as text:
        text.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _even(header, rows))


def _json(out: Path, header: Row, rows: Iterator[Row]) -> None:
    """As `POST /v1/imports/bulk` takes it too."""
    with out.open("w", encoding="utf-8") as text:
        for number, row in enumerate(_even(header, rows)):
            text.write((",\n" if number else f'{{"{entity_of(out)}": [\n') + json.dumps(row, ensure_ascii=False))
        text.write("\n]}\n")


def _even(header: Row, rows: Iterator[Row]) -> Iterator[Row]:
    """Without a spoilt row's cell too many: here it would be one more column."""
    for row in rows:
        yield {name: row[name] for name in header}


def _xlsx(out: Path, header: Row, rows: Iterator[Row]) -> None:
    """Every cell is text, as in the other formats."""
    try:
        from xlsxwriter import Workbook
    except ModuleNotFoundError as missing:
        raise Trouble("this install writes no XLSX: install 'ringback[streaming]', or write .csv") from missing
    with Workbook(out, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": EPOCH})
        sheet = workbook.add_worksheet(entity_of(out))
        for number, cells in enumerate(chain([header], (row.values() for row in _even(header, rows)))):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)


FORMATS: dict[str, Callable[[Path, Row, Iterator[Row]], None]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".xlsx": _xlsx,
    ".json": _json,
    ".ndjson": _ndjson,
}
