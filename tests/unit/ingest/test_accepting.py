"""A single table is told by its content, and is of whom its form, its name or its header says."""

import asyncio
from pathlib import Path

import pytest

from services.ingest.sources.accepting import Accepted, Chosen, accept
from services.ingest.sources.refusals import BadArchive

PEOPLE = b"Name,Phone\nAda,+14155552671\n"


def accepted(folder: Path, content: bytes, filename: str = "people.csv", chosen: Chosen | None = None) -> Accepted:
    path = folder / "upload"
    path.write_bytes(content)
    return asyncio.run(accept(path, folder / "rows", filename, chosen or Chosen()))


def refused(folder: Path, content: bytes, filename: str = "people.csv") -> BadArchive:
    with pytest.raises(BadArchive) as caught:
        accepted(folder, content, filename)
    return caught.value


def test_a_lone_csv_is_contacts_unless_something_says_otherwise(tmp_path: Path) -> None:
    found = accepted(tmp_path, PEOPLE)
    assert (found.upload.kind, list(found.upload.members)) == ("csv", ["contacts"])
    assert found.head is not None
    assert found.head.header == ("Name", "Phone")
    assert [row.cells for row in found.head.rows] == [["Ada", "+14155552671"]]


@pytest.mark.parametrize(
    ("filename", "header", "chosen", "entity"),
    [
        ("messages.csv", "a,b", Chosen(), "messages"),
        ("Calls (1).CSV", "a,b", Chosen(), "calls"),
        ("contacts-errors.csv", "from,to,body,sent_at", Chosen(), "contacts"),
        ("messages.csv", "a,b", Chosen(entity="calls"), "calls"),
        ("export.csv", "From;To;Body;Date Sent;Status", Chosen(), "messages"),
        ("export.csv", "From,To,Direction,Start Time,Duration", Chosen(), "calls"),
        ("export.csv", "Conversation ID,Participants,Our Number", Chosen(), "conversations"),
        ("export.csv", "external_conversation_id,contact_phone,our_number,name", Chosen(), "conversations"),
        ("export.csv", "ID,Name,Phone,Status,Created At,Updated At", Chosen(), "contacts"),
        ("messagesabout.csv", "Name,Phone", Chosen(), "contacts"),
    ],
)
def test_whose_rows_a_table_has(tmp_path: Path, filename: str, header: str, chosen: Chosen, entity: str) -> None:
    assert list(accepted(tmp_path, f"{header}\nx\n".encode(), filename, chosen).upload.members) == [entity]


@pytest.mark.parametrize(
    "header",
    [
        *("Name,Phone,Business Phone", "Name,Phone Number,Account Number", "Name,Phone,Line", "Contact,Line"),
        *("Customer Number,Name,Business Number", "Display Name,Phone,Business Phone,Created", "Contact Phone,From,To"),
        *("Contact,Phone,Business Phone,Title,Status", "Name,Phone,Email,Business Phone", "Name,Phone,From,To,Date"),
        *("Conversation ID,Name,Phone", "Our Number,Contact Phone,Name"),
    ],
)
def test_in_doubt_a_table_is_of_contacts(tmp_path: Path, header: str) -> None:
    found = accepted(tmp_path, f"{header}\nx\n".encode(), "export.csv")
    assert (list(found.upload.members), found.doubted) == (["contacts"], False)


def test_what_its_header_alone_says_is_doubted_where_contacts_are_found_by_a_column_of_it(tmp_path: Path) -> None:
    content = b"From,To,Body,Date,Email\na,b,c,d,e\n"
    found = accepted(tmp_path, content, "export.csv")
    assert (list(found.upload.members), found.doubted) == (["messages"], True)
    assert [each.code for each in found.upload.warnings] == ["entity_guessed"]
    assert not accepted(tmp_path, content, "messages.csv").doubted
    assert not accepted(tmp_path, content, "export.csv", Chosen(entity="messages")).doubted


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "data" / "tables").iterdir()), ids=lambda it: it.stem
)
def test_whose_rows_a_products_export_has_is_told_by_its_header(tmp_path: Path, path: Path) -> None:
    last = path.stem.rpartition("_")[2]
    found = accepted(tmp_path, path.read_bytes(), "export.csv")
    assert list(found.upload.members) == [last if last in ("messages", "calls") else "contacts"]
    assert not found.doubted


def test_a_chosen_header_row_leaves_out_what_stands_above(tmp_path: Path) -> None:
    content = b"Report of May\n\nName,Phone\nAda,+14155552671\n"
    found = accepted(tmp_path, content, chosen=Chosen(header_row=3))
    assert found.head is not None
    assert (found.head.header, [row.number for row in found.head.rows]) == (("Name", "Phone"), [1])


@pytest.mark.parametrize("above", ["Report of May", "sep=;", "Report;of May;2026\n\n;;"])
def test_titles_above_a_header_are_passed_over_whatever_its_delimiter(tmp_path: Path, above: str) -> None:
    found = accepted(tmp_path, f"{above}\nName;Phone\nAda;+14155552671\n".encode())
    assert found.head is not None
    assert (found.head.header, found.head.delimiter) == (("Name", "Phone"), ";")
    assert [each.code for each in found.upload.warnings] == ["header_found"]


def test_a_header_row_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match=r"people\.csv has no row 9 or below it: give the row of the header\."):
        accepted(tmp_path, PEOPLE, chosen=Chosen(header_row=9))


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b" \r\n\r\n", "a.csv", "empty_file"),
        (b"\xef\xbb\xbf", "a.csv", "empty_file"),
        (PEOPLE, "a.zip", "not_a_zip"),
        (PEOPLE, "a.xlsx", "not_a_workbook"),
        (b"%PDF-1.7", "a.csv", "no_table"),
        (b"<!DOCTYPE html><table>", "a.xls", "no_table"),
        (bytes(range(32)) * 10, "a.csv", "no_table"),
        (b'Name,"Phone\nAda,1\n', "a.csv", "no_header"),
        (b",".join(b"c%d" % each for each in range(1_001)), "a.csv", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_at_once(tmp_path: Path, content: bytes, filename: str, code: str) -> None:
    found = refused(tmp_path, content, filename)
    assert found.code == code
    assert "{" not in found.message
