"""Files, text, headers and broken shapes (rules §2, §3), worked out by hand."""

import codecs

import pytest

from tests.reference.build import ANA, csv_of, zipped
from tests.reference.csvtext import decode
from tests.reference.headers import read_headers
from tests.reference.model import Archive, Bad, Good, Refused
from tests.reference.parse import read_archive

MAILS = b"email,name\na@example.com,A\n"


def contacts(text: str | bytes) -> list[Good | Bad]:
    """The rows of an archive of one contacts file."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return read_archive(zipped({"contacts.csv": data})).rows["contacts"]


def test_names_match_in_any_case_and_folder_and_clutter_is_ignored() -> None:
    files = {"Export/CONTACTS.Csv": MAILS, "__MACOSX/Export/contacts.csv": b"\0", ".calls.csv": b"\0", "a.txt": b""}
    archive: Archive = read_archive(zipped(files))
    assert list(archive.rows) == ["contacts"]
    assert archive.rows["contacts"] == [Good(1, 2, {"email": "a@example.com", "name": "A"})]


def test_two_files_of_one_folded_name_are_refused() -> None:
    with pytest.raises(Refused):
        read_archive(zipped({"contacts.csv": MAILS, "old/Contacts.CSV": MAILS}))


def test_an_archive_of_none_of_the_files_is_refused() -> None:
    with pytest.raises(Refused):
        read_archive(zipped({"manifest.json": b"{}", "people.csv": MAILS}))


def test_a_file_of_a_header_only_has_no_rows() -> None:
    assert contacts("email,name\n") == []


def test_a_bom_decides_else_strict_utf8_else_cp1252() -> None:
    assert decode(codecs.BOM_UTF16_BE + "Zoë".encode("utf-16-be")) == "Zoë"
    assert decode("Zoë".encode("utf-8-sig")) == "Zoë"
    assert decode("Zoë".encode()) == "Zoë"
    assert decode("Zoë €".encode("cp1252")) == "Zoë €"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_delimiter_is_the_headers(separator: str) -> None:
    assert contacts(f'email{separator}name\na@example.com{separator}"x,y;z\tw"\n') == [
        Good(1, 2, {"email": "a@example.com", "name": "x,y;z\tw"})
    ]


def test_blank_lines_are_no_rows_but_commas_only_are_a_row_that_fails() -> None:
    assert contacts("email,name\n\n\na@example.com,\n\n,\n") == [
        Good(1, 4, {"email": "a@example.com"}),
        Bad(2, 6, "phone"),
    ]


def test_quoted_newlines_are_data_and_lines_are_the_files_own() -> None:
    assert contacts('email,name\r\na@example.com,"x\r\ny"\r\nbad,\r\n') == [
        Good(1, 2, {"email": "a@example.com", "name": "x\r\ny"}),
        Bad(2, 4, "email"),
    ]


def test_an_unclosed_quote_is_one_failure_on_the_line_where_it_opened() -> None:
    assert contacts('email,name\na@example.com,"x\ny"\nb@example.com,"z\nc@example.com,\n') == [
        Good(1, 2, {"email": "a@example.com", "name": "x\ny"}),
        Bad(2, 4),
    ]


def test_more_cells_than_headers_fail_and_fewer_are_empty_at_the_end() -> None:
    assert contacts("email,name,city\na@example.com,A,B,C\nb@example.com\n") == [
        Bad(1, 2),
        Good(2, 3, {"email": "b@example.com"}),
    ]


def test_nul_and_a_lone_surrogate_fail_their_row_only() -> None:
    text = "\ufeffemail,name\na@example.com,x\0y\nb@example.com,\ud800\nc@example.com,C\n"
    bad_1, bad_2, good = contacts(text.encode("utf-16-le", "surrogatepass"))
    assert (bad_1, bad_2) == (Bad(1, 2, "name"), Bad(2, 3, "name"))
    assert isinstance(good, Good)


def test_a_cell_over_its_limit_fails_its_row() -> None:
    rows = contacts(f"email,name\na@example.com,{'x' * 1000}\na@example.com,{'x' * 1001}\n")
    assert [type(row) for row in rows] == [Good, Bad]


def test_columns_match_without_case_spaces_and_dashes_and_unknown_ones_are_custom() -> None:
    headers = ["PHONE-Number", "First Name", "phone", "Shoe Size", "Shoe Size", ""]
    assert read_headers("contacts", headers) == [
        ("phone", False),
        ("first_name", False),
        ("phone", True),
        ("Shoe Size", True),
        ("Shoe Size (2)", True),
        ("column 6", True),
    ]


def test_the_source_is_the_forms_else_the_manifests_else_parser_csv() -> None:
    plain = {"contacts.csv": MAILS}
    said = plain | {"MANIFEST.json": b'{"source": "dialer"}'}
    assert read_archive(zipped(said), source="form").source == "form"
    assert read_archive(zipped(said)).source == "dialer"
    assert read_archive(zipped(plain)).source == "parser-csv"


def test_counts_that_differ_from_the_manifest_are_told_with_both_figures() -> None:
    files = {"contacts.csv": MAILS, "calls.csv": csv_of([{"from": ANA, "to": ANA}])}
    manifest = b'{"contactsCount": 3, "calls_count": 1}'
    assert read_archive(zipped(files | {"manifest.json": manifest})).miscounted == [("contacts", 3, 1)]
