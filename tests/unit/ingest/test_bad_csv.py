"""What people are told of a CSV that is not as it should be (faults.md, Bad input): every case, and every sentence."""

import codecs
from pathlib import Path

import pytest

from services.ingest.sources.accepting import Chosen
from tests.unit.ingest.files import ADA
from tests.unit.ingest.opened import accepted, people, raw, refused, told, warned

GOOD = f"name,phone\nAda,{ADA}\n"


@pytest.mark.parametrize(
    ("rows", "failures"),
    [
        (
            f'Ada,{ADA}\n"Bob,{ADA}\nEve,{ADA}\n',
            [
                (
                    3,
                    "unclosed_quote",
                    "A quote opened in line 3 is never closed, so everything behind it is one cell: close it, "
                    'and write a quote that is part of the text as "".',
                )
            ],
        ),
        (
            f"Ada,{ADA}\nBob,{ADA},x\n",
            [
                (
                    3,
                    "too_many_cells",
                    "The row has 3 cells and the header has fewer: put quotes around cells that hold the delimiter, or "
                    "add the missing headers.",
                )
            ],
        ),
        (
            "Ada\n",
            [(2, "no_phone_or_email", "The row has neither a phone nor an email: give at least one.")],
        ),
        (
            "x" * 200_000 + f",{ADA}\n",
            [(2, "cell_too_long", "name is longer than the 1000 characters it may have: shorten it.")],
        ),
        (
            f"A\0da,{ADA}\nBob,{ADA}\n",
            [
                (
                    2,
                    "bad_character",
                    "name holds a character that cannot be stored (U+0000 or half of a surrogate pair): remove it, or "
                    "export the file again as UTF-8.",
                )
            ],
        ),
        (
            "Ada,4.15555E+09\n",
            [
                (
                    2,
                    "exponential_number",
                    "phone was written by a spreadsheet in exponent form (4.15555E+09) and its digits are lost: format "
                    "the column as text in the original and export again.",
                )
            ],
        ),
    ],
    ids=["unclosed quote", "more cells than headers", "fewer cells", "a cell of 200 KB", "NUL", "exponent form"],
)
def test_a_row_that_fails_is_told_with_its_line(
    tmp_path: Path, rows: str, failures: list[tuple[int, str, str]]
) -> None:
    assert told(accepted(tmp_path, f"name,phone\n{rows}".encode(), "people.csv")) == failures


NOT_UTF8 = "The file is not UTF-8 and was read as cp1252: if letters look wrong, export it again as UTF-8."


@pytest.mark.parametrize(
    ("content", "name", "warnings"),
    [
        (GOOD.replace("\n", "\r").encode(), "Ada", []),
        (codecs.BOM_UTF8 + GOOD.encode(), "Ada", []),
        (GOOD.replace("Ada", "Łucja").encode("utf-16"), "Łucja", []),
        (GOOD.replace("Ada", "Zoë").encode("cp1252"), "Zoë", [("not_utf8", NOT_UTF8)]),
        (GOOD.replace("name", "Vorname").replace("phone", "Teléfono").encode(), None, []),
        (
            f"name,phone,Name\nAda,{ADA},Bob\n".encode(),
            "Ada",
            [],
        ),
    ],
    ids=["bare CR", "BOM", "UTF-16", "cp1252", "headers in any language", "duplicate headers"],
)
def test_what_is_odd_and_can_be_read_is_read(
    tmp_path: Path, content: bytes, name: str | None, warnings: list[tuple[str, str]]
) -> None:
    found = accepted(tmp_path, content, "people.csv")
    assert [(each.name, each.phone) for each in people(found)] == [(name, ADA)]
    assert warned(found) == warnings


def test_a_header_that_stands_there_twice_is_two_columns_and_neither_is_lost(tmp_path: Path) -> None:
    found = accepted(tmp_path, f"name,phone,note,note\nAda,{ADA},one,two\n".encode(), "people.csv")
    assert people(found)[0].custom == {"note": "one", "note (2)": "two"}


def test_a_file_without_a_header_is_said_to_have_none(tmp_path: Path) -> None:
    found = accepted(tmp_path, f"Ada,{ADA}\nBob,{ADA}\n".encode(), "people.csv")
    assert warned(found) == [
        ("no_known_column", "None of the headers is known: is the first row of the file its header?")
    ]
    assert told(found) == [(2, "no_phone_or_email", "The row has neither a phone nor an email: give at least one.")]


def test_a_header_alone_is_an_import_of_no_rows(tmp_path: Path) -> None:
    found = accepted(tmp_path, b"name,phone\n", "people.csv")
    assert [row.number for row in raw(found)] == [0]
    assert warned(found) == [("no_rows", "The file has a header and no rows below it.")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The upload is empty: export it again."),
        (b"\xef\xbb\xbf\r\n", "The upload is empty: export it again."),
        (
            f'"name,phone\nAda,{ADA}\n'.encode(),
            "The first row cannot be read to its end, since a quote in it is never closed: close it.",
        ),
        (
            b"%PDF-1.7\n",
            "The upload is a PDF: send a ZIP of CSV files, a CSV or TSV, a workbook (XLSX, XLS, ODS), or JSON.",
        ),
        (
            bytes(range(256)) * 99,
            "The upload is no text: send a ZIP of CSV files, a CSV or TSV, a workbook (XLSX, XLS, ODS), or JSON.",
        ),
    ],
    ids=["empty", "blank", "a header that never ends", "a PDF", "bytes"],
)
def test_what_cannot_be_read_at_all_is_refused_at_once(tmp_path: Path, content: bytes, message: str) -> None:
    assert refused(tmp_path, content, "people.csv").message == message


def test_an_encoding_that_is_named_goes_before_what_would_be_guessed(tmp_path: Path) -> None:
    content = GOOD.replace("Ada", "Łódź").encode("cp1250")
    found = accepted(tmp_path, content, "people.csv", Chosen(encoding="cp1250"))
    assert ([each.name for each in people(found)], warned(found)) == (["Łódź"], [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("filename", ["people.csv", "people.json"])
def test_an_encoding_of_two_byte_orders_is_taken_with_a_bom_alone(tmp_path: Path, encoding: str, filename: str) -> None:
    without = GOOD.encode(f"{encoding}-le")
    assert refused(tmp_path, without, filename, Chosen(encoding=encoding)).message == (
        f"{filename} does not begin with the BOM that {encoding} needs, which says the order of its bytes: name "
        f"{encoding}-le (as Windows writes it) or {encoding}-be as its encoding, or save it as UTF-8."
    )
    for content, said in ((without, f"{encoding}-le"), (GOOD.encode(encoding), encoding)):
        assert [each.name for each in people(accepted(tmp_path, content, "people.csv", Chosen(encoding=said)))] == [
            "Ada"
        ]


def test_nul_in_a_header_is_said(tmp_path: Path) -> None:
    said = "A header holds a character that cannot be stored (U+0000): export the file again as UTF-8."
    assert warned(accepted(tmp_path, GOOD.replace("name", "na\0me").encode(), "people.csv")) == [
        ("nul_in_header", said)
    ]
