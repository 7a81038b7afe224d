"""What a workbook must not do to us, and what its sender is told (faults.md, Bad input)."""

import asyncio
import io
import os
import zipfile
from pathlib import Path

import pytest

from services.ingest.parse.table import LONGEST
from services.ingest.sources import workbook_guard
from services.ingest.sources.accepting import Chosen, accept
from services.ingest.sources.archive import BadArchive
from services.ingest.sources.kinds import kind_of
from tests.unit.ingest.files import ADA
from tests.unit.ingest.opened import accepted, people, raw, refused, told
from tests.unit.ingest.workbooks import ENCRYPTED, SHEET, STRINGS, ods, ods_row, with_part, workbook
from tests.unit.ingest.zips import forge

GOOD = workbook(("Name", "Phone"), ("Ada", ADA))
SAVE_AS_CSV = "people.xlsx unpacks to more than can be read: send the sheet as CSV, which may be of any size."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused_in_any_part(tmp_path: Path, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)
    assert refused(tmp_path, with_part(GOOD, STRINGS, lambda _: bomb), "people.xlsx").message == (
        "people.xlsx holds XML with a DTD or entities, which no spreadsheet program writes: save it again."
    )


def test_dimensions_that_lie_are_not_believed(tmp_path: Path) -> None:
    lying = with_part(GOOD, SHEET, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert [each.name for each in people(accepted(tmp_path, lying, "people.xlsx"))] == ["Ada"]


def test_a_cell_in_the_last_corner_of_a_sheet_takes_no_more_memory_than_there_is(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = with_part(GOOD, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert refused(tmp_path, content, "people.xlsx").message == (
        "people.xlsx takes more memory or time than it may: send it as CSV, which may be of any size, or in parts."
    )


def test_half_a_gigabyte_of_shared_strings_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(GOOD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("xl/sharedStrings2.xml", "w") as part:
        for number in range(60):
            part.write(b"<si><t>%d</t></si>" % number * 500_000)
    assert refused(tmp_path, path.read_bytes(), "people.xlsx").message == SAVE_AS_CSV


def test_strings_that_are_too_many_are_refused_however_they_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(GOOD)
    monkeypatch.setattr(workbook_guard, "LARGEST_STRINGS", 100)
    with pytest.raises(BadArchive, match="unpacks to more than can be read"):
        workbook_guard.guard(path, "people.xlsx")


def test_a_workbook_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)
    assert refused(tmp_path, ole, "people.xlsx").message == (
        "people.xlsx is protected by a password: save it without one."
    )


@pytest.mark.parametrize(
    ("content", "filename", "message"),
    [
        (b"Name,Phone\n", "people.xlsx", "people.xlsx is no workbook, whatever its name says: save it again, or name"),
        (GOOD[:2_000], "people.xlsx", "people.xlsx is damaged (it ends in the middle): open it, save it again as XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000), "people.xls", "people.xls is damaged ("),
        (with_part(GOOD, SHEET, lambda xml: xml[:300]), "people.xlsx", "people.xlsx is damaged ("),
        (with_part(GOOD, "xl/workbook.xml", lambda _: b"no"), "people.xlsx", "people.xlsx is damaged ("),
    ],
)
def test_what_is_no_workbook_or_half_of_one_is_refused_at_once(
    tmp_path: Path, content: bytes, filename: str, message: str
) -> None:
    assert refused(tmp_path, content, filename).message.startswith(message)


def test_sizes_that_lie_are_found_out(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(GOOD)
    forge(path, "size", 10)
    assert refused(tmp_path, path.read_bytes(), "people.xlsx").code == "workbook_damaged"


def test_a_document_that_is_no_workbook_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", "<document/>")
    assert refused(tmp_path, path.read_bytes(), "letter.docx").message.startswith("The upload is a text document:")


def test_rows_that_an_open_document_repeats_for_ever_take_no_more_than_there_is(tmp_path: Path) -> None:
    wide = 'table:number-columns-repeated="16384" office:value-type="string"|Ada'
    assert refused(tmp_path, ods(ods_row(wide, repeated=1_048_576)), "people.ods").code in (
        "too_much",
        "workbook_damaged",
    )


def test_an_open_document_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    assert refused(tmp_path, ods("", ENCRYPTED), "people.ods").code == "workbook_encrypted"


def test_formulas_are_their_values_and_never_run(tmp_path: Path) -> None:
    formula = b'<c r="A2" t="str"><f>"A"&amp;"da"</f><v>Ada</v></c><c r="B2" t="s">'
    content = with_part(GOOD, SHEET, lambda xml: xml.replace(b'<c r="A2" t="s"><v>2</v></c><c r="B2" t="s">', formula))
    assert raw(accepted(tmp_path, content, "people.xlsx"))[1].cells == ["Ada", ADA]


async def test_who_goes_away_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(workbook(("Name", "Phone"), *[("Ada", ADA)] * 20_000))
    assert kind_of(path, "people.xlsx") == "workbook"
    accepting = asyncio.create_task(accept(path, tmp_path / "rows", "people.xlsx", Chosen()))
    await asyncio.sleep(0.2)
    accepting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await accepting
    assert await asyncio.to_thread(os.listdir, tmp_path) == ["upload"]


def test_a_cell_that_can_be_no_event_is_cut_before_it_is_written_and_fails_its_row_alone(tmp_path: Path) -> None:
    text = os.urandom(4_000_000).hex().encode()
    content = with_part(GOOD, STRINGS, lambda xml: xml.replace(b"<t>Ada</t>", b"<t>" + text + b"</t>"))
    found = accepted(tmp_path, content, "people.xlsx")
    assert told(found) == [
        (2, "row_too_large", "The row is larger than 512 KB as an event: shorten its longest cell or split it.")
    ]
    assert (tmp_path / "rows").stat().st_size < LONGEST


def test_a_header_that_can_be_no_row_is_refused(tmp_path: Path) -> None:
    text = b"<t>" + os.urandom(2_000_000).hex().encode() + b"</t>"
    content = with_part(GOOD, STRINGS, lambda xml: xml.replace(b"<t>Name</t>", text))
    with pytest.raises(BadArchive, match=r"The header of people\.xlsx is longer than any row may be: shorten"):
        accepted(tmp_path, content, "people.xlsx")


@pytest.mark.parametrize(
    ("folder", "filename", "begins"),
    [
        ("", "a.xlsx", "a.xlsx is damaged ("),
        ("", "a.zip", "a.zip is damaged ("),
        ("a/", "a.xlsx", "a.xlsx is damaged ("),
        ("a/", "a.zip", "a.zip is an Excel workbook, whatever its name says: save it as CSV"),
    ],
)
def test_a_workbook_without_its_heart_is_refused_by_its_senders_name(
    tmp_path: Path, folder: str, filename: str, begins: str
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(f"{folder}[Content_Types].xml", "<Types/>")
        file.writestr(f"{folder}xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refused(tmp_path, content.getvalue(), filename).message.startswith(begins)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (ods_row("|Ada", repeated=1_000_000_000), "rows 1,000,000,000 times, and a sheet has 1,048,576"),
        (
            ods_row('table:number-columns-repeated="1000000000"|Ada'),
            "columns 1,000,000,000 times, and a sheet has 16,384",
        ),
    ],
    ids=["rows", "columns"],
)
def test_an_open_document_that_repeats_more_than_a_sheet_has_is_refused(tmp_path: Path, rows: str, why: str) -> None:
    # Behind so much that the number stands on the edge of two chunks.
    for before in (0, *range(65_000, 65_250, 10)):
        path = tmp_path / "people.ods"
        path.write_bytes(ods(f"<!--{'x' * before}-->{rows}"))
        with pytest.raises(BadArchive) as caught:
            workbook_guard.guard(path, "people.ods")
        assert caught.value.message == (
            f"people.ods is damaged (it repeats {why}): open it, save it again as XLSX, and send that."
        )


def test_an_open_document_may_be_as_large_as_a_sheet(tmp_path: Path) -> None:
    text = 'office:value-type="string"'
    header, person = ods_row(f"{text}|Name", f"{text}|Phone"), ods_row(f"{text}|Ada", f"{text}|{ADA}")
    empty = ods_row('table:number-columns-repeated="16384"|', repeated=1_048_574)
    assert [each.name for each in people(accepted(tmp_path, ods(header + person + empty), "people.ods"))] == ["Ada"]
